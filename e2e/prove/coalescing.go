package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
)

// coalesceGrace is time enough for a conversation's messages to be written.
const coalesceGrace = 8 * time.Second

// coalesced writes several messages into many conversations, from both nodes, each conversation's within the grace time: everybody gets one mail of each; who wants a digest gets
// one of all that they are in, whichever node claims them, and ends it by its link.
func coalesced(ctx context.Context, s *stage) (string, error) {
	var box mailbox
	s.relay.serve(func(moment) { time.Sleep(5 * time.Millisecond) }, box.take) // as a relay elsewhere: that mails be under way
	var authors, readers []*client.Client
	for i, node := range s.node {
		a, err := s.join(ctx, fmt.Sprintf("Author %d", i), fmt.Sprintf("author%d@office.example", i), "owner", "", node)
		if err != nil {
			return "", err
		}
		r, err := s.join(ctx, fmt.Sprintf("Reader %d", i), fmt.Sprintf("reader%d@client.example", i), "client", "", node)
		if err != nil {
			return "", err
		}
		authors, readers = append(authors, a), append(readers, r)
	}
	collector, err := s.join(ctx, "Collector", "collector@client.example", "client", "", s.node[0])
	if err != nil {
		return "", err
	}
	if err := collect(ctx, collector); err != nil {
		return "", err
	}
	const conversations, digested, messages, atOnce = 60, 40, 4, 4
	told := make([][]owed, conversations)
	var all errgroup.Group
	all.SetLimit(atOnce)
	for i := range told {
		all.Go(func() (err error) {
			to := readers
			if i < digested {
				to = append(slices.Clone(readers), collector)
			}
			told[i], err = talk(ctx, i, messages, authors, to)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return "", err
	}
	var owed []owed
	for _, some := range told {
		owed = append(owed, some...)
	}
	if err := s.collected(ctx, digested*messages); err != nil {
		return "", err
	}
	if err := box.compare(ctx, owed); err != nil {
		return "", err
	}
	double := 0
	for _, n := range box.doubles() {
		double += n
	}
	if right := conversations*len(readers) + 1; box.count() != right || double > 0 {
		err = errors.Join(err, fmt.Errorf("%d mails and %d doubles, and %d are right", box.count(), double, right))
	}
	err = errors.Join(err, ends(ctx, s.d.URL, collector, &box))
	return fmt.Sprintf("nodes=%d owed=%d mails=%d digests=1 double=%d", len(s.d.Nodes), len(owed), box.count(), double), err
}

// talk writes one conversation, its authors in turn, and gives what its readers are owed. The authors read each other.
func talk(ctx context.Context, number, messages int, authors, readers []*client.Client) (told []owed, err error) {
	began := time.Now()
	word := func(n int) string { return fmt.Sprintf("coalesced-%d-%d-", number, n) }
	first := authors[number%len(authors)]
	var to []string
	for _, r := range readers {
		to = append(to, r.Me.User.ID)
	}
	for _, a := range authors {
		if a != first {
			to = append(to, a.Me.User.ID)
		}
	}
	started, err := first.Start(ctx, word(0), "Many words, one mail", "<p>"+word(0)+"</p>", to...)
	if err != nil {
		return nil, err
	}
	in := started.Row.Conversation.ID
	for n := range messages {
		if n > 0 {
			if _, err := authors[(number+n)%len(authors)].Send(ctx, in, word(n), "<p>"+word(n)+"</p>"); err != nil {
				return nil, err
			}
		}
		for _, r := range readers {
			told = append(told, owed{word(n), r.Me.User.Email})
		}
	}
	for _, a := range authors { // by mail nobody of them is to hear
		if err := a.Read(ctx, in, "7fffffffffffffff"); err != nil {
			return nil, err
		}
	}
	if took := time.Since(began); took > coalesceGrace {
		return nil, fmt.Errorf("a conversation took %v to write, longer than its grace time: nothing was tried", took)
	}
	return told, nil
}
