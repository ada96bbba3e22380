package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Robots say what they are in one of these ways, or send from nobody. Each comes from Carl's own address, which is the worst case: nothing but its being
// a robot keeps it out.
var robotHeaders = map[string][]string{
	"RFC 3834":               {"Auto-Submitted: auto-replied"},
	"RFC 3834, with a word":  {"Auto-Submitted: auto-replied (vacation)"},
	"generated":              {"Auto-Submitted: auto-generated"},
	"notified":               {"Auto-Submitted: auto-notified; owner-email=x@y.example"},
	"X-Autoreply":            {"X-Autoreply: yes"},
	"X-Autorespond":          {"X-Autorespond: Re: Answered by mail"},
	"X-Auto-Response":        {"X-Autoresponder: 1"},
	"Precedence auto_reply":  {"Precedence: auto_reply"},
	"Precedence bulk":        {"Precedence: bulk"},
	"Precedence junk":        {"Precedence: junk"},
	"a list":                 {"List-Id: <news.client.example>"},
	"a newsletter":           {"List-Unsubscribe: <mailto:off@client.example>"},
	"Exchange, English":      {"Subject: Automatic reply: Answered by mail", "X-Auto-Response-Suppress: All"},
	"Exchange, German":       {"Subject: Automatische Antwort: Answered by mail", "X-Auto-Response-Suppress: All"},
	"Exchange, French":       {"Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Answered?=", "X-Auto-Response-Suppress: All"},
	"Exchange, Czech":        {"Subject: =?utf-8?q?Automatick=C3=A1_odpov=C4=9B=C4=8F=3A_Answered?=", "X-Auto-Response-Suppress: All"},
	"Exchange, Hungarian":    {"Subject: =?utf-8?q?Automatikus_v=C3=A1lasz=3A_Answered?=", "X-Auto-Response-Suppress: All"},
	"Exchange, Turkish":      {"Subject: =?utf-8?q?Otomatik_yan=C4=B1t=3A_Answered?=", "X-Auto-Response-Suppress: All"},
	"Exchange, Japanese":     {"Subject: =?utf-8?b?6Ieq5YuV5b+c562UOiBBbnN3ZXJlZA==?=", "X-Auto-Response-Suppress: All"},
	"mailbox rule":           {"X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent"},
	"our own mail":           {"X-Postern-Office: postern.test", "Auto-Submitted: auto-generated"},
	"another Postern's mail": {"X-Postern-Office: other.example", "Auto-Submitted: auto-generated"},
}

// robot is a letter that a program sent.
type robot struct{ name, sender, raw string }

// robotLetters are those above, from Carl and from nobody and by a VERP sender, and those of the corpus where it is at hand.
func (c *correspondence) robotLetters() ([]robot, error) {
	var all []robot
	for _, name := range slices.Sorted(maps.Keys(robotHeaders)) {
		header := append([]string{"From: carl@client.example"}, robotHeaders[name]...)
		if !strings.Contains(strings.Join(header, "\n"), "Subject:") {
			header = append(header, "Subject: Re: Answered by mail")
		}
		for _, sender := range []string{"carl@client.example", "", "bounce-17-ada=office.example@lists.client.example"} {
			raw, _ := c.letter(header...)
			all = append(all, robot{name, sender, raw})
		}
	}
	raw, _ := c.letter("From: carl@client.example", "Subject: I am away")
	all = append(all, robot{"nobody, and no sign", "", raw})
	return c.fromCorpus(all, "drop_auto", "bounce", "complaint", "report_ignore")
}

