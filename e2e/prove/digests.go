package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"postern/e2e/client"
)

const digestSubject = "Messages wait for you"

// collect has somebody want a digest, at an hour that the proof does not live to see: time is made to pass by [stage.digestHour].
func collect(ctx context.Context, c *client.Client) error {
	hour := (time.Now().UTC().Hour() + 12) % 24
	return c.Do(ctx, http.MethodPatch, "/me", map[string]any{"mail_times": map[string]any{"zone": "UTC", "digest": []int{hour}}}, nil)
}

const keptBack = "SELECT count(*) FROM notices WHERE state = 'due' AND kept_back"

// digestHour has the hour come for all that is kept back.
func (s *stage) digestHour(ctx context.Context) error {
	now := "now()"
	if s.d.Postgres == nil {
		now = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
	}
	return s.change(ctx, "UPDATE notices SET due_at = "+now+" WHERE state = 'due' AND kept_back AND due_at > "+now)
}

// collected waits until so many notices are kept back, sees that no node mails them before their hour, and has it come.
func (s *stage) collected(ctx context.Context, notices int) error {
	truth, err := s.truth()
	if err != nil {
		return err
	}
	defer truth.db.Close()
	err = until(ctx, "what a digest is to tell", func() (bool, error) {
		n := 0
		err := truth.each(ctx, keptBack, func(rows *sql.Rows) error { return rows.Scan(&n) })
		return n == notices, errors.Join(err, fmt.Errorf("%d of %d notices are kept back", n, notices))
	})
	if err != nil {
		return err
	}
	return s.digestHour(ctx)
}

var unsubscribeLink = regexp.MustCompile(`(?m)^List-Unsubscribe: <([^>\r\n]+)>\r?$`)

// unsubscribe is the link in the digest of somebody, which no other mail has.
func (b *mailbox) unsubscribe(email string) (link string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.mails {
		found := unsubscribeLink.FindSubmatch(m.raw)
		switch {
		case found == nil:
		case m.subject != digestSubject || m.to != email || link != "" || m.replyTo != "":
			return "", fmt.Errorf("a mail to %s, %q, has the link of a digest", m.to, m.subject)
		default:
			link = string(found[1])
		}
	}
	if link == "" {
		err = errors.New("no mail has a link to unsubscribe")
	}
	return link, err
}

// ends has the digest's link looked at, forged and used: by a GET it does nothing, by a POST it ends the recipient's mail, and nobody else's.
func ends(ctx context.Context, url string, c *client.Client, box *mailbox) error {
	link, err := box.unsubscribe(c.Me.User.Email)
	if err != nil {
		return err
	}
	at := strings.LastIndex(link, "/") + 1
	token := link[at:]
	forged := token[:len(token)-4] + strings.Repeat(map[bool]string{true: "b", false: "a"}[strings.HasSuffix(token, "a")], 4)
	for _, one := range []struct {
		method, token string
		status        int
		after         bool
	}{
		{http.MethodGet, token, 200, false}, {http.MethodPost, forged, 404, false}, {http.MethodPost, token, 200, true}, {http.MethodPost, token, 200, true},
	} {
		status, err := oneClick(ctx, one.method, url+"/unsubscribe/"+one.token)
		if err != nil {
			return err
		}
		var me struct{ User struct{ Unsubscribed bool } }
		if err := c.Do(ctx, http.MethodGet, "/me", nil, &me); err != nil {
			return err
		}
		if status != one.status || me.User.Unsubscribed != one.after {
			return fmt.Errorf("%s with the token (%v): %d, and unsubscribed is %v", one.method, one.token == token, status, me.User.Unsubscribed)
		}
	}
	return nil
}

// oneClick is what a mail provider sends (RFC 8058, section 3.2).
func oneClick(ctx context.Context, method, url string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}
