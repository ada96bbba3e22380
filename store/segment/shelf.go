package segment

import (
	"container/list"
	"sync"
)

// Shelf keeps what was read of segments, since each search looks into all of them: up to so many bytes; what was not asked for the longest goes first. A
// segment is made once and never changed, and its id never used again, so that nothing on a shelf is ever out of date. It may be used by many at a time; a nil
// one keeps nothing.
type Shelf struct {
	most int // bytes

	mu    sync.Mutex
	bytes int
	parts map[Part]*list.Element // of stacked
	order list.List              // the last asked for in front
}

// Part is a piece of a segment.
type Part struct {
	Segment [16]byte
	Of      Kind
	Number  int // of the block, or the ordinal of the first of the places
}

// Kind is what a part holds.
type Kind byte

// Kinds of parts.
const (
	FirstWords Kind = iota // of all blocks, in order
	BlockData
	PlacesData
)

// Kept is what a part has: Words of FirstWords, Data of the others. Nobody changes it.
type Kept struct {
	Words []string
	Data  []byte
}

type stacked struct {
	part Part
	kept Kept
}

// partBytes is what a part takes beside its words and data, about: an element, its place in the map, and headers.
const partBytes = 200

func (s *stacked) bytes() int {
	n := partBytes + len(s.kept.Data)
	for _, word := range s.kept.Words {
		n += len(word) + 16
	}
	return n
}

// NewShelf makes one of so many bytes.
func NewShelf(most int) *Shelf { return &Shelf{most: most, parts: map[Part]*list.Element{}} }

// Get gives a part that is kept.
func (s *Shelf) Get(p Part) (Kept, bool) {
	if s == nil {
		return Kept{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.parts[p]
	if e == nil {
		return Kept{}, false
	}
	s.order.MoveToFront(e)
	return e.Value.(*stacked).kept, true
}

// Put keeps a part, for which others may have to go. What two readers read at a time is kept once.
func (s *Shelf) Put(p Part, k Kept) {
	one := &stacked{p, k}
	if s == nil || one.bytes() > s.most {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.parts[p] != nil {
		return
	}
	s.parts[p] = s.order.PushFront(one)
	for s.bytes += one.bytes(); s.bytes > s.most; {
		last := s.order.Remove(s.order.Back()).(*stacked)
		delete(s.parts, last.part)
		s.bytes -= last.bytes()
	}
}
