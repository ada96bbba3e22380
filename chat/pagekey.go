package chat

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// longestKey bounds a `next` that somebody made up.
const longestKey = 4096

var errNoPage = Refuse(Invalid, "Go on with the `next` of the page before.").About("after")

// pageKey is a place in a list as it is given out: what the next page begins behind. K is plain data.
func pageKey[K any](k K) string {
	b, _ := json.Marshal(k) // of numbers, text and ids: cannot fail
	return base64.RawURLEncoding.EncodeToString(b)
}

// parsePageKey reads one that came back, and holds that it may have been given out: with no text that a store does not take.
func parsePageKey[K interface{ possible() bool }](s string) (k K, err error) {
	if s == "" {
		return k, nil
	}
	if len(s) > longestKey {
		return k, errNoPage
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &k)
	}
	if err != nil || !k.possible() {
		var none K
		return none, errNoPage
	}
	return k, nil
}

// microseconds is a time in a key.
type microseconds int64

func (m microseconds) time() time.Time { return time.UnixMicro(int64(m)).UTC() }

// possible holds that it lies between 1970 and the year 9999: databases have no time for some of the others.
func (m microseconds) possible() bool { return m >= 0 && m < 253_402_300_800_000_000 }

// timeKey is a place in a list by time and id.
type timeKey struct {
	At microseconds `json:"t"`
	ID ID           `json:"i"`
}

func (k timeKey) possible() bool { return k.At.possible() && !k.ID.IsZero() }

func rowKey(at time.Time, id ID) string { return pageKey(timeKey{microseconds(at.UnixMicro()), id}) }

// parseKey gives zero values for an empty key.
func parseKey(s string) (time.Time, ID, error) {
	k, err := parsePageKey[timeKey](s)
	if err != nil || s == "" {
		return time.Time{}, ID{}, err
	}
	return k.At.time(), k.ID, nil
}

// nameKey is a place in a list by name and id.
type nameKey struct {
	Name string `json:"n"`
	ID   ID     `json:"i"`
}

func (k nameKey) possible() bool {
	return k.Name != "" && !k.ID.IsZero() && !strings.Contains(k.Name, "\x00")
}

// idKey is a place in a list by id.
type idKey struct {
	ID ID `json:"i"`
}

func (k idKey) possible() bool { return !k.ID.IsZero() }

// candidateKey is a [Candidate]: the last hit of a page.
type candidateKey struct {
	At           microseconds `json:"t"`
	Conversation ID           `json:"c"`
	Position     Position     `json:"p"`
}

func (k candidateKey) possible() bool {
	return k.At.possible() && !k.Conversation.IsZero() && k.Position >= 0
}

func (c Candidate) key() string {
	return pageKey(candidateKey{microseconds(c.At.UnixMicro()), c.Conversation, c.Position})
}

func parseCandidate(s string) (Candidate, error) {
	k, err := parsePageKey[candidateKey](s)
	if err != nil || s == "" {
		return Candidate{}, err
	}
	return Candidate{k.At.time(), k.Conversation, k.Position}, nil
}
