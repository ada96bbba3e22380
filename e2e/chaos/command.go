package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

type command struct {
	JSON         bool    `help:"One JSON object a scenario."`
	Minutes      float64 `help:"How long all the talking takes together." default:"10"`
	Only         string  `help:"Scenarios that match this regular expression." placeholder:"REGEXP"`
	Store        string  `help:"postgres or sqlite: the scenarios that this database has. Both otherwise, each scenario where it belongs." enum:",postgres,sqlite" default:""`
	Rooms        int     `help:"Conversations; there are some four people to each." default:"60"`
	Rate         float64 `help:"Messages a second." default:"250"`
	Lanes        int     `help:"Scenarios at once, each lane with servers of its own." default:"1"`
	AllowSkipped bool    `help:"Do not fail for a scenario that cannot be run here."`
	Verbose      bool    `help:"Say on standard error what happens."`

	mu     sync.Mutex // guards standard output and what follows
	done   map[string]result
	told   int // of the scenarios chosen, in their order
	failed int
}

// Run runs the scenarios chosen, and tells of them in their order.
func (c *command) Run(ctx context.Context) error {
	list, err := c.chosen()
	if err != nil {
		return err
	}
	each := time.Duration(c.Minutes * float64(time.Minute) / float64(len(list)))
	c.done = map[string]result{}
	queue := make(chan scenario, len(list))
	for _, s := range list {
		queue <- s
	}
	close(queue)
	var lanes errgroup.Group
	for range c.Lanes {
		lanes.Go(func() error { return c.lane(ctx, list, queue, each) })
	}
	if err := lanes.Wait(); err != nil {
		return err
	}
	if c.failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", c.failed, len(list))
	}
	return nil
}

func (c *command) chosen() ([]scenario, error) {
	only, err := regexp.Compile(c.Only)
	if err != nil {
		return nil, fmt.Errorf("--only: %w", err)
	}
	if c.Minutes <= 0 || c.Rooms < 4 || c.Rooms > 500 || c.Rate < 1 || c.Lanes < 1 {
		return nil, errors.New("--minutes over 0, --rooms 4 to 500, --rate and --lanes from 1 on")
	}
	var list []scenario
	for _, s := range scenarios() {
		if only.MatchString(s.name) && s.on(c.Store) {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("there is no such scenario")
	}
	return list, nil
}

// lane runs scenarios one after the other, on one deployment as long as that serves.
func (c *command) lane(ctx context.Context, list []scenario, queue <-chan scenario, each time.Duration) error {
	places := &places{command: c}
	defer places.close()
	for s := range queue {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := c.tell(list, c.try(ctx, places, s, each)); err != nil {
			return err
		}
	}
	return nil
}

// try runs one scenario, and gives its result whatever happens.
func (c *command) try(ctx context.Context, p *places, s scenario, each time.Duration) result {
	r := result{Scenario: s.name, Store: cmp.Or(c.Store, s.store)}
	if s.impossible != nil {
		if err := s.impossible(); err != nil {
			r.Skipped = err.Error()
			return r
		}
	}
	ctx, cancel := context.WithTimeout(ctx, each+5*time.Minute)
	defer cancel()
	began := time.Now()
	stage, err := p.stage(ctx, s, r.Store)
	if err == nil {
		err = stage.run(ctx, s, each, &r)
	}
	switch {
	case err != nil:
		r.Failure = err.Error()
		p.drop(c.Verbose)
	case s.last:
		p.close()
	}
	r.Took = seconds(time.Since(began))
	return r
}

// tell prints the result, and those that waited for it to be told first; it counts the bad ones.
func (c *command) tell(list []scenario, r result) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.bad() || r.Skipped != "" && !c.AllowSkipped {
		c.failed++
	}
	c.done[r.Scenario] = r
	for ; c.told < len(list); c.told++ {
		next, ok := c.done[list[c.told].name]
		if !ok {
			break
		}
		if err := c.print(next); err != nil {
			return err
		}
	}
	return nil
}

func (c *command) print(r result) (err error) {
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	_, err = fmt.Println(r)
	return err
}

// say tells of what happens, to whoever wants to know.
func (c *command) say(format string, values ...any) {
	if c.Verbose {
		fmt.Fprintf(os.Stderr, "%s chaos: %s\n", time.Now().Format("15:04:05.000"), fmt.Sprintf(format, values...))
	}
}
