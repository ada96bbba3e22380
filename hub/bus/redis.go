package bus

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"
)

// RedisOptions says where Redis is.
type RedisOptions struct {
	URL      string // of one server, of Sentinels or of a cluster: see redisurl.go
	Prefix   string // of every channel, "postern:" by default; tests take their own
	PoolSize int    // connections to publish on, to each server; 4 by default, and the URL's pool_size wins
	Log      zerolog.Logger
}

// Redis is a node that meets the others by Redis pub/sub.
type Redis struct {
	client  redis.UniversalClient
	cluster *redis.ClusterClient // the client, where it is one
	prefix  string
	log     zerolog.Logger

	partitions []*partition // one, or those of a cluster
	interest   *interest
	inbox      *inbox
	counters   counters
}

var _ Bus = (*Redis)(nil)

// CheckRedisURL says what is wrong with a URL, if anything is.
func CheckRedisURL(url string) error {
	_, err := parseRedisURL(url)
	return err
}

// NewRedis reads the options and connects to nothing yet: a server out of reach is no
// error here, Run waits for it. Errors never show the URL's password.
func NewRedis(o RedisOptions) (*Redis, error) {
	opt, err := parseRedisURL(o.URL)
	if err != nil {
		return nil, fmt.Errorf("reading the Redis URL: %w", err)
	}
	opt.PoolSize = cmp.Or(opt.PoolSize, o.PoolSize, defaultPoolSize)
	r := &Redis{
		client:   redis.NewUniversalClient(opt),
		prefix:   cmp.Or(o.Prefix, "postern:"),
		log:      o.Log.With().Strs("redis", slices.Clone(opt.Addrs)).Logger(),
		interest: newInterest(),
	}
	r.inbox = newInbox(r.interest, &r.counters)
	r.cluster, _ = r.client.(*redis.ClusterClient)
	if r.cluster == nil {
		r.partitions = []*partition{newPartition(r, "", queueBytes)}
		return r, nil
	}
	for _, tag := range clusterTags {
		r.partitions = append(r.partitions, newPartition(r, "{"+tag+"}", clusterQueueBytes))
	}
	return r, nil
}

// Ping says whether Redis answers, for a check before Run or beside it: of a cluster, every master.
func (r *Redis) Ping(ctx context.Context) error {
	ping := func(ctx context.Context, c *redis.Client) error { return c.Ping(ctx).Err() }
	var err error
	if r.cluster != nil {
		err = r.cluster.ForEachMaster(ctx, ping)
	} else {
		err = r.client.Ping(ctx).Err()
	}
	if err != nil {
		return fmt.Errorf("asking Redis for a sign of life: %w", err)
	}
	return nil
}

// rediscover asks a cluster anew who serves what, soon and once for all who ask: go-redis does so by itself
// only where a server sent it on.
func (r *Redis) rediscover(ctx context.Context) {
	if r.cluster != nil {
		r.cluster.ReloadState(ctx)
	}
}

// Subscribe implements Bus.
func (r *Redis) Subscribe(channel string) {
	if r.interest.add(channel) {
		r.partition(channel).changes.mark(channel)
	}
}

// Unsubscribe implements Bus.
func (r *Redis) Unsubscribe(channel string) {
	if r.interest.remove(channel) {
		r.partition(channel).changes.mark(channel)
	}
}

// Run implements Bus. The error is that of closing the connections.
func (r *Redis) Run(ctx context.Context, h Handler) error {
	var running sync.WaitGroup
	running.Go(func() { r.inbox.deliver(ctx, h) })
	for _, p := range r.partitions {
		running.Go(func() { p.flush(ctx) })
		running.Go(func() { p.listen(ctx) })
	}
	running.Wait()
	if err := r.client.Close(); err != nil {
		return fmt.Errorf("closing connections to Redis: %w", err)
	}
	return nil
}

// Stats implements Bus.
func (r *Redis) Stats() Stats {
	stats := r.counters.snapshot()
	stats.Healthy, stats.Inbox = true, r.inbox.queue.fullness(Queue{})
	for _, p := range r.partitions {
		stats.Outbox = p.outbox.fullness(stats.Outbox)
		stats.Healthy = stats.Healthy && p.listening.Load() && p.sending.Load()
	}
	return stats
}
