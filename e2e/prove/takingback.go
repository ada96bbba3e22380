package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"postern/e2e/client"
	"postern/hub/wire"
)

// undoRetract takes back what was just sent, by turns undone and retracted. What was undone is gone on each device, for who asks, resumes or
// searches, and nobody is mailed of it; of what was retracted the place stays, without a word, and what was due is not mailed. The record keeps both.
func undoRetract(ctx context.Context, s *stage) (string, error) {
	members, err := s.hire(ctx, 1, "ada", "carl", "dora")
	defer func() { dismiss(members) }()
	if err != nil {
		return "", err
	}
	t := &takingBack{stage: s, ada: members[0], carl: members[1], dora: members[2]}
	for n := range 20 {
		if err := t.take(ctx, n); err != nil {
			return "", err
		}
	}
	if err := t.mailed(ctx); err != nil {
		return "", err
	}
	for _, m := range members {
		if err := t.askedOf(ctx, m); err != nil {
			return "", err
		}
	}
	kept, err := t.kept(ctx)
	if err == nil && kept != len(t.taken) {
		err = fmt.Errorf("the record keeps what %d of %d messages said", kept, len(t.taken))
	}
	return fmt.Sprintf("n=%d kept=%d", len(t.taken), kept), err
}

type takingBack struct {
	*stage
	ada, carl, dora *member
	taken           []wire.Message
	undone          map[string]bool
	files           []string
}

// take starts a conversation with what is taken back at once, with a file.
func (t *takingBack) take(ctx context.Context, n int) error {
	how := []string{"undo", "retract"}[n%2]
	file, err := t.ada.Upload(ctx, fmt.Sprintf("zqtaken%02d.txt", n), []byte("zqtaken"))
	if err != nil {
		return err
	}
	started, err := t.ada.Start(ctx, fmt.Sprint("start-", n), fmt.Sprint("Matter ", n), "<p>stands</p>", t.carl.id())
	if err != nil {
		return err
	}
	conversation := started.Row.Conversation.ID
	if err := t.carl.Read(ctx, conversation, started.Message.Position); err != nil {
		return err
	}
	m, err := t.ada.write(ctx, conversation, fmt.Sprint("take-", n), fmt.Sprintf("<p>zqtaken%02d</p>", n), n%4 > 1 && how == "undo", file.ID)
	if err != nil {
		return err
	}
	if err := t.ada.withdraw(ctx, conversation, m.ID, how); err != nil {
		return err
	}
	t.taken = append(t.taken, m)
	if t.undone == nil {
		t.undone = map[string]bool{}
	}
	t.undone[m.ID] = how == "undo"
	t.files = append(t.files, m.Attachments[0].ID)
	return t.told(ctx, m, how)
}

// told: each device of who saw it hears of it, without what it said.
func (t *takingBack) told(ctx context.Context, m wire.Message, how string) error {
	for _, who := range []*member{t.ada, t.carl} {
		if m.Kind == "note" && !who.staff {
			continue
		}
		for i, d := range who.devices {
			var told wire.Message
			err := until(ctx, "the device to hear", func() (ok bool, err error) {
				told, ok = d.message(wire.TypeMessageWithdrawn, m.ID)
				return ok, nil
			})
			if err != nil {
				return err
			}
			want := map[string]string{"undo": "undone", "retract": "retracted"}[how]
			if told.Withdrawn == nil || told.Withdrawn.How != want || told.Text+told.HTML != "" || len(told.Attachments) > 0 {
				return fmt.Errorf("device %d of %s is told of %+v", i, who.email, told)
			}
		}
	}
	return nil
}

// mailed waits until mails of later messages went, to people who are away: none may tell of what was taken back.
func (t *takingBack) mailed(ctx context.Context) error {
	if _, err := t.ada.Start(ctx, "later", "Later", "<p>zqstays</p>", t.carl.id(), t.dora.id()); err != nil {
		return err
	}
	var mails []sentMail
	err := until(ctx, "the mails", func() (bool, error) {
		var err error
		mails, err = t.mails()
		n := 0
		for _, m := range mails {
			if strings.Contains(m.decoded, "zqstays") {
				n++
			}
		}
		return n == 2, errors.Join(err, fmt.Errorf("%d of 2", n))
	})
	if err != nil {
		return err
	}
	for _, m := range mails {
		if !strings.Contains(m.decoded, "zqstays") {
			return fmt.Errorf("a mail went to %s of what was read or taken back:\n%.600s", m.to, m.decoded)
		}
		if strings.Contains(m.decoded, "zqtaken") {
			return fmt.Errorf("a mail to %s says what was taken back", m.to)
		}
	}
	return nil
}

// askedOf asks for everything, also from the beginning of the stream.
func (t *takingBack) askedOf(ctx context.Context, who *member) error {
	if hits, err := who.search(ctx, "zqtaken", ""); err != nil || len(hits) > 0 {
		return fmt.Errorf("%s finds %d: %w", who.email, len(hits), err)
	}
	for _, f := range who.devices[2].told(0) {
		if f.Type == wire.TypeMessageCreated && strings.Contains(string(f.Data), "zqtaken") {
			who.devices[2].frames = nil // it was live then; from now on only what a resume shows counts
			break
		}
	}
	if err := who.devices[2].fromTheBeginning(ctx); err != nil {
		return err
	}
	for _, f := range who.devices[2].told(0) {
		if strings.Contains(string(f.Data), "zqtaken") {
			return fmt.Errorf("%s resumes with %s", who.email, f.Data)
		}
	}
	if who == t.dora {
		return nil
	}
	for i, m := range t.taken {
		if err := t.shown(ctx, who, m, t.files[i]); err != nil {
			return err
		}
	}
	rows, err := who.rows(ctx, "unread")
	for _, r := range rows {
		if r.Conversation.Title != "Later" && t.undone[t.in(r.Conversation.ID)] {
			return fmt.Errorf("%s is unread for %s by what was undone", r.Conversation.Title, who.email)
		}
	}
	return err
}

// in is the message that was taken back in a conversation.
func (t *takingBack) in(conversation string) string {
	for _, m := range t.taken {
		if m.Conversation == conversation {
			return m.ID
		}
	}
	return ""
}

// shown: an undone message is nowhere, a retracted one stands there without a word; the file of neither can be had.
func (t *takingBack) shown(ctx context.Context, who *member, m wire.Message, file string) error {
	history, err := who.History(ctx, m.Conversation)
	if err != nil {
		return err
	}
	there := false
	for _, one := range history {
		if strings.Contains(one.Text+one.HTML, "zqtaken") || len(one.Attachments) > 0 {
			return fmt.Errorf("%s reads %+v", who.email, one)
		}
		there = there || one.ID == m.ID
	}
	if there == t.undone[m.ID] {
		return fmt.Errorf("%s sees the place of %s (undone: %t): %t", who.email, m.ID, t.undone[m.ID], there)
	}
	err = who.Do(ctx, http.MethodGet, "/attachments/"+file, nil, nil)
	if refusal, ok := errors.AsType[*client.Refusal](err); !ok || refusal.Status != http.StatusNotFound {
		return fmt.Errorf("%s may have the file: %v", who.email, err)
	}
	return nil
}

// kept counts the messages of which the record still has the words.
func (t *takingBack) kept(ctx context.Context) (n int, err error) {
	record, err := t.truth()
	if err != nil {
		return 0, err
	}
	defer record.db.Close()
	err = record.each(ctx, `SELECT COUNT(*) FROM messages WHERE text LIKE '%zqtaken%' AND withdrawn <> ''`, func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}
