package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// run is what happens to the messages, which are numbered from zero: the warm-up's first. A slot of due is written by the message's writer,
// one of acked by the goroutine of the writer's screen; both are read after those have ended.
type run struct {
	groups []*group
	began  time.Time
	due    []time.Duration // when it was to be sent, since began
	acked  []time.Duration // zero: not
	writer []*group        // nil: not sent
	text   string          // what follows the number in each body

	over    atomic.Bool // sockets may break
	greeted atomic.Int64
	settled atomic.Int64 // acknowledged or refused
	acks    atomic.Int64
	owed    atomic.Int64 // showings of what was acknowledged, on all screens
	shown   atomic.Int64

	mu     sync.Mutex
	failed []error
}

const minSize = 40 // bytes of a body: its number and a few words

func newRun(groups []*group, messages, size int) *run {
	const words = "Could you please send me the till reports of August and the invoice for the new oven by Friday? "
	text := strings.Repeat(words, size/len(words)+1)[:size-len("<p>load-1234567 </p>")]
	return &run{
		groups: groups, began: time.Now(), text: text,
		due: make([]time.Duration, messages), acked: make([]time.Duration, messages), writer: make([]*group, messages),
	}
}

// watched runs something while every screen is watched, after each has been greeted; then it closes them.
func (r *run) watched(ctx context.Context, do func() error) (err error) {
	var watching sync.WaitGroup
	defer func() {
		r.over.Store(true)
		for _, g := range r.groups {
			err = errors.Join(err, g.close())
		}
		watching.Wait()
	}()
	screens := int64(0)
	for _, g := range r.groups {
		for _, s := range g.screens {
			screens++
			watching.Go(func() { s.watch(r, g) })
		}
	}
	if err := r.await(ctx, func() bool { return r.greeted.Load() == screens }); err != nil {
		return err
	}
	return do()
}

// measured is what a run cost, but for its warm-up.
type measured struct {
	spent  cost
	growth float64
}

// measure sends the warm-up and then what is measured, and gives what the latter cost.
func (r *run) measure(ctx context.Context, s *site, c *sendCmd) (m measured, err error) {
	r.allow(c.InFlight)
	return m, r.watched(ctx, func() error {
		if err := r.phase(ctx, 0, c.Warmup, c.Rate); err != nil {
			return fmt.Errorf("warm up: %w", err)
		}
		profiles, err := takeProfiles(ctx, s, activity)
		if err != nil {
			return err
		}
		before, err := s.spent()
		if err != nil {
			return err
		}
		growing := watchGrowth(ctx, s, c.Messages, r.acks.Load)
		err = r.phase(ctx, c.Warmup, len(r.due), c.Rate)
		after, noCost := s.spent()
		m.spent = after.less(before)
		growth, noGrowth := growing.finish(s, c.Messages)
		m.growth = growth
		return errors.Join(err, noCost, noGrowth, profiles.finish())
	})
}

// allow gives each writer so many messages under way, at max.
func (r *run) allow(inFlight int) {
	for _, g := range r.groups {
		g.ready = make(chan struct{}, inFlight)
		for range inFlight {
			g.ready <- struct{}{}
		}
	}
}

// phase sends the messages of these numbers and waits until everything has arrived, or nothing more does.
func (r *run) phase(ctx context.Context, from, to int, rate pace) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	var writers errgroup.Group
	start, next := time.Since(r.began), &atomic.Int64{}
	next.Store(int64(from))
	for i, g := range r.groups {
		writers.Go(func() error {
			if rate == 0 {
				return r.writeOn(inner, g, next, to)
			}
			return r.writeAt(inner, g, from+i, to, func(number int) time.Duration {
				return start + time.Duration(float64(number-from)/float64(rate)*float64(time.Second))
			})
		})
	}
	err := r.await(ctx, func() bool { return r.arrived(to) })
	cancel()
	return errors.Join(err, writers.Wait())
}

// arrived says whether all messages up to a number are settled, and those that were acknowledged are on every screen.
func (r *run) arrived(to int) bool {
	return r.settled.Load() == int64(to) && r.shown.Load() >= r.owed.Load()
}

// writeAt sends one of every len(groups) messages when it is due, whatever has become of those before (open loop).
func (r *run) writeAt(ctx context.Context, g *group, first, to int, due func(int) time.Duration) error {
	for number := first; number < to; number += len(r.groups) {
		at := due(number)
		timer := time.NewTimer(at - time.Since(r.began))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		if err := r.write(g, number, at); err != nil {
			return err
		}
	}
	return nil
}

// writeOn sends the next message as soon as one of those under way is acknowledged (closed loop).
func (r *run) writeOn(ctx context.Context, g *group, next *atomic.Int64, to int) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-g.ready:
		}
		number := int(next.Add(1)) - 1
		if number >= to {
			g.ready <- struct{}{} // of the phase that comes
			return nil
		}
		if err := r.write(g, number, time.Since(r.began)); err != nil {
			return err
		}
	}
}

func (r *run) write(g *group, number int, due time.Duration) error {
	r.due[number], r.writer[number] = due, g
	n := strconv.Itoa(number)
	frame := `{"type":"send","key":"` + n + `","conversation":"` + g.conversation + `","html":"<p>load-` + n + ` ` + r.text + `</p>"}`
	if err := g.screens[0].socket.Send([]byte(frame)); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

func (r *run) acknowledged(g *group, number int, now time.Duration) {
	if number >= len(r.acked) || r.acked[number] != 0 {
		r.fail(fmt.Errorf("message %d was acknowledged out of turn", number))
		return
	}
	r.acked[number] = now
	r.owed.Add(int64(len(g.screens)))
	r.acks.Add(1)
	r.settle(g)
}

func (r *run) refused(g *group, frame []byte) {
	r.fail(fmt.Errorf("refused: %s", frame))
	r.settle(g)
}

func (r *run) settle(g *group) {
	r.settled.Add(1)
	select {
	case g.ready <- struct{}{}:
	default: // open loop
	}
}

const maxTold = 5

// fail counts an error, and tells of the first few.
func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = append(r.failed, err)
	if len(r.failed) <= maxTold {
		tell("%v", err)
	}
}

// stalled is after how long without any progress a run is over.
const stalled = 30 * time.Second

// await waits until it is so, or nothing moves any more.
func (r *run) await(ctx context.Context, so func() bool) error {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	last, moved := int64(-1), time.Now()
	for !so() {
		if now := r.greeted.Load() + r.settled.Load() + r.shown.Load(); now != last {
			last, moved = now, time.Now()
		} else if time.Since(moved) > stalled {
			tell("nothing has moved for %v", stalled)
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
	return nil
}
