package mailgw

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
)

// Outgoing is what the sender needs of chat.Service.
type Outgoing interface {
	ClaimNotices(ctx context.Context, limit int) ([]chat.Claim, error)
	PrepareMail(ctx context.Context, c chat.Claim) (*chat.Mail, error)
	ClaimMails(ctx context.Context, limit int) ([]chat.Mail, error)
	FinishMail(ctx context.Context, m chat.Mail, r chat.MailResult) error
}

// Sender sends what is due, on every node at once: the leases share the work out.
type Sender struct {
	Service   Outgoing
	Transport Transport
	Log       zerolog.Logger
	Workers   int           // attempts at once; default 8
	Every     time.Duration // how often to look for what is due; default 1 s
	Now       func() time.Time
}

// Run sends until the context ends, then waits for the attempts under way, each bounded by chat.SendDeadline.
func (s *Sender) Run(ctx context.Context) error {
	workers, every := s.Workers, s.Every
	if workers == 0 {
		workers = 8
	}
	if every == 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	slots := &slots{free: workers, freed: make(chan struct{}, 1)}
	defer slots.running.Wait()
	for {
		if free := slots.left(); free > 0 {
			if more := s.claim(ctx, slots, free); more && ctx.Err() == nil {
				continue // there may be more: do not wait
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-slots.freed:
		case <-tick.C:
		}
	}
}

// slots bounds the attempts under way.
type slots struct {
	mu      sync.Mutex
	free    int
	freed   chan struct{} // a token when a full house has a place again
	running sync.WaitGroup
}

func (s *slots) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.free
}

// start runs one attempt in a slot. Only Run's own goroutine takes slots, so what left said is still there.
func (s *slots) start(do func()) {
	s.mu.Lock()
	s.free--
	s.mu.Unlock()
	s.running.Go(func() {
		defer s.done()
		do()
	})
}

func (s *slots) done() {
	s.mu.Lock()
	s.free++
	s.mu.Unlock()
	select {
	case s.freed <- struct{}{}:
	default:
	}
}

// claim takes as much as there are free slots, mails that wait first, and starts on it; true when all slots were filled.
func (s *Sender) claim(ctx context.Context, slots *slots, free int) bool {
	mails, err := s.Service.ClaimMails(ctx, free)
	if err != nil {
		s.complain(ctx, err, "claim mails")
	}
	for _, m := range mails {
		slots.start(func() { s.send(ctx, m) })
	}
	free -= len(mails)
	if free <= 0 {
		return true
	}
	claims, err := s.Service.ClaimNotices(ctx, free)
	if err != nil {
		s.complain(ctx, err, "claim notices")
	}
	for _, c := range claims {
		slots.start(func() { s.sendClaim(ctx, c) })
	}
	return len(claims) == free
}

func (s *Sender) complain(ctx context.Context, err error, what string) {
	if ctx.Err() == nil {
		s.Log.Warn().Err(err).Msg(what)
	}
}

func (s *Sender) sendClaim(ctx context.Context, c chat.Claim) {
	mail, err := s.Service.PrepareMail(ctx, c)
	if err != nil {
		s.complain(ctx, err, "prepare mail")
		return
	}
	if mail != nil {
		s.send(ctx, *mail)
	}
}

// send makes one attempt. It is carried to its end even when the process is asked to stop: what was said to the relay cannot be unsaid.
func (s *Sender) send(ctx context.Context, m chat.Mail) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), chat.SendDeadline)
	defer cancel()
	carried, err := s.Transport.Send(ctx, m.From, m.To, m.ID.String(), m.Raw)
	r := s.judge(m, carried, err)
	settle, stop := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer stop()
	if err := s.Service.FinishMail(settle, m, r); err != nil {
		s.Log.Error().Err(err).Stringer("mail", m.ID).Str("state", string(r.State)).Msg("settle mail")
		return
	}
	s.Log.Info().Stringer("mail", m.ID).Str("state", string(r.State)).Int("code", r.Code).Int("attempts", m.Attempts).Msg("mail attempt")
}

// judge says what an attempt came to: accepted, to be tried again with growing delay, or failed for good.
func (s *Sender) judge(m chat.Mail, carried Carried, err error) chat.MailResult {
	if err == nil {
		return chat.MailResult{State: chat.MailAccepted, Code: carried.Code, QueueID: carried.QueueID, Peer: carried.Peer}
	}
	r := chat.MailResult{State: chat.MailWaiting, Reason: "the relay could not be reached"}
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		r.Code, r.Reason, r.Peer = refused.Code, refused.Reason, refused.Peer
		if refused.Final {
			r.State = chat.MailFailed
			return r
		}
	} else {
		s.Log.Warn().Err(err).Stringer("mail", m.ID).Msg("reach relay")
	}
	wait, again := chat.Backoff(m.Attempts, m.CreatedAt, s.Now())
	if !again {
		r.State = chat.MailFailed
	}
	r.NextTry = s.Now().Add(wait)
	return r
}
