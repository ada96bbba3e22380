package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/alecthomas/kong"
)

// benchCmd runs a round of each kind and writes the table.
type benchCmd struct {
	Quick bool   `help:"Small rounds, to see that everything runs: their figures say little."`
	Only  string `help:"Only the runs whose command matches; the others stay in the table as they are." placeholder:"REGEXP"`
	Write string `help:"File whose table, between two markers, is replaced (docs/benchmarks.md); without it the table is printed." type:"existingfile" placeholder:"FILE"`
}

// bench is one run: the command as somebody types it, and what TARGETS.md asks of it.
type bench struct {
	command, quick []string
	target         string
}

// benches are what the table shows, in its order.
var benches = []bench{
	{[]string{"fanout", "--n", "5000"}, []string{"--n", "500", "--people", "100", "--seconds", "2"}, "T1: at least 120,000 deliveries per CPU-second"},
	{[]string{"idle", "--n", "10000"}, []string{"--n", "200", "--settle", "1s"}, "T2: at most 12,000 bytes"},
	{[]string{"idle", "--n", "10000", "--store", "postgres", "--each", "10"}, []string{"--n", "200", "--settle", "1s"}, "the comparison of heads"},
	{[]string{"send", "--store", "postgres", "--rate", "max", "--groups", "400"}, []string{"--messages", "500", "--groups", "50"}, "T3: at most 300 us"},
	{[]string{"send", "--store", "postgres", "--rate", "1000"}, []string{"--messages", "500"}, "T3: p50 under 2, p99 under 6 ms"},
	{[]string{"send", "--store", "postgres", "--nodes", "2", "--rate", "max", "--groups", "400"}, []string{"--messages", "500", "--groups", "50"}, ""},
	{[]string{"send", "--store", "postgres", "--nodes", "2", "--rate", "1000"}, []string{"--messages", "500"}, "T4: p50 under 3, p99 under 10 ms"},
	{[]string{"send", "--store", "sqlite", "--rate", "max", "--groups", "50"}, []string{"--messages", "500"}, "T5: at least 5,000/s"},
	{[]string{"mail", "--store", "postgres"}, []string{"--letters", "100"}, "T6: at most 0.9 CPU-s per 1,000; p99 under 50 ms"},
	{[]string{"mail", "--store", "sqlite"}, []string{"--letters", "100"}, ""},
	{[]string{"resume", "--n", "10000"}, []string{"--n", "100", "--rate", "50", "--watch", "5s"}, "T7: 95 % within 15 s, at most 3-fold"},
	{[]string{"scale", "--store", "postgres"}, []string{"--small", "--requests", "40"}, "T8: p95 under 10 ms, at most 1.5-fold"},
	{[]string{"scale", "--store", "sqlite"}, []string{"--small", "--requests", "40"}, "T8: p95 under 10 ms, at most 1.5-fold"},
	{[]string{"start"}, []string{"--starts", "2"}, "T9: within 500 ms, 40 MB"},
}

// runWithin bounds one run of the table.
const runWithin = 8 * time.Minute // a million messages are filled in and indexed first

// Run runs them one after the other. One that fails stands in the table as failed, and is the error.
func (c *benchCmd) Run(ctx context.Context) error {
	only, err := regexp.Compile(c.Only)
	if err != nil {
		return fmt.Errorf("--only: %w", err)
	}
	t, err := newTable(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, b := range benches {
		args := b.args(c.Quick)
		if !only.MatchString(commandLine(args)) {
			continue
		}
		if err := t.measure(ctx, b, args); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", commandLine(args), err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed, t.write(c.Write))
}

// measure runs one and puts it into the table.
func (t *table) measure(ctx context.Context, b bench, args []string) error {
	tell("%s", commandLine(args))
	before, err := lookAtLoad()
	if err != nil {
		return err
	}
	o, failed := b.run(ctx, args)
	if ctx.Err() != nil {
		return ctx.Err() // broken off, which says nothing about the run
	}
	after, err := lookAtLoad()
	if err != nil {
		return err
	}
	t.add(commandLine(args), b.target, o, failed, t.machine.when(time.Now(), before, after))
	return failed
}

func (b bench) args(quick bool) []string {
	if quick {
		return append(append([]string(nil), b.command...), b.quick...)
	}
	return b.command
}

// run measures what a command line says. The outcome is nil where nothing was measured.
func (b bench) run(ctx context.Context, args []string) (outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, runWithin)
	defer cancel()
	k, err := parse(args)
	if err != nil {
		return nil, err
	}
	o, err := k.measure(ctx, args[0])
	if err != nil {
		return nil, err
	}
	return o, o.verdict()
}

// parse reads a command line.
func parse(args []string) (*kinds, error) {
	k := &kinds{}
	parser, err := kong.New(k)
	if err != nil {
		return nil, err
	}
	_, err = parser.Parse(args)
	return k, err
}
