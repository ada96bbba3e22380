package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"postern/chat"
)

// readers is the pool of connections that read, opened when they are first wanted.
type readers struct {
	path   string
	idle   chan *conn // those that are not out; nil: not opened yet
	closed chan struct{}
}

func newReaders(path string) *readers {
	r := &readers{path: path, idle: make(chan *conn, max(4, 2*runtime.GOMAXPROCS(0))), closed: make(chan struct{})}
	for range cap(r.idle) {
		r.idle <- nil
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
	case c := <-r.idle:
		return r.opened(ctx, c)
	case <-r.closed:
		return nil, errClosed()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a reader: %w", ctx.Err())
	}
}

func (r *readers) opened(ctx context.Context, c *conn) (*conn, error) {
	if c != nil {
		return c, nil
	}
	c, err := connect(ctx, r.path, false)
	if err != nil {
		r.idle <- nil
		return nil, err
	}
	return c, nil
}

func (r *readers) put(c *conn) { r.idle <- c }

// close waits for those that are out.
func (r *readers) close() error {
	close(r.closed)
	var all error
	for range cap(r.idle) {
		if c := <-r.idle; c != nil {
			all = errors.Join(all, c.close())
		}
	}
	return all
}

func errClosed() error {
	return chat.Refuse(chat.Unavailable, "The server is stopping; try again in a moment.")
}
