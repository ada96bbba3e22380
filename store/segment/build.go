package segment

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

// Most is how many entries a segment holds at most.
const Most = 4096

// blockBytes is what a block is filled to: it stays within a row's page, also in PostgreSQL.
const blockBytes = 1900

// Entry is what is indexed.
type Entry struct {
	Conversation [16]byte
	Position     int64
	At           int64  // microseconds since 1970
	Words        string // each with a space before it; no word twice matters not
}

// Block is some of a segment's words, and the entries that hold each.
type Block struct {
	First string // word
	Data  []byte
}

// Built is a segment. Places are of [Together] entries each. First and Last are the times of its oldest and newest entry.
type Built struct {
	Blocks      []Block
	Places      [][]byte
	First, Last int64
}

// Build makes a segment of at most [Most] entries, oldest first.
func Build(entries []Entry) Built {
	var b Built
	ordinals := map[string][]uint16{}
	for i := range entries {
		e := &entries[i]
		if i == 0 {
			b.First, b.Last = e.At, e.At
		}
		b.First, b.Last = min(b.First, e.At), max(b.Last, e.At)
		for word := range strings.FieldsSeq(e.Words) {
			if held := ordinals[word]; len(held) == 0 || held[len(held)-1] != uint16(i) {
				ordinals[word] = append(held, uint16(i))
			}
		}
	}
	b.blocks(ordinals, len(entries))
	for some := range slices.Chunk(entries, Together) {
		b.Places = append(b.Places, places(some))
	}
	return b
}

func (b *Built) blocks(ordinals map[string][]uint16, entries int) {
	var block Block
	var last string
	for _, word := range slices.Sorted(maps.Keys(ordinals)) {
		if len(block.Data) == 0 {
			block.First, last = word, ""
		}
		block.Data = appendWord(block.Data, last, word)
		block.Data = appendOrdinals(block.Data, ordinals[word], entries)
		if last = word; len(block.Data) >= blockBytes {
			b.Blocks, block = append(b.Blocks, block), Block{}
		}
	}
	if len(block.Data) > 0 {
		b.Blocks = append(b.Blocks, block)
	}
}

func appendWord(b []byte, last, word string) []byte {
	shared := 0
	for shared < min(len(last), len(word)) && last[shared] == word[shared] {
		shared++
	}
	b = binary.AppendUvarint(b, uint64(shared))
	b = binary.AppendUvarint(b, uint64(len(word)-shared))
	return append(b, word[shared:]...)
}

// dense says that a bitmap is shorter than a list.
func dense(held, entries int) bool { return held*8 >= entries }

func appendOrdinals(b []byte, held []uint16, entries int) []byte {
	b = binary.AppendUvarint(b, uint64(len(held)))
	if dense(len(held), entries) {
		bits := make([]byte, (entries+7)/8)
		for _, ordinal := range held {
			bits[ordinal/8] |= 1 << (ordinal % 8)
		}
		return append(b, bits...)
	}
	last := uint16(0)
	for _, ordinal := range held {
		b = binary.AppendUvarint(b, uint64(ordinal-last))
		last = ordinal
	}
	return b
}

// Together is of how many entries the places are kept in one: few are read for what is rare, and few times for what is common.
const Together = 64

func places(entries []Entry) (b []byte) {
	var conversations [][16]byte
	for i := range entries {
		if !slices.Contains(conversations, entries[i].Conversation) {
			conversations = append(conversations, entries[i].Conversation)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(conversations)))
	for _, c := range conversations {
		b = append(b, c[:]...)
	}
	last := int64(0)
	for i := range entries {
		e := &entries[i]
		b = binary.AppendUvarint(b, uint64(slices.Index(conversations, e.Conversation)))
		b = binary.AppendUvarint(b, uint64(e.Position))
		b = binary.AppendVarint(b, e.At-last)
		last = e.At
	}
	return b
}
