package segment

import (
	"encoding/binary"
	"errors"
	"iter"
	"math/bits"
	"strings"
)

// ErrDamaged says that bytes are none of ours.
var ErrDamaged = errors.New("a damaged segment of the search's index")

// Set is some of a segment's entries, by ordinal.
type Set [Most / 64]uint64

// All is the set of a whole segment.
func All(entries int) *Set {
	var s Set
	entries = min(entries, Most)
	for i := range entries / 64 {
		s[i] = ^uint64(0)
	}
	if rest := entries % 64; rest > 0 {
		s[entries/64] = 1<<rest - 1
	}
	return &s
}

func (s *Set) add(ordinal uint64) { s[ordinal/64] |= 1 << (ordinal % 64) }

// Has says that an ordinal is in the set.
func (s *Set) Has(ordinal int) bool {
	return ordinal >= 0 && ordinal < Most && s[ordinal/64]&(1<<(ordinal%64)) != 0
}

// Join adds another set's entries.
func (s *Set) Join(other *Set) {
	for i := range s {
		s[i] |= other[i]
	}
}

// Meet keeps what the other set has too.
func (s *Set) Meet(other *Set) {
	for i := range s {
		s[i] &= other[i]
	}
}

// Empty says that nothing is in the set.
func (s *Set) Empty() bool { return *s == Set{} }

// Newest goes through the ordinals, the highest first.
func (s *Set) Newest() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := len(s) - 1; i >= 0; i-- {
			for word := s[i]; word != 0; {
				bit := 63 - bits.LeadingZeros64(word)
				word &^= 1 << bit
				if !yield(i*64 + bit) {
					return
				}
			}
		}
	}
}

// Find adds to the set the entries that hold the word, or with prefix a word that begins with it, as far as the block knows. The segment has so many entries.
func Find(block []byte, word string, prefix bool, entries int, into *Set) error {
	r := reader{rest: block}
	var at []byte
	for len(r.rest) > 0 && !r.damaged {
		shared, rest := r.uvarint(), r.bytes(r.uvarint())
		if r.damaged || shared > uint64(len(at)) {
			return ErrDamaged
		}
		at = append(at[:shared], rest...)
		hit := string(at) == word || prefix && strings.HasPrefix(string(at), word)
		if !hit && string(at) > word {
			return nil
		}
		r.ordinals(entries, hit, into)
	}
	if r.damaged {
		return ErrDamaged
	}
	return nil
}

// reader takes a block from left to right.
type reader struct {
	rest    []byte
	damaged bool
}

func (r *reader) uvarint() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.damaged = true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) varint() int64 {
	n, size := binary.Varint(r.rest)
	if size <= 0 {
		r.damaged = true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.damaged = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// ordinals takes the entries of a word, and adds them if they are wanted.
func (r *reader) ordinals(entries int, wanted bool, into *Set) {
	held := r.uvarint()
	if held > uint64(entries) || entries > Most {
		r.damaged = true
		return
	}
	if dense(int(held), entries) {
		for i, b := range r.bytes(uint64(entries+7) / 8) {
			if wanted {
				into[i/8] |= uint64(b) << (i % 8 * 8)
			}
		}
		return
	}
	for ordinal := uint64(0); held > 0 && !r.damaged; held-- {
		ordinal += r.uvarint()
		if ordinal >= uint64(entries) {
			r.damaged = true
		} else if wanted {
			into.add(ordinal)
		}
	}
}

// Place is where an entry is.
type Place struct {
	Conversation [16]byte
	Position, At int64
}

// ReadPlaces adds what [Build] wrote of some entries, the oldest first.
func ReadPlaces(data []byte, into []Place) ([]Place, error) {
	r := reader{rest: data}
	n := r.uvarint()
	if n > Together {
		return into, ErrDamaged
	}
	conversations := r.bytes(n * 16)
	for at := int64(0); len(r.rest) > 0 && !r.damaged; {
		number, position := r.uvarint(), r.uvarint()
		if at += r.varint(); number >= n {
			return into, ErrDamaged
		}
		into = append(into, Place{[16]byte(conversations[number*16:]), int64(position), at})
	}
	if r.damaged {
		return into, ErrDamaged
	}
	return into, nil
}
