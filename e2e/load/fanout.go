package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/e2e/rig"
)

// fanoutCmd measures passing signs to many sockets (TARGETS T1).
type fanoutCmd struct {
	aim
	N       int     `help:"Sockets, shared out over the people." default:"5000"`
	People  int     `help:"Participants of the one conversation: 3 to 500, each with at most 20 sockets." default:"500"`
	Rate    float64 `help:"Typing frames a second. They are given by many of the people in turn, since each may give one in 2 s." default:"20"`
	Seconds int     `help:"How long is measured." default:"15"`
	JSON    bool    `name:"json" help:"One JSON object."`
}

// fanoutResult is a run of fanout. A delivery is one sign on one socket; Lost are those that never came.
type fanoutResult struct {
	Kind   string  `json:"kind"`
	Store  string  `json:"store"`
	N      int     `json:"n"` // sockets
	People int     `json:"people"`
	Rate   float64 `json:"rate_per_s"` // of frames typed

	Deliveries int     `json:"deliveries"`
	PerCPU     float64 `json:"deliveries_per_cpu_s"` // of all servers
	PerFrame   float64 `json:"msgs_per_frame"`       // of the WebSocket

	P50 float64 `json:"p50_ms"` // from typing to the first socket of each person
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`

	faults
}

// String is the result on a line for people.
func (r fanoutResult) String() string {
	return fmt.Sprintf("%d sockets of %d people, %.1f frames/s: %.0f deliveries per CPU-second at %.2f a frame; to screen p50 %.2f, p95 %.2f, p99 %.2f ms; %s",
		r.N, r.People, r.Rate, r.PerCPU, r.PerFrame, r.P50, r.P95, r.P99, r.faults)
}

func (r fanoutResult) verdict() error { return r.faults.verdict(r.Deliveries) }

// Run starts the servers, measures, and prints.
func (c *fanoutCmd) Run(ctx context.Context) error {
	r, err := c.measure(ctx)
	if err != nil {
		return err
	}
	return report(r, c.JSON)
}

// typeEvery is how often one person types: more seldom than the 2 s in which the server passes on one sign.
const typeEvery = 2500 * time.Millisecond

func (c *fanoutCmd) check() error {
	switch {
	case c.People < 3 || c.People > 500:
		return errors.New("--people: 3 to 500")
	case c.N < c.People || c.N > mostEach*c.People:
		return fmt.Errorf("--n: 1 to %d sockets for each of %d people", mostEach, c.People)
	case !(c.Rate > 0 && c.typists() <= c.People):
		return fmt.Errorf("--rate: at most %.0f a second by %d people", float64(c.People)/typeEvery.Seconds(), c.People)
	case c.Seconds < 1 || c.Seconds > 3600:
		return errors.New("--seconds: 1 to 3,600")
	}
	return c.aim.check()
}

// typists is how many people take turns.
func (c *fanoutCmd) typists() int { return int(c.Rate*typeEvery.Seconds()) + 1 }

func (c *fanoutCmd) measure(ctx context.Context) (r fanoutResult, err error) {
	if err := c.check(); err != nil {
		return r, err
	}
	if err := allowFiles(c.N); err != nil {
		return r, err
	}
	s, err := c.open(ctx, 1, rig.Settings{Grace: time.Hour}, rig.PostgresOptions{})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r, err = c.measureAt(ctx, s)
	return r, s.failed(err)
}

func (c *fanoutCmd) measureAt(ctx context.Context, s *site) (r fanoutResult, err error) {
	people, err := s.enter(ctx, c.People, func(int) string { return s.addresses[0] })
	if err != nil {
		return r, err
	}
	g, err := converse(ctx, people, 0)
	if err != nil {
		return r, err
	}
	sockets, err := openSockets(ctx, people, c.N)
	if err != nil {
		return r, err
	}
	f := newFan(g.conversation, people, sockets)
	var spent cost
	err = f.watched(ctx, func() error {
		if err := f.typeFor(ctx, c.Rate, c.typists(), typeEvery); err != nil {
			return err
		}
		f.measure()
		profiles, err := takeProfiles(ctx, s, activity)
		if err != nil {
			return err
		}
		before, err := s.spent()
		if err != nil {
			return err
		}
		if err := f.typeFor(ctx, c.Rate, c.typists(), time.Duration(c.Seconds)*time.Second); err != nil {
			return err
		}
		after, err := s.spent()
		spent = after.less(before)
		return errors.Join(err, profiles.finish())
	})
	return c.result(f, spent), err
}

func (c *fanoutCmd) result(f *fan, spent cost) fanoutResult {
	t, delays := f.sofar(), f.delays()
	heard, frames, missing := t.heard-f.warm.heard, t.frames-f.warm.frames, t.due-t.heard
	r := fanoutResult{
		Kind: "fanout", Store: c.Store, N: c.N, People: c.People, Rate: perSecond(t.typed-f.warm.typed, f.after-f.first), Deliveries: heard,
		P50: ms(delays, 0.5), P95: ms(delays, 0.95), P99: ms(delays, 0.99),
		faults: faults{Lost: max(0, missing), Duplicated: max(0, -missing), Errors: int(f.broken.Load())},
	}
	if spent.servers() > 0 {
		r.PerCPU = round(float64(heard) / spent.servers().Seconds())
	}
	if frames > 0 {
		r.PerFrame = round(float64(heard) / float64(frames))
	}
	return r
}
