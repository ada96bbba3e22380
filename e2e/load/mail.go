package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
	"postern/e2e/rig"
)

// mailCmd measures letters that come in (TARGETS T6).
type mailCmd struct {
	Store    string `help:"postgres (with Redis) or sqlite." enum:"postgres,sqlite" default:"sqlite"`
	Sessions int    `help:"SMTP sessions, each with a letter under way." default:"10"`
	Letters  int    `help:"How many are measured at the limit, and again at half that rate." default:"2000"`
	Warmup   int    `help:"How many are sent before (default: a tenth as many)." default:"-1"`
	Size     int    `help:"Bytes of a letter." default:"6000"`
	Groups   int    `help:"Conversations of three that they go to: a contact answers by mail, the two others watch." default:"100"`
	Profile  string `help:"Folder for profiles of the node, at the limit: CPU time and allocations." type:"path" placeholder:"DIR"`
	JSON     bool   `name:"json" help:"One JSON object."`
}

// mailResult is a run of mail.
type mailResult struct {
	Kind     string `json:"kind"`
	Store    string `json:"store"`
	Sessions int    `json:"sessions"`
	N        int    `json:"n"` // letters taken at the limit

	Rate float64 `json:"rate_per_s"`         // at the limit
	CPU  float64 `json:"cpu_s_per_1000"`     // of all servers, at the limit
	Each float64 `json:"cpu_us_per_message"` // the same
	DB   float64 `json:"db_cpu_us_per_message"`

	HalfRate float64 `json:"half_rate_per_s"` // as offered; the times are at this rate
	P50      float64 `json:"p50_ms"`          // from `250` to the screens of the two others
	P95      float64 `json:"p95_ms"`
	P99      float64 `json:"p99_ms"`

	faults
}

// String is the result on a line for people.
func (r mailResult) String() string {
	return fmt.Sprintf("%d letters in %d sessions, %.0f/s at the limit, %.2f CPU-s per 1,000 (database %.0f us each); at %.0f/s from 250 to screen p50 %.2f, p95 %.2f, p99 %.2f ms; %s",
		r.N, r.Sessions, r.Rate, r.CPU, r.DB, r.HalfRate, r.P50, r.P95, r.P99, r.faults)
}

func (r mailResult) verdict() error { return r.faults.verdict(r.N) }

// Run starts the servers, measures, and prints.
func (c *mailCmd) Run(ctx context.Context) error {
	r, err := c.measure(ctx)
	if err != nil {
		return err
	}
	return report(r, c.JSON)
}

func (c *mailCmd) fill() error {
	switch {
	case c.Sessions < 1 || c.Sessions > 400:
		return errors.New("--sessions: 1 to 400")
	case c.Groups < c.Sessions || c.Groups > 5000:
		return errors.New("--groups: at most 5,000, and no fewer than sessions")
	case c.Letters < 1 || c.Letters > 1_000_000:
		return errors.New("--letters: 1 to 1,000,000")
	case c.Size < minLetter || c.Size > 1_000_000:
		return fmt.Errorf("--size: %d to 1,000,000", minLetter)
	}
	if c.Warmup < 0 {
		c.Warmup = c.Letters / 10
	}
	return nil
}

func (c *mailCmd) measure(ctx context.Context) (r mailResult, err error) {
	if err := c.fill(); err != nil {
		return r, err
	}
	// Without grace, so that the mails go at once whose reply addresses are answered to.
	settings := rig.Settings{Env: []string{"POSTERN_MODE=convenience"}}
	s, err := (&aim{Store: c.Store, Profile: c.Profile}).open(ctx, 1, settings, rig.PostgresOptions{})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r, err = c.measureAt(ctx, s)
	return r, s.failed(err)
}

func (c *mailCmd) measureAt(ctx context.Context, s *site) (r mailResult, err error) {
	l, postmen, err := c.prepare(ctx, s)
	for _, p := range postmen {
		defer p.client.Close()
	}
	if err != nil {
		return r, err
	}
	r = mailResult{Kind: "mail", Store: c.Store, Sessions: c.Sessions}
	limit := c.Warmup + c.Letters
	var spent cost
	err = l.watched(ctx, func() error {
		if err := c.flood(ctx, l, postmen, 0, c.Warmup); err != nil {
			return fmt.Errorf("warm up: %w", err)
		}
		profiles, err := takeProfiles(ctx, s, activity)
		if err != nil {
			return err
		}
		before, err := s.spent()
		if err != nil {
			return err
		}
		began := time.Now()
		if err := c.flood(ctx, l, postmen, c.Warmup, limit); err != nil {
			return err
		}
		r.Rate = perSecond(c.Letters, time.Since(began))
		after, err := s.spent()
		if err != nil {
			return err
		}
		spent, r.HalfRate = after.less(before), round(r.Rate/2)
		if err := profiles.finish(); err != nil {
			return err
		}
		return c.trickle(ctx, l, postmen, limit, len(l.due), r.HalfRate)
	})
	flooded, trickled := l.count(c.Warmup, limit), l.count(limit, len(l.due))
	r.N, r.Each, r.DB = flooded.acknowledged, round(share(spent.servers(), c.Letters)), round(share(spent.database, c.Letters))
	r.CPU = round(r.Each / 1000)
	r.P50, r.P95, r.P99 = ms(trickled.toScreen, 0.5), ms(trickled.toScreen, 0.95), ms(trickled.toScreen, 0.99)
	r.faults = trickled.faults()
	r.Errors += flooded.unanswered
	return r, err
}

