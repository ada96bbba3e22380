package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"postern/e2e/client"
)

// mailStory has a mail to Carl come back: staff open it as he got it, find both in the ledger, and let his address get mail again, in a browser of the usual size
// and in a narrow one. The operator's ledger tells the same.
func mailStory(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	b := &bounces{correspondence: c}
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
	folder, err := filepath.Abs(filepath.Join("e2e", "out"))
	if err != nil {
		return "", err
	}
	local, _, _ := strings.Cut(c.to, "@")
	in := map[string]any{
		"url": s.d.URL, "folder": folder, "title": "Answered by mail", "word": m.Text, "address": "carl@client.example", "reply": local, "staff": staff,
	}
	var out struct{ Screens, Violations int }
	if err := browse(ctx, "maillog.mjs", in, &out); err != nil {
		return "", err
	}
	if out.Screens == 0 || out.Violations > 0 {
		return "", fmt.Errorf("screens=%d violations=%d", out.Screens, out.Violations)
	}
	logged, err := s.tell(ctx, "mail", "log", "--json", "--direction", "in", "--fate", "bounced")
	if err != nil || !strings.Contains(logged, "no such user") {
		return "", fmt.Errorf("the operator is told %q, %w", logged, err)
	}
	_, err = b.stands(ctx, m, "bounced")
	return fmt.Sprintf("looked=%d violations=0 operator=1", out.Screens), err
}
