package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/mail"
	stdsmtp "net/smtp"
	"strings"
	"sync"
	"time"

	"postern/e2e/client"
	"postern/e2e/rig"
)

// robots are what stands between two Posterns that write to each other: each mail goes to the one whose address it is for, and everybody has a responder, which
// answers at once, to Reply-To as the recipient and to the envelope sender as nobody; and the mail comes back itself.
type robots struct {
	answers sync.WaitGroup

	mu    sync.Mutex
	mails int
	on    bool
	back  map[string]string // SMTP port, by mail domain
	codes []string
}

func (r *robots) turnOn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.on = true
}

func (r *robots) counted() (mails int, codes []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mails, append([]string{}, r.codes...)
}

// mostLoop ends a loop that does not end by itself.
const mostLoop = 40

// take hands a mail on and answers it in every way.
func (r *robots) take(from, to string, raw []byte) error {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	reply, err := mail.ParseAddress(m.Header.Get("Reply-To"))
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.on {
		return nil
	}
	if r.mails++; r.mails > mostLoop {
		return nil
	}
	away := fmt.Sprintf("From: %s\r\nTo: %%s\r\nSubject: Re: %s\r\nIn-Reply-To: %s\r\nMessage-ID: <away-%d-%%s@client.example>\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n",
		to, m.Header.Get("Subject"), m.Header.Get("Message-ID"), r.mails)
	for _, answer := range []struct{ from, to, raw string }{
		{from, to, string(raw)}, {to, reply.Address, fmt.Sprintf(away, reply.Address, "reply")}, {"", from, fmt.Sprintf(away, from, "return")}, {to, reply.Address, string(raw)},
	} {
		_, domain, _ := strings.Cut(answer.to, "@")
		r.answers.Go(func() { r.answer(r.back[domain], answer.from, answer.to, answer.raw) })
	}
	return nil
}

// answersEach is how many letters a mail makes.
const answersEach = 4

func (r *robots) answer(back, from, to, raw string) {
	err := stdsmtp.SendMail(back, nil, from, []string{to}, []byte(raw))
	said := "250"
	if err != nil {
		said = err.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.codes = append(r.codes, said)
}

// twoOffices places two deployments whose relay is the same.
func twoOffices(ctx context.Context) (*stage, error) {
	s, err := relayed(single, "convenience", 0, noLimits)(ctx)
	if err != nil {
		return nil, err
	}
	o := settings("convenience", 0, noLimits)
	o.Relay, o.MailDomain = "smtp://"+s.relay.address(), "other.test"
	if s.other, err = single(ctx, o); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// writes is one side: its owner, and a contact who is the other side's reply address.
type writes struct {
	*stage
	owner        *client.Client
	contact      string // id
	conversation string
	to           string // the reply address that the contact was given
}

// writesTo starts a conversation with somebody of an address, and waits for the mail to them.
func (s *stage) writesTo(ctx context.Context, name, email string, replies func(string) string) (w *writes, err error) {
	w = &writes{stage: s}
	if w.owner, err = s.join(ctx, "Owner "+name, "owner@"+name+".example", "owner", "", ""); err != nil {
		return nil, err
	}
	contact, err := s.join(ctx, "Contact "+name, email, "client", "", "")
	if err != nil {
		return nil, err
	}
	w.contact = contact.Me.User.ID
	started, err := w.owner.Start(ctx, "start", "Between robots", "<p>Hello</p>", w.contact)
	if err != nil {
		return nil, err
	}
	w.conversation = started.Row.Conversation.ID
	return w, until(ctx, "a mail to "+name, func() (bool, error) {
		w.to = replies(email)
		return w.to != "", nil
	})
}

// loopEnds has two Posterns whose contacts are each other's reply addresses write one message each, with responders everywhere: no more mails go than those two.
func loopEnds(ctx context.Context, s *stage) (string, error) {
	r := &robots{back: map[string]string{rig.MailDomain: s.d.SMTP, "other.test": s.other.d.SMTP}}
	defer r.answers.Wait()
	var box mailbox
	s.relay.serve(func(moment) {}, func(from, to string, raw []byte) error {
		return errors.Join(box.take(from, to, raw), r.take(from, to, raw))
	})
	there, err := s.other.writesTo(ctx, "there", "nobody@yet.example", box.replyTo)
	if err != nil {
		return "", err
	}
	here, err := s.writesTo(ctx, "here", there.to, box.replyTo)
	if err != nil {
		return "", err
	}
	if err := s.other.change(ctx, "UPDATE users SET email = '"+here.to+"', email_folded = '"+here.to+"' WHERE id = unhex('"+plain(there.contact)+"')"); err != nil {
		return "", err
	}
	r.turnOn()
	const first = 2
	for _, w := range []*writes{here, there} {
		if _, err := w.owner.Send(ctx, w.conversation, "loop", "<p>Are you there?</p>"); err != nil {
			return "", err
		}
	}
	err = until(ctx, "the robots to have answered", func() (bool, error) {
		mails, codes := r.counted()
		return mails >= first && len(codes) >= answersEach*first, nil
	})
	if err != nil {
		return "", err
	}
	if err := after(ctx, 5*time.Second, func() error { return nil }); err != nil {
		return "", err
	}
	return r.verdict(ctx, first, here, there)
}

// verdict holds what went against the mails that may go.
func (r *robots) verdict(ctx context.Context, most int, sides ...*writes) (string, error) {
	mails, codes := r.counted()
	posted := 0
	var err error
	for _, w := range sides {
		messages, unread := w.owner.History(ctx, w.conversation)
		err = errors.Join(err, unread)
		for _, m := range messages {
			if m.Kind == "message" && m.Via == "letter" {
				posted++
			}
		}
	}
	for _, code := range codes {
		if !strings.HasPrefix(code, "250") {
			err = errors.Join(err, fmt.Errorf("an answer was refused: %s", code))
		}
	}
	if mails != most || posted != 0 {
		err = errors.Join(err, fmt.Errorf("%d mails went, and %d answers of robots are messages", mails, posted))
	}
	return fmt.Sprintf("offices=%d mails=%d answers=%d posted=%d", len(sides), mails, len(codes), posted), err
}
