package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"postern/e2e/client"
	"postern/hub/wire"
)

// mailStory has a mail to Carl seen and answered while staff look at its timeline, and another one come back: staff open it as he got it, find both in the ledger, and let his address get mail again, in a browser of the usual size
// and in a narrow one. All mails are signed, and hold. The operator's ledger tells the same.
func mailStory(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	b := &bounces{correspondence: c}
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
	var staff []visitor
	for _, who := range []*client.Client{c.ada, c.ada} {
		one, err := s.back(ctx, who, s.node[0])
		if err != nil {
			return "", err
		}
		staff = append(staff, one)
	}
	client, err := s.back(ctx, c.carl, s.node[0])
	if err != nil {
		return "", err
	}
	folder, err := filepath.Abs(filepath.Join("e2e", "out"))
	if err != nil {
		return "", err
	}
	local, _, _ := strings.Cut(c.to, "@")
	in := map[string]any{
		"url": s.d.URL, "folder": folder, "title": "Answered by mail", "word": m.Text, "address": "carl@client.example", "reply": local, "staff": staff, "client": client, "sent": "timeline-word",
	}
	var out struct{ Screens, Violations int }
	answered := make(chan error, 1)
	go func() { answered <- b.answersWhenSeen(ctx, sent) }()
	if err := errors.Join(browse(ctx, "maillog.mjs", in, &out), <-answered); err != nil {
		return "", err
	}
	if out.Screens == 0 || out.Violations > 0 {
		return "", fmt.Errorf("screens=%d violations=%d", out.Screens, out.Violations)
	}
	logged, err := s.tell(ctx, "mail", "log", "--json", "--direction", "in", "--fate", "bounced")
	if err != nil || !strings.Contains(logged, "no such user") {
		return "", fmt.Errorf("the operator is told %q, %w", logged, err)
	}
	if _, err = b.stands(ctx, m, "bounced"); err != nil {
		return "", err
	}
	signed, err := s.signatures(ctx)
	return fmt.Sprintf("looked=%d violations=0 operator=1 signatures=%d", out.Screens, signed), err
}

// answersWhenSeen has Carl answer by mail once staff are told that he saw the message.
func (b *bounces) answersWhenSeen(ctx context.Context, m wire.Message) error {
	err := until(ctx, "Carl to see it", func() (bool, error) {
		list, err := b.ada.Deliveries(ctx, m)
		return slices.ContainsFunc(list, func(d client.Delivery) bool { return d.Recipient.ID == b.carl.Me.User.ID && d.SeenAt != "" }), err
	})
	if err != nil {
		return err
	}
	raw, _ := b.letter("From: carl@client.example")
	if code, err := b.post("carl@client.example", b.to, raw); err != nil || code != 250 {
		return fmt.Errorf("the answer: %d, %w", code, err)
	}
	return nil
}
