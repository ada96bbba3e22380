package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"postern/chat"
	"postern/store/query"
)

// decide runs the decisions in one transaction; when that fails for a reason that may lie with one of them, each in its own.
func (w *writer) decide(group []*job) {
	err := w.together(group)
	switch {
	case err == nil:
	case len(group) == 1 || chat.KindOf(err) == chat.Unavailable:
		for _, j := range group {
			j.told, j.err = nil, err
		}
	default:
		w.log.Debug().Err(err).Int("decisions", len(group)).Msg("group failed, deciding one by one")
		for _, j := range group {
			w.decide([]*job{j})
		}
	}
}

// together gives every job its outcome, or an error when there was no commit.
func (w *writer) together(group []*job) error {
	ctx := context.Background()
	needs := make([]chat.Need, len(group))
	for i, j := range group {
		needs[i] = j.decision.Need
		j.told, j.err = nil, nil
	}
	var loaded *chat.Group
	err := w.conn.transact(beginWrite, func() (keep bool, err error) {
		if err := w.known.check(ctx, w.conn); err != nil {
			return false, err
		}
		if loaded, err = load(ctx, w.conn, w.known, needs); err != nil {
			return false, err
		}
		for i, j := range group {
			j.err = loaded.Run(i, *j.decision)
		}
		if loaded.Writes().Empty() {
			return false, nil
		}
		return true, write(ctx, w.conn, w.known, loaded)
	})
	if err != nil {
		w.known.forget()
		return err
	}
	w.known.keep(loaded)
	for i, j := range group {
		j.told = loaded.Told(i)
	}
	return nil
}

// alone runs an update or a ping in a transaction of its own.
func (w *writer) alone(j *job) {
	tx := &tx{Writer: *query.NewWriter(w.conn, query.SQLite()), conn: w.conn, known: w.known}
	j.err = w.conn.transact(beginWrite, func() (bool, error) {
		if j.ping {
			return true, w.conn.touch()
		}
		return true, updateOne(tx, j.update)
	})
	if j.err == nil {
		j.told = tx.told
	}
}

// updateOne turns a panic into its caller's error: the writer works for everybody.
func updateOne(tx *tx, do func(chat.Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("update panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return do(tx)
}

// tx is chat.Tx of an update.
type tx struct {
	query.Writer
	conn   *conn
	known  *known // by the writer; the update says what it changes, and reads for itself
	loaded *known // for the one group that the transaction may load
	told   []chat.Told
}

// Load is chat.Tx's.
func (t *tx) Load(ctx context.Context, needs ...chat.Need) (*chat.Group, error) {
	if t.loaded != nil {
		return nil, errors.New("a transaction loads once")
	}
	t.loaded = newKnown()
	return load(ctx, t.conn, t.loaded, needs)
}

// Write is chat.Tx's.
func (t *tx) Write(ctx context.Context, g *chat.Group) error {
	if err := write(ctx, t.conn, t.loaded, g); err != nil {
		return err
	}
	t.known.changed(g)
	t.told = g.AllTold()
	return nil
}

// PutOffice is chat.Tx's.
func (t *tx) PutOffice(ctx context.Context, o chat.Office) error {
	delete(t.known.offices, o.ID)
	return t.Writer.PutOffice(ctx, o)
}

// SetActive is chat.Tx's.
func (t *tx) SetActive(ctx context.Context, office, user chat.ID, active bool) (bool, error) {
	delete(t.known.users, user)
	return t.Writer.SetActive(ctx, office, user, active)
}

// SetRights is chat.Tx's.
func (t *tx) SetRights(ctx context.Context, office, user chat.ID, role chat.Role, mayMessage bool) error {
	delete(t.known.users, user)
	return t.Writer.SetRights(ctx, office, user, role, mayMessage)
}

// SetBCC is chat.Tx's.
func (t *tx) SetBCC(ctx context.Context, office, user chat.ID, bcc bool) error {
	delete(t.known.users, user)
	return t.Writer.SetBCC(ctx, office, user, bcc)
}

// SetStrict is chat.Tx's.
func (t *tx) SetStrict(ctx context.Context, office, user chat.ID, strict bool) error {
	delete(t.known.users, user)
	return t.Writer.SetStrict(ctx, office, user, strict)
}

// SetToldRead is chat.Tx's.
func (t *tx) SetToldRead(ctx context.Context, office, user chat.ID, since time.Time) error {
	delete(t.known.users, user)
	return t.Writer.SetToldRead(ctx, office, user, since)
}

// SetMailTimes is chat.Tx's.
func (t *tx) SetMailTimes(ctx context.Context, office, user chat.ID, times chat.MailTimes) error {
	delete(t.known.users, user)
	return t.Writer.SetMailTimes(ctx, office, user, times)
}

// SetPassword is chat.Tx's.
func (t *tx) SetPassword(ctx context.Context, office, user chat.ID, hash string) error {
	delete(t.known.users, user)
	return t.Writer.SetPassword(ctx, office, user, hash)
}

// RenewEpoch is chat.Tx's.
func (t *tx) RenewEpoch(ctx context.Context, user chat.ID) error {
	delete(t.known.streams, user)
	return t.Writer.RenewEpoch(ctx, user)
}

// PutUser is chat.Tx's.
func (t *tx) PutUser(ctx context.Context, u chat.User) error {
	delete(t.known.users, u.ID)
	return t.Writer.PutUser(ctx, u)
}

// Sign is chat.Tx's.
func (t *tx) Sign(ctx context.Context, user chat.ID, s chat.Signature) error {
	delete(t.known.users, user)
	return t.Writer.Sign(ctx, user, s)
}
