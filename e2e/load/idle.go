package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"postern/e2e/rig"
)

// idleCmd measures what a signed-in socket costs that nothing happens on (TARGETS T2).
type idleCmd struct {
	aim
	N      int           `help:"Sockets." default:"10000"`
	Each   int           `help:"Sockets of each person, 1 to 20." default:"1"`
	Settle time.Duration `help:"How long the sockets stand before memory is read. CPU time is that of this while: pings, and the comparison of heads each second." default:"20s"`
	JSON   bool          `name:"json" help:"One JSON object."`
}

// idleResult is a run of idle.
type idleResult struct {
	Kind   string `json:"kind"`
	Store  string `json:"store"`
	N      int    `json:"n"` // sockets
	People int    `json:"people"`

	PerSocket float64 `json:"rss_per_socket_bytes"` // resident memory of the nodes with all sockets, minus that before the first
	Before    int64   `json:"rss_before_bytes"`     // after the same people had signed in

	CPU float64 `json:"idle_cpu_ms_per_s"`    // of all servers, for all sockets together
	DB  float64 `json:"idle_db_cpu_ms_per_s"` // of PostgreSQL

	faults
}

// String is the result on a line for people.
func (r idleResult) String() string {
	return fmt.Sprintf("%d sockets of %d people: %.0f bytes resident each, over %.1f MB before; %.1f ms of CPU a second for all (database %.1f); %s",
		r.N, r.People, r.PerSocket, float64(r.Before)/1e6, r.CPU, r.DB, r.faults)
}

func (r idleResult) verdict() error { return r.faults.verdict(r.N) }

// Run starts the servers, measures, and prints.
func (c *idleCmd) Run(ctx context.Context) error {
	r, err := c.measure(ctx)
	if err != nil {
		return err
	}
	return report(r, c.JSON)
}

func (c *idleCmd) check() error {
	switch {
	case c.N < 1 || c.N > 1_000_000:
		return errors.New("--n: 1 to 1,000,000")
	case c.Each < 1 || c.Each > mostEach:
		return fmt.Errorf("--each: 1 to %d", mostEach)
	case c.Settle < time.Second || c.Settle > time.Hour:
		return errors.New("--settle: 1s to 1h")
	}
	return c.aim.check()
}

func (c *idleCmd) measure(ctx context.Context) (r idleResult, err error) {
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

func (c *idleCmd) measureAt(ctx context.Context, s *site) (r idleResult, err error) {
	r = idleResult{Kind: "idle", Store: c.Store, N: c.N, People: (c.N + c.Each - 1) / c.Each}
	people, err := s.enter(ctx, r.People, func(person int) string { return s.addresses[person%len(s.addresses)] })
	if err != nil {
		return r, err
	}
	if r.Before, err = s.calm(ctx); err != nil {
		return r, err
	}
	sockets, err := openSockets(ctx, people, c.N)
	if err != nil {
		return r, err
	}
	f := newFan("", people, sockets)
	err = f.watched(ctx, func() error { return c.settle(ctx, s, &r) })
	r.Errors = int(f.broken.Load())
	return r, err
}

const (
	readings = 5                      // of memory, at the end
	apart    = 200 * time.Millisecond // the readings

	// A node gives memory back when it has been quiet for two seconds.
	calmFor    = 4 * time.Second
	calmWithin = time.Minute
	calmBy     = 0.99
)

// calm waits until the nodes' resident memory has stopped falling, and gives it.
func (s *site) calm(ctx context.Context) (int64, error) {
	least, since := int64(math.MaxInt64), time.Now()
	var failed error
	calmed, err := until(ctx, calmWithin, func() bool {
		var rss int64
		if rss, failed = s.rss(); failed != nil {
			return true
		}
		if float64(rss) < calmBy*float64(least) {
			least, since = rss, time.Now()
		}
		return time.Since(since) >= calmFor
	})
	if err := errors.Join(err, failed); err != nil {
		return 0, err
	}
	if !calmed {
		return 0, fmt.Errorf("resident memory was still falling after %v", calmWithin)
	}
	return s.rss()
}

// settle lets the sockets stand, and reads what that costs. Memory is the mean of a few readings, since it moves with garbage collection.
func (c *idleCmd) settle(ctx context.Context, s *site, r *idleResult) error {
	before, err := s.spent()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := pause(ctx, c.Settle); err != nil {
		return err
	}
	after, err := s.spent()
	if err != nil {
		return err
	}
	spent, took := after.less(before), time.Since(began).Seconds()
	r.CPU, r.DB = round(spent.servers().Seconds()*1000/took), round(spent.database.Seconds()*1000/took)
	total := int64(0)
	for range readings {
		rss, err := s.rss()
		if err != nil {
			return err
		}
		total += rss
		if err := pause(ctx, apart); err != nil {
			return err
		}
	}
	r.PerSocket = round(float64(total/readings-r.Before) / float64(c.N))
	profiles, err := takeProfiles(ctx, s, holdings)
	if err != nil {
		return err
	}
	return profiles.finish()
}
