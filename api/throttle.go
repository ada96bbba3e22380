package api

import (
	"crypto/sha256"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"postern/chat"
)

// Rate is how often something may be done: Burst times at once, then once Every.
type Rate struct {
	Burst int
	Every time.Duration
}

// counted names who is counted; of what people type only a hash is kept.
type counted [sha256.Size]byte

func count(parts ...string) counted {
	h := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part))
		h.Write(sum[:])
	}
	return counted(h.Sum(nil))
}

// counters is how many are counted apart by each throttle: some 3 MB when full.
const counters = 20_000

// throttle counts many apart, each by a token bucket. Who is forgotten, for others are counted, starts afresh.
type throttle struct {
	rate Rate

	mu      sync.Mutex
	buckets *recent[*rate.Limiter]
}

func newThrottle(r Rate) *throttle {
	return &throttle{rate: r, buckets: newRecent[*rate.Limiter](counters)}
}

// take counts one more, or refuses with TooMany and the time until the next may be had.
func (t *throttle) take(who counted, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	bucket, ok := t.buckets.get(who)
	if !ok {
		bucket = rate.NewLimiter(rate.Every(t.rate.Every), t.rate.Burst)
		t.buckets.put(who, bucket)
	}
	reserved := bucket.ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	reserved.CancelAt(now)
	refused := chat.Refuse(chat.TooMany, "Too many tries in a short time. Wait a moment and try again.")
	refused.After = wait
	return refused
}

// acquaintances remembers who was seen.
type acquaintances struct {
	mu   sync.Mutex
	seen *recent[struct{}]
}

func newAcquaintances() *acquaintances { return &acquaintances{seen: newRecent[struct{}](counters)} }

func (a *acquaintances) add(who counted) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen.put(who, struct{}{})
}

func (a *acquaintances) has(who counted) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.seen.get(who)
	return ok
}
