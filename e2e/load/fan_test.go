package main

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"postern/e2e/client"
)

func TestSocketsAreSharedOutOverPeople(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		people, sockets int
		want            []int
	}{
		{3, 3, []int{1, 1, 1}},
		{3, 7, []int{3, 2, 2}},
		{3, 8, []int{3, 3, 2}},
	} {
		f := newFan("", make([]*client.Client, 0), make([]*client.Socket, c.sockets))
		f.typedAt = make([]atomic.Int64, c.people)
		var got []int
		for i := range c.people {
			got = append(got, f.socketsOf(i))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d sockets of %d people: %v, want %v", c.sockets, c.people, got, c.want)
		}
	}
}

// Short runs of the whole, with a real server and real sockets.
func TestFanout(t *testing.T) {
	t.Parallel()
	c := fanoutCmd{aim: aim{Store: "sqlite"}, N: 40, People: 20, Rate: 5, Seconds: 2}
	r, err := c.measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.verdict(); err != nil || r.Deliveries != 10*38 {
		t.Errorf("%d deliveries of 10 signs to 38 sockets: %v", r.Deliveries, err)
	}
	if r.PerCPU <= 0 || r.PerFrame < 1 || r.Rate < 4 || r.P50 <= 0 || r.P99 < r.P50 {
		t.Errorf("figures that cannot be: %+v", r)
	}
}

func TestIdle(t *testing.T) {
	t.Parallel()
	c := idleCmd{aim: aim{Store: "sqlite"}, N: 1000, Each: 10, Settle: 4 * time.Second}
	r, err := c.measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.verdict() != nil || r.People != 100 || r.Before < 1<<20 || r.PerSocket < 1000 || r.PerSocket > 1<<20 {
		t.Errorf("figures that cannot be: %+v", r)
	}
}

func TestFanoutAndIdleRefuseWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]func() error{
		"more sockets than people may have": (&fanoutCmd{N: 100, People: 4, Rate: 1, Seconds: 1}).check,
		"fewer sockets than people":         (&fanoutCmd{N: 10, People: 20, Rate: 1, Seconds: 1}).check,
		"more typing than people may":       (&fanoutCmd{N: 100, People: 10, Rate: 20, Seconds: 1}).check,
		"no rate":                           (&fanoutCmd{N: 100, People: 10, Seconds: 1}).check,
		"no socket":                         (&idleCmd{Each: 1, Settle: time.Second}).check,
		"no people":                         (&idleCmd{N: 1, Settle: time.Second}).check,
		"others' without processes":         (&aim{Addr: []string{"http://127.0.0.1:8080"}, Users: "people"}).check,
		"others' without people":            (&aim{Addr: []string{"http://127.0.0.1:8080"}, PID: []int{1}}).check,
		"others' over TLS":                  (&aim{Addr: []string{"https://127.0.0.1:8080"}, PID: []int{1}, Users: "people"}).check,
		"processes without an address":      (&aim{PID: []int{1}}).check,
	} {
		if check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
