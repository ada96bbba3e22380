package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"time"

	"postern/e2e/rig"
)

// gauge reads how large a server is, through its profiles and from /proc.
type gauge struct {
	node    *rig.Node
	profile string // base of the profiles' addresses
}

// sample is how large it was at a moment: what lives on the heap after a collection, what is resident, both in bytes.
type sample struct {
	heap, resident   int64
	goroutines, open int
}

func newGauge(n *rig.Node) (*gauge, error) {
	address, err := n.Profiles()
	return &gauge{node: n, profile: "http://" + address + "/debug/pprof/"}, err
}

var (
	heapLine      = regexp.MustCompile(`(?m)^# HeapAlloc = (\d+)$`)
	goroutineLine = regexp.MustCompile(`^goroutine profile: total (\d+)`)
)

func (g *gauge) look(ctx context.Context) (s sample, err error) {
	if s.heap, err = g.number(ctx, "heap?gc=1&debug=1", heapLine); err != nil {
		return s, err
	}
	goroutines, err := g.number(ctx, "goroutine?debug=1", goroutineLine)
	if err != nil {
		return s, err
	}
	s.goroutines = int(goroutines)
	if s.resident, err = rig.RSS(g.node.PID()); err != nil {
		return s, err
	}
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", g.node.PID()))
	s.open = len(open)
	return s, err
}

// number finds one on a page of the profiles.
func (g *gauge) number(ctx context.Context, page string, line *regexp.Regexp) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.profile+page, nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("look at %s: %w", page, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, fmt.Errorf("look at %s: %w", page, err)
	}
	found := line.FindSubmatch(text)
	if found == nil {
		return 0, fmt.Errorf("%s says nothing like %s", page, line)
	}
	return strconv.ParseInt(string(found[1]), 10, 64)
}

const (
	settleWithin = 60 * time.Second // dead peers are gone in 35
	lookEvery    = 500 * time.Millisecond
)

// settled waits until the server is as it should be and no longer gets smaller, and gives the last look at it either way.
func (g *gauge) settled(ctx context.Context, so func(sample) bool) (last sample, err error) {
	late := time.Now().Add(settleWithin)
	for same := 0; time.Now().Before(late) && same < 4; {
		s, err := g.look(ctx)
		if err != nil {
			return s, err
		}
		if s.goroutines == last.goroutines && s.open == last.open && so(s) {
			same++
		} else {
			same = 0
		}
		last = s
		if err := pause(ctx, lookEvery); err != nil {
			return s, err
		}
	}
	return last, nil
}

// middle gives the medians.
func middle(samples []sample) (heap, resident int64) {
	var heaps, residents []int64
	for _, s := range samples {
		heaps, residents = append(heaps, s.heap), append(residents, s.resident)
	}
	slices.Sort(heaps)
	slices.Sort(residents)
	return heaps[len(heaps)/2], residents[len(residents)/2]
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
