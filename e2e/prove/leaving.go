package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
)

// leaveStops: a contact leaves, another is taken out, and so is a member of staff. What is said and done then reaches none of their devices: neither those
// that stand, at both nodes, nor one that was away meanwhile and resumes; nor by mail, nor when they ask. What was said before stays readable.
func leaveStops(ctx context.Context, s *stage) (string, error) {
	members, err := s.hire(ctx, 2, "ada", "bert", "carl", "cora", "dora")
	defer func() { dismiss(members) }()
	if err != nil {
		return "", err
	}
	ada, stays, gone := members[0], members[4], members[1:4]
	scene, err := s.leaving(ctx, ada, stays, gone)
	if err != nil {
		return "", err
	}
	if err := scene.goOn(ctx); err != nil {
		return "", err
	}
	after, first := 0, error(nil)
	for _, m := range gone {
		found, err := scene.looksBack(ctx, m)
		if err != nil {
			return "", err
		}
		after, first = after+len(found), errors.Join(first, errors.Join(found...))
	}
	mailed, err := s.mailedTo(gone, scene.mailsBefore)
	if err != nil {
		return "", err
	}
	measured := fmt.Sprintf("after=%d said=%d left=%d", after+mailed, scene.said, len(gone))
	if after+mailed > 0 {
		return "", fmt.Errorf("%s mails=%d: %w", measured, mailed, first)
	}
	return measured, nil
}

// leaving is a conversation that people have left.
type leaving struct {
	*stage
	ada, stays   *member
	gone         []*member
	conversation string
	badges       map[*member]int
	mailsBefore  map[string]int // by address
	said         int            // messages since
}

const (
	beforeWord, afterWord = "zqbefore", "zqafter"
	titleBefore           = "Matter at hand"
)

// leaving has everybody talk and the three go. One device of each is off while they do.
func (s *stage) leaving(ctx context.Context, ada, stays *member, gone []*member) (*leaving, error) {
	l := &leaving{stage: s, ada: ada, stays: stays, gone: gone, badges: map[*member]int{}}
	ids := []string{stays.id()}
	for _, m := range gone {
		ids = append(ids, m.id())
	}
	started, err := ada.Start(ctx, "start", titleBefore, "<p>"+beforeWord+"</p>", ids...)
	if err != nil {
		return nil, err
	}
	l.conversation = started.Row.Conversation.ID
	if err := s.awaitMails(ctx, len(gone)+1); err != nil { // what waits for those who go would be dropped
		return nil, err
	}
	for _, m := range gone {
		if err := m.devices[2].shows(ctx, 1); err != nil {
			return nil, err
		}
		m.devices[2].live.Close() // and it comes back, with what it knows
	}
	for i, m := range gone {
		by := ada
		if i == 1 {
			by = m
		}
		if err := by.remove(ctx, l.conversation, m.id()); err != nil {
			return nil, err
		}
		for _, d := range m.devices[:2] {
			if err := d.shows(ctx, 0); err != nil {
				return nil, err
			}
		}
	}
	l.mailsBefore, err = s.mailsBy()
	return l, err
}

// mailsBy counts mails by their recipients.
func (s *stage) mailsBy() (map[string]int, error) {
	mails, err := s.mails()
	n := map[string]int{}
	for _, m := range mails {
		n[m.to]++
	}
	return n, err
}

// mailedTo counts mails to people since.
func (s *stage) mailedTo(people []*member, before map[string]int) (n int, err error) {
	now, err := s.mailsBy()
	for _, m := range people {
		n += now[m.email] - before[m.email]
	}
	return n, err
}

