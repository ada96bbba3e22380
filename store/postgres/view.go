package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"postern/chat"
	"postern/store/query"
)

// View is chat.Store's.
func (s *Store) View(ctx context.Context, read func(chat.Reader) error) error {
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return s.inTx(ctx, snapshot, func(tx pgx.Tx) error {
		return read(query.NewReader(session{on: tx}, s.dialect).Keeping(s.shelf))
	})
}

// Ask is chat.Store's. Every trip counts where a question is asked for each letter: there is no transaction to begin and to end.
func (s *Store) Ask(ctx context.Context, ask func(chat.Reader) error) error {
	if s.pooled {
		return s.inTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			return ask(query.NewReader(session{on: tx}, s.dialect))
		})
	}
	conn, err := s.onLive(ctx, func(conn *pgxpool.Conn) error {
		return ask(query.NewReader(session{on: conn}, s.dialect))
	})
	if err != nil {
		return refusal(err)
	}
	conn.Release()
	return nil
}

// Heads is chat.Store's.
func (s *Store) Heads(ctx context.Context, users []chat.ID) (heads map[chat.ID]chat.Place, err error) {
	if !s.pooled {
		return readHeads(ctx, s.pool, users)
	}
	err = s.inTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) (err error) {
		heads, err = readHeads(ctx, tx, users)
		return err
	})
	return heads, err
}

func readHeads(ctx context.Context, on interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}, users []chat.ID) (heads map[chat.ID]chat.Place, err error) {
	found, err := on.Query(ctx, `SELECT user_id, epoch, head FROM streams WHERE user_id = ANY($1)`, users)
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
