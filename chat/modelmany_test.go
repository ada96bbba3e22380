package chat

import (
	"cmp"
	"context"
	"slices"
)

func (r *modelReader) SessionsByToken(ctx context.Context, hashes [][32]byte) (map[[32]byte]*Session, error) {
	found := map[[32]byte]*Session{}
	for _, hash := range hashes {
		if s, err := r.Session(ctx, hash); err == nil {
			found[hash] = s
		}
	}
	return found, nil
}

func (r *modelReader) SessionsByID(_ context.Context, ids []ID) (map[ID]*Session, error) {
	return byID(r.sessions, ids), nil
}

func (r *modelReader) UsersByID(_ context.Context, ids []ID) (map[ID]*User, error) {
	return byID(r.users, ids), nil
}

func byID[V any](all map[ID]V, ids []ID) map[ID]*V {
	found := map[ID]*V{}
	for _, id := range ids {
		if v, ok := all[id]; ok {
			found[id] = &v
		}
	}
	return found
}

func (r *modelReader) Streams(ctx context.Context, users []ID) (map[ID]KeptStream, error) {
	found := map[ID]KeptStream{}
	for _, id := range users {
		if stream, err := r.Stream(ctx, id); err == nil {
			_, oldest, _ := r.Events(ctx, id, 0, 0)
			found[id] = KeptStream{stream, oldest}
		}
	}
	return found, nil
}

func (r *modelReader) EventsPast(ctx context.Context, from []Past, limit int) (list []StreamEvent, err error) {
	for _, p := range from {
		events, _, err := r.Events(ctx, p.User, p.Number, limit)
		if err != nil {
			return nil, err
		}
		list = append(list, events...)
	}
	slices.SortFunc(list, func(a, b StreamEvent) int { return cmp.Or(compareIDs(a.User, b.User), cmp.Compare(a.Number, b.Number)) })
	return slices.Compact(list), nil
}

func (r *modelReader) SpansOf(ctx context.Context, office ID, seats []Seat) (map[Seat][]Span, error) {
	found := map[Seat][]Span{}
	for _, seat := range seats {
		spans, err := r.Spans(ctx, office, seat.User, []ID{seat.Conversation})
		if err != nil {
			return nil, err
		}
		if own := spans[seat.Conversation]; len(own) > 0 {
			found[seat] = own
		}
	}
	return found, nil
}

func (r *modelReader) Participants(ctx context.Context, office ID, seats []Seat) (map[Seat]*Participant, error) {
	found := map[Seat]*Participant{}
	for _, seat := range seats {
		own, err := r.Rows(ctx, RowQuery{Office: office, User: seat.User, Conversation: seat.Conversation, Limit: 1})
		if err == nil && len(own) == 1 {
			found[seat] = &own[0].Participant
		}
	}
	return found, nil
}

func (r *modelReader) ReceiptsAt(ctx context.Context, office ID, places []MessagePlace) (map[MessagePlace][]ReceiptShown, error) {
	found := map[MessagePlace][]ReceiptShown{}
	for _, place := range places {
		over, err := r.Receipts(ctx, office, place.Conversation, place.Position-1, place.Position)
		if err != nil {
			return nil, err
		}
		for _, receipt := range over {
			if receipt.Through == place.Position {
				found[place] = append(found[place], receipt)
			}
		}
	}
	return found, nil
}
