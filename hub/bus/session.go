package bus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	jitter "math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"
)

const (
	echoEvery  = 500 * time.Millisecond
	silence    = time.Second // after an echo was asked for, with nothing heard at all: the session is of no use
	firstPause = 20 * time.Millisecond
	longPause  = 500 * time.Millisecond // with jitter, 750 ms: a server that is back is found in less than two seconds
	atOnce     = 512                    // channels named in one SUBSCRIBE
)

var (
	errSilent = errors.New("what is published is not heard")
	errMoved  = errors.New("another server has these channels now")
)

// listen keeps a session until ctx ends.
func (p *partition) listen(ctx context.Context) {
	pause := firstPause
	for ctx.Err() == nil {
		s := &session{partition: p}
		err := s.run(ctx)
		p.listening.Store(false)
		if ctx.Err() != nil {
			return
		}
		p.failures++
		p.bus.counters.failures.Add(1)
		if p.failures == 1 || s.live.Load() {
			p.bus.log.Warn().Err(err).Str("partition", p.tag).Msg("bus subscription lost")
		}
		if s.live.Load() {
			pause = firstPause
		}
		p.bus.rediscover(ctx)
		wait(ctx, pause/2+jitter.N(pause))
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
//
// It listens to a channel of its own too, where it publishes now and then, the way all news
// goes: that its echo comes says more than that the server lives, for after a change of masters there are two.
type session struct {
	*partition
	pubsub *redis.PubSub
	echo   string      // name of its own channel
	live   atomic.Bool // something was heard

	heard atomic.Int64 // when, in Unix nanoseconds
	asked atomic.Int64 // when the echo that has not come yet was first asked for; 0 for none
}

// run returns why the session ended, never nil.
func (s *session) run(ctx context.Context) error {
	if err := s.open(ctx); err != nil {
		return err
	}
	defer s.pubsub.Close()
	s.changes.mark(s.wanted()...)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.read(ctx) })
	group.Go(func() error { return s.write(ctx) })
	// Closing is what ends a read; it ends the writer's error or ours alike.
	stop := context.AfterFunc(ctx, func() { s.pubsub.Close() })
	defer stop()
	return group.Wait()
}

// open dials. In a cluster the first channel that is named decides which server: the session's own, which
// stays subscribed for as long as the server has the partition's slot.
func (s *session) open(ctx context.Context) error {
	s.echo = s.tag + s.bus.prefix + "echo:" + rand.Text()
	s.pubsub = s.bus.client.Subscribe(ctx)
	subscribe, _ := s.commands()
	if err := subscribe(ctx, s.echo); err != nil {
		_ = s.pubsub.Close() // nothing came of it
		return fmt.Errorf("opening the subscription: %w", err)
	}
	s.asked.Store(time.Now().UnixNano()) // the confirmation is due
	return nil
}

// commands subscribe and unsubscribe, without waiting for the answer.
func (s *session) commands() (subscribe, unsubscribe func(ctx context.Context, names ...string) error) {
	if s.sharded() {
		return s.pubsub.SSubscribe, s.pubsub.SUnsubscribe
	}
	return s.pubsub.Subscribe, s.pubsub.Unsubscribe
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
		if err := s.take(reply, now); err != nil {
			return err
		}
	}
}

// begin notes that the server has answered.
func (s *session) begin() {
	s.live.Store(true)
	s.listening.Store(true)
	if s.failures > 0 {
		s.bus.counters.reconnects.Add(1)
	}
	s.bus.log.Info().Str("partition", s.tag).Int("channels", len(s.wanted())).Msg("bus subscription live")
}

func (s *session) take(reply any, now time.Time) error {
	switch reply := reply.(type) {
	case *redis.Message:
		if reply.Channel != s.echo {
			s.bus.inbox.arrived(news{s.channel(reply.Channel), []byte(reply.Payload)})
		} else if asked := s.asked.Swap(0); asked != 0 {
			s.bus.counters.roundTrip.Store(now.UnixNano() - asked)
		}
	case *redis.Subscription:
		return s.confirmed(reply)
	}
	return nil
}

func (s *session) confirmed(reply *redis.Subscription) error {
	own := reply.Channel == s.echo
	switch reply.Kind {
	case "subscribe", "ssubscribe":
		if own {
			s.asked.Store(0)
			return nil
		}
		// Every confirmation, asked for by us or repeated by go-redis, may follow a loss.
		s.bus.inbox.gap(s.channel(reply.Channel))
	case "sunsubscribe":
		// Nobody asked for the end of its own: the server does when the slot has gone elsewhere.
		if own {
			return errMoved
		}
	}
	return nil
}

func (s *session) write(ctx context.Context) error {
	beat := time.NewTicker(echoEvery)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.changes.ready:
			err = s.apply(ctx, s.changes.take())
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
			add = append(add, s.name(channel))
		} else {
			drop = append(drop, s.name(channel))
		}
	}
	subscribe, unsubscribe := s.commands()
	for names := range slices.Chunk(add, atOnce) {
		if err := subscribe(ctx, names...); err != nil {
			return fmt.Errorf("subscribing to %d channels: %w", len(names), err)
		}
	}
	for names := range slices.Chunk(drop, atOnce) {
		if err := unsubscribe(ctx, names...); err != nil {
			return fmt.Errorf("unsubscribing from %d channels: %w", len(names), err)
		}
	}
	return nil
}

// beat asks for an echo, or finds that none comes. Whatever is heard is a sign of life, for the echo may stand behind
// a long queue; that it could not be published is found by its staying away.
func (s *session) beat(ctx context.Context) error {
	now := time.Now().UnixNano()
	if asked := s.asked.Load(); asked == 0 {
		s.asked.Store(now)
	} else if time.Duration(now-max(asked, s.heard.Load())) >= silence {
		return errSilent
	}
	publish := s.bus.client.Publish
	if s.sharded() {
		publish = s.bus.client.SPublish
	}
	_ = publish(ctx, s.echo, "")
	return ctx.Err()
}
