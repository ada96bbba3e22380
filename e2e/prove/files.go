package main

import (
	"context"
	"errors"
	"fmt"

	"postern/e2e/rig"
)

// evil stands for a virus: the daemon's only signature is of it.
const evil = "this text stands for a virus 7be2"

// withScanner places a single node behind a real ClamAV daemon.
func withScanner(ctx context.Context) (*stage, error) {
	clamd, err := rig.StartClamd(ctx, evil, 64<<20)
	if err != nil {
		return nil, err
	}
	s := settings("convenience", 0)
	s.Env = append(s.Env, "POSTERN_CLAMD="+clamd.Address())
	d, err := rig.StartSingle(ctx, s)
	if err != nil {
		return nil, errors.Join(err, clamd.Close())
	}
	return &stage{d: d, node: []string{"", ""}, clamd: clamd}, nil
}

// filesStory: a client sends an image and a PDF over connections that break, staff see both in the page, nobody else does, and a file with a virus
// reaches nobody.
func filesStory(ctx context.Context, s *stage) (string, error) {
	staff, contact, err := s.pair(ctx)
	if err != nil {
		return "", err
	}
	stranger, err := s.invite(ctx, "Stella Stranger", "stella@other.example", "client", "Other Firm")
	if err != nil {
		return "", err
	}
	in := map[string]any{
		"url": s.d.URL, "staff": staff, "contact": contact, "stranger": visitor{"Stella Stranger", stranger, ""}, "evil": evil, "mails": s.d.MailDir,
	}
	var out struct {
		Cuts    int `json:"cuts"`
		Files   int `json:"files"`
		Shown   int `json:"shown"`
		Refused int `json:"refused"`
		Blocked int `json:"blocked"`
	}
	if err := browse(ctx, "files.mjs", in, &out); err != nil {
		return "", err
	}
	if out.Cuts == 0 || out.Files != 4 || out.Shown != 4 || out.Refused == 0 || out.Blocked == 0 {
		return "", fmt.Errorf("%+v", out)
	}
	return fmt.Sprintf("cuts=%d files=%d shown=%d refused=%d blocked=%d", out.Cuts, out.Files, out.Shown, out.Refused, out.Blocked), nil
}
