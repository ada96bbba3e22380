package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestResultSharesOutTheCost(t *testing.T) {
	t.Parallel()
	before := cost{nodes: 10 * time.Second, database: 5 * time.Second, redis: time.Second, load: 2 * time.Second}
	after := cost{nodes: 12 * time.Second, database: 6 * time.Second, redis: 1100 * time.Millisecond, load: 2500 * time.Millisecond}
	tally := tally{acknowledged: 10_000, took: 4 * time.Second, toScreen: []time.Duration{1234567, 9 * time.Millisecond}, unanswered: 2, errors: 1}
	r := newSendResult(&sendCmd{aim: aim{Store: "postgres"}, Groups: 7, InFlight: 3}, 2, tally, measured{after.less(before), 1.5})
	want := sendResult{
		Kind: "send", Store: "postgres", Nodes: 2, Groups: 7, InFlight: 3, N: 10_000, Rate: 2500,
		CPU: 310, DB: 100, Redis: 10, Load: 50, Growth: 1.5, P50: 1.23, P95: 9, P99: 9, P999: 9, faults: faults{Errors: 3},
	}
	if r != want {
		t.Errorf("got  %+v\nwant %+v", r, want)
	}
	if err := r.verdict(); err == nil || !strings.Contains(err.Error(), "errors 3") {
		t.Errorf("errors are judged: %v", err)
	}
}

func TestResultOfNothingIsAFailureAndStillJSON(t *testing.T) {
	t.Parallel()
	r := newSendResult(&sendCmd{aim: aim{Store: "sqlite"}, Rate: 5}, 1, tally{}, measured{spent: cost{nodes: time.Second}})
	if r.verdict() == nil {
		t.Error("a run without a message is no failure")
	}
	if text, err := json.Marshal(r); err != nil || !strings.Contains(string(text), `"cpu_us_per_message":0,`) {
		t.Errorf("%s, %v", text, err)
	}
}
