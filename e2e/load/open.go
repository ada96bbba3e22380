package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/e2e/client"
)

// mostEach is how many sockets a server of ours lets one person have.
const mostEach = 20

// openSockets opens n sockets: the first of each person, then the second of each, and so on. Each leaves from an address that has ports left.
func openSockets(ctx context.Context, people []*client.Client, n int) ([]*client.Socket, error) {
	began := time.Now()
	sockets := make([]*client.Socket, n)
	err := parallel(ctx, n, func(ctx context.Context, i int) (err error) {
		c := people[i%len(people)]
		sockets[i], err = c.Resume(ctx, source(i), "")
		return err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open sockets: %w", err), closeSockets(sockets))
	}
	tell("%d sockets opened in %.1f s", n, time.Since(began).Seconds())
	return sockets, nil
}

func closeSockets(sockets []*client.Socket) (err error) {
	for _, s := range sockets {
		if s != nil {
			err = errors.Join(err, s.Close())
		}
	}
	return err
}

// until looks again and again until it is so, the time is over (then it is false), or the context ends.
func until(ctx context.Context, within time.Duration, so func() bool) (bool, error) {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(within); !so(); {
		if time.Now().After(end) {
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-look.C:
		}
	}
	return true, nil
}

// pause waits, unless the context ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
