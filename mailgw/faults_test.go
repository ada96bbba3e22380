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

// clock is real, but for what it is moved by.
type clock struct {
	mu sync.Mutex
	by time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.by)
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by += by
}

// faulty is a store that fails when told to, and whose leases are as long as told.
type faulty struct {
	chat.Store
	mu     sync.Mutex
	fail   func(call string) error // nil: nothing fails
	leases time.Duration           // added to the clock that leases run by
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
	return f.Store.Decide(ctx, d)
}

func (f *faulty) Update(ctx context.Context, do func(chat.Tx) error) ([]chat.Told, error) {
	if err := f.err("update"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	by := f.leases
	f.mu.Unlock()
	return f.Store.Update(ctx, func(tx chat.Tx) error { return do(shifted{tx, by}) })
}

func (f *faulty) View(ctx context.Context, do func(chat.Reader) error) error {
	if err := f.err("view"); err != nil {
		return err
	}
	return f.Store.View(ctx, do)
}

// shifted is a transaction whose clock, that leases are made by, is off.
type shifted struct {
	chat.Tx
	by time.Duration
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
