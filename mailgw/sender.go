package mailgw

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/mailgw/letter"
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
	Files     Files // of what mails enclose
	Signers   []Signer
	Log       zerolog.Logger
	Workers   int           // attempts at once; default 8
	Every     time.Duration // how often to look for what is due; default 1 s
	Patience  time.Duration // with attempts under way, when asked to stop; default 15 s
	Now       func() time.Time

	attempts attempts
}

// None of these steps ends with the context that Run was given: what is half done would only be known when its lease lapses.
const (
	claimTime  = 10 * time.Second
	settleTime = 45 * time.Second // in all; a send's lease outlasts its deadline by a minute
	settleWait = time.Second      // between tries
)

func (s *Sender) patience() time.Duration {
	p := s.Patience
	set(&p, 15*time.Second)
	return p
}

// Run sends until the context ends, then waits for the attempts under way, and has the transport close what it kept. Those that the relay keeps waiting are broken off after some
// seconds, and tried again later.
func (s *Sender) Run(ctx context.Context) error {
	workers, every := s.Workers, s.Every
	set(&workers, 8)
	set(&every, time.Second)
	tick := time.NewTicker(every)
	defer tick.Stop()
	work, breakOff := context.WithCancel(context.WithoutCancel(ctx))
	slots := newSlots(workers, &s.attempts)
	defer func() {
		late := time.AfterFunc(s.patience(), breakOff)
		slots.running.Wait()
		late.Stop()
		breakOff()
		if kept, ok := s.Transport.(interface{ Close() }); ok {
			kept.Close()
		}
	}()
	for {
		if free := slots.left(); free > 0 && ctx.Err() == nil {
			if more := s.claim(work, slots, free); more {
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

// claim takes as much as there are free slots, mails that wait first, and starts on it; true when all slots were filled.
func (s *Sender) claim(ctx context.Context, slots *slots, free int) bool {
	asking, cancel := context.WithTimeout(ctx, claimTime)
	defer cancel()
	mails, err := s.Service.ClaimMails(asking, free)
	if err != nil {
		s.Log.Warn().Err(err).Msg("claim mails")
		return false
	}
	for _, m := range mails {
		slots.start(func() { s.send(ctx, m) })
	}
	if free -= len(mails); free <= 0 {
		return true
	}
	claims, err := s.Service.ClaimNotices(asking, free)
	if err != nil {
		s.Log.Warn().Err(err).Msg("claim notices")
		return false
	}
	for _, c := range claims {
		slots.start(func() { s.sendClaim(ctx, c) })
	}
	return len(claims) == free
}

func (s *Sender) sendClaim(ctx context.Context, c chat.Claim) {
	preparing, cancel := context.WithTimeout(ctx, chat.PrepareDeadline)
	mail, err := s.Service.PrepareMail(preparing, c)
	cancel()
	if err != nil {
		s.Log.Warn().Err(err).Stringer("office", c.Office).Stringer("conversation", c.Conversation).Msg("prepare mail")
		return
	}
	if mail != nil {
		s.send(ctx, *mail)
	}
}

// send makes one attempt.
func (s *Sender) send(ctx context.Context, m chat.Mail) {
	sending, cancel := context.WithTimeout(ctx, chat.SendDeadline)
	content := Content{Mail: m, Files: s.Files}
	var carried Carried
	err := content.sign(sending, s.Signers)
	if err == nil {
		carried, err = s.Transport.Send(sending, m.From, m.To, m.ID.String(), content)
	}
	cancel()
	r := s.judge(m, carried, err)
	if err := s.settle(ctx, m, r); err != nil {
		s.Log.Error().Err(err).Stringer("mail", m.ID).Str("state", string(r.State)).Msg("settle mail")
		return
	}
	if m.Kind == chat.DeskMail && r.State == chat.MailFailed {
		s.Log.Error().Stringer("mail", m.ID).Stringer("office", m.Office).Int("code", r.Code).Msg("a letter to postmaster or abuse is lost")
	}
	s.Log.Info().Stringer("mail", m.ID).Str("state", string(r.State)).Int("code", r.Code).Int("attempts", m.Attempts).Msg("mail attempt")
}

// settle writes down what an attempt came to, and keeps trying for a while: a mail that was taken and not settled goes twice.
func (s *Sender) settle(ctx context.Context, m chat.Mail, r chat.MailResult) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	again := time.NewTicker(settleWait)
	defer again.Stop()
	for {
		err := s.Service.FinishMail(ctx, m, r)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-again.C:
		}
	}
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
			r.State, r.Gone = chat.MailFailed, letter.NoSuchAddress("", refused.Reason)
			return r
		}
	} else {
		s.Log.Warn().Err(err).Stringer("mail", m.ID).Msg("send mail")
	}
	if _, ok := errors.AsType[*unsignedError](err); ok {
		r.Reason = "the mail could not be signed"
	}
	if lost, ok := errors.AsType[*LostError](err); ok {
		r.Lost, r.Reason, r.Peer = true, "the relay's answer was lost: the mail may go twice", lost.Peer
	}
	wait, again := chat.Backoff(m.Attempts, m.CreatedAt, s.Now())
	if !again {
		r.State = chat.MailFailed
		return r
	}
	r.Wait = wait
	return r
}