// flood delivers as fast as the sessions will (closed loop), and waits until everything has arrived.
func (c *mailCmd) flood(ctx context.Context, l *run, postmen []*postman, from, to int) error {
	next := &atomic.Int64{}
	next.Store(int64(from))
	return c.all(ctx, l, postmen, to, func(ctx context.Context, _ int, p *postman) error {
		return p.postOn(ctx, l, next, to, c.Size)
	})
}

// trickle delivers at a rate (open loop).
func (c *mailCmd) trickle(ctx context.Context, l *run, postmen []*postman, from, to int, rate float64) error {
	start := time.Since(l.began)
	due := func(number int) time.Duration {
		return start + time.Duration(float64(number-from)/rate*float64(time.Second))
	}
	return c.all(ctx, l, postmen, to, func(ctx context.Context, i int, p *postman) error {
		return p.postAt(ctx, l, from+i, to, len(postmen), c.Size, due)
	})
}

func (c *mailCmd) all(ctx context.Context, l *run, postmen []*postman, to int, do func(context.Context, int, *postman) error) error {
	work, inner := errgroup.WithContext(ctx)
	for i, p := range postmen {
		work.Go(func() error { return do(inner, i, p) })
	}
	if err := work.Wait(); err != nil {
		return err
	}
	return l.await(ctx, func() bool { return l.arrived(to) })
}

// prepare makes the conversations, learns the contacts' reply addresses, and opens the others' sockets and the sessions.
func (c *mailCmd) prepare(ctx context.Context, s *site) (*run, []*postman, error) {
	people, err := s.enter(ctx, len(roles)*c.Groups, func(int) string { return s.addresses[0] })
	if err != nil {
		return nil, nil, err
	}
	groups := make([]*group, c.Groups)
	err = parallel(ctx, c.Groups, func(ctx context.Context, i int) (err error) {
		groups[i], err = converse(ctx, people[len(roles)*i:][:len(roles)], i)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	addresses, err := s.replyAddresses(ctx, (len(roles)-1)*c.Groups)
	if err != nil {
		return nil, nil, err
	}
	if err := s.setGrace(ctx, time.Hour); err != nil {
		return nil, nil, err
	}
	all := c.Warmup + 2*c.Letters
	if err := c.openSockets(ctx, groups, people, all); err != nil {
		return nil, nil, err
	}
	postmen, err := c.callAll(ctx, s, groups, people, addresses)
	return newRun(groups, all, minSize), postmen, err
}

// openSockets opens those of staff and of the contact who does not write.
func (c *mailCmd) openSockets(ctx context.Context, groups []*group, people []*client.Client, letters int) error {
	return parallel(ctx, len(groups), func(ctx context.Context, i int) error {
		for _, p := range []*client.Client{people[len(roles)*i], people[len(roles)*i+2]} {
			socket, err := p.Socket(ctx)
			if err != nil {
				return err
			}
			groups[i].screens = append(groups[i].screens, newScreen(socket, letters/len(groups)))
		}
		return nil
	})
}

// callAll opens the sessions and shares the conversations out over them. The contact after the member of staff writes.
func (c *mailCmd) callAll(ctx context.Context, s *site, groups []*group, people []*client.Client, addresses map[string]string) (postmen []*postman, err error) {
	for i := range c.Sessions {
		p, err := call(ctx, i, s.d.Nodes[0].SMTP())
		if err != nil {
			return postmen, err
		}
		postmen = append(postmen, p)
	}
	for i, g := range groups {
		from := people[len(roles)*i+1].Me.User.Email
		if addresses[from] == "" {
			return postmen, fmt.Errorf("no mail went to %s", from)
		}
		p := postmen[i%len(postmen)]
		p.seats = append(p.seats, seat{group: g, from: from, to: addresses[from]})
	}
	return postmen, nil
}
