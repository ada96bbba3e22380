package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
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
	const clients, rounds = 20, 10
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
	sent := 0
	for i, c := range to {
		more, n, err := writeCanaries(ctx, staff, c, to[(i+1)%clients], i, rounds)
		if err != nil {
			return "", err
		}
		canaries, sent = append(canaries, more...), sent+n
	}
	mails, err := s.allMails(ctx, sent)
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

// writeCanaries starts a conversation with a client and another participant, and writes into it, each field with a word of its own.
func writeCanaries(ctx context.Context, staff, c, other *client.Client, i, rounds int) ([]canary, int, error) {
	title, body := fmt.Sprintf("Titlecanary%02dq", i), fmt.Sprintf("Bodycanary%02dq", i)
	list := []canary{{"title", title}, {"body", body}, {"other participant's name", other.Me.User.Name}}
	started, err := staff.Start(ctx, fmt.Sprintf("start-%d", i), title, "<p>"+body+"</p>", c.Me.User.ID, other.Me.User.ID)
	if err != nil {
		return nil, 0, err
	}
	conversation := started.Row.Conversation.ID
	for n := range rounds {
		word, file := fmt.Sprintf("Linecanary%02dn%02d", i, n), fmt.Sprintf("Filecanary%02dn%02d", i, n)
		var upload wire.Attachment
		if upload, err = staff.Upload(ctx, file+".txt", strings.NewReader("Contentcanary"+file)); err != nil {
			return nil, 0, err
		}
		in := map[string]any{
			"key": fmt.Sprintf("line-%d-%d", i, n), "html": "<p>" + word + " <strong>bold</strong></p>", "important": true, "attachments": []string{upload.ID},
		}
		if err := staff.Do(ctx, http.MethodPost, "/conversations/"+conversation+"/messages", in, nil); err != nil {
			return nil, 0, err
		}
		list = append(list, canary{"line", word}, canary{"file name", file}, canary{"file content", "Contentcanary" + file})
	}
	return list, 1 + rounds, nil
}

// allMails waits until nothing more goes out for three seconds after there was at least one mail for every conversation and recipient.
func (s *stage) allMails(ctx context.Context, messages int) ([]sentMail, error) {
	count, since := 0, time.Now()
	err := until(ctx, "the mails to be sent", func() (bool, error) {
		list, err := s.mails()
		if err != nil {
			return false, err
		}
		if len(list) != count {
			count, since = len(list), time.Now()
		}
		return count >= 200 && time.Since(since) > 3*time.Second, fmt.Errorf("%d mails of %d messages", count, messages)
	})
	if err != nil {
		return nil, err
	}
	return s.mails()
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
