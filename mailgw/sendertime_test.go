package mailgw

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
)

// queue is an Outgoing with a number of notices, each its own mail.
type queue struct {
	mu       sync.Mutex
	claims   int
	waiting  []chat.Mail
	results  []chat.MailResult
	claimErr error
	finish   func() error
}

func (q *queue) ClaimMails(_ context.Context, limit int) ([]chat.Mail, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(limit, len(q.waiting))
	got := slices.Clone(q.waiting[:n])
	q.waiting = q.waiting[n:]
	return got, q.claimErr
}

func (q *queue) ClaimNotices(_ context.Context, limit int) ([]chat.Claim, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(limit, q.claims)
	q.claims -= n
	return make([]chat.Claim, n), q.claimErr
}

func (q *queue) PrepareMail(context.Context, chat.Claim) (*chat.Mail, error) {
	return &chat.Mail{ID: newID(), Attempts: 1, CreatedAt: time.Now()}, nil
}

func (q *queue) FinishMail(_ context.Context, _ chat.Mail, r chat.MailResult) error {
	if q.finish != nil {
		if err := q.finish(); err != nil {
			return err
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.results = append(q.results, r)
	return nil
}

func (q *queue) states() (states []chat.MailState) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range q.results {
		states = append(states, r.State)
	}
	return states
}

func runSender(t *testing.T, q *queue, send transport) (stop func()) {
	t.Helper()
	s := &Sender{Service: q, Transport: send, Log: zerolog.Nop(), Workers: 3, Now: time.Now}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestWorkers: never more attempts at once than workers, and no waiting where there is more to do.
func TestWorkers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		q := &queue{claims: 30}
		begin := time.Now()
		stop := runSender(t, q, func(context.Context, string, string, string, Content) (Carried, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(100 * time.Millisecond)
			return Carried{Code: 250}, nil
		})
		for len(q.states()) < 30 {
			time.Sleep(10 * time.Millisecond)
		}
		stop()
		same(t, "at once", most.Load(), int32(3))
		if took := time.Since(begin); took > 1100*time.Millisecond {
			t.Errorf("thirty mails by three workers at 100 ms took %s", took)
		}
	})
}

// TestStopSending: what is under way is finished; what the relay keeps waiting is broken off and tried again later.
func TestStopSending(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &queue{claims: 2}
		var n atomic.Int32
		stop := runSender(t, q, func(ctx context.Context, _, _, _ string, _ Content) (Carried, error) {
			wait := time.Hour
			if n.Add(1) == 1 {
				wait = 5 * time.Second
			}
			select {
			case <-ctx.Done():
				return Carried{}, ctx.Err()
			case <-time.After(wait):
				return Carried{Code: 250}, nil
			}
		})
		time.Sleep(1500 * time.Millisecond) // between two looks for what is due
		q.mu.Lock()
		q.claims = 5 // comes too late
		q.mu.Unlock()
		begin := time.Now()
		synctest.Wait()
		stop()
		same(t, "states", q.states(), []chat.MailState{chat.MailAccepted, chat.MailWaiting})
		same(t, "took", time.Since(begin), 15*time.Second)
	})
}

// TestHardDeadline: no attempt outlasts its lease.
func TestHardDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &queue{claims: 1}
		begin := time.Now()
		var took time.Duration
		stop := runSender(t, q, func(ctx context.Context, _, _, _ string, _ Content) (Carried, error) {
			<-ctx.Done()
			took = time.Since(begin)
			return Carried{}, ctx.Err()
		})
		for len(q.states()) == 0 {
			time.Sleep(time.Second)
		}
		stop()
		same(t, "took", took, chat.SendDeadline)
	})
}

// TestSettling: an accepted mail whose settling fails is settled when the database is back, and not sent again.
func TestSettling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries, sent := 0, 0
		q := &queue{claims: 1, finish: func() error {
			if tries++; tries < 10 {
				return errBroken
			}
			return nil
		}}
		stop := runSender(t, q, func(context.Context, string, string, string, Content) (Carried, error) {
			sent++
			return Carried{Code: 250}, nil
		})
		for len(q.states()) == 0 {
			time.Sleep(time.Second)
		}
		stop()
		same(t, "states", q.states(), []chat.MailState{chat.MailAccepted})
		same(t, "sent, tries", []int{sent, tries}, []int{1, 10})
	})
}

// TestClaimingFails: the sender goes on when the database is back.
func TestClaimingFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &queue{claimErr: errors.New("away")}
		stop := runSender(t, q, func(context.Context, string, string, string, Content) (Carried, error) {
			return Carried{Code: 250}, nil
		})
		time.Sleep(10 * time.Second)
		q.mu.Lock()
		q.claimErr, q.claims = nil, 1
		q.mu.Unlock()
		time.Sleep(2 * time.Second)
		stop()
		same(t, "states", q.states(), []chat.MailState{chat.MailAccepted})
	})
}

// TestBackingOff: the wait grows to four hours, and after five days there is an end.
func TestBackingOff(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	s := &Sender{Log: zerolog.Nop(), Now: func() time.Time { return now }}
	last := time.Duration(0)
	for attempts := 1; attempts < 100; attempts++ {
		r := s.judge(chat.Mail{Attempts: attempts, CreatedAt: now}, Carried{}, errBroken)
		wait := r.Wait
		if r.State != chat.MailWaiting || wait < last || wait < time.Minute || wait > 4*time.Hour {
			t.Errorf("after %d attempts: %s, %s", attempts, r.State, wait)
		}
		last = wait
	}
	same(t, "the longest", last, 4*time.Hour)
	r := s.judge(chat.Mail{Attempts: 30, CreatedAt: now.Add(-121 * time.Hour)}, Carried{}, errBroken)
	same(t, "after five days", []any{r.State, r.Wait}, []any{chat.MailFailed, time.Duration(0)})
}
