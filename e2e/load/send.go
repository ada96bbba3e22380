package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/e2e/rig"
)

// sendCmd measures stored messages (TARGETS T3, T4, T5).
type sendCmd struct {
	aim
	Nodes    int           `help:"1, or 2: then the writers are at one node and the readers at the other." default:"1"`
	Rate     pace          `help:"Messages a second, or max." default:"max" placeholder:"R|max"`
	Messages int           `help:"How many are measured (default: 15 s of them, or 30,000 at max)."`
	Warmup   int           `help:"How many are sent before (default: a tenth as many)." default:"-1"`
	Groups   int           `help:"Conversations, each with a writer and two readers." default:"100"`
	InFlight int           `help:"At max: messages that a writer has under way." default:"2"`
	Size     int           `help:"Bytes of a message's HTML." default:"400"`
	Grace    time.Duration `help:"How long readers have before a mail goes. A run that lasts longer sends mail, too." default:"30s"`
	JSON     bool          `name:"json" help:"One JSON object."`
}

// Run starts the servers, measures, and prints.
func (c *sendCmd) Run(ctx context.Context) error {
	r, err := c.measure(ctx)
	if err != nil {
		return err
	}
	return report(r, c.JSON)
}

func (c *sendCmd) fill() error {
	switch {
	case c.Nodes < 1 || c.Nodes > 2 || len(c.Addr) > 2:
		return errors.New("--nodes: 1 or 2")
	case c.Nodes == 2 && c.Store == "sqlite" && len(c.Addr) == 0:
		return errors.New("--nodes: SQLite serves one node")
	case c.Groups < 1 || c.Groups > 5000 || c.InFlight < 1 || c.InFlight > 1000:
		return errors.New("--groups: 1 to 5,000; --in-flight: 1 to 1,000")
	case c.Size < minSize || c.Size > 100_000:
		return fmt.Errorf("--size: %d to 100,000", minSize)
	case c.Messages < 0 || c.Messages > 5_000_000:
		return errors.New("--messages: at most 5,000,000")
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
	return c.check()
}

func (c *sendCmd) measure(ctx context.Context) (r sendResult, err error) {
	if err := c.fill(); err != nil {
		return r, err
	}
	if err := allowFiles(len(roles) * c.Groups); err != nil {
		return r, err
	}
	s, err := c.open(ctx, c.Nodes, rig.Settings{Grace: c.Grace}, rig.PostgresOptions{})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	all := c.Warmup + c.Messages
	groups, err := gather(ctx, s, c.Groups, all)
	if err != nil {
		return r, s.failed(err)
	}
	l := newRun(groups, all, c.Size)
	m, err := l.measure(ctx, s, c)
	return newSendResult(c, len(s.addresses), l.count(c.Warmup, all), m), s.failed(err)
}
