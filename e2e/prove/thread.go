package main

import (
	"context"
	"fmt"
	"strings"
)

// threadStory has two of the staff and a client write in one conversation, in three browsers at two nodes: undo, retract, internal notes, mentions, and a
// copy of the mail to oneself. No mail says what was undone or noted.
func threadStory(ctx context.Context, s *stage) (string, error) {
	ada, err := s.join(ctx, "Ada Staff", "ada@office.example", "owner", "", s.node[0])
	if err != nil {
		return "", err
	}
	tess, err := s.join(ctx, "Tess Staff", "tess@office.example", "staff", "", s.node[1])
	if err != nil {
		return "", err
	}
	carl, err := s.join(ctx, "Carl Client", "carl@client.example", "client", "Client Firm", s.node[1])
	if err != nil {
		return "", err
	}
	const title = "Three in a thread"
	if _, err := ada.Start(ctx, "thread", title, "<p>Here we are.</p>", tess.Me.User.ID, carl.Me.User.ID); err != nil {
		return "", err
	}
	staff, err := s.back(ctx, ada, s.node[0])
	if err != nil {
		return "", err
	}
	colleague, err := s.back(ctx, tess, s.node[1])
	if err != nil {
		return "", err
	}
	contact, err := s.back(ctx, carl, s.node[1])
	if err != nil {
		return "", err
	}
	in := map[string]any{
		"url": s.d.URL, "staff": staff, "colleague": colleague, "contact": contact, "title": title, "hidden": []string{"secretnote", `"note":true`},
	}
	var out struct {
		Undone    int `json:"undone"`
		Retracted int `json:"retracted"`
		Notes     int `json:"notes"`
		Mentions  int `json:"mentions"`
		Looked    int `json:"looked"`
		Leaked    int `json:"leaked"`
	}
	if err := browse(ctx, "thread.mjs", in, &out); err != nil {
		return "", err
	}
	if out.Undone != 5 || out.Retracted != 2 || out.Notes != 1 || out.Mentions != 1 || out.Looked < 10 || out.Leaked > 0 {
		return "", fmt.Errorf("%+v", out)
	}
	copies, err := s.ownCopies(ctx, ada.Me.User.Email, "copytomyself")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("undone=%d retracted=%d notes=%d mentions=%d copies=%d leaked=%d", out.Undone, out.Retracted, out.Notes, out.Mentions, copies, out.Leaked), nil
}

// ownCopies waits for the one copy of a message that its author is mailed, and looks that no mail has what was taken back or is for staff.
func (s *stage) ownCopies(ctx context.Context, author, word string) (n int, err error) {
	err = until(ctx, "the author's copy", func() (bool, error) {
		mails, err := s.mails()
		if err != nil {
			return false, err
		}
		n = 0
		for _, m := range mails {
			if strings.Contains(m.decoded, "unsaid") || strings.Contains(m.decoded, "retracted") {
				return false, fmt.Errorf("a mail to %s says what was taken back", m.to)
			}
			if strings.Contains(m.to, "client") && strings.Contains(m.decoded, "secretnote") {
				return false, fmt.Errorf("a mail to %s says what is for staff", m.to)
			}
			if strings.Contains(m.to, author) && strings.Contains(m.said, word) {
				n++
			}
		}
		return n == 1, fmt.Errorf("%d mails to the author, of %d", n, len(mails))
	})
	return n, err
}
