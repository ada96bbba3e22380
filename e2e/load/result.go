package main

import (
	"fmt"
	"math"
	"time"
)

// result is a run in figures, as it is printed. Latencies count from when a message was due.
type result struct {
	Kind     string `json:"kind"`
	Store    string `json:"store"`
	Nodes    int    `json:"nodes"`
	Groups   int    `json:"groups"`
	InFlight int    `json:"in_flight,omitempty"` // of each writer, at max
	N        int    `json:"n"`                   // measured messages that were acknowledged

	Rate float64 `json:"rate_per_s"` // acknowledged a second

	CPU   float64 `json:"cpu_us_per_message"`       // of all servers
	DB    float64 `json:"db_cpu_us_per_message"`    // of PostgreSQL; SQLite has no process of its own
	Redis float64 `json:"redis_cpu_us_per_message"` // the rest is the nodes'
	Load  float64 `json:"load_cpu_us_per_message"`  // of this program, which is not in cpu_us_per_message

	P50    float64 `json:"p50_ms"` // to the readers' screens
	P95    float64 `json:"p95_ms"`
	P99    float64 `json:"p99_ms"`
	AckP50 float64 `json:"ack_p50_ms"` // to the writer's acknowledgement
	AckP99 float64 `json:"ack_p99_ms"`

	Lost       int `json:"lost"`       // acknowledged, and missing on a screen of the three
	Duplicated int `json:"duplicated"` // on a screen more than once
	Reordered  int `json:"reordered"`  // on a screen after a later one
	Errors     int `json:"errors"`     // refused, never answered, or against the protocol
}

func newResult(c *sendCmd, t tally, spent cost) result {
	r := result{
		Kind: "send", Store: c.Store, Nodes: c.Nodes, Groups: c.Groups, N: t.acknowledged,
		CPU: round(each(spent.servers(), t.acknowledged)), DB: round(each(spent.database, t.acknowledged)),
		Redis: round(each(spent.redis, t.acknowledged)), Load: round(each(spent.load, t.acknowledged)),
		P50: ms(t.toScreen, 0.5), P95: ms(t.toScreen, 0.95), P99: ms(t.toScreen, 0.99),
		AckP50: ms(t.toAck, 0.5), AckP99: ms(t.toAck, 0.99),
		Lost: t.lost, Duplicated: t.duplicated, Reordered: t.reordered, Errors: t.errors + t.unanswered,
	}
	if t.took > 0 {
		r.Rate = round(float64(t.acknowledged) / t.took.Seconds())
	}
	if c.Rate == 0 {
		r.InFlight = c.InFlight
	}
	return r
}

func ms(ascending []time.Duration, q float64) float64 {
	return round(float64(quantile(ascending, q)) / float64(time.Millisecond))
}

// round keeps two decimals.
func round(x float64) float64 { return math.Round(x*100) / 100 }

// String is the result on a line for people.
func (r result) String() string {
	return fmt.Sprintf("send %s nodes=%d: %d messages, %.0f/s; to screen p50 %.2f p99 %.2f ms, to ack p50 %.2f p99 %.2f ms; "+
		"CPU %.0f us each (database %.0f, Redis %.0f); lost %d, duplicated %d, reordered %d, errors %d",
		r.Store, r.Nodes, r.N, r.Rate, r.P50, r.P99, r.AckP50, r.AckP99, r.CPU, r.DB, r.Redis, r.Lost, r.Duplicated, r.Reordered, r.Errors)
}

// verdict is an error when anything went wrong that must never.
func (r result) verdict() error {
	if r.N == 0 || r.Lost+r.Duplicated+r.Reordered+r.Errors > 0 {
		return fmt.Errorf("of %d messages %d were lost, %d duplicated, %d reordered; %d errors", r.N, r.Lost, r.Duplicated, r.Reordered, r.Errors)
	}
	return nil
}
