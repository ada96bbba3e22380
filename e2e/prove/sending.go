package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
	"postern/e2e/rig"
)

// mailbox is what came to the relay.
type mailbox struct {
	mu    sync.Mutex
	mails map[string]*arrived // by Message-ID
}

// arrived is a mail, and how often it came.
type arrived struct {
	sentMail
	times int
}

// take keeps a mail by what its envelope says.
func (b *mailbox) take(from, to string, raw []byte) error {
	m, err := parseMail(raw)
	if err != nil {
		return err
	}
	m.from, m.to = from, to
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.mails == nil {
		b.mails = map[string]*arrived{}
	}
	if b.mails[m.id] == nil {
		b.mails[m.id] = &arrived{sentMail: m}
	}
	b.mails[m.id].times++
	return nil
}

// replyTo is the reply address that somebody was given, or empty.
func (b *mailbox) replyTo(email string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.mails {
		if m.to == email {
			return m.replyTo
		}
	}
	return ""
}

func (b *mailbox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.mails)
}

// owed is a word that somebody is to be mailed.
type owed struct{ word, to string }

// tell says for each word owed in how many mails it is.
func (b *mailbox) tell(all []owed) map[owed]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	in := map[owed]int{}
	for _, o := range all {
		for _, m := range b.mails {
			if m.to == o.to && strings.Contains(m.said, o.word) {
				in[o]++
			}
		}
	}
	return in
}

// compare waits until all that is owed has come, and fails where something is in two mails.
func (b *mailbox) compare(ctx context.Context, all []owed) error {
	var in map[owed]int
	err := until(ctx, "all mails", func() (bool, error) {
		in = b.tell(all)
		return len(in) == len(all), fmt.Errorf("%d of %d words", len(in), len(all))
	})
	for o, n := range in {
		if n > 1 {
			err = errors.Join(err, fmt.Errorf("%s is in %d mails to %s", o.word, n, o.to))
		}
	}
	return err
}

// doubles are the mails that came more than once: how often beyond that, by Message-ID.
func (b *mailbox) doubles() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	more := map[string]int{}
	for id, m := range b.mails {
		if m.times > 1 {
			more[strings.Trim(id, "<>")] = m.times - 1
		}
	}
	return more
}

// trap springs when so many mails more have reached a moment, and keeps that one waiting.
type trap struct {
	at     moment
	left   int
	sprung chan struct{}
	open   chan struct{}
}

// trapper sets one trap after the other. No mail begins as long as none is set: else all would be gone while a node starts.
type trapper struct {
	mu   sync.Mutex
	now  *trap
	gate chan struct{} // closed while mails may begin
}

func newTrapper() *trapper { return &trapper{gate: make(chan struct{})} }

func (t *trapper) set(at moment, left int) *trap {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = &trap{at, left, make(chan struct{}), make(chan struct{})}
	close(t.gate)
	return t.now
}

// end lets all mails go.
func (t *trapper) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = nil
	close(t.gate)
}

// watch is the relay's.
func (t *trapper) watch(at moment) {
	t.mu.Lock()
	gate := t.gate
	t.mu.Unlock()
	if at == begun {
		<-gate
	}
	time.Sleep(5 * time.Millisecond) // as a relay elsewhere: that mails be under way
	if now := t.caught(at); now != nil {
		close(now.sprung)
		<-now.open
	}
}

// caught is the trap that this one springs.
func (t *trapper) caught(at moment) *trap {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now == nil || t.now.at != at {
		return nil
	}
	now := t.now
	if now.left--; now.left > 0 {
		return nil
	}
	t.now, t.gate = nil, make(chan struct{})
	return now
}

// kills is how often something is killed; more of it by POSTERN_KILLS.
func kills(usual int) int {
	if n, err := strconv.Atoi(os.Getenv("POSTERN_KILLS")); err == nil && n > 0 {
		return n
	}
	return usual
}

// seeded gives random numbers, and the seed to have them again (POSTERN_SEED).
func seeded() (*rand.Rand, uint64) {
	seed, err := strconv.ParseUint(os.Getenv("POSTERN_SEED"), 10, 32)
	if err != nil {
		seed = rand.Uint64N(1 << 32)
	}
	return rand.New(rand.NewPCG(seed, 1)), seed
}

// kill ends all nodes, or one of them, with SIGKILL.
func (s *stage) kill(rnd *rand.Rand) (victims []*rig.Node, err error) {
	victims = s.d.Nodes
	if len(victims) > 1 && rnd.IntN(2) == 0 {
		i := rnd.IntN(len(victims))
		victims = victims[i : i+1]
	}
	return victims, each(victims, (*rig.Node).Kill)
}

