package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"postern/e2e/client"
)

// killing ends the readers' node with SIGKILL while messages are sent, and watches what becomes of the sockets and the database.
type killing struct {
	c          *resumeCmd
	site       *site
	run        *run
	statements *statements

	before, after float64       // statements a second
	recovered     time.Duration // until 95 % were live again
	share         float64       // live again when they should be
}

func (k *killing) watch(ctx context.Context) error {
	if err := pause(ctx, warmSending); err != nil {
		return err
	}
	started := k.statements.read(ctx)
	if err := pause(ctx, k.c.Watch); err != nil {
		return err
	}
	killed := k.statements.read(ctx)
	at := time.Now()
	if err := k.site.d.Nodes[0].Kill(); err != nil {
		return err
	}
	if err := k.count(ctx, at); err != nil {
		return err
	}
	ended := k.statements.read(ctx)
	k.before, k.after = started.rate(killed), killed.rate(ended)
	return k.statements.err
}

// count looks how many are live again, as long as is watched.
func (k *killing) count(ctx context.Context, killed time.Time) error {
	readers, looked := k.readers(), 0.0
	k.recovered = k.c.Watch
	due := min(promised, k.c.Watch)
	_, err := until(ctx, k.c.Watch-time.Since(killed), func() bool {
		looked = float64(back(readers)) / float64(len(readers))
		since := time.Since(killed)
		if looked >= liveAgain {
			k.recovered = min(k.recovered, since)
		}
		if since <= due {
			k.share = looked
		}
		return false
	})
	tell("%.1f %% are live again after %v", 100*looked, k.c.Watch)
	return err
}

// readers are the screens whose sockets break.
func (k *killing) readers() (list []*screen) {
	for _, g := range k.run.groups {
		list = append(list, g.screens[1:]...)
	}
	return list
}

// back is how many have come back and caught up.
func back(screens []*screen) (n int) {
	for _, s := range screens {
		if s.live.Load() && s.greetings.Load() > 1 {
			n++
		}
	}
	return n
}

// comeback connects readers to the node that is left, when and as often as the web client would.
type comeback struct {
	ctx     context.Context
	address string // of the node that is left
	run     *run
	failed  atomic.Int64 // handshakes that made no connection, and connections that broke before hello
}

// fail counts an attempt that failed, and tells of the first few.
func (b *comeback) fail(err error) {
	if n := b.failed.Add(1); n <= maxTold {
		tell("not back yet: %v", err)
	}
}

// of makes a screen's way back, for the socket of that number. A browser whose handshake fails cannot see why; it asks who it is.
func (b *comeback) of(reader *client.Client, number int) func(*screen, error) *client.Socket {
	elsewhere := reader.Elsewhere(b.address)
	var backoff client.Backoff
	return func(s *screen, err error) *client.Socket {
		greeted := s.greetings.Load() > s.known
		if s.known = s.greetings.Load(); greeted {
			backoff.Greeted()
			backoff.Told(s.spread)
		}
		for {
			if !greeted {
				b.fail(err)
			}
			wait, again := backoff.After(err, greeted)
			if !again {
				s.fault(b.run, fmt.Sprintf("not wanted back: %v", err))
				return nil
			}
			if pause(b.ctx, wait) != nil || b.run.over.Load() {
				return nil
			}
			socket, failed := elsewhere.Resume(b.ctx, source(number), s.since())
			if failed == nil {
				return socket
			}
			_, _ = elsewhere.Badge(b.ctx) // what it answers changes nothing here
			elsewhere.Rest()
			err, greeted = failed, false
		}
	}
}
