package chat

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestPositionsCountMessagesForAll goes through every history of up to ten entries: contacts see 1, 2, 3, ... whatever notes lie between, and
// places grow from entry to entry.
func TestPositionsCountMessagesForAll(t *testing.T) {
	t.Parallel()
	for history := range 1 << 10 {
		var last Position
		public := Position(0)
		for i := range 10 {
			audience := ForAll
			if history>>i&1 == 1 {
				audience = ForStaff
			}
			next, err := last.next(audience)
			if err != nil {
				t.Fatal(err)
			}
			if next <= last || next.String() <= last.String() {
				t.Fatalf("history %010b: %s after %s", history, next, last)
			}
			if audience == ForAll {
				public++
				if next != public<<20 {
					t.Fatalf("history %010b: message %d for all is at %s", history, public, next)
				}
			}
			if next.Public() != public<<20 {
				t.Fatalf("history %010b: %s shows contacts %s", history, next, next.Public())
			}
			last = next
		}
	}
}

func TestNotesAfterOneMessageAreBounded(t *testing.T) {
	t.Parallel()
	full := Position(3<<20 + 1<<20 - 1)
	if _, err := full.next(ForStaff); KindOf(err) != TooMany {
		t.Errorf("one note too many: %v", err)
	}
	if next, err := full.next(ForAll); err != nil || next != 4<<20 {
		t.Errorf("a message after them: %s, %v", next, err)
	}
}

func TestPositionsAsText(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	values := []Position{0, 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, math.MaxInt64}
	for range 200 {
		values = append(values, Position(rnd.Uint64()>>1>>rnd.IntN(60)))
	}
	for _, p := range values {
		text, err := json.Marshal(p)
		var back Position
		if err == nil {
			err = json.Unmarshal(text, &back)
		}
		if err != nil || back != p || len(p.String()) != 16 {
			t.Fatalf("%d became %s and %d: %v", p, text, back, err)
		}
		for _, q := range values {
			if cmp.Compare(p, q) != strings.Compare(p.String(), q.String()) {
				t.Fatalf("%d and %d sort otherwise as text", p, q)
			}
		}
	}
}

func TestNoPositions(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "0", "1", "00000000001", "000000000010000", "00000000001000000", "8000000000000000", "ffffffffffffffff", "-000000000000001",
		"+000000000000001", "0x00000000000001", "00000000 0000001", "000000000000000g", "00000000000000\x00a", "00000000000A0000", "0000000000_10000",
	} {
		if p, err := ParsePosition(s); !errors.Is(err, Refuse(Invalid, "")) {
			t.Errorf("%q: %d, %v", s, p, err)
		}
		if err := json.Unmarshal([]byte(`"`+strings.ReplaceAll(s, "\x00", `\u0000`)+`"`), new(Position)); !errors.Is(err, Refuse(Invalid, "")) {
			t.Errorf("%q in JSON: %v", s, err)
		}
	}
}
