package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"postern/chat"
)

// readers is the pool of connections that read. All are open from the start; idle holds those that are not out.
type readers struct {
	idle   chan *conn
	closed chan struct{}
}

func openReaders(ctx context.Context, path string) (*readers, error) {
	n := max(4, 2*runtime.GOMAXPROCS(0))
	r := &readers{idle: make(chan *conn, n), closed: make(chan struct{})}
	for range n {
		c, err := connect(ctx, path, false)
		if err != nil {
			return nil, errors.Join(err, r.closeIdle())
		}
		r.idle <- c
	}
	return r, nil
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
		return c, nil
	case <-r.closed:
		return nil, errClosed()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a reader: %w", ctx.Err())
	}
}

func (r *readers) put(c *conn) { r.idle <- c }

// close waits for those that are out.
func (r *readers) close() error {
	close(r.closed)
	var all error
	for range cap(r.idle) {
		all = errors.Join(all, (<-r.idle).close())
	}
	return all
}

func (r *readers) closeIdle() error {
	var all error
	for len(r.idle) > 0 {
		all = errors.Join(all, (<-r.idle).close())
	}
	return all
}

func errClosed() error {
	return chat.Refuse(chat.Unavailable, "The server is stopping; try again in a moment.")
}
