package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"time"
)

// replyAddresses waits for a mail to each of so many people and gives their reply addresses by their own.
func (s *site) replyAddresses(ctx context.Context, people int) (map[string]string, error) {
	found := map[string]string{}
	var failed error
	all, err := until(ctx, time.Minute, func() bool {
		failed = readMails(s.d.MailDir, found)
		return failed != nil || len(found) >= people
	})
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}
	if !all {
		return nil, fmt.Errorf("%d mails of %d went out within a minute", len(found), people)
	}
	return found, nil
}

func readMails(dir string, found map[string]string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil || len(paths) == len(found) {
		return err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := mail.ReadMessage(bytes.NewReader(text))
		if err != nil {
			return fmt.Errorf("read %s: %w", filepath.Base(path), err)
		}
		reply, err := mail.ParseAddress(m.Header.Get("Reply-To"))
		if err != nil {
			return fmt.Errorf("reply address in %s: %w", filepath.Base(path), err)
		}
		found[m.Header.Get("X-Envelope-To")] = reply.Address
	}
	return nil
}