func each(nodes []*rig.Node, do func(*rig.Node) error) error {
	var all errgroup.Group
	for _, n := range nodes {
		all.Go(func() error { return do(n) })
	}
	return all.Wait()
}

// mailLease is how long an attempt is its sender's (chat's sendLease).
const mailLease = 4 * time.Minute

// lapse lets the time pass that the leases of the dead have: of what they had before they were killed, so long ago.
func (s *stage) lapse(ctx context.Context, ago time.Duration) error {
	now, lease := "now()", fmt.Sprintf("interval '%f seconds'", (mailLease-ago).Seconds())
	if s.d.Postgres == nil {
		now, lease = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)", strconv.FormatInt((mailLease-ago).Microseconds(), 10)
	}
	err := s.change(ctx, "UPDATE mails SET until = "+now+" WHERE state = 'sending' AND until < "+now+" + "+lease)
	return errors.Join(err, s.change(ctx, "UPDATE notices SET until = "+now+" WHERE state = 'due' AND until IS NOT NULL"))
}

// mailKilled owes mails, kills the nodes that send them in the middle of one or just after it, and starts them again: each goes, and goes twice only where
// the relay's last answer did not come into the record, which counts it on the mail's row.
func mailKilled(ctx context.Context, s *stage) (string, error) {
	var box mailbox
	traps := newTrapper()
	s.relay.serve(traps.watch, box.take)
	rnd, seed := seeded()
	times := kills(8)
	all, err := s.owe(ctx, 20*times)
	if err != nil {
		return "", err
	}
	for n := range times {
		if err := s.killAt(ctx, traps, moment(n%int(moments)), rnd); err != nil {
			return "", fmt.Errorf("seed %d, kill %d of %d: %w", seed, n+1, times, err)
		}
	}
	traps.end()
	if err := box.compare(ctx, all); err != nil {
		return "", fmt.Errorf("seed %d: %w", seed, err)
	}
	double, uncounted, err := s.uncounted(ctx, &box)
	if uncounted > 0 || box.count() != len(all) {
		err = errors.Join(err, fmt.Errorf("%d mails, %d went twice and nothing says so", box.count(), uncounted))
	}
	if double == 0 {
		err = errors.Join(err, errors.New("no mail went twice: nothing was tried"))
	}
	return fmt.Sprintf("kills=%d owed=%d sent=%d double=%d uncounted=%d seed=%d", times, len(all), box.count(), double, uncounted, seed), err
}

// owe starts conversations, with one person each, who is owed a mail of it once the grace time is over.
func (s *stage) owe(ctx context.Context, n int) (all []owed, err error) {
	ada, err := s.join(ctx, "Ada Staff", "ada@office.example", "owner", "", s.node[0])
	if err != nil {
		return nil, err
	}
	var people []*client.Client
	for i := range 4 {
		c, err := s.join(ctx, fmt.Sprintf("Contact %d", i), fmt.Sprintf("contact%d@client.example", i), "client", "", s.node[1])
		if err != nil {
			return nil, err
		}
		people = append(people, c)
	}
	for i := range n {
		to := people[i%len(people)]
		word := fmt.Sprintf("owed-word-%d-", i)
		if _, err := ada.Start(ctx, word, "What is owed", "<p>"+word+"</p>", to.Me.User.ID); err != nil {
			return nil, err
		}
		all = append(all, owed{word, to.Me.User.Email})
	}
	return all, nil
}

// killAt kills when a mail has come that far, and starts again what was killed.
func (s *stage) killAt(ctx context.Context, traps *trapper, at moment, rnd *rand.Rand) error {
	t := traps.set(at, 1+rnd.IntN(8))
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for a mail to come to moment %d: %w", at, ctx.Err())
	case <-t.sprung:
	}
	victims, err := s.kill(rnd)
	killed := time.Now()
	close(t.open)
	if err == nil {
		err = each(victims, func(n *rig.Node) error { return n.Start(ctx) })
	}
	if err != nil {
		return err
	}
	return s.lapse(ctx, time.Since(killed))
}

// uncounted counts the mails that came twice, and those of them whose row does not say so.
func (s *stage) uncounted(ctx context.Context, box *mailbox) (double, uncounted int, err error) {
	t, err := s.truth()
	if err != nil {
		return 0, 0, err
	}
	more := box.doubles()
	for _, n := range more {
		double += n
	}
	err = t.each(ctx, "SELECT message_id, doubled FROM mails", func(rows *sql.Rows) error {
		var id string
		var counted int
		err := rows.Scan(&id, &counted)
		more[id] -= min(more[id], counted)
		return err
	})
	for _, n := range more {
		uncounted += n
	}
	return double, uncounted, errors.Join(err, t.db.Close())
}