// fromCorpus adds the letters of the shared corpus that are expected to be one of these. Delivery reports come from nobody.
func (c *correspondence) fromCorpus(all []robot, expected ...string) ([]robot, error) {
	dir := filepath.Join(os.Getenv("POSTERN_CORPUS"), "mime")
	if os.Getenv("POSTERN_CORPUS") == "" {
		dir = filepath.Join("..", "shared", "corpus", "mime")
	}
	index, err := os.ReadFile(filepath.Join(dir, "mime.json"))
	if errors.Is(err, os.ErrNotExist) {
		fmt.Println("corpus: absent, 0 of its letters are tried")
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	var rows struct {
		Cases []struct {
			File, Expect string
			StripMbox    bool   `json:"strip_mbox_from"`
			Harness      string `json:"harness_from"`
		}
	}
	if err := json.Unmarshal(index, &rows); err != nil {
		return nil, err
	}
	for i, row := range rows.Cases {
		if !slices.Contains(expected, row.Expect) {
			continue
		}
		file, err := os.ReadFile(filepath.Join(dir, row.File))
		if err != nil {
			return nil, err
		}
		raw, sender := crlf(file), "carl@client.example"
		if row.StripMbox {
			_, raw, _ = strings.Cut(raw, "\r\n")
		}
		if row.Harness != "" || strings.HasPrefix(row.Expect, "accept") {
			raw = fromCarl(raw, fmt.Sprintf("row-%d", i))
		}
		if row.Expect == "bounce" {
			sender = ""
		}
		all = append(all, robot{row.File, sender, raw})
	}
	return all, nil
}

// fromCarl puts his address in the place of the letter's From, and an id of its own in that of its Message-ID: some rows differ in their From alone.
func fromCarl(raw, id string) string {
	header, body, _ := strings.Cut(raw, "\r\n\r\n")
	var kept []string
	dropping := false
	for _, line := range strings.Split(header, "\r\n") {
		folded := strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
		name, _, _ := strings.Cut(strings.ToLower(line), ":")
		if dropping = name == "from" || name == "message-id" || dropping && folded; !dropping {
			kept = append(kept, line)
		}
	}
	return "From: carl@client.example\r\nMessage-ID: <" + id + "@client.example>\r\n" + strings.Join(kept, "\r\n") + "\r\n\r\n" + body
}

// letters are the messages that came by mail.
func (r *record) letters() (n int) {
	for _, m := range r.messages {
		if m.Kind == "message" && m.Via == "letter" {
			n++
		}
	}
	return n
}

// robotsUnanswered has every robot write ten times: nothing of it is a message, and no mail goes because of it.
func robotsUnanswered(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	robots, err := c.robotLetters()
	if err != nil {
		return "", err
	}
	before, err := c.quiet(ctx, "before")
	if err != nil {
		return "", err
	}
	taken := 0
	for _, r := range robots {
		codes, err := c.postTimes(10, r.sender, c.to, r.raw)
		if err != nil {
			return "", fmt.Errorf("%s: %w", r.name, err)
		}
		for _, code := range codes {
			if code == 250 {
				taken++
			}
		}
	}
	after, err := c.quiet(ctx, "after")
	if err != nil {
		return "", err
	}
	posted := 0
	for _, m := range after.messages {
		if m.Kind == "message" && m.Via == "letter" {
			posted++
			err = errors.Join(err, fmt.Errorf("posted: %.80q", m.Text))
		}
	}
	answered := after.mails - before.mails - 2 // Bob and Carl were mailed the word that ended it
	if answered != 0 || len(after.held) != 0 || taken == 0 {
		err = errors.Join(err, fmt.Errorf("%d mails went because of robots, %d letters wait, %d were taken", answered, len(after.held), taken))
	}
	return fmt.Sprintf("n=%d letters=%d taken=%d answered=%d posted=%d", len(robots), 10*len(robots), taken, answered, posted), err
}

// silence is how things stand once all mail has gone that was due before.
type silence struct {
	record
	mails int
}

// quiet has Ada write a last word, and waits until it has been mailed to both of the others: what was owed before it went before it.
func (c *correspondence) quiet(ctx context.Context, name string) (q silence, err error) {
	word := "last-word-" + name
	if _, err := c.ada.Send(ctx, c.conversation, word, "<p>"+word+"</p>"); err != nil {
		return q, err
	}
	err = until(ctx, "mail of "+word, func() (bool, error) {
		all, err := c.mails()
		told := map[string]bool{}
		for _, m := range all {
			if strings.Contains(m.said, word) {
				told[m.to] = true
			}
		}
		q.mails = len(all)
		return told["bob@office.example"] && told["carl@client.example"], err
	})
	if err == nil {
		q.record, err = c.record(ctx)
	}
	return q, err
}

// people write what robots might have written.
var people = []string{
	"Subject: Out of office next week, please call before", "Subject: Re: Automatic reply: Answered by mail", "Subject: Urlaub und Abwesenheit im Dezember",
	"Subject: Abwesenheitsnotiz einrichten?", "Subject: =?utf-8?q?Je_suis_absent_lundi?=", "Subject: Fuera de la oficina el lunes", "Subject: Nieobecny w poniedzialek",
	"Subject: vacation pay", "Subject: Undelivered mail returned to sender - what is this?", "Subject: Delivery of the papers failed",
	"Subject: Re: Answered by mail\r\nX-Auto-Response-Suppress: OOF, AutoReply", "Subject: Re: Answered by mail\r\nAuto-Submitted: no",
	"Subject: Re: Answered by mail\r\nX-Mailer: Outlook", "Subject: Re: Answered by mail\r\nPrecedence: normal", "Subject: Re: Answered by mail\r\nX-Autoreply: no",
	"Subject: Re: Answered by mail\r\nReturn-Receipt-To: carl@client.example", "Subject: Re: Answered by mail\r\nDisposition-Notification-To: carl@client.example",
	"Subject: FW: Mail delivery failed: returning message to sender", "Subject: Auto repair invoice", "Subject: Automatic gate does not open",
	"Subject: =?utf-8?q?Dovolen=C3=A1_=2D_nep=C5=99=C3=ADtomnost?=", "Subject: ", "Subject: abuse report for our website", "Subject: postmaster wrote to me",
}

// peopleNotRobots has people write what looks like a robot's: every letter is a message, or waits for staff; none is dropped.
func peopleNotRobots(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	var letters []robot
	for _, header := range people {
		raw, _ := c.letter("From: Carl <carl@client.example>", header)
		letters = append(letters, robot{header, "carl@client.example", raw})
	}
	if letters, err = c.fromCorpus(letters, "accept_reply", "accept_with_attachments"); err != nil {
		return "", err
	}
	var posted, held, told, gone int
	for _, one := range letters {
		code, err := c.post(one.sender, c.to, one.raw)
		if err != nil {
			return "", fmt.Errorf("%s: %w", one.name, err)
		}
		if code != 250 {
			told++ // the sender's own server tells them: a line too long
			continue
		}
		r, err := c.record(ctx)
		if err != nil {
			return "", err
		}
		if now := r.letters() + len(r.held); now == posted+held {
			gone++
			fmt.Printf("dropped: %s\n", one.name)
		}
		posted, held = r.letters(), len(r.held)
	}
	if gone != 0 || posted < len(people) {
		err = fmt.Errorf("%d are messages, %d wait, %d are gone", posted, held, gone)
	}
	return fmt.Sprintf("n=%d posted=%d held=%d told_to_sender=%d dropped=%d", len(letters), posted, held, told, gone), err
}
