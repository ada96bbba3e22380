package main

import (
	"testing"
	"time"
)

func TestSendRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]sendCmd{
		"three nodes":         {aim: aim{Store: "postgres"}, Nodes: 3, Groups: 1, InFlight: 1, Size: 400},
		"SQLite on two nodes": {aim: aim{Store: "sqlite"}, Nodes: 2, Groups: 1, InFlight: 1, Size: 400},
		"no groups":           {aim: aim{Store: "sqlite"}, Nodes: 1, InFlight: 1, Size: 400},
		"no message":          {aim: aim{Store: "sqlite"}, Nodes: 1, Groups: 1, InFlight: 1, Size: 10},
	} {
		if c.fill() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A short run of the whole: real server, real sockets, and nothing lost.
func TestSendOnSQLite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]sendCmd{
		"at max":    {Groups: 4, InFlight: 2},
		"at a rate": {Groups: 4, InFlight: 1, Rate: 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.Store, c.Nodes, c.Messages, c.Warmup, c.Size, c.Grace = "sqlite", 1, 150, 10, 400, 30*time.Second
			r, err := c.measure(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := r.verdict(); err != nil || r.N != c.Messages {
				t.Fatalf("%d of %d measured: %v", r.N, c.Messages, err)
			}
			if r.CPU <= 0 || r.DB != 0 || r.Rate <= 0 || r.P50 <= 0 || r.P99 < r.P50 || r.AckP50 <= 0 {
				t.Errorf("figures that cannot be: %+v", r)
			}
		})
	}
}
