package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"postern/e2e/rig"
)

// redisStopped stops Redis for so long.
func redisStopped(d time.Duration) func(context.Context, *round) error {
	return func(ctx context.Context, r *round) error {
		redis := r.st.d.Redis
		if err := redis.Stop(ctx); err != nil {
			return err
		}
		pause(ctx, d)
		r.lift()
		return redis.Start(ctx)
	}
}

// redisPaused has Redis answer nothing, with all connections open.
func redisPaused(ctx context.Context, r *round) error {
	if err := r.st.d.Redis.Pause(); err != nil {
		return err
	}
	pause(ctx, r.outage)
	return r.st.d.Redis.Continue()
}

func redisFlushed(ctx context.Context, r *round) error {
	for range 3 {
		if err := r.st.d.Redis.FlushAll(ctx); err != nil {
			return err
		}
		pause(ctx, r.outage/3)
	}
	return nil
}

// redisPubSubKilled closes the subscribers' connections, again and again: what is published meanwhile reaches nobody, and publishers are not told.
func redisPubSubKilled(ctx context.Context, r *round) error {
	for end := time.Now().Add(r.outage); time.Now().Before(end); {
		if err := r.st.d.Redis.CutSubscribers(ctx); err != nil {
			return err
		}
		pause(ctx, 200*time.Millisecond)
	}
	return nil
}

// redisReplaced has another instance take over, as after a fail-over: one node goes there before the other, so that for a while each
// publishes where the other does not listen, and both are in good health. Then the first instance is gone.
func redisReplaced(ctx context.Context, r *round) (err error) {
	first := r.st.d.Redis
	second, err := rig.StartRedis(ctx)
	if err != nil {
		return err
	}
	r.st.d.Redis = second
	defer func() { err = errors.Join(err, first.Close()) }()
	to := strings.TrimSuffix(strings.TrimPrefix(second.URL(), "redis://"), "/0")
	for _, n := range r.st.d.Nodes {
		n.Roads.Bus.Redirect(to)
		n.Roads.Bus.Sever()
		pause(ctx, r.outage/2)
	}
	return nil
}
