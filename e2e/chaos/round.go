package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// round is one scenario being played: rooms of its own, and what was promised in them.
type round struct {
	st         *stage
	number     int
	length     time.Duration // how long people talk
	outage     time.Duration // how long a fault lasts that has no length of its own
	everywhere bool          // the people behind the slow line are in every room
	size       int           // bytes of a message
	rooms      []*room
	later      string // path of the later version's binary
	guests     int    // times that people came who are to be disabled

	lifted    chan struct{} // closed at the end of the fault
	liftedAt  time.Time     // before that
	recovered time.Duration

	mu       sync.Mutex        // guards what follows
	acked    map[string]*room  // by message id: sends
	letters  map[string]letter // by what the letter says: those answered with 250
	refused  []string          // letters refused for good: why
	unending []error           // sends and acts that were never answered

	errors atomic.Int64 // requests that failed and were tried again
	leaked atomic.Int64 // seen by a fault itself
}

// run plays a scenario and counts.
func (st *stage) run(ctx context.Context, s scenario, length time.Duration, into *result) error {
	st.rounds++
	r := &round{
		st: st, number: st.rounds, length: length, everywhere: s.everywhere, size: max(s.size, 200),
		outage: min(max(length/3, time.Second), 8*time.Second), acked: map[string]*room{}, letters: map[string]letter{},
		lifted: make(chan struct{}),
	}
	st.say("%s begins", s.name)
	for _, screen := range st.cast.screens() {
		screen.clear()
	}
	if err := r.open(ctx); err != nil {
		return err
	}
	if s.ready != nil {
		if err := s.ready(ctx, r); err != nil {
			return err
		}
	}
	if err := r.play(ctx, s); err != nil {
		return err
	}
	st.say("%s: all was said", s.name)
	return r.judge(ctx, s, into)
}

const (
	answerWithin  = 90 * time.Second // everything that was begun, once nothing is begun any more
	recoverWithin = 90 * time.Second
)

// play has everybody talk, breaks something meanwhile, and waits until all that was begun is answered.
func (r *round) play(ctx context.Context, s scenario) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	ending := make(chan struct{})
	t := r.talk(inner, ending)
	began := time.Now()
	pause(ctx, r.length/5)
	r.awaitMail(ctx)
	parts, broken := errgroup.WithContext(inner)
	parts.Go(func() error {
		err := s.fault(broken, r)
		if err == nil {
			r.lift()
		}
		return err
	})
	parts.Go(func() error { return r.recover(broken) })
	err := parts.Wait()
	if err == nil {
		pause(ctx, r.length-time.Since(began))
	}
	close(ending)
	late := time.AfterFunc(answerWithin, cancel)
	defer late.Stop()
	if err != nil {
		cancel()
	}
	t.Wait()
	return errors.Join(err, r.unended())
}

// awaitMail waits, but not for long, until most of those who answer by mail have one to answer to.
func (r *round) awaitMail(ctx context.Context) {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && ctx.Err() == nil; pause(ctx, 50*time.Millisecond) {
		without := 0
		for _, o := range r.rooms {
			if o.writer != nil && r.st.sink.replyTo(place{o.writer.email, o.title}) == "" {
				without++
			}
		}
		if without <= len(r.st.cast.writers)/4 {
			return
		}
	}
}

// lift marks the end of the fault, from which recovery counts. A fault says so itself when there is more to do after its end.
func (r *round) lift() {
	select {
	case <-r.lifted:
	default:
		r.liftedAt = time.Now()
		close(r.lifted)
	}
}

func (r *round) recover(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-r.lifted:
	}
	r.st.say("round %d: lifted", r.number)
	err := r.probe(ctx)
	r.st.say("round %d: recovered after %v", r.number, r.recovered.Round(time.Millisecond))
	return err
}

func (r *round) unended() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.unending) == 0 {
		return nil
	}
	return fmt.Errorf("%d things were never answered, first: %w", len(r.unending), r.unending[0])
}

// failed counts what will be tried again.
func (r *round) failed(err error) {
	if n := r.errors.Add(1); n <= 10 {
		r.st.say("round %d: %v", r.number, err)
	}
}

// never notes what was not answered to the end, or refused though it must not be.
func (r *round) never(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unending = append(r.unending, err)
}

func (r *round) acknowledged(id string, o *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acked[id] = o
}

// probe has every host say something in every room, and waits until it is on every screen of those who stay.
func (r *round) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, recoverWithin)
	defer cancel()
	var all sync.WaitGroup
	ids := make([]string, len(r.rooms))
	for i, o := range r.rooms {
		all.Go(func() {
			id, err := o.host.send(ctx, r.draft(o, o.host, fmt.Sprintf("probe-%d-%d", r.number, i), false), r.failed)
			if err != nil {
				r.never(fmt.Errorf("probe of room %d: %w", i, err))
				return
			}
			r.acknowledged(id, o)
			ids[i] = id
		})
	}
	all.Wait()
	last, where := r.liftedAt, "nowhere later"
	for i, o := range r.rooms {
		for _, p := range []*person{o.host, o.members[3]} {
			for _, s := range p.screens {
				at, ok := s.await(ctx, o.id, ids[i])
				if !ok {
					return fmt.Errorf("%v after the fault what was said in %s is not on the screen of %s (%s)", recoverWithin, o.title, p.email, s.line())
				}
				if at.After(last) {
					last, where = at, fmt.Sprintf("%s on the screen of %s (%s)", o.title, p.email, s.line())
				}
			}
		}
	}
	r.recovered = last.Sub(r.liftedAt)
	r.st.say("round %d: last recovered at %s: %s", r.number, last.Format(clock), where)
	return nil
}

const clock = "05.000" // seconds of a time of the day

// await waits for a message, and says when it came.
func (s *screen) await(ctx context.Context, conversation, id string) (time.Time, bool) {
	for {
		list, _ := s.of(conversation)
		for _, one := range list {
			if one.id == id {
				return one.at, true
			}
		}
		if ctx.Err() != nil {
			return time.Time{}, false
		}
		pause(ctx, 10*time.Millisecond)
	}
}
