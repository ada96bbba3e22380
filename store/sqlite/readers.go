package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"postern/chat"
)

// readers is the pool of connections that read, opened when they are first wanted. The one that came back last goes out first: while few
// read at a time, few connections have caches, and what is in those is fresh.
type readers struct {
	path   string
	places chan struct{} // one for each that may be out
	closed chan struct{}

	mu   sync.Mutex
	idle []*conn // those that are not out, of those opened
}

func newReaders(path string) *readers {
	r := &readers{path: path, places: make(chan struct{}, max(4, 2*runtime.GOMAXPROCS(0))), closed: make(chan struct{})}
	for range cap(r.places) {
		r.places <- struct{}{}
	}
	return r
}

// take waits for a connection; it is to be put back.
func (r *readers) take(ctx context.Context) (*conn, error) {
	select {
	case <-r.closed:
		return nil, errClosed()
	default:
	}
	select {
	case <-r.places:
		return r.opened(ctx)
	case <-r.closed:
		return nil, errClosed()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a reader: %w", ctx.Err())
	}
}

func (r *readers) opened(ctx context.Context) (*conn, error) {
	if c := r.last(); c != nil {
		return c, nil
	}
	c, err := connect(ctx, r.path, false)
	if err != nil {
		r.places <- struct{}{}
		return nil, err
	}
	return c, nil
}

func (r *readers) last() *conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.idle) == 0 {
		return nil
	}
	c := r.idle[len(r.idle)-1]
	r.idle = r.idle[:len(r.idle)-1]
	return c
}

func (r *readers) put(c *conn) {
	r.mu.Lock()
	r.idle = append(r.idle, c)
	r.mu.Unlock()
	r.places <- struct{}{}
}

// close waits for those that are out.
func (r *readers) close() error {
	close(r.closed)
	for range cap(r.places) {
		<-r.places
	}
	var all error
	for c := r.last(); c != nil; c = r.last() {
		all = errors.Join(all, c.close())
	}
	return all
}

func errClosed() error {
	return chat.Refuse(chat.Unavailable, "The server is stopping; try again in a moment.")
}
