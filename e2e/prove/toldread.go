package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
)

// readGrace is what a mail that a message was opened waits.
const readGrace = 2 * time.Second

// reading is a conversation that Sam began, and where Ada, who asked for it, is to hear of what is opened (F21).
type reading struct {
	*stage
	ada, sam, carl, dora *client.Client
	first                wire.Message // Sam's
}

const (
	readTitle  = "Title of what is read"
	samsWord   = "word-of-sam"
	adasWord   = "word-of-ada"
	openedMail = "A message of yours was opened"
)

// toldOfReading has Ada put herself on the list, and write to two clients at the other node: the first who opens it makes one mail, after the grace time, that says what
// and who, and the second makes none. Sam, whose message they open too, is not on the list. In privacy mode the mail says nothing more.
func toldOfReading(ctx context.Context, s *stage) (string, error) {
	r, err := s.reading(ctx)
	if err != nil {
		return "", err
	}
	if err := r.opens(ctx, r.carl, r.ada); err != nil {
		return "", err
	}
	if err := r.settled(ctx, 1, 1); err != nil {
		return "", fmt.Errorf("when Carl had opened it: %w", err)
	}
	if err := r.told(ctx, 1, r.saysWho); err != nil {
		return "", err
	}
	if err := r.opens(ctx, r.dora, nil); err != nil {
		return "", err
	}
	if err := r.settled(ctx, 2, 1); err != nil {
		return "", fmt.Errorf("when Dora had opened it too: %w", err)
	}
	if err := r.seen(ctx, r.sam, r.first); err != nil {
		return "", err
	}
	if err := r.ada.Do(ctx, http.MethodPatch, "/office", map[string]any{"mode": "privacy"}, nil); err != nil {
		return "", err
	}
	if err := r.opensQuietly(ctx); err != nil {
		return "", err
	}
	if err := r.settled(ctx, 3, 2); err != nil {
		return "", fmt.Errorf("in privacy mode: %w", err)
	}
	if err := r.told(ctx, 2, r.saysNothing); err != nil {
		return "", err
	}
	return r.tally(ctx)
}

// tally counts Ada's messages, the mails that say that one was opened, those too many of them, and those to others.
func (r *reading) tally(ctx context.Context) (string, error) {
	history, err := r.ada.History(ctx, r.first.Conversation)
	if err != nil {
		return "", err
	}
	found, err := r.openedMails()
	messages, others := 0, 0
	for _, m := range history {
		if m.Author != nil && m.Author.ID == r.ada.Me.User.ID {
			messages++
		}
	}
	for _, m := range found {
		if m.to != r.ada.Me.User.Email {
			others++
		}
	}
	double := len(found) - others - messages
	if double != 0 || others > 0 {
		err = errors.Join(err, fmt.Errorf("%d mails of %d messages, %d of them to others", len(found), messages, others))
	}
	return fmt.Sprintf("messages=%d mails=%d double=%d others=%d", messages, len(found), double, others), err
}

// openedMails are those that say that something was opened, oldest first.
func (r *reading) openedMails() ([]sentMail, error) {
	all, err := r.mails()
	return slices.DeleteFunc(all, func(m sentMail) bool { return m.subject != openedMail && !strings.Contains(m.said, "opened by") }), err
}

func (s *stage) reading(ctx context.Context) (r *reading, err error) {
	r = &reading{stage: s}
	var to []string
	for i, who := range []struct {
		is                **client.Client
		name, email, role string
	}{
		{&r.sam, "Sam Staff", "sam@office.example", "staff"},
		{&r.ada, "Ada Staff", "ada@office.example", "owner"},
		{&r.carl, "Carl Client", "carl@client.example", "client"},
		{&r.dora, "Dora Client", "dora@client.example", "client"},
	} {
		if *who.is, err = s.join(ctx, who.name, who.email, who.role, "", s.node[i/2]); err != nil {
			return nil, err
		}
		if i > 0 {
			to = append(to, (*who.is).Me.User.ID)
		}
	}
	started, err := r.sam.Start(ctx, "first", readTitle, "<p>"+samsWord+"</p>", to...)
	r.first = started.Message
	return r, err
}

// opens has somebody open the conversation in a browser, once the writer, if any, has put themselves on the list and written.
func (r *reading) opens(ctx context.Context, reader, writer *client.Client) (err error) {
	in := map[string]any{"url": r.d.URL, "title": readTitle, "word": adasWord}
	if in["reader"], err = r.back(ctx, reader, r.node[1]); err != nil {
		return err
	}
	if writer != nil {
		if in["writer"], err = r.back(ctx, writer, r.node[0]); err != nil {
			return err
		}
	}
	var out struct{ Opened int }
	return browse(ctx, "toldread.mjs", in, &out)
}

