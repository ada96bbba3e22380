package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"postern/e2e/client"
)

// canary is a word that must never leave by mail.
type canary struct{ where, word string }

// privacyMail sends hundreds of messages to people who are away, with a word of its own in every field, and looks for those words in every byte
// of every mail, plain and decoded.
func privacyMail(ctx context.Context, s *stage) (string, error) {
	staff, err := s.join(ctx, "Staffcanaryname Ohm", "staff@office.example", "owner", "", s.node[0])
	if err != nil {
		return "", err
	}
	canaries := []canary{{"author's name", "Staffcanaryname"}}
	const clients, rounds, files = 20, 7, 4
	var to []*client.Client
	for i := range clients {
		name := fmt.Sprintf("Clientcanary%02dx", i)
		c, err := s.join(ctx, name, fmt.Sprintf("away%02d@client.example", i), "client", fmt.Sprintf("Accountcanary%02dx", i), s.node[i%2])
		if err != nil {
			return "", err
		}
		to = append(to, c)
		canaries = append(canaries, canary{"account", fmt.Sprintf("Accountcanary%02dx", i)})
	}
	var threads []*canaryThread
	for i, c := range to {
		t, err := startCanaries(ctx, staff, c, to[(i+1)%clients], i)
		if err != nil {
			return "", err
		}
		threads = append(threads, t)
	}
	for n := range rounds { // round by round, so that few messages share a mail
		for _, t := range threads {
			if err := t.write(ctx, staff, n, n < files); err != nil {
				return "", err
			}
		}
		if err := s.awaitMails(ctx, (n+1)*2*clients); err != nil {
			return "", err
		}
	}
	for _, t := range threads {
		canaries = append(canaries, t.canaries...)
	}
	mails, err := s.mails()
	if err != nil {
		return "", err
	}
	leaks := 0
	var first error
	for _, m := range mails {
		for _, leak := range findCanaries(m, canaries) {
			leaks++
			if first == nil {
				first = fmt.Errorf("%s (%q) is in a mail to %s", leak.where, leak.word, m.to)
			}
		}
	}
	return fmt.Sprintf("mails=%d canaries=%d leaks=%d", len(mails), len(canaries), leaks), first
}

// canaryThread is a conversation with a client and another participant, each field of it with a word of its own.
type canaryThread struct {
	number       int
	conversation string
	canaries     []canary
}

func startCanaries(ctx context.Context, staff, c, other *client.Client, i int) (*canaryThread, error) {
	title, body := fmt.Sprintf("Titlecanary%02dq", i), fmt.Sprintf("Bodycanary%02dq", i)
	started, err := staff.Start(ctx, fmt.Sprintf("start-%d", i), title, "<p>"+body+"</p>", c.Me.User.ID, other.Me.User.ID)
	return &canaryThread{i, started.Row.Conversation.ID, []canary{
		{"title", title}, {"body", body}, {"other participant's name", other.Me.User.Name},
	}}, err
}

func (t *canaryThread) write(ctx context.Context, staff *client.Client, n int, withFile bool) error {
	word, file := fmt.Sprintf("Linecanary%02dn%02d", t.number, n), fmt.Sprintf("Filecanary%02dn%02d", t.number, n)
	in := map[string]any{
		"key": fmt.Sprintf("line-%d-%d", t.number, n), "html": "<p>" + word + " <strong>bold</strong></p>", "important": true,
	}
	t.canaries = append(t.canaries, canary{"line", word})
	if withFile {
		upload, err := staff.Upload(ctx, file+".txt", []byte("Contentcanary"+file))
		if err != nil {
			return err
		}
		in["attachments"], in["secure"] = []string{upload.ID}, false // whatever its author asks for
		t.canaries = append(t.canaries, canary{"file name", file}, canary{"file content", "Contentcanary" + file})
	}
	return staff.Do(ctx, http.MethodPost, "/conversations/"+t.conversation+"/messages", in, nil)
}

// awaitMails waits until so many mails were sent.
func (s *stage) awaitMails(ctx context.Context, enough int) error {
	return until(ctx, "the mails to be sent", func() (bool, error) {
		paths, err := filepath.Glob(filepath.Join(s.d.MailDir, "*.eml"))
		return len(paths) >= enough, errors.Join(err, fmt.Errorf("%d of %d mails", len(paths), enough))
	})
}

// findCanaries looks for the words in every disguise that a mail has for them.
func findCanaries(m sentMail, canaries []canary) []canary {
	own := bytes.ToLower([]byte(m.decoded))
	var found []canary
	for _, c := range canaries {
		if strings.Contains(m.decoded, "To: ") && strings.Contains(headerTo(m), c.word) {
			continue // the recipient's own name may stand in To
		}
		for _, disguise := range disguises(c.word) {
			if bytes.Contains(own, bytes.ToLower([]byte(disguise))) {
				found = append(found, c)
				break
			}
		}
	}
	return found
}

// headerTo is the decoded To header.
func headerTo(m sentMail) string {
	for line := range strings.Lines(m.decoded) {
		if to, ok := strings.CutPrefix(line, "To: "); ok {
			return to
		}
	}
	return ""
}

func disguises(word string) []string {
	list := []string{word, url.QueryEscape(word), hex.EncodeToString([]byte(word))}
	for shift := range 3 { // base64 has three alignments; cut what depends on neighbours
		encoded := base64.StdEncoding.EncodeToString(append(bytes.Repeat([]byte{0}, shift), word...))
		list = append(list, strings.TrimRight(encoded, "=")[4:len(strings.TrimRight(encoded, "="))-2])
	}
	return list
}
