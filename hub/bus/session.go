package bus

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"
)

const (
	pingEvery  = 500 * time.Millisecond
	silence    = time.Second // after a PING, with nothing heard at all: the connection is dead
	firstPause = 20 * time.Millisecond
	longPause  = 500 * time.Millisecond // with jitter, 750 ms: a server that is back is found in less than two seconds
	atOnce     = 512                    // channels named in one SUBSCRIBE
)

var errSilent = errors.New("no answer to PING")

// listen keeps a session until ctx ends.
func (r *Redis) listen(ctx context.Context) {
	pause := firstPause
	for ctx.Err() == nil {
		s := &session{bus: r}
		err := s.run(ctx)
		r.counters.listening.Store(false)
		if ctx.Err() != nil {
			return
		}
		if r.counters.failures.Add(1) == 1 || s.live.Load() {
			r.log.Warn().Err(err).Msg("bus subscription lost")
		}
		if s.live.Load() {
			pause = firstPause
		}
		wait(ctx, pause/2+rand.N(pause))
		pause = min(2*pause, longPause)
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// session is one subscribed connection, from its dial to its end. It never outlives an
// error: go-redis would reconnect by itself, but only its own reader would know.
type session struct {
	bus    *Redis
	pubsub *redis.PubSub
	live   atomic.Bool // something was heard

	heard atomic.Int64 // when, in Unix nanoseconds
	asked atomic.Int64 // when the PING without answer yet was sent; 0 for none
}

// run returns why the session ended, never nil.
func (s *session) run(ctx context.Context) error {
	s.pubsub = s.bus.client.Subscribe(ctx)
	defer s.pubsub.Close()
	if err := s.ping(ctx); err != nil { // dials
		return err
	}
	s.bus.changes.mark(s.bus.interest.all()...)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.read(ctx) })
	group.Go(func() error { return s.write(ctx) })
	// Closing is what ends a read; it ends the writer's error or ours alike.
	stop := context.AfterFunc(ctx, func() { s.pubsub.Close() })
	defer stop()
	return group.Wait()
}

func (s *session) read(ctx context.Context) error {
	for {
		reply, err := s.pubsub.Receive(ctx)
		if err != nil {
			return fmt.Errorf("reading the subscription: %w", err)
		}
		now := time.Now()
		s.heard.Store(now.UnixNano())
		if !s.live.Load() {
			s.begin()
		}
		s.take(reply, now)
	}
}

// begin notes that the server has answered.
func (s *session) begin() {
	s.live.Store(true)
	c := &s.bus.counters
	c.listening.Store(true)
	if c.failures.Load() > 0 {
		c.reconnects.Add(1)
	}
	s.bus.log.Info().Int("channels", len(s.bus.interest.all())).Msg("bus subscription live")
}

func (s *session) take(reply any, now time.Time) {
	switch reply := reply.(type) {
	case *redis.Message:
		s.bus.inbox.arrived(news{s.bus.channel(reply.Channel), []byte(reply.Payload)})
	case *redis.Subscription:
		// Every confirmation, asked for by us or repeated by go-redis, may follow a loss.
		if reply.Kind == "subscribe" {
			s.bus.inbox.gap(s.bus.channel(reply.Channel))
		}
	case *redis.Pong:
		if asked := s.asked.Swap(0); asked != 0 {
			s.bus.counters.roundTrip.Store(now.UnixNano() - asked)
		}
	}
}

func (s *session) write(ctx context.Context) error {
	beat := time.NewTicker(pingEvery)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.bus.changes.ready:
			err = s.apply(ctx, s.bus.changes.take())
		case <-beat.C:
			err = s.beat(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// apply tells Redis what is wanted of the channels whose wish has changed. Saying so
// again does no harm.
func (s *session) apply(ctx context.Context, changed []string) error {
	var add, drop []string
	for _, channel := range changed {
		if s.bus.interest.has(channel) {
			add = append(add, s.bus.name(channel))
		} else {
			drop = append(drop, s.bus.name(channel))
		}
	}
	for names := range slices.Chunk(add, atOnce) {
		if err := s.pubsub.Subscribe(ctx, names...); err != nil {
			return fmt.Errorf("subscribing to %d channels: %w", len(names), err)
		}
	}
	for names := range slices.Chunk(drop, atOnce) {
		if err := s.pubsub.Unsubscribe(ctx, names...); err != nil {
			return fmt.Errorf("unsubscribing from %d channels: %w", len(names), err)
		}
	}
	return nil
}

// beat sends a PING, or finds that the last one stays without answer. Whatever is heard
// is a sign of life, for the answer may stand behind a long queue.
func (s *session) beat(ctx context.Context) error {
	asked := s.asked.Load()
	if asked == 0 {
		return s.ping(ctx)
	}
	last := time.Unix(0, max(asked, s.heard.Load()))
	if time.Since(last) >= silence {
		return errSilent
	}
	return nil
}

func (s *session) ping(ctx context.Context) error {
	s.asked.Store(time.Now().UnixNano())
	if err := s.pubsub.Ping(ctx); err != nil {
		return fmt.Errorf("sending PING: %w", err)
	}
	return nil
}
