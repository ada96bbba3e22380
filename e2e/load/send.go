package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"postern/e2e/rig"
)

// sendCmd measures stored messages (TARGETS T3, T4, T5).
type sendCmd struct {
	Store    string        `help:"postgres (with Redis) or sqlite." enum:"postgres,sqlite" default:"sqlite"`
	Nodes    int           `help:"1, or 2: then the writers are at one node and the readers at the other." default:"1"`
	Rate     pace          `help:"Messages a second, or max." default:"max" placeholder:"R|max"`
	Messages int           `help:"How many are measured (default: 15 s of them, or 30,000 at max)."`
	Warmup   int           `help:"How many are sent before (default: a tenth as many)." default:"-1"`
	Groups   int           `help:"Conversations, each with a writer and two readers." default:"100"`
	InFlight int           `help:"At max: messages that a writer has under way." default:"2"`
	Size     int           `help:"Bytes of a message's HTML." default:"400"`
	Grace    time.Duration `help:"How long readers have before a mail goes. A run that lasts longer sends mail, too." default:"30s"`
	Profile  string        `help:"Folder for profiles of each node, CPU time and allocations." type:"path" placeholder:"DIR"`
	JSON     bool          `name:"json" help:"One JSON object."`
}

// Run starts the servers, measures, and prints.
func (c *sendCmd) Run(ctx context.Context) error {
	if err := c.fill(); err != nil {
		return err
	}
	r, err := c.measure(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(r)
	} else {
		_, err = fmt.Println(r)
	}
	return errors.Join(err, r.verdict())
}

func (c *sendCmd) fill() error {
	switch {
	case c.Nodes < 1 || c.Nodes > 2:
		return errors.New("--nodes: 1 or 2")
	case c.Nodes == 2 && c.Store == "sqlite":
		return errors.New("--nodes: SQLite serves one node")
	case c.Groups < 1 || c.Groups > 5000 || c.InFlight < 1 || c.InFlight > 1000:
		return errors.New("--groups: 1 to 5,000; --in-flight: 1 to 1,000")
	case c.Size < minSize || c.Size > 100_000:
		return fmt.Errorf("--size: %d to 100,000", minSize)
	}
	if c.Messages == 0 {
		c.Messages = 30_000
		if c.Rate > 0 {
			c.Messages = max(1, int(15*float64(c.Rate)))
		}
	}
	if c.Warmup < 0 {
		c.Warmup = c.Messages / 10
	}
	return nil
}

func (c *sendCmd) measure(ctx context.Context) (r result, err error) {
	began := time.Now()
	d, err := c.place(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	groups, err := gather(ctx, d, c.Groups, c.Warmup+c.Messages)
	if err != nil {
		return r, err
	}
	fmt.Fprintf(os.Stderr, "load: %d people are there after %.1f s\n", len(roles)*len(groups), time.Since(began).Seconds())
	l := newRun(groups, c)
	spent, err := l.measure(ctx, d, c)
	if err != nil {
		return r, errors.Join(err, errors.New(lastWords(d)))
	}
	return newResult(c, l.count(c.Warmup), spent), nil
}

func (c *sendCmd) place(ctx context.Context) (*rig.Deployment, error) {
	settings := rig.Settings{Grace: c.Grace, Env: []string{"POSTERN_LIMITS=off"}}
	if c.Profile != "" {
		settings.Env = append(settings.Env, "POSTERN_PPROF=127.0.0.1:0")
	}
	if c.Store == "sqlite" {
		return rig.StartSingle(ctx, settings)
	}
	return rig.StartCluster(ctx, rig.ClusterOptions{Nodes: c.Nodes, Settings: settings})
}

// lastWords are the ends of the nodes' logs.
func lastWords(d *rig.Deployment) (words string) {
	for _, n := range d.Nodes {
		words += fmt.Sprintf("--- log of %s\n%s\n", n.Name(), n.LogTail(2000))
	}
	return words
}
