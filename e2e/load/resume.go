package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/e2e/client"
	"postern/e2e/rig"
)

// resumeCmd measures how sockets come back when their node is killed (TARGETS T7).
type resumeCmd struct {
	N     int           `help:"Readers' sockets, all at the node that is killed; they come back to the other." default:"10000"`
	Each  int           `help:"Sockets of each reader, 1 to 19." default:"5"`
	Rate  float64       `help:"Messages a second, before, while and after. The writers are at the node that lives." default:"500"`
	Watch time.Duration `help:"How long is watched before the node is killed, and after." default:"15s"`
	JSON  bool          `name:"json" help:"One JSON object."`
}

// resumeResult is a run of resume. A socket is live again when it was greeted and was shown everything up to the head at its hello.
type resumeResult struct {
	Kind     string  `json:"kind"`
	Store    string  `json:"store"`
	N        int     `json:"n"`          // sockets
	Readers  int     `json:"readers"`    // whose they are
	Messages int     `json:"messages"`   // acknowledged
	Rate     float64 `json:"rate_per_s"` // of messages

	Recovered float64 `json:"recovered_s"`     // from the kill until 95 % were live again; as long as was watched if they never were
	Share     float64 `json:"recovered_share"` // live again 15 s after the kill
	Failed    int     `json:"failed_attempts"` // to come back: turned away, or ended before hello
	Queries   float64 `json:"db_queries_ratio"`
	Before    float64 `json:"db_queries_before_per_s"` // statements of all nodes, with BEGIN and COMMIT
	After     float64 `json:"db_queries_after_per_s"`  // in as long a time from the kill on

	faults
	within time.Duration // of Share
}

// String is the result on a line for people.
func (r resumeResult) String() string {
	return fmt.Sprintf("%d sockets of %d readers under %.0f messages/s: 95 %% live again %.2f s after the kill, %.1f %% after %v, %d attempts failed; database statements %.0f/s before, %.0f/s after (%.2f-fold); %s",
		r.N, r.Readers, r.Rate, r.Recovered, 100*r.Share, r.within, r.Failed, r.Before, r.After, r.Queries, r.faults)
}

func (r resumeResult) verdict() error { return r.faults.verdict(r.Messages) }

const (
	promised     = 15 * time.Second // T7
	liveAgain    = 0.95
	warmSending  = 3 * time.Second // before what is watched
	oneOfMost    = mostEach - 1    // a place is kept free: a new socket may come before the old one is noticed to be gone
	mostMessages = 2_000_000
)

// Run starts two nodes, kills one, and prints.
func (c *resumeCmd) Run(ctx context.Context) error {
	r, err := c.measure(ctx)
	if err != nil {
		return err
	}
	return report(r, c.JSON)
}

func (c *resumeCmd) check() error {
	switch {
	case c.N < 2 || c.N > 200_000:
		return errors.New("--n: 2 to 200,000")
	case c.Each < 1 || c.Each > oneOfMost:
		return fmt.Errorf("--each: 1 to %d", oneOfMost)
	case c.Watch < time.Second || c.Watch > 10*time.Minute:
		return errors.New("--watch: 1s to 10m")
	case !(c.Rate >= 1) || c.messages() > mostMessages:
		return errors.New("--rate: 1 to 100,000 messages a second, 2,000,000 in all")
	}
	return nil
}

// messages is how many are sent in all.
func (c *resumeCmd) messages() int { return int(c.Rate * (warmSending + 2*c.Watch).Seconds()) }

// groups is how many conversations there are, each with two readers.
func (c *resumeCmd) groups() int {
	readers := (c.N + c.Each - 1) / c.Each
	return max(1, (readers+1)/2)
}

func (c *resumeCmd) measure(ctx context.Context) (r resumeResult, err error) {
	if err := c.check(); err != nil {
		return r, err
	}
	if err := allowFiles(c.N + c.groups()); err != nil {
		return r, err
	}
	counting := rig.PostgresOptions{Settings: map[string]string{"shared_preload_libraries": "pg_stat_statements"}}
	s, err := (&aim{Store: "postgres"}).open(ctx, 2, rig.Settings{Grace: time.Hour}, counting)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r, err = c.measureAt(ctx, s)
	return r, s.failed(err)
}

func (c *resumeCmd) measureAt(ctx context.Context, s *site) (r resumeResult, err error) {
	groups, back, err := c.gather(ctx, s)
	if err != nil {
		return r, err
	}
	statements, err := watchStatements(ctx, s)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, statements.close()) }()
	l := newRun(groups, c.messages(), 400)
	k := &killing{c: c, site: s, run: l, statements: statements}
	back.run = l
	err = l.watched(ctx, func() error {
		sent := make(chan error, 1)
		go func() { sent <- l.phase(ctx, 0, len(l.due), pace(c.Rate)) }()
		return errors.Join(k.watch(ctx), <-sent)
	})
	t := l.count(0, len(l.due))
	r = resumeResult{
		Kind: "resume", Store: "postgres", N: len(k.readers()), Readers: 2 * len(groups), Messages: t.acknowledged, Rate: perSecond(t.acknowledged, t.took),
		Recovered: round(k.recovered.Seconds()), Share: round(k.share), Failed: int(back.failed.Load()), Before: round(k.before), After: round(k.after),
		faults: t.faults(), within: min(promised, c.Watch),
	}
	if k.before > 0 {
		r.Queries = round(k.after / k.before)
	}
	return r, err
}

// gather makes the people, the readers at the first node and the writers at the last, and opens their sockets.
func (c *resumeCmd) gather(ctx context.Context, s *site) ([]*group, *comeback, error) {
	people, err := s.enter(ctx, len(roles)*c.groups(), func(person int) string {
		if person%len(roles) == 0 {
			return s.last()
		}
		return s.addresses[0]
	})
	if err != nil {
		return nil, nil, err
	}
	back := &comeback{ctx: ctx, address: s.last()}
	groups := make([]*group, c.groups())
	err = parallel(ctx, len(groups), func(ctx context.Context, i int) (err error) {
		if groups[i], err = converse(ctx, people[len(roles)*i:][:len(roles)], i); err != nil {
			return err
		}
		socket, err := people[len(roles)*i].Socket(ctx)
		groups[i].screens = append(groups[i].screens, newScreen(socket, c.messages()/len(groups)))
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return groups, back, c.open(ctx, groups, people, back)
}

// open opens the readers' sockets: the first of each reader, then the second, and so on.
func (c *resumeCmd) open(ctx context.Context, groups []*group, people []*client.Client, back *comeback) error {
	var readers []*client.Client
	for i, p := range people {
		if i%len(roles) != 0 {
			readers = append(readers, p)
		}
	}
	sockets, err := openSockets(ctx, readers, c.N)
	for i, socket := range sockets {
		reader := i % len(readers)
		screen := newScreen(socket, c.messages()/len(groups))
		screen.again = back.of(readers[reader], i)
		g := groups[reader/(len(roles)-1)]
		g.screens = append(g.screens, screen)
	}
	return err
}
