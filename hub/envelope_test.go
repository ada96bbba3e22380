package hub

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/chat"
)

func exampleNews() *envelope {
	heard := func(n int) chat.Heard {
		return chat.Heard{User: person(n).ID, Place: chat.Place{Epoch: 3, Number: int64(n) << 40}, Badge: n}
	}
	return &envelope{from: nodeID{1, 2, 3}, published: time.UnixMicro(1_700_000_000_000_002), accepted: time.UnixMicro(1_700_000_000_000_001), news: []news{
		{
			typ: "message.created", act: show,
			staff:    told{data: json.RawMessage(`{"a":"<p>ä</p>"}`), heard: []chat.Heard{heard(2), heard(4)}},
			contacts: told{data: json.RawMessage(`{}`), heard: []chat.Heard{heard(1)}},
		},
		{typ: "session.ended", act: signOut, session: id(8, 1), contacts: told{heard: []chat.Heard{heard(1)}}},
		{typ: "rights.changed", act: renew, staff: told{heard: []chat.Heard{heard(0)}}},
	}}
}

func exampleSign() *envelope {
	return &envelope{from: nodeID{9}, published: time.UnixMicro(1), sign: &sign{
		typ: "typing", data: json.RawMessage(`{"on":true}`), to: []chat.ID{person(1).ID, person(2).ID},
	}}
}

var envelopes = cmp.Options{
	cmp.AllowUnexported(envelope{}, news{}, told{}, sign{}),
	cmp.Transformer("empty", func(h []chat.Heard) []chat.Heard { return append([]chat.Heard{}, h...) }),
}

func TestEnvelopeComesBack(t *testing.T) {
	t.Parallel()
	for _, e := range []*envelope{exampleNews(), exampleSign(), exampleNews().withoutBodies()} {
		got, err := decodeEnvelope(e.encode())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, &got, envelopes); diff != "" {
			t.Error(diff)
		}
	}
}

// TestEnvelopeIsTorn: no part of an envelope passes for the whole.
func TestEnvelopeIsTorn(t *testing.T) {
	t.Parallel()
	for _, whole := range [][]byte{exampleNews().encode(), exampleSign().encode()} {
		for n := range whole {
			if _, err := decodeEnvelope(whole[:n:n]); err == nil {
				t.Errorf("%d of %d bytes were accepted", n, len(whole))
			}
		}
		if _, err := decodeEnvelope(append(whole, 0)); err == nil {
			t.Error("one byte too many was accepted")
		}
	}
}

func TestEnvelopeIsChecked(t *testing.T) {
	t.Parallel()
	good := exampleNews()
	for name, spoil := range map[string]func(*envelope){
		"no JSON":          func(e *envelope) { e.news[0].staff.data = json.RawMessage(`{"a":`) },
		"two values":       func(e *envelope) { e.news[0].staff.data = json.RawMessage(`{},{}`) },
		"a type's letters": func(e *envelope) { e.news[0].typ = `x","data":{},"` },
		"a long type":      func(e *envelope) { e.news[0].typ = strings.Repeat("x", maxTypeName+1) },
		"no act":           func(e *envelope) { e.news[0].act = 0 },
		"unknown act":      func(e *envelope) { e.news[0].act = absent + 1 },
		"negative":         func(e *envelope) { e.news[2].staff.heard[0].Number = -1 },
	} {
		e := exampleNews()
		spoil(e)
		if _, err := decodeEnvelope(e.encode()); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := decodeEnvelope(good.encode()); err != nil {
		t.Fatalf("the premise: %v", err)
	}
	large := exampleNews()
	large.news[0].staff.data = json.RawMessage(`"` + strings.Repeat("x", maxEnvelope) + `"`)
	if _, err := decodeEnvelope(large.encode()); err == nil {
		t.Error("an envelope past the bound was accepted")
	}
}

// TestUnreadableNews: nonsense on the bus, or the words of a later version, has heads compared, and nothing else.
func TestUnreadableNews(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(2), memoryBuses(t)
		n := startInMemory(t, b, join())
		c := n.connect(1)
		stranger := join()
		later := exampleNews().encode()
		later[0] = envelopeVersion + 1
		for i, payload := range [][]byte{nil, {}, {1}, bytes.Repeat([]byte{0xff}, 100), later} {
			b.write(message("untold"))
			stranger.Publish(t.Context(), office.String(), payload)
			c.until(int64(i + 1))
		}
		if s := n.Stats(); s.Unreadable != 5 {
			t.Errorf("stats are %+v", s)
		}
	})
}

func FuzzEnvelope(f *testing.F) {
	f.Add(exampleNews().encode())
	f.Add(exampleSign().encode())
	f.Add(exampleNews().withoutBodies().encode())
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := decodeEnvelope(payload)
		if err != nil {
			return
		}
		// What is accepted makes frames that are JSON, and says the same again.
		for i := range e.news {
			for _, view := range []*told{&e.news[i].staff, &e.news[i].contacts} {
				it := item{number: 1, shape: e.news[i].shape(view)}
				if it.act != absent && !json.Valid(payloadOf(t, it.appendFrame(nil))) {
					t.Errorf("frame %q", it.appendFrame(nil))
				}
			}
		}
		if e.sign != nil && !json.Valid(payloadOf(t, signFrame(e.sign))) {
			t.Errorf("frame %q", signFrame(e.sign))
		}
		again, err := decodeEnvelope(e.encode())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, again, envelopes); diff != "" {
			t.Error(diff)
		}
	})
}

// payloadOf reads the one unmasked text frame that b is.
func payloadOf(t *testing.T, b []byte) []byte {
	t.Helper()
	header := 2
	switch b[1] {
	case 126:
		header = 4
	case 127:
		header = 10
	}
	if b[0] != fin|opText {
		t.Fatalf("frame begins %x", b[0])
	}
	if want := appendHeader(nil, fin|opText, len(b)-header); !bytes.Equal(want, b[:header]) {
		t.Fatalf("header %x, want %x", b[:header], want)
	}
	return b[header:]
}
