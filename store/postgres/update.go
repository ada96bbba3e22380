package postgres

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/jackc/pgx/v5"

	"postern/chat"
	"postern/store/query"
)

// Update is chat.Store's.
func (s *Store) Update(ctx context.Context, change func(chat.Tx) error) ([]chat.Told, error) {
	for attempt := 1; ; attempt++ {
		var told []chat.Told
		err := s.inTx(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
			u := &update{Writer: query.NewWriter(session{on: tx}, s.dialect), tx: tx, dialect: s.dialect}
			err := guard(u, change)
			if err == nil && u.written {
				told = u.group.AllTold()
			}
			return err
		})
		if err == nil {
			return told, nil
		}
		if !transient(err) || attempt == maxAttempts {
			return nil, err
		}
	}
}

// guard turns a panic into its caller's error, as decisions have it.
func guard(tx chat.Tx, change func(chat.Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("update panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return change(tx)
}

// maxAttempts bounds how often a transaction that had to let another one pass is tried.
const maxAttempts = 4

// update is chat.Tx.
type update struct {
	*query.Writer
	tx      pgx.Tx
	dialect query.Dialect
	group   *chat.Group
	written bool
}

// Load is chat.Tx's.
func (u *update) Load(ctx context.Context, needs ...chat.Need) (*chat.Group, error) {
	if u.group != nil {
		return nil, errors.New("load a second group in one transaction")
	}
	l := newLoading(needs)
	batch := &pgx.Batch{}
	l.queue(batch)
	if err := u.tx.SendBatch(ctx, batch).Close(); err != nil {
		return nil, tried("load", err)
	}
	if err := l.complete(ctx, query.NewReader(session{on: u.tx}, u.dialect)); err != nil {
		return nil, err
	}
	u.group = l.group
	return l.group, nil
}

// Write is chat.Tx's.
func (u *update) Write(ctx context.Context, g *chat.Group) error {
	if g != u.group || u.written {
		return errors.New("write a group that this transaction has not loaded, or has written")
	}
	u.written = true
	batch := &pgx.Batch{}
	queueWrites(batch, g)
	return tried("write", u.tx.SendBatch(ctx, batch).Close())
}
