package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
)

// scene is a conversation of a member of staff and two clients, with a live reader of each on each node.
type scene struct {
	people       []*client.Client
	readers      []*reader
	conversation string
	first        string // id of the message it began with, sent before the readers looked
}

// scene has its people write at these nodes, in turn.
func (s *stage) scene(ctx context.Context, nodes ...string) (*scene, error) {
	var sc scene
	who := []struct{ name, email, role, account string }{
		{"Ada Staff", "ada@office.example", "owner", ""},
		{"Carl Client", "carl@client.example", "client", "Client Firm"},
		{"Cora Client", "cora@client.example", "client_staff", ""},
	}
	for i, w := range who {
		c, err := s.join(ctx, w.name, w.email, w.role, w.account, nodes[i%len(nodes)])
		if err != nil {
			return nil, err
		}
		sc.people = append(sc.people, c)
	}
	started, err := sc.people[0].Start(ctx, "scene", "What the proof is about", "<p>Hello both</p>", sc.people[1].Me.User.ID, sc.people[2].Me.User.ID)
	if err != nil {
		return nil, fmt.Errorf("start conversation: %w", err)
	}
	sc.conversation, sc.first = started.Row.Conversation.ID, started.Message.ID
	for _, w := range who {
		for _, node := range s.node {
			c, err := s.again(ctx, w.email, node)
			if err != nil {
				return nil, err
			}
			r, err := s.reader(ctx, fmt.Sprintf("%s on %s", w.name, node), c)
			if err != nil {
				return nil, err
			}
			sc.readers = append(sc.readers, r)
		}
	}
	return &sc, nil
}

func (sc *scene) close() {
	for _, r := range sc.readers {
		r.live.Close()
	}
}

// write has all three write for as long as more says, and gives what was acknowledged.
func (sc *scene) write(ctx context.Context, every time.Duration, more func(int) bool, meanwhile func() error) (map[string]time.Time, error) {
	parts, inner := errgroup.WithContext(ctx)
	var writers []*writer
	for i, c := range sc.people {
		w := &writer{c: c, conversation: sc.conversation, acked: map[string]time.Time{}}
		writers = append(writers, w)
		parts.Go(func() error { return w.run(inner, fmt.Sprintf("writer%d", i), every, more) })
	}
	parts.Go(meanwhile)
	err := parts.Wait()
	acked := map[string]time.Time{}
	for _, w := range writers {
		maps.Copy(acked, w.acknowledged())
	}
	return acked, err
}

// settle waits until every reader has seen all of it, and gives the worst tally of all.
func (sc *scene) settle(ctx context.Context, acked map[string]time.Time) (worst tally, err error) {
	ctx, cancel := context.WithTimeout(ctx, 45*time.Second)
	defer cancel()
	waited := until(ctx, "every reader to see every message", func() (bool, error) {
		for _, r := range sc.readers {
			if !r.has(acked) {
				return false, fmt.Errorf("%s has not", r.name)
			}
		}
		return true, nil
	})
	worst.seen = len(acked)
	for _, r := range sc.readers {
		t := r.tally(acked)
		worst.seen, worst.lost = min(worst.seen, t.seen), max(worst.lost, t.lost)
		worst.doubled, worst.reordered = worst.doubled+t.doubled, worst.reordered+t.reordered
		worst.longest = max(worst.longest, t.longest)
		if faults := r.live.Standing().Faults; len(faults) > 0 {
			waited = errors.Join(waited, fmt.Errorf("%s was told wrongly: %v", r.name, faults[0]))
		}
	}
	if worst.lost+worst.doubled+worst.reordered > 0 {
		waited = errors.Join(waited, fmt.Errorf("lost %d, doubled %d, reordered %d", worst.lost, worst.doubled, worst.reordered))
	}
	return worst, errors.Join(waited, sc.compareRecord(ctx, acked))
}

// compareRecord holds the conversation, as the API gives it, against what was acknowledged.
func (sc *scene) compareRecord(ctx context.Context, acked map[string]time.Time) error {
	history, err := sc.people[0].History(ctx, sc.conversation)
	if err != nil {
		return err
	}
	kept := map[string]int{}
	keys := map[string]int{}
	for _, m := range history {
		kept[m.ID]++
		if m.Key != "" {
			keys[m.Author.ID+m.Key]++
		}
	}
	for id := range acked {
		if kept[id] != 1 {
			return fmt.Errorf("acknowledged message %s is %d times in the record", id, kept[id])
		}
	}
	for key, n := range keys {
		if n != 1 {
			return fmt.Errorf("a message was stored %d times under one key (%s)", n, key)
		}
	}
	return nil
}

// nodeKilled kills a node with SIGKILL while everybody writes; what was acknowledged is seen once by everyone, in one order.
func nodeKilled(ctx context.Context, s *stage) (string, error) {
	sc, err := s.scene(ctx, s.node...)
	if err != nil {
		return "", err
	}
	defer sc.close()
	const each = 150
	acked, err := sc.write(ctx, 40*time.Millisecond, func(n int) bool { return n <= each }, func() error {
		return after(ctx, 2*time.Second, s.d.Nodes[0].Kill)
	})
	if err != nil {
		return "", err
	}
	worst, err := sc.settle(ctx, acked)
	if err == nil && len(acked) != 3*each {
		err = fmt.Errorf("%d of %d were acknowledged", len(acked), 3*each)
	}
	return fmt.Sprintf("sent=%d seen=%d doubled=%d", len(acked), worst.seen, worst.doubled), err
}

// after does something a while from now: in the middle of what goes on.
func after(ctx context.Context, wait time.Duration, do func() error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait):
		return do()
	}
}

// redisStopped stops Redis for good while everybody writes at one node: the other then hears by the comparison of heads, each second, and by nothing
// else (writing there would have it look).
func redisStopped(ctx context.Context, s *stage) (string, error) {
	sc, err := s.scene(ctx, s.node[0])
	if err != nil {
		return "", err
	}
	defer sc.close()
	const each = 150
	acked, err := sc.write(ctx, 40*time.Millisecond, func(n int) bool { return n <= each }, func() error {
		return after(ctx, time.Second, s.d.Redis.Kill)
	})
	if err != nil {
		return "", err
	}
	worst, err := sc.settle(ctx, acked)
	return fmt.Sprintf("sent=%d seen=%d doubled=%d longest_ms=%d", len(acked), worst.seen, worst.doubled, worst.longest.Milliseconds()), err
}
