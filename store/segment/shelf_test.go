package segment_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"postern/store/segment"
)

func TestShelfLetsTheLongestUnaskedGo(t *testing.T) {
	t.Parallel()
	part := func(n int) segment.Part { return segment.Part{Of: segment.BlockData, Number: n} }
	data := func(n int) segment.Kept { return segment.Kept{Data: []byte(strings.Repeat(fmt.Sprint(n), 1000))} }
	s := segment.NewShelf(4000) // three of them with what they take beside
	for n := range 3 {
		s.Put(part(n), data(n))
	}
	if kept, ok := s.Get(part(0)); !ok || string(kept.Data) != string(data(0).Data) {
		t.Fatalf("part 0: %q, %v", kept.Data, ok)
	}
	s.Put(part(3), data(3))
	for n, want := range []bool{true, false, true, true} {
		if _, ok := s.Get(part(n)); ok != want {
			t.Errorf("part %d is kept: %v, want %v", n, ok, want)
		}
	}
	s.Put(part(4), segment.Kept{Data: make([]byte, 4000)})
	if _, ok := s.Get(part(4)); ok {
		t.Error("a part larger than the shelf is kept")
	}
	if _, ok := s.Get(part(0)); !ok {
		t.Error("a part larger than the shelf drove another out")
	}
}

func TestShelfTellsPartsApart(t *testing.T) {
	t.Parallel()
	s := segment.NewShelf(1 << 20)
	parts := []segment.Part{{}, {Number: 1}, {Of: segment.BlockData}, {Of: segment.PlacesData}, {Segment: [16]byte{1}}}
	for i, p := range parts {
		s.Put(p, segment.Kept{Words: []string{fmt.Sprint(i)}})
		s.Put(p, segment.Kept{Words: []string{"another"}})
	}
	for i, p := range parts {
		if kept, ok := s.Get(p); !ok || len(kept.Words) != 1 || kept.Words[0] != fmt.Sprint(i) {
			t.Errorf("%v: %v, %v; want %d", p, kept.Words, ok, i)
		}
	}
}

func TestShelfIsSharedAndMayBeMissing(t *testing.T) {
	t.Parallel()
	var none *segment.Shelf
	none.Put(segment.Part{}, segment.Kept{})
	if _, ok := none.Get(segment.Part{}); ok {
		t.Error("no shelf keeps something")
	}
	s := segment.NewShelf(20_000)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 2000 {
				p := segment.Part{Number: n % 50}
				if kept, ok := s.Get(p); ok && kept.Words[0] != fmt.Sprint(n%50) {
					t.Errorf("part %d holds %v", n%50, kept.Words)
				}
				s.Put(p, segment.Kept{Words: []string{fmt.Sprint(n % 50)}, Data: make([]byte, 500)})
			}
		})
	}
	all.Wait()
}
