package main

import (
	"context"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// A few bytes that are kept of each connection drown in what talking moves. So everybody goes through the door many times, one connection at a time and
// without a word: what lives on the heap after that must be what lived there before.

const (
	warmRounds    = 10 // connections of each person, until what a server keeps once is there
	perConnection = 64
	doorSlack     = 320 << 10 // bytes: a page of the database more or less, a pool that has grown
	leastDoor     = 3000      // connections: 1 kB of each would be 3 MB
)

// door is what came of it.
type door struct {
	Connections int64    `json:"connections"`
	Heap        [2]int64 `json:"heap_bytes"` // before and after
}

// revolve has everybody come and go at once again and again, and looks at the heap before and after.
func (c *crowd) revolve(ctx context.Context, g *gauge) (d door, err error) {
	if _, err := c.pass(ctx, warmRounds); err != nil {
		return d, err
	}
	before, err := g.settled(ctx, func(sample) bool { return true })
	if err != nil {
		return d, err
	}
	if d.Connections, err = c.pass(ctx, (leastDoor+len(c.people)-1)/len(c.people)); err != nil {
		return d, err
	}
	after, err := g.settled(ctx, func(s sample) bool { return s.goroutines <= before.goroutines && s.open <= before.open })
	d.Heap = [2]int64{before.heap, after.heap}
	return d, err
}

// pass has each person open a connection, hear hello, and go, so many times.
func (c *crowd) pass(ctx context.Context, times int) (connections int64, err error) {
	var all errgroup.Group
	all.SetLimit(8) // the door has a width, and this is no storm
	var passed atomic.Int64
	for _, p := range c.people {
		all.Go(func() error {
			defer p.client.Rest()
			for range times {
				if err := p.greeted(ctx); err != nil {
					return fmt.Errorf("person %d at the door: %w", p.number, err)
				}
				passed.Add(1)
			}
			return nil
		})
	}
	err = all.Wait()
	return passed.Load(), err
}

func (p *person) greeted(ctx context.Context) error {
	s, err := p.client.Socket(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := s.Next(); err != nil {
		return err
	}
	return s.Goodbye()
}

func (d door) grown() error {
	if most := doorSlack + perConnection*d.Connections; d.Heap[1]-d.Heap[0] > most {
		return fmt.Errorf("%d connections left %d bytes behind, %d at most", d.Connections, d.Heap[1]-d.Heap[0], most)
	}
	return nil
}
