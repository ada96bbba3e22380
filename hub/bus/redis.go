package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/rs/zerolog"
)

// ioTimeout bounds a dial, a write and the wait for an answer, unless the URL says
// otherwise (dial_timeout, read_timeout, write_timeout).
const ioTimeout = 500 * time.Millisecond

// RedisOptions says where Redis is.
type RedisOptions struct {
	URL    string // redis:// or, with TLS, rediss://, as go-redis's ParseURL reads it
	Prefix string // of every channel, "postern:" by default; tests take their own
	Log    zerolog.Logger
}

// Redis is a node that meets the others by Redis pub/sub.
type Redis struct {
	client redis.UniversalClient
	prefix string
	log    zerolog.Logger

	interest *interest
	changes  *changes
	inbox    *inbox
	outbox   *queue
	counters counters
}

var _ Bus = (*Redis)(nil)

// NewRedis reads the options and connects to nothing yet: a server out of reach is no
// error here, Run waits for it. Errors never show the URL's password.
func NewRedis(o RedisOptions) (*Redis, error) {
	opt, err := redis.ParseURL(o.URL)
	if err != nil {
		return nil, fmt.Errorf("reading the Redis URL: %w", withoutURL(err))
	}
	bound(opt)
	r := &Redis{
		client:   redis.NewClient(opt),
		prefix:   cmp.Or(o.Prefix, "postern:"),
		log:      o.Log.With().Str("redis", opt.Addr).Logger(),
		interest: newInterest(),
		changes:  newChanges(),
		outbox:   newQueue(),
	}
	r.inbox = newInbox(r.interest, &r.counters)
	r.counters.sending.Store(true)
	return r, nil
}

// withoutURL takes the URL, and so the password, out of net/url's error.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// bound sets what the promises in doc.go rest on.
func bound(o *redis.Options) {
	o.DialTimeout = cmp.Or(o.DialTimeout, ioTimeout)
	o.ReadTimeout = cmp.Or(o.ReadTimeout, ioTimeout)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, ioTimeout)
	o.PoolTimeout = cmp.Or(o.PoolTimeout, ioTimeout)
	o.DialerRetries = 1
	o.MaxRetries = -1 // late news is worth less than a free outbox
	o.Protocol = 2    // nothing of RESP3 is used
	o.ContextTimeoutEnabled = true
	o.ClientName = cmp.Or(o.ClientName, "postern")
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// name is where a channel is found in Redis. Pub/sub ignores database numbers, so the
// prefix alone keeps deployments apart. Partitions of a Redis Cluster belong here.
func (r *Redis) name(channel string) string { return r.prefix + "news:" + channel }

// channel undoes name.
func (r *Redis) channel(name string) string { return strings.TrimPrefix(name, r.name("")) }

// Ping says whether Redis answers, for a check before Run or beside it.
func (r *Redis) Ping(ctx context.Context) error {
	if err := r.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("asking Redis for a sign of life: %w", err)
	}
	return nil
}

// Subscribe implements Bus.
func (r *Redis) Subscribe(channel string) {
	if r.interest.add(channel) {
		r.changes.mark(channel)
	}
}

// Unsubscribe implements Bus.
func (r *Redis) Unsubscribe(channel string) {
	if r.interest.remove(channel) {
		r.changes.mark(channel)
	}
}

// Run implements Bus. The error is that of closing the connections.
func (r *Redis) Run(ctx context.Context, h Handler) error {
	var running sync.WaitGroup
	running.Go(func() { r.inbox.deliver(ctx, h) })
	running.Go(func() { r.flush(ctx) })
	running.Go(func() { r.listen(ctx) })
	running.Wait()
	if err := r.client.Close(); err != nil {
		return fmt.Errorf("closing connections to Redis: %w", err)
	}
	return nil
}

// Stats implements Bus.
func (r *Redis) Stats() Stats { return r.counters.snapshot() }
