// Command prove shows, on the real thing, that Postern does its main job: two nodes behind HAProxy with PostgreSQL and Redis, and a single node on
// SQLite, real browsers, and letters by swaks. It prints a line for each thing proved and what was measured, and fails if anything was not.
//
//	go run ./e2e/prove              every proof
//	go run ./e2e/prove -only NAME   one of them (a regular expression)
//	go run ./e2e/prove -mutants     breaks the rule behind each proof, and fails if the proof still passes
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	only := flag.String("only", "", "prove what matches this regular expression")
	mutants := flag.Bool("mutants", false, "break the rule behind each proof and see that it fails")
	flag.Parse()
	if err := run(ctx, *only, *mutants); err != nil {
		fmt.Fprintln(os.Stderr, "prove:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string, mutants bool) error {
	choice, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	if mutants {
		return runMutants(ctx, choice)
	}
	failed := 0
	for _, p := range proofs() {
		if !choice.MatchString(p.name) {
			continue
		}
		if err := prove(ctx, p); err != nil {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d not proved", failed)
	}
	return nil
}

// proof is one thing that Postern promises, and how it is shown. show returns what it measured, as `name=value` words.
type proof struct {
	name  string
	place func(context.Context) (*stage, error)
	show  func(context.Context, *stage) (string, error)
	limit time.Duration
}

// prove shows one thing on a stage of its own.
func prove(ctx context.Context, p proof) (err error) {
	ctx, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	began := time.Now()
	s, err := p.place(ctx)
	if err == nil {
		var measured string
		measured, err = p.show(ctx, s)
		if err != nil {
			err = errors.Join(err, errors.New(s.lastWords()))
		}
		err = errors.Join(err, s.close())
		if err == nil {
			fmt.Printf("proved: %s %s (%.0f s)\n", p.name, measured, time.Since(began).Seconds())
			return nil
		}
	}
	fmt.Printf("NOT PROVED: %s: %v\n", p.name, err)
	return err
}
