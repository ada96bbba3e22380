package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"postern/chat"
	"postern/store/query"
)

// View is chat.Store's.
func (s *Store) View(ctx context.Context, read func(chat.Reader) error) error {
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return s.inTx(ctx, snapshot, func(tx pgx.Tx) error { return read(query.NewReader(session{on: tx}, s.dialect)) })
}

// Heads is chat.Store's.
func (s *Store) Heads(ctx context.Context, users []chat.ID) (heads map[chat.ID]chat.Place, err error) {
	found, err := s.pool.Query(ctx, `SELECT user_id, epoch, head FROM streams WHERE user_id = ANY($1)`, users)
	if err != nil {
		return nil, tried("read heads", err)
	}
	defer found.Close()
	heads = make(map[chat.ID]chat.Place, len(users))
	for found.Next() {
		var user chat.ID
		var place chat.Place
		if err := found.Scan(&user, &place.Epoch, &place.Number); err != nil {
			return nil, tried("read heads", err)
		}
		heads[user] = place
	}
	return heads, tried("read heads", found.Err())
}
