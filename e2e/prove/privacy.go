package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	stdsmtp "net/smtp"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
	"postern/hub/wire"
)

// usualMails is how many mails are read at least; more of them by POSTERN_MAILS.
const usualMails = 2000

func mailsWanted() int {
	if n, err := strconv.Atoi(os.Getenv("POSTERN_MAILS")); err == nil && n > 0 {
		return n
	}
	return usualMails
}

// privacyLimit lets there be 60 mails in a second.
func privacyLimit() time.Duration { return 3*time.Minute + time.Duration(mailsWanted())*time.Second/60 }

// privacyGrace is time enough to switch the mode before what is owed is due.
const privacyGrace = 3 * time.Second

// watched places nodes in convenience mode, whose logs say all and whose metrics can be read.
func watched(at place) func(context.Context) (*stage, error) {
	return relayed(at, "convenience", privacyGrace, noLimits, "POSTERN_LOG_LEVEL=debug", "POSTERN_METRICS=127.0.0.1:0")
}

// privacyBytes lets words and ids of their own loose in every field, and looks for them in every byte of every mail, in every disguise, in the nodes' logs
// and metrics, in the ledger and in what letters are answered. First in convenience mode, where mails say them: so they would be seen. Some mails wait at a relay that
// refuses them, and some are owed, when the office switches to privacy mode; from then on no mail may have any.
func privacyBytes(ctx context.Context, s *stage) (string, error) {
	p, err := s.privacyOffice(ctx)
	if err != nil {
		return "", err
	}
	defer p.truth.db.Close()
	switched, retried := 0, 0
	for _, step := range []func() error{
		func() error { return p.loud(ctx) },
		func() (err error) { switched, err = p.switchMode(ctx); return err },
		func() (err error) { retried, err = p.retry(ctx); return err },
		func() error { return p.write(ctx, p.next, p.next+mailsWanted()/(together+1)+1) },
		func() error { return p.otherMails(ctx) },
		func() error { return p.open(ctx) },
		func() error { return p.answers() },
		func() error { return p.settled(ctx) },
		func() error { return p.besides(ctx) },
	} {
		if err := step(); err != nil {
			return "", errors.Join(err, p.box.first)
		}
	}
	p.box.compare(p.secrets.ids)
	err = p.box.sorts()
	if n := p.box.count(); n < mailsWanted() {
		err = errors.Join(err, fmt.Errorf("%d mails are not enough", n))
	}
	return fmt.Sprintf("mails=%d canaries=%d leaks=%d switched=%d retried=%d sorts=%d", p.box.count(), p.secrets.count(), p.box.leaks, switched, retried, len(p.box.sent)), errors.Join(err, p.box.first)
}

// privacyCase is an office whose every field has a canary. The people's canaries have the number of their places: staff are 0 and 1.
type privacyCase struct {
	*stage
	secrets *secrets
	box     *discreet
	truth   *truth
	staff   [2]*client.Client
	to      []*client.Client // contacts, each of a firm of their own
	filled  string           // the template's text
	next    int              // number of the next conversation
	replies []string         // reply addresses that were given out
	returns []string         // return paths that were
}

func addressOf(number int) string { return canary(person, number) + "@client.example" }

