// Command soak has a crowd come, talk and go for a while, and looks whether the server stays as large as it was: flat memory while they
// talk, and no goroutine and no descriptor left when they have gone, nor anything of connections that were opened and closed.
//
//	go run ./e2e/soak --minutes 20      one line for people
//	go run ./e2e/soak --json            one JSON object
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"postern/e2e/rig"
)

type command struct {
	Minutes float64 `help:"How long the crowd stays." default:"0.4"`
	People  int     `help:"How many people come and go, three to a conversation." default:"60"`
	JSON    bool    `name:"json" help:"Print one JSON object."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c command
	k := kong.Parse(&c, kong.Name("soak"), kong.Description("Looks whether a server stays as large as it was."), kong.UsageOnError())
	k.BindTo(ctx, (*context.Context)(nil))
	k.FatalIfErrorf(k.Run())
}

// result is a run in figures. Sizes are in bytes; first and last are medians of the first and the last third of the samples.
type result struct {
	Minutes    float64 `json:"minutes"`
	Sent       int64   `json:"sent"`    // messages that were acknowledged
	Sockets    int64   `json:"sockets"` // that were opened
	Samples    int     `json:"samples"`
	FirstHeap  int64   `json:"heap_first_bytes"`
	LastHeap   int64   `json:"heap_last_bytes"`
	FirstRSS   int64   `json:"rss_first_bytes"`
	LastRSS    int64   `json:"rss_last_bytes"`
	Goroutines [2]int  `json:"goroutines"`  // before anybody stayed, and when all have gone
	Open       [2]int  `json:"descriptors"` // the same
	Door       door    `json:"door"`
	Errors     int64   `json:"errors"` // that no reader, slow or rude, brought about
}

// Run starts a server, lets the crowd in, and prints what became of it.
func (c *command) Run(ctx context.Context) (err error) {
	if c.Minutes <= 0 || c.People < 3 || c.People%3 != 0 {
		return errors.New("--minutes must be more than nothing, and --people a multiple of three")
	}
	d, err := rig.StartSingle(ctx, rig.Settings{Env: []string{"POSTERN_PPROF=127.0.0.1:0"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	r, err := c.soak(ctx, d)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(r)
	} else {
		fmt.Println(r)
	}
	return errors.Join(err, r.verdict())
}

func (c *command) soak(ctx context.Context, d *rig.Deployment) (r result, err error) {
	g, err := newGauge(d.Nodes[0])
	if err != nil {
		return r, err
	}
	crowd, err := gather(ctx, d, c.People)
	if err != nil {
		return r, err
	}
	// What a server makes once and keeps is made now.
	if _, err := crowd.stay(ctx, 4*time.Second, nil); err != nil {
		return r, err
	}
	before, err := g.settled(ctx, func(sample) bool { return true })
	if err != nil {
		return r, err
	}
	length := time.Duration(c.Minutes * float64(time.Minute))
	samples, err := crowd.stay(ctx, length, g)
	if err != nil {
		return r, err
	}
	after, err := g.settled(ctx, func(s sample) bool { return s.goroutines <= before.goroutines && s.open <= before.open })
	if err != nil {
		return r, err
	}
	r = result{
		Minutes: c.Minutes, Sent: crowd.sent.Load(), Sockets: crowd.sockets.Load(), Errors: crowd.errors.Load(), Samples: len(samples),
		Goroutines: [2]int{before.goroutines, after.goroutines}, Open: [2]int{before.open, after.open},
	}
	third := len(samples) / 3
	if third == 0 {
		return r, fmt.Errorf("%d samples are too few", len(samples))
	}
	r.FirstHeap, r.FirstRSS = middle(samples[:third])
	r.LastHeap, r.LastRSS = middle(samples[len(samples)-third:])
	r.Door, err = crowd.revolve(ctx, g)
	return r, err
}

// String is the result on a line.
func (r result) String() string {
	return fmt.Sprintf("soak: %.1f minutes, %d messages, %d sockets; heap %.1f -> %.1f MiB, resident %.0f -> %.0f MiB; goroutines %d -> %d, descriptors %d -> %d; %d at the door, heap %.2f -> %.2f MiB; errors %d",
		r.Minutes, r.Sent, r.Sockets, mib(r.FirstHeap), mib(r.LastHeap), mib(r.FirstRSS), mib(r.LastRSS),
		r.Goroutines[0], r.Goroutines[1], r.Open[0], r.Open[1],
		r.Door.Connections, mib(r.Door.Heap[0]), mib(r.Door.Heap[1]), r.Errors)
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// slack is what a heap may grow by, beside a quarter: a batch more or less is under way when it is looked at.
const slack = 4 << 20

func (r result) verdict() (err error) {
	if r.Sent == 0 || r.Errors > 0 {
		err = errors.Join(err, fmt.Errorf("%d messages went through, and there were %d errors", r.Sent, r.Errors))
	}
	if r.LastHeap > r.FirstHeap+r.FirstHeap/4+slack {
		err = errors.Join(err, fmt.Errorf("the heap grew from %d to %d bytes", r.FirstHeap, r.LastHeap))
	}
	if r.Goroutines[1] > r.Goroutines[0] || r.Open[1] > r.Open[0] {
		err = errors.Join(err, fmt.Errorf("%d goroutines and %d descriptors became %d and %d", r.Goroutines[0], r.Open[0], r.Goroutines[1], r.Open[1]))
	}
	return errors.Join(err, r.Door.grown())
}
