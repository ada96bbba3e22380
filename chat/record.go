package chat

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"time"
)

// recordHash covers an entry and the hash of the one before it in its conversation, so that an entry cannot be changed, taken out or
// put in between without changing every hash after it. Fields of no fixed size go in with their lengths before them;
// times as microseconds since 1970, which both databases keep. Names of people are not covered (they may change), nor how a repeated send is told,
// nor that the entry was withdrawn later: it still says what it said, and the audit log has who took it back.
func recordHash(before [32]byte, m *Message) [32]byte {
	h := sha256.New()
	h.Write([]byte("postern record 1\n"))
	h.Write(before[:])
	h.Write(m.Conversation[:])
	h.Write(m.ID[:])
	h.Write(m.Author.ID[:])
	h.Write(m.Letter[:])
	hashNumber(h, int64(m.Position))
	hashNumber(h, m.At.UnixMicro())
	for _, field := range []string{string(m.Kind), string(m.Audience), string(m.Via), string(m.Happening), m.HTML, m.Text} {
		hashText(h, field)
	}
	for _, flag := range []bool{m.Important, m.Folded, m.Secure} {
		hashFlag(h, flag)
	}
	h.Write(m.Signature[:])
	if !m.ReceivedAt.IsZero() {
		hashNumber(h, m.ReceivedAt.UnixMicro())
	}
	hashNumber(h, int64(len(m.Attachments)))
	for _, a := range m.Attachments {
		h.Write(a.ID[:])
		h.Write(a.Hash[:])
		hashNumber(h, a.Size)
		for _, field := range []string{a.Name, a.Type, a.Inline} {
			hashText(h, field)
		}
	}
	hashNumber(h, int64(len(m.Subjects)))
	for _, p := range m.Subjects {
		h.Write(p.ID[:])
	}
	return [32]byte(h.Sum(nil))
}

func hashText(h hash.Hash, s string) {
	hashNumber(h, int64(len(s)))
	h.Write([]byte(s))
}

func hashNumber(h hash.Hash, n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	h.Write(b[:])
}

func hashFlag(h hash.Hash, on bool) {
	n := int64(0)
	if on {
		n = 1
	}
	hashNumber(h, n)
}

// VerifyRecord says whether the entries, all of one conversation from its first on and in order, carry the
// hashes that their content asks for; otherwise it gives the position of the first that does not. Whether entries are missing at the
// end, the conversation's own hash says: it is that of its last entry.
func VerifyRecord(entries []Message) (Position, bool) {
	var chain Chain
	for i := range entries {
		if !chain.Follows(&entries[i]) {
			return entries[i].Position, false
		}
	}
	return 0, true
}

// Chain verifies the record of one conversation entry by entry, from its first on.
type Chain struct {
	Hash [32]byte // of the last entry; zero: none yet
}

// Follows says whether the entry carries the hash that its content and the entry before it ask for.
func (c *Chain) Follows(m *Message) bool {
	if m.Hash != recordHash(c.Hash, m) {
		return false
	}
	c.Hash = m.Hash
	return true
}

// stamp is a time as both databases keep it: UTC, whole microseconds.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
