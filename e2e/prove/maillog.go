package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"postern/e2e/client"
)

// mailStory has staff look at the timeline of a message at both nodes, so that one of them is not the node that does it, while its mails wait, go, come back, are seen and answered; another mail
// comes back for good: staff open it as Carl got it, find both in the ledger, and let his address get mail again, in a browser of the usual size and in a narrow one. All mails are signed, and hold. The
// operator's ledger tells the same.
func mailStory(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	b := &bounces{correspondence: c}
	dora, err := b.collects(ctx)
	if err != nil {
		return "", err
	}
	sent, err := b.ada.Send(ctx, b.conversation, "timeline", "<p>timeline-word</p>")
	if err != nil {
		return "", err
	}
	if _, err := b.stands(ctx, sent, "accepted"); err != nil {
		return "", err
	}
	m, mail, err := b.mailed(ctx)
	if err != nil {
		return "", err
	}
	gone := report{"failed", "5.1.1", "no such user", "bounced", true}
	if code, err := b.post("", mail.from, gone.letter(1)); err != nil || code != 250 {
		return "", fmt.Errorf("the report: %d, %w", code, err)
	}
	if _, err := b.stands(ctx, m, "bounced"); err != nil {
		return "", err
	}
	visitors, err := b.visitors(ctx, c.ada, c.ada, c.carl)
	if err != nil {
		return "", err
	}
	folder, err := filepath.Abs(filepath.Join("e2e", "out"))
	if err != nil {
		return "", err
	}
	acts, stop, err := performing(map[string]func() error{
		"digest": func() error { return s.digestHour(ctx) },
		"bounce": func() error { return b.digestBounces(ctx, dora) },
		"answer": func() error { return b.answers() },
	})
	if err != nil {
		return "", err
	}
	local, _, _ := strings.Cut(c.to, "@")
	in := map[string]any{
		"url": s.d.URL, "folder": folder, "title": "Answered by mail", "word": m.Text, "address": "carl@client.example", "reply": local, "sent": "timeline-word",
		"staff": visitors[:2], "client": visitors[2], "acts": acts,
	}
	var out struct{ Screens, Violations, Live int }
	if err := errors.Join(browse(ctx, "maillog.mjs", in, &out), stop()); err != nil {
		return "", err
	}
	if out.Screens == 0 || out.Violations > 0 || out.Live == 0 {
		return "", fmt.Errorf("screens=%d violations=%d live=%d", out.Screens, out.Violations, out.Live)
	}
	logged, err := s.tell(ctx, "mail", "log", "--json", "--direction", "in", "--fate", "bounced")
	if err != nil || !strings.Contains(logged, "no such user") {
		return "", fmt.Errorf("the operator is told %q, %w", logged, err)
	}
	if _, err = b.stands(ctx, m, "bounced"); err != nil {
		return "", err
	}
	signed, err := s.signatures(ctx)
	return fmt.Sprintf("nodes=%d live=%d looked=%d violations=0 operator=1 signatures=%d", len(s.d.Nodes), out.Live, out.Screens, signed), err
}

// collects adds Dora to the conversation, who wants a digest.
func (b *bounces) collects(ctx context.Context) (*client.Client, error) {
	dora, err := b.join(ctx, "Dora Client", "dora@client.example", "client", "", b.node[1])
	if err != nil {
		return nil, err
	}
	if err := collect(ctx, dora); err != nil {
		return nil, err
	}
	return dora, (&member{Client: b.ada}).add(ctx, b.conversation, dora.Me.User.ID, false)
}

// visitors are fresh visits, each at another node than the one before.
func (b *bounces) visitors(ctx context.Context, who ...*client.Client) (list []visitor, err error) {
	for i, one := range who {
		v, err := b.back(ctx, one, b.node[i%len(b.node)])
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// digestBounces has Dora's digest come back, for now.
func (b *bounces) digestBounces(ctx context.Context, dora *client.Client) error {
	var digest sentMail
	err := until(ctx, "Dora's digest", func() (bool, error) {
		all, err := b.mails()
		i := slices.IndexFunc(all, func(m sentMail) bool { return m.to == dora.Me.User.Email && m.subject == digestSubject })
		if i >= 0 {
			digest = all[i]
		}
		return i >= 0, err
	})
	if err != nil {
		return err
	}
	full := report{"failed", "5.2.2", "mailbox full", "bounced", false}
	if code, err := b.post("", digest.from, full.letter(2)); err != nil || code != 250 {
		return fmt.Errorf("the report: %d, %w", code, err)
	}
	return nil
}

// answers has Carl answer by mail.
func (b *bounces) answers() error {
	raw, _ := b.letter("From: carl@client.example")
	if code, err := b.post("carl@client.example", b.to, raw); err != nil || code != 250 {
		return fmt.Errorf("the answer: %d, %w", code, err)
	}
	return nil
}
