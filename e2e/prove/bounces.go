package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"postern/e2e/client"
	"postern/hub/wire"
)

// report is what a server says of a mail to Carl, and what staff are to see of it.
type report struct {
	action, status, said string
	state                string
	suppressed           bool
}

var reportsOfCarl = []report{
	{"delayed", "4.4.1", "no answer yet", "delayed", false},
	{"delivered", "2.0.0", "stored", "delivered", false},
	{"failed", "5.2.2", "mailbox full", "bounced", false},
	{"failed", "5.7.1", "not by our policy", "bounced", false},
	{"failed", "5.1.1", "no such user", "bounced", true},
	{"complaint", "", "feedback report", "complained", true},
}

// letter is the report, as mail servers write it (RFC 3464, RFC 5965).
func (r report) letter(number int) string {
	kind, part := "delivery-status", "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.client.example\r\n\r\n"+
		"Final-Recipient: rfc822; carl@client.example\r\nAction: "+r.action+"\r\nStatus: "+r.status+"\r\nDiagnostic-Code: smtp; "+r.said+"\r\n"
	if r.action == "complaint" {
		kind, part = "feedback-report", "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: mx/1\r\nVersion: 1\r\n"
	}
	return strings.Join([]string{
		"From: MAILER-DAEMON@client.example", "Subject: A report", fmt.Sprintf("Message-ID: <report-%d@client.example>", number), "MIME-Version: 1.0",
		"Content-Type: multipart/report; report-type=" + kind + "; boundary=cut", "", "--cut", "Content-Type: text/plain", "", "See below.", "--cut",
		part + "--cut--", "",
	}, "\r\n")
}

// bounceShown has mails to Carl reported about in every way: it stands on the message that the mail told of and on no other, staff at the other node hear of
// it, the address is suppressed where it is gone, what is owed then is dropped and says so, a failed mail is sent again, and Carl learns nothing.
func bounceShown(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	var heard, carls atomic.Int64
	for who, n := range map[*client.Client]*atomic.Int64{c.bob: &heard, c.carl: &carls} {
		live, err := who.Live(ctx, func(f wire.Frame) {
			if f.Type == wire.TypeMailChanged {
				n.Add(1)
			}
		})
		if err != nil {
			return "", err
		}
		defer live.Close()
	}
	b := &bounces{correspondence: c}
	for _, r := range reportsOfCarl {
		if err := b.try(ctx, r); err != nil {
			return "", fmt.Errorf("%s %s: %w", r.action, r.status, err)
		}
	}
	if err := until(ctx, "the other node to hear", func() (bool, error) { return heard.Load() >= int64(b.news), nil }); err != nil {
		return "", err
	}
	if carls.Load() != 0 {
		err = errors.New("the client was told")
	}
	return fmt.Sprintf("n=%d told=%d suppressed=%d dropped=%d retried=%d", b.shown, b.news, b.suppressed, b.dropped, b.retried), err
}

type bounces struct {
	*correspondence
	shown, news, suppressed, dropped, retried int

	last      wire.Message // of the report before, and how its delivery stands
	lastState string
}

// mailed writes a word and gives its message with the mail that tells Carl of it.
func (b *bounces) mailed(ctx context.Context) (m wire.Message, mail sentMail, err error) {
	b.number++
	word := fmt.Sprintf("bounce-word-%d-", b.number)
	if m, err = b.ada.Send(ctx, b.conversation, word, "<p>"+word+"</p>"); err != nil {
		return m, mail, err
	}
	mail, err = b.mailOf(ctx, "carl@client.example", word, 1)
	return m, mail, err
}

// stands waits until Carl's delivery of a message is as it is to be.
func (b *bounces) stands(ctx context.Context, m wire.Message, state string) (d client.Delivery, err error) {
	err = until(ctx, "Carl's delivery to be "+state, func() (bool, error) {
		list, err := b.ada.Deliveries(ctx, m)
		for _, one := range list {
			if one.Recipient.ID == b.carl.Me.User.ID {
				d = one
			}
		}
		return d.State == state, err
	})
	return d, err
}

func (b *bounces) try(ctx context.Context, r report) error {
	m, mail, err := b.mailed(ctx)
	if err != nil {
		return err
	}
	d, err := b.stands(ctx, m, "accepted")
	if err != nil {
		return err
	}
	for range 2 { // the same report again changes nothing
		if code, err := b.post("", mail.from, r.letter(b.number)); err != nil || code != 250 {
			return fmt.Errorf("the report: %d, %w", code, err)
		}
	}
	if d, err = b.stands(ctx, m, r.state); err != nil {
		return err
	}
	if last := d.Mails[len(d.Mails)-1]; !strings.Contains(last.Reason, r.said) || (d.Suppression != "") != r.suppressed || d.Retry != (r.state == "bounced" && !r.suppressed) {
		return fmt.Errorf("shown as %+v", d)
	}
	if b.last.ID != "" {
		if _, err := b.stands(ctx, b.last, b.lastState); err != nil {
			return fmt.Errorf("on the message before: %w", err)
		}
	}
	b.last, b.lastState = m, r.state
	_, err = b.carl.Deliveries(ctx, m)
	if refusal, ok := errors.AsType[*client.Refusal](err); !ok || refusal.Status != 404 {
		return fmt.Errorf("the client asks: %v", err)
	}
	b.shown++
	b.news++
	if r.suppressed {
		return b.cleared(ctx, d)
	}
	if d.Retry {
		return b.again(ctx, m, d)
	}
	return nil
}

// cleared: nothing goes to the address until staff say so.
func (b *bounces) cleared(ctx context.Context, d client.Delivery) error {
	b.number++
	word := fmt.Sprintf("unheard-word-%d-", b.number)
	m, err := b.ada.Send(ctx, b.conversation, word, "<p>"+word+"</p>")
	if err != nil {
		return err
	}
	if _, err := b.stands(ctx, m, "suppressed"); err != nil {
		return err
	}
	if err := b.bob.ClearSuppression(ctx, d.Suppression); err != nil {
		return err
	}
	b.suppressed++
	b.dropped++
	b.news++
	if _, _, err := b.mailed(ctx); err != nil {
		return fmt.Errorf("after it was cleared: %w", err)
	}
	all, err := b.mails()
	for _, one := range all {
		if one.to == "carl@client.example" && strings.Contains(one.said, word) {
			err = errors.Join(err, errors.New("a suppressed address was mailed"))
		}
	}
	return err
}

// again: what failed goes once more, as a mail of its own.
func (b *bounces) again(ctx context.Context, m wire.Message, d client.Delivery) error {
	if err := b.bob.Retry(ctx, m, d.Mails[0].ID); err != nil {
		return err
	}
	after, err := b.stands(ctx, m, "accepted")
	if err != nil {
		return err
	}
	if len(after.Mails) != 2 || after.Mails[0].ID != d.Mails[0].ID || after.Mails[0].State != "bounced" {
		return fmt.Errorf("sent again, shown as %+v", after)
	}
	err = b.bob.Retry(ctx, m, d.Mails[0].ID)
	if refusal, ok := errors.AsType[*client.Refusal](err); !ok || refusal.Status != 409 {
		return fmt.Errorf("a second time: %v", err)
	}
	b.lastState = "accepted"
	b.retried++
	b.news += 2 // it is owed, and went
	return nil
}