func (s *stage) privacyOffice(ctx context.Context) (p *privacyCase, err error) {
	p = &privacyCase{
		stage: s, secrets: &secrets{ids: map[string]string{}}, to: make([]*client.Client, max(20, mailsWanted()/500)),
		box: &discreet{sent: map[string]int{}, ids: map[string]map[string]bool{}},
	}
	if p.truth, err = s.truth(); err != nil {
		return nil, err
	}
	var all errgroup.Group
	all.SetLimit(4)
	for i := range len(p.staff) + len(p.to) {
		all.Go(func() error {
			role, account, keep := "client", p.secrets.canary(firm, i), func(c *client.Client) { p.to[i-len(p.staff)] = c }
			if i < len(p.staff) {
				role, account, keep = "owner", "", func(c *client.Client) { p.staff[i] = c }
			}
			c, err := s.join(ctx, p.secrets.canary(person, i)+" Person", addressOf(i), role, account, s.node[i%2])
			if err == nil {
				keep(c)
				p.secrets.add("a person", c.Me.User.ID)
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	return p, p.prepare(ctx)
}

// prepare gives the author a signature and a template.
func (p *privacyCase) prepare(ctx context.Context) error {
	author := p.staff[0]
	if err := author.Do(ctx, http.MethodPut, "/me/signature", map[string]any{"html": "<p>" + p.secrets.canary(signed, 0) + "</p>"}, nil); err != nil {
		return err
	}
	var made struct{ ID string }
	in := map[string]any{"group": "clients", "title": p.secrets.canary(template, 0), "html": "<p>" + p.secrets.canary(template, 1) + "</p>", "shared": true}
	if err := author.Do(ctx, http.MethodPost, "/templates", in, &made); err != nil {
		return err
	}
	p.secrets.add("a template", made.ID)
	var filled struct{ HTML string }
	if err := author.Do(ctx, http.MethodPost, "/templates/"+made.ID+"/fill", map[string]any{"to": []string{p.to[0].Me.User.ID}}, &filled); err != nil {
		return err
	}
	p.filled = filled.HTML
	return errors.Join(collect(ctx, p.to[1]), collect(ctx, p.to[2]))
}

// write lives conversations, some of them at once.
func (p *privacyCase) write(ctx context.Context, from, before int) error {
	var all errgroup.Group
	all.SetLimit(8)
	for i := from; i < before; i++ {
		all.Go(func() error { return p.converse(ctx, i) })
	}
	p.next = before
	return all.Wait()
}

// together are the contacts in a conversation: a few of all, in changing company.
const together = 8

// unwilling is the place of a contact whose mail the relay refuses for good while it puts all other off: one that conversations of that time have.
const unwilling = 12

// digestEvery is how many conversations there are to a digest, or some more.
const digestEvery = 16

// converse starts a conversation of the author with some contacts, with one more by a copy, and with the other of the staff, and writes into it.
func (p *privacyCase) converse(ctx context.Context, i int) error {
	if i%digestEvery == 0 {
		if err := p.digestHour(ctx); err != nil {
			return err
		}
	}
	to := []string{p.staff[1].Me.User.ID}
	for n := range together {
		to = append(to, p.to[(i+n)%len(p.to)].Me.User.ID)
	}
	file, err := p.file(ctx, i)
	if err != nil {
		return err
	}
	var started client.Started
	err = p.staff[0].Do(ctx, http.MethodPost, "/conversations", map[string]any{
		"to": to, "cc": []string{p.to[(i+together)%len(p.to)].Me.User.ID}, "audience": "shared", "title": p.secrets.canary(title, i),
		"html": "<p>" + p.secrets.canary(body, i) + "</p>" + p.filled, "key": fmt.Sprintf("start-%d", i), "important": true, "attachments": []string{file},
		"secure": i%2 == 0, "bcc": i%3 == 0,
	}, &started)
	if err != nil {
		return err
	}
	p.secrets.add("a message", started.Message.ID)
	in := started.Row.Conversation.ID
	switch i % 3 {
	case 0:
		return p.say(ctx, in, i, map[string]any{"html": "<p>" + p.secrets.canary(noted, i) + "</p>", "note": true})
	case 1:
		return p.say(ctx, in, i, map[string]any{"html": "<h1>" + p.secrets.canary(body, i) + "</h1>", "important": true})
	}
	return p.staff[1].Do(ctx, http.MethodPatch, "/conversations/"+in, map[string]any{"title": p.secrets.canary(retitled, i)}, nil)
}

func (p *privacyCase) file(ctx context.Context, i int) (string, error) {
	a, err := p.staff[0].Upload(ctx, p.secrets.canary(fileName, i)+" ü.txt", []byte(p.secrets.canary(fileText, i)))
	p.secrets.add("a file", a.ID)
	return a.ID, err
}

func (p *privacyCase) say(ctx context.Context, conversation string, i int, in map[string]any) error {
	var sent struct{ Message struct{ ID string } }
	in["key"] = fmt.Sprintf("say-%d", i)
	err := p.staff[0].Do(ctx, http.MethodPost, "/conversations/"+conversation+"/messages", in, &sent)
	p.secrets.add("a message", sent.Message.ID)
	return err
}

// loud has mails say all that there is, in convenience mode, and sees it found.
func (p *privacyCase) loud(ctx context.Context) error {
	var box mailbox
	p.relay.serve(func(moment) {}, box.take)
	if err := p.write(ctx, 0, 6); err != nil {
		return err
	}
	err := until(ctx, "mails that say everything", func() (bool, error) {
		if err := p.digestHour(ctx); err != nil {
			return false, err
		}
		if missing := box.lacks(digestSubject, title, body, person, fileName); missing != nil {
			return false, missing
		}
		if missing := box.lacks("", title, body, person, fileName, fileText, signed, template, noted); missing != nil {
			return false, missing
		}
		return p.none(ctx, owedNotices, unsentMails)
	})
	if err != nil {
		return err
	}
	for _, m := range box.mails {
		p.returns = append(p.returns, m.from)
		if m.replyTo != "" { // which a digest has not
			p.replies = append(p.replies, m.replyTo)
		}
	}
	// A stranger's letter, which staff are told of.
	raw := "From: " + canary(lettered, 1) + "@stranger.example\r\nSubject: " + p.secrets.canary(lettered, 2) + "\r\nMessage-ID: <" + canary(lettered, 3) + "@stranger.example>\r\n\r\n" + canary(lettered, 4) + "\r\n"
	if err := stdsmtp.SendMail(p.d.SMTP, nil, canary(lettered, 5)+"@stranger.example", []string{p.replies[0]}, []byte(raw)); err != nil {
		return fmt.Errorf("a stranger's letter: %w", err)
	}
	return p.look(ctx)
}

// lacks says which kinds are in no mail of a subject; empty: of any.
func (b *mailbox) lacks(subject string, kinds ...kind) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	has := map[kind]bool{}
	for _, m := range b.mails {
		if subject != "" && m.subject != subject {
			continue
		}
		words, _ := find(m.decoded)
		for f := range words {
			has[f.kind] = true
		}
	}
	var err error
	for _, k := range kinds {
		if !has[k] {
			err = errors.Join(err, fmt.Errorf("no mail %q of %d has a canary of kind %c", subject, len(b.mails), k))
		}
	}
	return err
}

// look has staff open a mail that says everything, so that the logs may say it.
func (p *privacyCase) look(ctx context.Context) error {
	looked := 0
	err := p.eachDelivery(ctx, func(m wire.Message, d client.Delivery) error {
		if looked > 0 || len(d.Mails) == 0 {
			return nil
		}
		looked++
		return p.staff[0].Do(ctx, http.MethodPost, "/conversations/"+m.Conversation+"/messages/"+m.ID+"/mails/"+d.Mails[0].ID+"/open", struct{}{}, nil)
	})
	if err == nil && looked == 0 {
		err = errors.New("no mail can be looked at")
	}
	return err
}

// retry has failed mails sent again that said everything.
func (p *privacyCase) retry(ctx context.Context) (retried int, err error) {
	err = p.eachDelivery(ctx, func(m wire.Message, d client.Delivery) error {
		if !d.Retry {
			return nil
		}
		retried++
		return p.staff[0].Retry(ctx, m, d.Mails[len(d.Mails)-1].ID)
	})
	if err == nil && retried == 0 {
		err = errors.New("no mail can be sent again")
	}
	return retried, err
}

// eachDelivery goes through what became of the first message of each conversation of the author.
func (p *privacyCase) eachDelivery(ctx context.Context, do func(wire.Message, client.Delivery) error) error {
	var list struct{ Rows []wire.Row }
	author := p.staff[0]
	if err := author.Do(ctx, http.MethodGet, "/conversations", nil, &list); err != nil {
		return err
	}
	for _, row := range list.Rows {
		messages, err := author.History(ctx, row.Conversation.ID)
		if err != nil || len(messages) == 0 {
			return errors.Join(err, fmt.Errorf("a conversation of %d messages", len(messages)))
		}
		deliveries, err := author.Deliveries(ctx, messages[0])
		if err != nil {
			return err
		}
		for _, d := range deliveries {
			if err := do(messages[0], d); err != nil {
				return err
			}
		}
	}
	return nil
}

// switchMode has the office turn to privacy while mails wait that say everything, and while more are owed, and gives how many there were.
func (p *privacyCase) switchMode(ctx context.Context) (int, error) {
	p.relay.serve(func(moment) {}, func(_, to string, _ []byte) error {
		if to == addressOf(len(p.staff)+unwilling) {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "not this one"}
		}
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "not yet"}
	})
	if err := p.write(ctx, p.next, p.next+12); err != nil {
		return 0, err
	}
	if err := until(ctx, "mails to wait", func() (bool, error) { return p.none(ctx, owedNotices, loudSending) }); err != nil {
		return 0, err
	}
	waiting, err := p.number(ctx, loudWaiting)
	if err != nil {
		return 0, err
	}
	if err := p.write(ctx, p.next, p.next+6); err != nil {
		return 0, err
	}
	if err := p.staff[0].Do(ctx, http.MethodPatch, "/office", map[string]any{"mode": "privacy"}, nil); err != nil {
		return 0, err
	}
	owed, err := p.number(ctx, owedNotices)
	if err == nil && (waiting == 0 || owed == 0) {
		err = fmt.Errorf("%d mails waited and %d notices were owed: nothing was tried", waiting, owed)
	}
	if err != nil {
		return 0, err
	}
	if err := until(ctx, "attempts from before to end", func() (bool, error) { return p.none(ctx, loudSending) }); err != nil {
		return 0, err
	}
	p.relay.serve(func(moment) {}, p.box.take)
	return waiting + owed, nil
}

const (
	// By state, since each has an index, and this is asked often.
	owedNotices = "SELECT (SELECT count(*) FROM notices WHERE state = 'due') + (SELECT count(*) FROM notices WHERE state = 'held')"
	unsentMails = "SELECT (SELECT count(*) FROM mails WHERE state = 'sending') + (SELECT count(*) FROM mails WHERE state = 'waiting')"
	loudWaiting = "SELECT count(*) FROM mails WHERE state = 'waiting' AND mode = 'convenience'"
	loudSending = "SELECT count(*) FROM mails WHERE state = 'sending' AND mode = 'convenience'"
)

// none says whether the database counts nothing by any of the queries. What is kept back for a digest goes now.
func (p *privacyCase) none(ctx context.Context, queries ...string) (bool, error) {
	if err := p.digestHour(ctx); err != nil {
		return false, err
	}
	sum := 0
	for _, query := range queries {
		n, err := p.number(ctx, query)
		if err != nil {
			return false, err
		}
		sum += n
	}
	return sum == 0, fmt.Errorf("%d are left, %d came", sum, p.box.count())
}

func (p *privacyCase) number(ctx context.Context, query string) (n int, err error) {
	return n, p.truth.each(ctx, query, func(rows *sql.Rows) error { return rows.Scan(&n) })
}

// settled waits until everything has gone, what waited for another attempt too.
func (p *privacyCase) settled(ctx context.Context) error {
	now := "now()"
	if p.d.Postgres == nil {
		now = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
	}
	if err := p.change(ctx, "UPDATE mails SET next_try = "+now+" WHERE state = 'waiting'"); err != nil {
		return err
	}
	return until(ctx, "all mails", func() (bool, error) { return p.none(ctx, owedNotices, unsentMails) })
}

// otherMails are those that tell of no message: invitations, new passwords, letters to postmaster.
func (p *privacyCase) otherMails(ctx context.Context) error {
	for i := 900; i < 905; i++ {
		in := map[string]any{"name": p.secrets.canary(person, i), "email": addressOf(i), "role": "client"}
		if err := p.staff[0].Do(ctx, http.MethodPost, "/invitations", in, nil); err != nil {
			return err
		}
		if err := p.staff[0].Do(ctx, http.MethodPost, "/password/forgotten", map[string]any{"email": addressOf(i - 898)}, nil); err != nil {
			return err
		}
	}
	for i, desk := range []string{"postmaster", "abuse"} {
		raw := "From: " + canary(desked, i) + "@stranger.example\r\nSubject: " + p.secrets.canary(desked, i) + "\r\nIn-Reply-To: <" + canary(desked, i) + "@x>\r\n\r\n" + canary(desked, i) + "\r\n"
		if err := stdsmtp.SendMail(p.d.SMTP, nil, canary(desked, i)+"@stranger.example", []string{desk + "@postern.test"}, []byte(raw)); err != nil {
			return fmt.Errorf("a letter to %s: %w", desk, err)
		}
	}
	return nil
}

// open has the author told of reading, and contacts open what the author wrote.
func (p *privacyCase) open(ctx context.Context) error {
	author := p.staff[0]
	if err := author.Do(ctx, http.MethodPut, "/office/told-read", map[string]any{"users": []string{author.Me.User.ID}}, nil); err != nil {
		return err
	}
	for _, reader := range p.to {
		var list struct{ Rows []wire.Row }
		if err := reader.Do(ctx, http.MethodGet, "/conversations", nil, &list); err != nil {
			return err
		}
		for _, row := range list.Rows[:min(len(list.Rows), 3)] {
			if row.Newest == nil {
				continue
			}
			if err := reader.Read(ctx, row.Conversation.ID, row.Newest.Position); err != nil {
				return err
			}
		}
	}
	return nil
}

// answers has reports come for mails, which say what those said, and letters to reply addresses, which are refused by now with a sentence.
func (p *privacyCase) answers() error {
	for i, to := range p.returns[:min(len(p.returns), 10)] {
		said := p.secrets.canary(lettered, 200+i)
		raw := strings.Replace(report{action: "delayed", status: "4.4.1", said: said}.letter(i), "See below.", said, 1)
		if err := stdsmtp.SendMail(p.d.SMTP, nil, "", []string{to}, []byte(raw)); err != nil {
			return fmt.Errorf("a report: %w", err)
		}
	}
	for i, to := range p.replies[:min(len(p.replies), 10)] {
		raw := "From: a@stranger.example\r\nSubject: " + p.secrets.canary(lettered, 100+i) + "\r\n\r\nHello\r\n"
		err := stdsmtp.SendMail(p.d.SMTP, nil, canary(lettered, 100+i)+"@stranger.example", []string{to}, []byte(raw))
		if err == nil || !strings.HasPrefix(err.Error(), "550") {
			return fmt.Errorf("a letter to a reply address in privacy mode was answered %w", err)
		}
		p.box.silent("the answer to a letter", err.Error(), func(finding) bool { return false })
	}
	return nil
}

var metricsAddress = regexp.MustCompile(`"metrics":"([^"]+)"`)

// besides looks into logs, metrics and the ledger, which has the addresses of mails and letters.
func (p *privacyCase) besides(ctx context.Context) error {
	nothing := func(finding) bool { return false }
	for _, n := range p.d.Nodes {
		log, err := os.ReadFile(n.Log())
		if err != nil {
			return err
		}
		p.box.silent("the log of "+n.Name(), string(log), nothing)
		at := metricsAddress.FindSubmatch(log)
		if at == nil {
			return errors.New("no metrics are served at " + n.Name())
		}
		text, err := get(ctx, "http://"+string(at[1])+"/metrics")
		if err != nil {
			return err
		}
		if !strings.Contains(text, "postern_") {
			return errors.New("there are no metrics of " + n.Name())
		}
		p.box.silent("the metrics of "+n.Name(), text, nothing)
	}
	ledger, err := p.tell(ctx, "mail", "log", "--json")
	if err != nil || ledger == "" {
		return fmt.Errorf("the ledger has %d bytes, %w", len(ledger), err)
	}
	p.box.silent("the ledger", ledger, func(f finding) bool {
		return f.kind == person || f.kind == lettered && f.number != 2 || f.kind == desked
	})
	return nil
}

func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}
