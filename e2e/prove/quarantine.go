package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"postern/e2e/client"
	"postern/hub/wire"
)

// quarantine has letters wait that are not bound to Carl, and staff at two nodes decide on them in every way.
func quarantine(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	key, err := newSigner()
	if err != nil {
		return "", err
	}
	s.names.Say(map[string]string{"_dmarc.client.example": "v=DMARC1; p=quarantine", "s._domainkey.esp.example": key.record})
	q := &decisions{correspondence: c, key: key}
	for _, step := range []func(context.Context) error{q.once, q.alias, q.trust, q.together, q.own, q.seen} {
		if err := step(ctx); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("accepted=%d alias=%d trusted=%d rejected=%d at_once=%d own=%d", q.accepted, q.aliased, q.trusted, q.rejected, q.raced, q.refused), q.blind(ctx)
}

// decisions counts what was decided.
type decisions struct {
	*correspondence
	key                                                  signer
	accepted, aliased, trusted, rejected, raced, refused int
	hidden                                               []string // words that Carl must never have seen
	shown                                                []string // words that he must have
}

// wait hands a letter over that must wait, and gives its line.
func (q *decisions) wait(ctx context.Context, from, to string) (line wire.Message, raw, word string, err error) {
	raw, word = q.letter("From: "+from, "Subject: Re: Answered by mail")
	if line, err = q.waitFor(ctx, from, to, raw, word); err != nil {
		err = fmt.Errorf("from %s: %w", from, err)
	}
	return line, raw, word, err
}

func (q *decisions) waitFor(ctx context.Context, sender, to, raw, word string) (wire.Message, error) {
	code, err := q.post(sender, to, raw)
	if err != nil || code != 250 {
		return wire.Message{}, fmt.Errorf("answered %d, %w", code, err)
	}
	line, ok, err := q.waits(ctx, word)
	if err == nil && !ok {
		err = errors.New("it does not wait")
	}
	return line, err
}

// straight hands a letter over that must be posted at once.
func (q *decisions) straight(ctx context.Context, sender, raw, word string) error {
	code, err := q.post(sender, q.to, raw)
	if err != nil || code != 250 {
		return fmt.Errorf("answered %d, %w", code, err)
	}
	return q.says(ctx, word, 1)
}

func (q *decisions) says(ctx context.Context, word string, want int) error {
	r, err := q.record(ctx)
	if err == nil && r.says(word) != want {
		err = fmt.Errorf("%s stands there %d times, not %d", word, r.says(word), want)
	}
	return err
}

// decide settles a letter, and holds that the same letter again, and the same decision again, change nothing.
func (q *decisions) decide(ctx context.Context, by *client.Client, line wire.Message, raw, word, decision, domain string) error {
	if _, err := by.Decide(ctx, line, decision, domain); err != nil {
		return fmt.Errorf("%s: %w", decision, err)
	}
	want := 1
	if decision == "rejected" {
		want = 0
	}
	before, err := q.record(ctx)
	if err != nil {
		return err
	}
	if _, err := by.Decide(ctx, line, decision, domain); err != nil {
		return fmt.Errorf("%s again: %w", decision, err)
	}
	if code, err := q.post("carl@client.example", q.to, raw); err != nil || code != 250 {
		return fmt.Errorf("the same letter after %s: %d, %w", decision, code, err)
	}
	after, err := q.record(ctx)
	if err == nil && len(after.messages) != len(before.messages) {
		err = fmt.Errorf("%s again left %d entries more", decision, len(after.messages)-len(before.messages))
	}
	for _, m := range after.messages {
		if m.Text == "This is "+word+"." && m.ReceivedAt == nil {
			err = errors.Join(err, fmt.Errorf("%s says not when it was received", word))
		}
	}
	return errors.Join(err, q.says(ctx, word, want))
}

// once: accepted once, the next letter from there waits again.
func (q *decisions) once(ctx context.Context) error {
	for range 3 {
		line, raw, word, err := q.wait(ctx, "carl@home.example", q.to)
		if err != nil {
			return err
		}
		if err := q.decide(ctx, q.ada, line, raw, word, "accepted", ""); err != nil {
			return err
		}
		q.shown = append(q.shown, word)
		q.accepted++
	}
	line, raw, word, err := q.wait(ctx, "x@stranger.example", q.to)
	if err != nil {
		return err
	}
	q.hidden = append(q.hidden, word)
	q.rejected++
	return q.decide(ctx, q.bob, line, raw, word, "rejected", "")
}

// alias: from then on letters from there are posted.
func (q *decisions) alias(ctx context.Context) error {
	line, raw, word, err := q.wait(ctx, "Carl@Home.example", q.to)
	if err != nil {
		return err
	}
	if err := q.decide(ctx, q.bob, line, raw, word, "aliased", ""); err != nil {
		return err
	}
	q.aliased++
	raw, next := q.letter("From: carl@home.example", "Subject: Re: Answered by mail")
	q.shown = append(q.shown, word, next)
	return q.straight(ctx, "carl@home.example", raw, next)
}

// trust: what the domain signs for Carl is posted from then on, though his own domain's policy fails; what it does not sign waits.
func (q *decisions) trust(ctx context.Context) error {
	signed := func() (raw, word string, err error) {
		raw, word = q.letter("From: carl@client.example", "Subject: Re: Answered by mail")
		raw, err = q.key.sign(raw, "esp.example")
		return raw, word, err
	}
	raw, word, err := signed()
	if err != nil {
		return err
	}
	line, err := q.waitFor(ctx, "carl@client.example", q.to, raw, word)
	if err != nil {
		return fmt.Errorf("signed by another: %w", err)
	}
	if err := q.decide(ctx, q.ada, line, raw, word, "trusted", "esp.example"); err != nil {
		return err
	}
	q.trusted++
	raw, next, err := signed()
	if err != nil {
		return err
	}
	q.shown = append(q.shown, word, next)
	if err := q.straight(ctx, "carl@client.example", raw, next); err != nil {
		return fmt.Errorf("signed by whom staff trust: %w", err)
	}
	line, raw, word, err = q.wait(ctx, "carl@client.example", q.to)
	if err != nil {
		return err
	}
	q.hidden = append(q.hidden, word)
	q.rejected++
	return q.decide(ctx, q.bob, line, raw, word, "rejected", "")
}

// together: of two who decide differently at the same moment at two nodes, one is refused.
func (q *decisions) together(ctx context.Context) error {
	for range 10 {
		line, _, word, err := q.wait(ctx, "x@stranger.example", q.to)
		if err != nil {
			return err
		}
		answers := make(chan error, 2)
		go func() { _, err := q.ada.Decide(ctx, line, "accepted", ""); answers <- err }()
		go func() { _, err := q.bob.Decide(ctx, line, "rejected", ""); answers <- err }()
		conflicts := 0
		for range 2 {
			err := <-answers
			refusal, ok := errors.AsType[*client.Refusal](err)
			switch {
			case ok && refusal.Status == 409:
				conflicts++
			case err != nil:
				return err
			}
		}
		if conflicts != 1 {
			return fmt.Errorf("%d of two were refused", conflicts)
		}
		h, err := q.ada.Held(ctx, line)
		if err != nil {
			return err
		}
		want := map[string]int{"accepted": 1, "rejected": 0}[h.Decision]
		if err := q.says(ctx, word, want); err != nil {
			return fmt.Errorf("decided %s: %w", h.Decision, err)
		}
		q.raced++
	}
	return nil
}

// own: Bob decides neither on what came to his reply address, nor on what he wrote himself.
func (q *decisions) own(ctx context.Context) error {
	his, _, word, err := q.wait(ctx, "x@stranger.example", q.bobs)
	if err != nil {
		return err
	}
	byHim, _, another, err := q.wait(ctx, "bob@office.example", q.to)
	if err != nil {
		return err
	}
	q.hidden = append(q.hidden, word, another)
	for _, line := range []wire.Message{his, byHim} {
		_, err := q.bob.Decide(ctx, line, "accepted", "")
		if refusal, ok := errors.AsType[*client.Refusal](err); !ok || refusal.Status != 403 {
			return fmt.Errorf("on his own letter: %v", err)
		}
		q.refused++
		if _, err := q.ada.Decide(ctx, line, "rejected", ""); err != nil {
			return err
		}
	}
	return nil
}

// seen has two people look at a letter in browsers at two nodes: what the one decides the other sees.
func (q *decisions) seen(ctx context.Context) error {
	raw, word := q.letter("From: Carl Client <carl@somewhere.example>", "Subject: Re: Answered by mail")
	if _, err := q.waitFor(ctx, "carl@somewhere.example", q.to, raw, word); err != nil {
		return err
	}
	q.shown = append(q.shown, word)
	q.accepted++
	folder, err := filepath.Abs(filepath.Join("e2e", "out"))
	if err != nil {
		return err
	}
	in := map[string]any{"url": q.d.URL, "folder": folder, "title": "Answered by mail", "word": word}
	for i, name := range []string{"staff", "colleague", "narrow", "dark"} {
		by := []*client.Client{q.ada, q.bob}[i%2]
		if in[name], err = q.back(ctx, by, q.node[i%2]); err != nil {
			return err
		}
	}
	if in["contact"], err = q.back(ctx, q.carl, q.node[1]); err != nil {
		return err
	}
	var out struct {
		Told bool `json:"told"`
	}
	if err := browse(ctx, "held.mjs", in, &out); err != nil {
		return err
	}
	if !out.Told {
		return errors.New("the colleague was not told")
	}
	return nil
}

// blind holds that Carl saw what was accepted, and nothing of what was not, nor that anything waited.
func (q *decisions) blind(ctx context.Context) error {
	all, err := q.carl.History(ctx, q.conversation)
	if err != nil {
		return err
	}
	r := record{messages: all}
	for _, m := range all {
		if m.Happening != nil && m.Happening.What != "joined" {
			err = errors.Join(err, fmt.Errorf("the client is told %q", m.Happening.What))
		}
	}
	for _, word := range q.hidden {
		if r.says(word) != 0 {
			err = errors.Join(err, fmt.Errorf("the client sees %s", word))
		}
	}
	for _, word := range q.shown {
		if r.says(word) != 1 {
			err = errors.Join(err, fmt.Errorf("the client sees %s %d times", word, r.says(word)))
		}
	}
	return err
}
