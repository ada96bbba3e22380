package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"

	"postern/e2e/client"
)

// crowd are members who do whatever comes to their minds in conversations of theirs.
type crowd struct {
	members       []*member
	rnd           *rand.Rand
	conversations []string
	copies        map[string]bool // of them
	sent          []sentBy
	steps         int
	done          map[string]int // acts that came to something
	refused       map[string]error
}

// sentBy is a message that somebody wrote.
type sentBy struct {
	by                    *member
	conversation, message string
	note                  bool
}

// vocabulary is what they write of, three words each time.
const vocabulary = 40

func word(n int) string { return fmt.Sprintf("zq%02dword", n%vocabulary) }

func newCrowd(members []*member) *crowd {
	return &crowd{members: members, rnd: rand.New(rand.NewPCG(41, 7)), done: map[string]int{}, copies: map[string]bool{}, refused: map[string]error{}}
}

func (c *crowd) words() string {
	return fmt.Sprintf("<p>%s %s %s</p>", word(c.rnd.Int()), word(c.rnd.Int()), word(c.rnd.Int()))
}

func (c *crowd) anybody() *member { return c.members[c.rnd.IntN(len(c.members))] }

func (c *crowd) staff() *member {
	for {
		if m := c.anybody(); m.staff {
			return m
		}
	}
}

func (c *crowd) contact() *member {
	for {
		if m := c.anybody(); !m.staff {
			return m
		}
	}
}