// opensQuietly has Ada write again, and Carl open it.
func (r *reading) opensQuietly(ctx context.Context) error {
	m, err := r.ada.Send(ctx, r.first.Conversation, "quiet", "<p>"+adasWord+"</p>")
	if err != nil {
		return err
	}
	return r.carl.Read(ctx, m.Conversation, m.Position)
}

// seen makes sure that both clients opened a message: else it would be no wonder that its author hears nothing.
func (r *reading) seen(ctx context.Context, author *client.Client, m wire.Message) error {
	list, err := author.Deliveries(ctx, m)
	n := 0
	for _, d := range list {
		if d.SeenAt != "" && strings.HasSuffix(d.Recipient.Name, "Client") {
			n++
		}
	}
	if n != 2 {
		err = errors.Join(err, fmt.Errorf("%d of 2 clients have seen the first message", n))
	}
	return err
}

// settled waits until so many notices of reading are settled, and holds the mails that were made of them against what is right.
func (r *reading) settled(ctx context.Context, notices, mails int) error {
	truth, err := r.truth()
	if err != nil {
		return err
	}
	defer truth.db.Close()
	var owed, due, made int
	err = until(ctx, "the notices of reading to be settled", func() (bool, error) {
		err := truth.each(ctx, `
			SELECT count(*), count(CASE WHEN state = 'due' THEN 1 END), (SELECT count(*) FROM mails WHERE kind = 'read')
			FROM notices WHERE kind = 'read'`, func(rows *sql.Rows) error { return rows.Scan(&owed, &due, &made) })
		return owed >= notices && due == 0 || made > mails, errors.Join(err, fmt.Errorf("%d of %d notices, %d of them due", owed, notices, due))
	})
	if err == nil && (owed != notices || made != mails) {
		err = fmt.Errorf("%d notices of reading and %d mails, and %d and %d are right", owed, made, notices, mails)
	}
	return err
}

// told waits for so many mails that say that something was opened, and looks at the last.
func (r *reading) told(ctx context.Context, enough int, right func(context.Context, sentMail) error) error {
	var found []sentMail
	err := until(ctx, "word of what was opened", func() (_ bool, err error) {
		found, err = r.openedMails()
		return len(found) >= enough, err
	})
	if err != nil {
		return err
	}
	for _, m := range found {
		if m.to != r.ada.Me.User.Email {
			return fmt.Errorf("%s was told, who is not on the list", m.to)
		}
	}
	return right(ctx, found[len(found)-1])
}

// saysWho holds the mail of convenience mode against what happened: who, what, and not before the grace time was over.
func (r *reading) saysWho(ctx context.Context, m sentMail) error {
	if !strings.Contains(m.said, "opened by Carl Client.") || !strings.Contains(m.said, adasWord) || strings.Contains(m.said, samsWord) || strings.Contains(m.said, "Dora") {
		return fmt.Errorf("the mail does not say who opened what: %q", m.said)
	}
	went, err := os.Stat(m.path)
	if err != nil {
		return err
	}
	history, err := r.ada.History(ctx, r.first.Conversation)
	if err != nil {
		return err
	}
	list, err := r.ada.Deliveries(ctx, history[len(history)-1])
	if err != nil {
		return err
	}
	for _, d := range list {
		at, err := time.Parse(time.RFC3339, d.SeenAt)
		if d.Recipient.ID != r.carl.Me.User.ID {
			continue
		}
		if after := went.ModTime().Sub(at); err != nil || after < readGrace {
			return errors.Join(err, fmt.Errorf("the mail went %v after it was opened, and %v are to pass", after, readGrace))
		}
		return nil
	}
	return errors.New("nobody is told that Carl saw it")
}

// saysNothing holds the mail of privacy mode against all that it must not say.
func (r *reading) saysNothing(_ context.Context, m sentMail) error {
	if m.subject != openedMail {
		return fmt.Errorf("the mail's subject is %q", m.subject)
	}
	for _, never := range []string{readTitle, adasWord, samsWord, "Carl Client", "Dora Client", "Sam Staff", "client.example"} {
		if strings.Contains(m.decoded, never) {
			return fmt.Errorf("the mail says %q", never)
		}
	}
	return nil
}
