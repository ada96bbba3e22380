package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
)

// screen is a live connection of a person, and what it showed.
type screen struct {
	p    *person
	live *client.Live

	mu      sync.Mutex
	threads map[string]*thread // by conversation
	hello   time.Time          // when the connection was last greeted
	end     time.Time          // when one last ended or failed
	errors  []error            // of connections that failed, or ended without a reason
	dropped bool               // the person breaks the connection
	closed  map[int]int        // close codes

	// Of the connection, when the round began.
	faultsBefore, connectsBefore, resetsBefore int
}

// thread is a conversation on a screen.
type thread struct {
	shown []shown // in the order of their coming
	asOf  int64   // events up to here are in what was loaded after a reset
	again bool    // it was loaded
}

type shown struct {
	id, position string
	at           time.Time
}

func openScreen(ctx context.Context, p *person) (*screen, error) {
	s := &screen{p: p, threads: map[string]*thread{}, closed: map[int]int{}}
	var err error
	s.live, err = p.client.LiveTold(ctx, s.take, s.ended)
	return s, err
}

// line says since when the connection stands.
func (s *screen) line() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("connection ended %s, greeted %s", s.end.Format(clock), s.hello.Format(clock))
}

// drop breaks the connection from the client's side.
func (s *screen) drop() {
	s.mu.Lock()
	s.dropped = true
	s.mu.Unlock()
	if s.live.Drop() {
		return
	}
	s.mu.Lock()
	s.dropped = false
	s.mu.Unlock()
}

// clear forgets what was shown, before a round.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.threads, s.closed, s.errors = map[string]*thread{}, map[int]int{}, nil
	stands := s.live.Standing()
	s.faultsBefore, s.connectsBefore, s.resetsBefore = len(stands.Faults), stands.Connects, stands.Resets
}

func (s *screen) ended(err error) {
	if len(s.p.screens) > 0 && s == s.p.screens[0] {
		s.p.unheard()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end = time.Now()
	code := client.Code(err)
	s.closed[code]++
	if code != wire.CloseGoingAway && !s.dropped {
		s.errors = append(s.errors, err)
	}
	s.dropped = false
}

func (s *screen) take(f wire.Frame) {
	switch f.Type {
	case wire.TypeHello:
		s.mu.Lock()
		s.hello = time.Now()
		s.mu.Unlock()
	case wire.TypeMessageCreated:
		var m wire.Message
		if json.Unmarshal(f.Data, &m) == nil {
			s.show(m, f.Event)
		}
	case wire.TypeAck, wire.TypeError:
		s.p.answered(f)
	case wire.TypeReset:
		s.reload()
	}
}

func (s *screen) show(m wire.Message, event int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.thread(m.Conversation)
	if event > t.asOf {
		t.shown = append(t.shown, shown{plain(m.ID), m.Position, time.Now()})
	}
}

func (s *screen) thread(conversation string) *thread {
	t := s.threads[conversation]
	if t == nil {
		t = &thread{}
		s.threads[conversation] = t
	}
	return t
}

// reload loads again what is shown, as a client does that was told so. Frames wait meanwhile.
func (s *screen) reload() {
	s.mu.Lock()
	conversations := make([]string, 0, len(s.threads))
	for id := range s.threads {
		conversations = append(conversations, id)
	}
	s.mu.Unlock()
	for _, id := range conversations {
		s.reloadOne(id)
	}
}

func (s *screen) reloadOne(conversation string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		list, asOf, err := s.p.client.HistoryAsOf(ctx, conversation)
		if err == nil || final(err) {
			s.replace(conversation, list, asOf)
			return
		}
		pause(ctx, 200*time.Millisecond)
	}
}

func (s *screen) replace(conversation string, list []wire.Message, asOf string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, number, _ := strings.Cut(asOf, ".")
	t := &thread{again: true}
	t.asOf, _ = strconv.ParseInt(number, 10, 64) // nothing was loaded: nothing to ignore
	for _, m := range list {
		t.shown = append(t.shown, shown{plain(m.ID), m.Position, time.Now()})
	}
	s.threads[conversation] = t
}

// newest is the last position shown of a conversation.
func (s *screen) newest(conversation string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.threads[conversation]
	if t == nil || len(t.shown) == 0 {
		return ""
	}
	return t.shown[len(t.shown)-1].position
}

// of gives what was shown of a conversation, and whether it was loaded again.
func (s *screen) of(conversation string) (list []shown, again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.threads[conversation]; t != nil {
		return append([]shown(nil), t.shown...), t.again
	}
	return nil, false
}

// plain is an id as the record of either database gives it here: hex digits alone.
func plain(id string) string { return strings.ReplaceAll(id, "-", "") }

// pause waits, unless the context ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