// step does one thing. What is refused came to nothing, as it may.
func (c *crowd) step(ctx context.Context) error {
	c.steps++
	if len(c.conversations) < 3 {
		return c.begin(ctx)
	}
	acts := []struct {
		name   string
		weight int
		do     func(context.Context, string) error
	}{
		{"send", 14, c.send}, {"note", 5, c.note}, {"read", 10, c.read}, {"unread", 3, c.unread}, {"archive", 3, c.archive}, {"mute", 2, c.mute},
		{"mark", 3, c.mark}, {"leave", 2, c.leave}, {"remove", 2, c.remove}, {"add", 5, c.add}, {"undo", 4, c.undo}, {"retract", 3, c.retract},
		{"copy", 8, c.copy}, {"begin", 1, func(ctx context.Context, _ string) error { return c.begin(ctx) }},
	}
	n := 0
	for _, a := range acts {
		n += a.weight
	}
	n = c.rnd.IntN(n)
	for _, a := range acts {
		if n -= a.weight; n >= 0 {
			continue
		}
		err := a.do(ctx, c.conversations[c.rnd.IntN(len(c.conversations))])
		if refusal, ok := errors.AsType[*client.Refusal](err); ok && refusal.Status < 500 {
			c.refused[a.name] = refusal
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		c.done[a.name]++
		return nil
	}
	return nil
}

// begin starts a conversation of staff with some contacts, others in CC.
func (c *crowd) begin(ctx context.Context) error {
	by, to := c.staff(), []string{c.contact().id(), c.contact().id(), c.staff().id()}
	in := map[string]any{
		"to": to, "cc": []string{c.contact().id(), c.staff().id()}, "audience": "shared", "title": fmt.Sprint("Matter ", c.steps),
		"html": c.words(), "key": fmt.Sprint("begin-", c.steps),
	}
	var started client.Started
	if err := by.Do(ctx, http.MethodPost, "/conversations", in, &started); err != nil {
		return err
	}
	c.conversations = append(c.conversations, started.Row.Conversation.ID)
	return c.findCopies(ctx, by, started.Row.Conversation.ID)
}

// findCopies has the copies of a conversation be among those in which something happens.
func (c *crowd) findCopies(ctx context.Context, by *member, conversation string) error {
	var answer struct {
		Copies []struct{ Conversation string }
	}
	if err := by.Do(ctx, http.MethodGet, "/conversations/"+conversation+"/copies", nil, &answer); err != nil {
		return err
	}
	for _, made := range answer.Copies {
		if !c.copies[made.Conversation] {
			c.copies[made.Conversation] = true
			c.conversations = append(c.conversations, made.Conversation)
		}
	}
	return nil
}

func (c *crowd) write(ctx context.Context, by *member, conversation string, note bool) error {
	m, err := by.write(ctx, conversation, fmt.Sprint("step-", c.steps), c.words(), note)
	if err == nil {
		c.sent = append(c.sent, sentBy{by, conversation, m.ID, note})
	}
	return err
}

func (c *crowd) send(ctx context.Context, in string) error {
	return c.write(ctx, c.anybody(), in, false)
}
func (c *crowd) note(ctx context.Context, in string) error { return c.write(ctx, c.staff(), in, true) }

func (c *crowd) read(ctx context.Context, in string) error {
	return c.anybody().Read(ctx, in, "7fffffffffffffff")
}

func (c *crowd) unread(ctx context.Context, in string) error { return c.anybody().Unread(ctx, in) }

func (c *crowd) archive(ctx context.Context, in string) error {
	return c.anybody().act(ctx, in, "archive", map[string]any{"archived": c.rnd.IntN(3) > 0})
}

func (c *crowd) mute(ctx context.Context, in string) error {
	return c.anybody().act(ctx, in, "mute", map[string]any{"muted": c.rnd.IntN(2) > 0})
}

func (c *crowd) mark(ctx context.Context, _ string) error {
	by := c.anybody()
	rows, err := by.rows(ctx, "inbox")
	if err != nil || len(rows) == 0 {
		return err
	}
	var ids []string
	for _, r := range rows[:min(len(rows), 4)] {
		ids = append(ids, r.Conversation.ID)
	}
	as := []string{"read", "unread", "archived", "inbox"}[c.rnd.IntN(4)]
	return by.Do(ctx, http.MethodPost, "/marks", map[string]any{"conversations": ids, "as": as}, nil)
}

func (c *crowd) leave(ctx context.Context, in string) error {
	by := c.anybody()
	return by.remove(ctx, in, by.id())
}

func (c *crowd) remove(ctx context.Context, in string) error {
	return c.staff().remove(ctx, in, c.anybody().id())
}

func (c *crowd) add(ctx context.Context, in string) error {
	return c.staff().add(ctx, in, c.anybody().id(), c.rnd.IntN(2) > 0)
}

// undo takes back the newest message, retract one of the last.
func (c *crowd) undo(ctx context.Context, _ string) error    { return c.withdraw(ctx, 1, "undo") }
func (c *crowd) retract(ctx context.Context, _ string) error { return c.withdraw(ctx, 8, "retract") }

func (c *crowd) withdraw(ctx context.Context, among int, how string) error {
	if len(c.sent) == 0 {
		return nil
	}
	one := c.sent[len(c.sent)-1-c.rnd.IntN(min(among, len(c.sent)))]
	return one.by.withdraw(ctx, one.conversation, one.message, how)
}

// copy copies a message of staff to a contact, by whoever wrote it.
func (c *crowd) copy(ctx context.Context, _ string) error {
	for range 20 {
		if len(c.sent) == 0 {
			return nil
		}
		one := c.sent[c.rnd.IntN(len(c.sent))]
		if !one.by.staff || one.note || c.copies[one.conversation] {
			continue
		}
		to := map[string]any{"to": []string{c.contact().id()}}
		if err := one.by.act(ctx, one.conversation, "messages/"+one.message+"/copies", to); err != nil {
			return err
		}
		return c.findCopies(ctx, one.by, one.conversation)
	}
	return nil
}

// everything fails if some act never came to anything: then nothing was tried.
func (c *crowd) everything() error {
	for _, name := range []string{"send", "note", "read", "unread", "archive", "mute", "mark", "leave", "remove", "add", "undo", "retract", "copy"} {
		if c.done[name] < 3 {
			return fmt.Errorf("%q came to something %d times in %d steps: %v", name, c.done[name], c.steps, c.refused[name])
		}
	}
	return nil
}
