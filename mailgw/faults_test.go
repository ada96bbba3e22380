package mailgw

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"postern/chat"
	"postern/store/blob"
)

// faulty is a store that fails when told to, and whose leases, grace times and waits are as long as told: the database's clock cannot be moved.
type faulty struct {
	chat.Store
	mu     sync.Mutex
	fail   func(call string) error // nil: nothing fails
	leases time.Duration           // added to the clock that leases run by
	waits  time.Duration           // added to grace times, and to waits between attempts
}

func (f *faulty) wait(more time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waits += more
}

func (f *faulty) waiting() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.waits
}

func (f *faulty) failWith(fail func(call string) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

func (f *faulty) err(call string) error {
	f.mu.Lock()
	fail := f.fail
	f.mu.Unlock()
	if fail == nil {
		return nil
	}
	return fail(call)
}

func (f *faulty) Decide(ctx context.Context, d chat.Decision) ([]chat.Told, error) {
	if err := f.err("decide"); err != nil {
		return nil, err
	}
	more := f.waiting()
	decide := d.Decide
	d.Decide = func(st *chat.State) (chat.Effects, error) {
		e, err := decide(st)
		for i := range e.Notices {
			e.Notices[i].After += more
		}
		return e, err
	}
	return f.Store.Decide(ctx, d)
}

func (f *faulty) Update(ctx context.Context, do func(chat.Tx) error) ([]chat.Told, error) {
	if err := f.err("update"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	by := f.leases
	f.mu.Unlock()
	return f.Store.Update(ctx, func(tx chat.Tx) error { return do(shifted{tx, by, f.waiting()}) })
}

func (f *faulty) View(ctx context.Context, do func(chat.Reader) error) error {
	if err := f.err("view"); err != nil {
		return err
	}
	return f.Store.View(ctx, do)
}

func (f *faulty) Ask(ctx context.Context, do func(chat.Reader) error) error {
	if err := f.err("ask"); err != nil {
		return err
	}
	return f.Store.Ask(ctx, do)
}

// shifted is a transaction whose clock, that leases are made by, is off, and whose mails wait longer or less.
type shifted struct {
	chat.Tx
	by, wait time.Duration
}

func (s shifted) FinishMail(ctx context.Context, office, mail, token chat.ID, r chat.MailResult, wipe bool) (bool, error) {
	if !r.NextTry.IsZero() {
		r.NextTry = r.NextTry.Add(s.wait)
	}
	return s.Tx.FinishMail(ctx, office, mail, token, r, wipe)
}

func (s shifted) Now(ctx context.Context) (time.Time, error) {
	now, err := s.Tx.Now(ctx)
	return now.Add(s.by), err
}

// faultyBlobs gives blobs on disk chat's errors, and fails when told to.
type faultyBlobs struct {
	disk *blob.Disk
	mu   sync.Mutex
	fail error
}

func (b *faultyBlobs) failWith(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = err
}

func (b *faultyBlobs) Put(ctx context.Context, office chat.ID, r io.Reader, limit int64) ([32]byte, int64, error) {
	b.mu.Lock()
	fail := b.fail
	b.mu.Unlock()
	if fail != nil {
		return [32]byte{}, 0, fail
	}
	ref, err := b.disk.Put(ctx, office, r, limit)
	if _, ok := errors.AsType[*blob.TooLarge](err); ok {
		return [32]byte{}, 0, chat.Refuse(chat.TooLarge, "The file is too large.").Because(err)
	}
	return ref.Hash, ref.Size, err
}

func (b *faultyBlobs) Open(ctx context.Context, office chat.ID, hash [32]byte) (io.ReadSeekCloser, error) {
	content, _, err := b.disk.Open(ctx, office, hash)
	return content, err
}
