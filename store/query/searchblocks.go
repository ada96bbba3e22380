package query

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"unicode"

	"postern/chat"
	"postern/store/segment"
)

// block is a block of one segment that may hold a term.
type block struct {
	segment [16]byte
	term    int
	data    []byte
}

// blocks gives the blocks that may hold the terms: of each segment the last that begins before a term or with it, and for a prefix those that begin with it.
func (s *searching) blocks(ctx context.Context, segments []sealed, terms []chat.Term) (found []block, err error) {
	first, err := s.firstWords(ctx, segments)
	if err != nil {
		return nil, err
	}
	var wanted []segment.Part
	for _, g := range segments {
		for i, term := range terms {
			from, to := blocksOf(first[g.id], term)
			for n := from; n < to; n++ {
				found = append(found, block{segment: g.id, term: i})
				wanted = append(wanted, segment.Part{Segment: g.id, Of: segment.BlockData, Number: n})
			}
		}
	}
	read, err := s.parts(ctx, wanted, func(ctx context.Context, parts []segment.Part) ([]onShelf, error) {
		return s.readBlocks(ctx, parts, first)
	})
	for i := range found {
		found[i].data = read[wanted[i]].Data
	}
	return found, err
}

// blocksOf are the numbers of those that may hold the term, by the first words of all.
func blocksOf(first []string, term chat.Term) (from, to int) {
	last := term.Word
	if term.Prefix {
		last += string(unicode.MaxRune)
	}
	after := func(word string) int { return sort.Search(len(first), func(i int) bool { return first[i] > word }) }
	return max(after(term.Word)-1, 0), after(last)
}

// firstWords are those of each segment's blocks, in order.
func (s *searching) firstWords(ctx context.Context, segments []sealed) (map[chat.ID][]string, error) {
	wanted := make([]segment.Part, len(segments))
	for i, g := range segments {
		wanted[i] = segment.Part{Segment: g.id, Of: segment.FirstWords}
	}
	read, err := s.parts(ctx, wanted, s.readFirstWords)
	words := make(map[chat.ID][]string, len(read))
	for part, kept := range read {
		words[part.Segment] = kept.Words
	}
	return words, err
}

func (s *searching) readFirstWords(ctx context.Context, parts []segment.Part) (read []onShelf, err error) {
	ids := make([]chat.ID, len(parts))
	for i, p := range parts {
		ids[i] = p.Segment
	}
	found, err := All(ctx, s.db, "words of blocks", scanFirstWord, `
		SELECT b.segment_id, b.first_word FROM `+s.d.IDs("$1")+` AS one`+s.d.Each("search_blocks", "b", `b.segment_id = one.id`), ids)
	slices.SortFunc(found, func(a, b firstWord) int {
		return cmp.Or(slices.Compare(a.segment[:], b.segment[:]), cmp.Compare(a.word, b.word))
	})
	for _, w := range found {
		if n := len(read); n == 0 || read[n-1].part.Segment != w.segment {
			read = append(read, onShelf{part: segment.Part{Segment: w.segment, Of: segment.FirstWords}})
		}
		kept := &read[len(read)-1].kept
		kept.Words = append(kept.Words, w.word)
	}
	return read, err
}

type firstWord struct {
	segment chat.ID
	word    string
}

func scanFirstWord(rows Rows, w *firstWord) error { return rows.Scan(ID(&w.segment), &w.word) }

// readBlocks finds the parts by their first words.
func (s *searching) readBlocks(ctx context.Context, parts []segment.Part, first map[chat.ID][]string) ([]onShelf, error) {
	pairs := make([][2]string, len(parts))
	for i, p := range parts {
		pairs[i] = [2]string{chat.ID(p.Segment).String(), first[p.Segment][p.Number]}
	}
	return All(ctx, s.db, "blocks", func(rows Rows, b *onShelf) error {
		var word string
		err := rows.Scan(ID((*chat.ID)(&b.part.Segment)), &word, &b.kept.Data)
		number, _ := slices.BinarySearch(first[b.part.Segment], word)
		b.part.Of, b.part.Number = segment.BlockData, number
		return err
	}, `
		SELECT b.segment_id, b.first_word, b.data
		FROM `+s.d.Words("$1")+` AS one`+s.d.Each("search_blocks", "b", `b.segment_id = one.id AND b.first_word = one.word`), encode(pairs))
}
