package query

import (
	"context"
	"fmt"
	"time"

	"postern/chat"
	"postern/store/segment"
)

// piece is some of a segment's entries, those whose places are kept together, and which of them are found.
type piece struct {
	segment chat.ID
	first   int // ordinal
	set     *segment.Set
	upTo    time.Time // none of them is newer
}

// piecesOf gives those in which something is found, newest first.
func piecesOf(g sealed, set *segment.Set) (pieces []piece) {
	for ordinal := range set.Newest() {
		first := ordinal - ordinal%segment.Together
		if n := len(pieces); n == 0 || pieces[n-1].first != first {
			pieces = append(pieces, piece{g.id, first, set, g.last})
		}
	}
	return pieces
}

// place adds the entries of the pieces that are found, and says how new the oldest of the last piece is.
func (s *searching) place(ctx context.Context, pieces []piece) (oldest time.Time, err error) {
	wanted := make([]segment.Part, len(pieces))
	for i, p := range pieces {
		wanted[i] = segment.Part{Segment: p.segment, Of: segment.PlacesData, Number: p.first}
	}
	read, err := s.parts(ctx, wanted, s.readPlaces)
	if err != nil {
		return oldest, err
	}
	for i, p := range pieces {
		if oldest, err = s.placeOne(p, read[wanted[i]].Data); err != nil {
			return oldest, fmt.Errorf("segment %s: %w", p.segment, err)
		}
	}
	return oldest, nil
}

func (s *searching) readPlaces(ctx context.Context, parts []segment.Part) ([]onShelf, error) {
	pairs := make([][2]any, len(parts))
	for i, p := range parts {
		pairs[i] = [2]any{chat.ID(p.Segment).String(), p.Number}
	}
	return All(ctx, s.db, "places", scanPlaces, `
		SELECT k.segment_id, k.first, k.data
		FROM `+s.d.Numbers("$1")+` AS piece`+
		s.d.Each("search_places", "k", `k.segment_id = piece.id AND k.first = piece.number`), encode(pairs))
}

func scanPlaces(rows Rows, p *onShelf) error {
	p.part.Of = segment.PlacesData
	return rows.Scan(ID((*chat.ID)(&p.part.Segment)), &p.part.Number, &p.kept.Data)
}

func (s *searching) placeOne(p piece, data []byte) (oldest time.Time, err error) {
	s.places, err = segment.ReadPlaces(data, s.places[:0])
	if err == nil && len(s.places) == 0 {
		err = segment.ErrDamaged
	}
	if err != nil {
		return oldest, err
	}
	for i := len(s.places) - 1; i >= 0; i-- {
		at := &s.places[i]
		c := chat.Candidate{At: time.UnixMicro(at.At).UTC(), Conversation: at.Conversation, Position: chat.Position(at.Position)}
		if p.set.Has(p.first+i) && s.fits(c) && !s.seats.others(c.Conversation) {
			s.found = append(s.found, c)
		}
	}
	return time.UnixMicro(s.places[0].At).UTC(), nil
}