// goOn has those who stay say and do all sorts of things, until who stays has heard and was mailed all of it.
func (l *leaving) goOn(ctx context.Context) error {
	file, err := l.ada.Upload(ctx, afterWord+".txt", []byte(afterWord))
	if err != nil {
		return err
	}
	var last wire.Message
	for n := range 12 {
		by, files := l.ada, []string(nil)
		if n == 3 {
			files = []string{file.ID}
		}
		if n%4 == 1 {
			by = l.stays
		}
		if last, err = by.write(ctx, l.conversation, fmt.Sprintf("after-%d", n), "<p>"+afterWord+"</p>", n%4 == 2, files...); err != nil {
			return err
		}
		l.said++
	}
	err = errors.Join(
		l.ada.Do(ctx, http.MethodPatch, "/conversations/"+l.conversation, map[string]any{"title": afterWord, "important": true, "state": "waiting"}, nil),
		l.stays.devices[0].live.Command(ctx, wire.Command{Type: "typing", Conversation: l.conversation, On: true}),
		l.stays.Read(ctx, l.conversation, last.Position),
		l.ada.withdraw(ctx, l.conversation, last.ID, "retract"),
	)
	if err != nil {
		return err
	}
	for _, d := range l.stays.devices {
		err := until(ctx, "who stays to hear of it", func() (bool, error) {
			_, ok := d.message(wire.TypeMessageWithdrawn, last.ID)
			return ok, nil
		})
		if err != nil {
			return err
		}
	}
	before := l.mailsBefore[l.stays.email]
	if _, err := l.stays.write(ctx, l.conversation, "after-mail", "<p>"+afterWord+"</p>", false); err != nil {
		return err
	}
	if _, err := l.ada.write(ctx, l.conversation, "after-mail-2", "<p>"+afterWord+"</p>", false); err != nil {
		return err
	}
	l.said += 2
	err = until(ctx, "a mail to who stays", func() (bool, error) {
		now, err := l.mailsBy()
		return now[l.stays.email] > before, err
	})
	if err != nil {
		return err
	}
	return pause(ctx, 2*time.Second) // a comparison of heads, and the mails of the others
}

// looksBack gives all that reached somebody who has left, or that they can find.
func (l *leaving) looksBack(ctx context.Context, m *member) (found []error, err error) {
	if err := m.devices[2].resume(ctx); err != nil {
		return nil, err
	}
	if err := m.devices[2].shows(ctx, 0); err != nil {
		return nil, err
	}
	for i, d := range m.devices {
		left := false
		for _, f := range d.told(0) {
			switch {
			case f.Type == wire.TypeHello || f.Type == "reset":
			case f.Type == "conversation.left":
				left = true
			case left:
				found = append(found, fmt.Errorf("device %d of %s is told %s %s", i, m.email, f.Type, f.Data))
			}
		}
		if !left {
			return nil, fmt.Errorf("device %d of %s was not told that they left", i, m.email)
		}
		if d.live.Standing().Badge != 0 {
			found = append(found, fmt.Errorf("device %d of %s has badge %d", i, m.email, d.live.Standing().Badge))
		}
	}
	asked, err := l.asks(ctx, m)
	return append(found, asked...), err
}

// asks tries every door.
func (l *leaving) asks(ctx context.Context, m *member) (found []error, err error) {
	history, err := m.History(ctx, l.conversation)
	if err != nil {
		return nil, err
	}
	read := ""
	for _, one := range history {
		read += one.Text + " "
		for _, file := range one.Attachments {
			read += file.Name + " "
		}
	}
	rows, err := m.rows(ctx, "inbox")
	if err != nil || len(rows) != 1 {
		return nil, fmt.Errorf("the list of %s has %d rows: %w", m.email, len(rows), err)
	}
	read += rows[0].Conversation.Title + " "
	if rows[0].Newest != nil {
		read += rows[0].Newest.Text
	}
	if !strings.Contains(read, beforeWord) || rows[0].Conversation.Title != titleBefore {
		return nil, fmt.Errorf("%s can no longer read what was before: %s", m.email, read)
	}
	if strings.Contains(read, afterWord) {
		found = append(found, fmt.Errorf("%s reads %s", m.email, read))
	}
	for _, in := range []string{"", l.conversation} {
		hits, err := m.search(ctx, afterWord, in)
		if err != nil {
			return nil, err
		}
		if len(hits) > 0 {
			found = append(found, fmt.Errorf("%s finds %d", m.email, len(hits)))
		}
	}
	_, err = m.write(ctx, l.conversation, "from-"+m.email, "<p>still here</p>", false)
	if refusal, ok := errors.AsType[*client.Refusal](err); !ok || refusal.Status >= 500 {
		found = append(found, fmt.Errorf("%s may still write: %v", m.email, err))
	}
	return found, nil
}
