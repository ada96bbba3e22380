package main

import (
	"context"
	"fmt"
	"strings"
)

// searchLeaksNothing lets a crowd write, copy, take back, come and go. Then each searches for every word, everywhere and in each conversation there
// is: the hits must be all that a scan of the database finds of what they may read, and nothing else.
func searchLeaksNothing(ctx context.Context, s *stage) (string, error) {
	members, err := s.hire(ctx, 2, "ada", "bert", "carl", "cora", "dora")
	defer func() { dismiss(members) }()
	if err != nil {
		return "", err
	}
	record, err := s.truth()
	if err != nil {
		return "", err
	}
	defer record.db.Close()
	c := newCrowd(members)
	for range 400 {
		if err := c.step(ctx); err != nil {
			return "", err
		}
	}
	if err := c.everything(); err != nil {
		return "", err
	}
	all, err := record.readable(ctx)
	if err != nil {
		return "", err
	}
	var sum searched
	for _, m := range members {
		mine := map[string]readable{}
		for _, r := range all {
			if r.user == plain(m.id()) {
				mine[r.message] = r
			}
		}
		for n := range vocabulary {
			if err := sum.everywhere(ctx, m, word(n), mine); err != nil {
				return "", err
			}
			if err := sum.within(ctx, m, word(n), c.conversations[n%len(c.conversations)], mine); err != nil {
				return "", err
			}
		}
	}
	measured := fmt.Sprintf("found=%d leaked=%d missed=%d", sum.found, sum.leaked, sum.missed)
	if sum.found < 500 || sum.leaked > 0 || sum.missed > 0 {
		return "", fmt.Errorf("%s: %w", measured, sum.first)
	}
	return measured, nil
}

// searched counts hits.
type searched struct {
	found, leaked, missed int
	first                 error
}

func (sum *searched) say(n *int, format string, args ...any) {
	if *n++; sum.first == nil {
		sum.first = fmt.Errorf(format, args...)
	}
}

// everywhere: each conversation with a word comes once, by the newest message that has it.
func (sum *searched) everywhere(ctx context.Context, m *member, word string, mine map[string]readable) error {
	hits, err := m.search(ctx, word, "")
	if err != nil {
		return err
	}
	want := map[string]bool{}
	for _, r := range mine {
		if strings.Contains(r.text, word) {
			want[r.conversation] = true
		}
	}
	for _, h := range hits {
		sum.found++
		r, ok := mine[plain(h.Message)]
		switch {
		case !ok || !strings.Contains(r.text, word):
			sum.say(&sum.leaked, "%s finds %s by %s", m.email, h.Message, word)
		case !want[r.conversation]:
			sum.say(&sum.leaked, "%s finds conversation %s twice by %s", m.email, r.conversation, word)
		}
		delete(want, r.conversation)
	}
	for conversation := range want {
		sum.say(&sum.missed, "%s does not find %s in %s", m.email, word, conversation)
	}
	return nil
}

// within: each message with the word.
func (sum *searched) within(ctx context.Context, m *member, word, conversation string, mine map[string]readable) error {
	hits, err := m.search(ctx, word, conversation)
	if err != nil {
		return err
	}
	want := map[string]bool{}
	for _, r := range mine {
		if r.conversation == plain(conversation) && strings.Contains(r.text, word) {
			want[r.message] = true
		}
	}
	for _, h := range hits {
		if sum.found++; !want[plain(h.Message)] {
			sum.say(&sum.leaked, "%s finds %s in %s by %s", m.email, h.Message, conversation, word)
		}
		delete(want, plain(h.Message))
	}
	for message := range want {
		sum.say(&sum.missed, "%s does not find %s with %s in %s", m.email, message, word, conversation)
	}
	return nil
}
