package segment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// some are entries whose i-th holds one word that all have, one that every third has, and some of its own.
func some(n int) []Entry {
	entries := make([]Entry, n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range entries {
		words := []string{"", "all", fmt.Sprintf("own%d", i), fmt.Sprintf("often%d", r.IntN(50)), "änderung" + fmt.Sprint(r.IntN(900))}
		if i%3 == 0 {
			words = append(words, "third")
		}
		entries[i] = Entry{Conversation: [16]byte{byte(i % 251), 7}, Position: int64(i) << 20, At: int64(1000 + i*3), Words: strings.Join(words, " ") + " "}
	}
	return entries
}

// found asks every block, as nobody would who looks for the one that may hold the word.
func found(t *testing.T, b Built, n int, word string, prefix bool) (ordinals []int) {
	t.Helper()
	var set Set
	for _, block := range b.Blocks {
		if err := Find(block.Data, word, prefix, n, &set); err != nil {
			t.Fatal(err)
		}
	}
	ordinals = slices.Collect(set.Newest())
	slices.Reverse(ordinals)
	return ordinals
}

func TestFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 7, 8, 9, 100, Most} {
		entries := some(n)
		b := Build(entries)
		if b.First != entries[0].At || b.Last != entries[n-1].At {
			t.Errorf("%d: from %d to %d", n, b.First, b.Last)
		}
		for _, word := range []string{"all", "third", "own0", "own1", "own", "often7", "often", "änderung1", "änderung", "a", "zz", "A"} {
			for _, prefix := range []bool{false, true} {
				var want []int
				for i, e := range entries {
					if strings.Contains(e.Words, " "+word+" ") || prefix && strings.Contains(e.Words, " "+word) {
						want = append(want, i)
					}
				}
				if got := found(t, b, n, word, prefix); !slices.Equal(got, want) {
					t.Errorf("%d entries, %q, prefix %t: %d found instead of %d", n, word, prefix, len(got), len(want))
				}
			}
		}
		var places []Place
		for _, data := range b.Places {
			var err error
			if places, err = ReadPlaces(data, places); err != nil {
				t.Fatal(err)
			}
		}
		for i, e := range entries {
			if want := (Place{e.Conversation, e.Position, e.At}); len(places) != n || places[i] != want {
				t.Fatalf("entry %d is at %v instead of %v", i, places[i], want)
			}
		}
	}
}

func TestSetsJoinAndMeet(t *testing.T) {
	t.Parallel()
	var a, b Set
	for i := range 300 {
		if i%2 == 0 {
			a.add(uint64(i))
		}
		if i%3 == 0 {
			b.add(uint64(i))
		}
	}
	both, either := a, a
	both.Meet(&b)
	either.Join(&b)
	for i := range 300 {
		if got := slices.Contains(slices.Collect(both.Newest()), i); got != (i%6 == 0) {
			t.Fatalf("%d in both: %t", i, got)
		}
		if got := slices.Contains(slices.Collect(either.Newest()), i); got != (i%2 == 0 || i%3 == 0) {
			t.Fatalf("%d in either: %t", i, got)
		}
	}
	if both.Empty() || !(&Set{}).Empty() || len(slices.Collect(All(300).Newest())) != 300 {
		t.Error("sets are not what they say")
	}
}

// FuzzFind: whatever the bytes, an answer within the segment or an error.
func FuzzFind(f *testing.F) {
	for _, block := range Build(some(200)).Blocks {
		f.Add(block.Data, "own1", true, 200)
	}
	f.Add([]byte{0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, "a", false, Most)
	f.Fuzz(func(t *testing.T, block []byte, word string, prefix bool, entries int) {
		entries = min(max(entries, 0), Most)
		var set Set
		if err := Find(block, word, prefix, entries, &set); err != nil {
			return
		}
		for ordinal := range set.Newest() {
			if ordinal >= (entries+7)/8*8 {
				t.Fatalf("entry %d of %d", ordinal, entries)
			}
		}
	})
}

// FuzzReadPlaces: whatever the bytes, places or an error.
func FuzzReadPlaces(f *testing.F) {
	for _, data := range Build(some(200)).Places {
		f.Add(data)
	}
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if places, err := ReadPlaces(data, nil); err == nil && len(places) > len(data) {
			t.Fatalf("%d places in %d bytes", len(places), len(data))
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	entries := some(Most)
	for b.Loop() {
		Build(entries)
	}
}
