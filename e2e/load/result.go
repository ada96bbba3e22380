package main

import (
	"fmt"
)

// sendResult is a run of send. Latencies count from when a message was due.
type sendResult struct {
	Kind     string `json:"kind"`
	Store    string `json:"store"`
	Nodes    int    `json:"nodes"`
	Groups   int    `json:"groups"`
	InFlight int    `json:"in_flight,omitempty"` // of each writer, at max
	N        int    `json:"n"`                   // measured messages that were acknowledged

	Rate float64 `json:"rate_per_s"` // acknowledged a second

	CPU    float64 `json:"cpu_us_per_message"`       // of all servers
	DB     float64 `json:"db_cpu_us_per_message"`    // of PostgreSQL; SQLite has no process of its own
	Redis  float64 `json:"redis_cpu_us_per_message"` // the rest is the nodes'
	Load   float64 `json:"load_cpu_us_per_message"`  // of this program, which is not in cpu_us_per_message
	Growth float64 `json:"growth_ratio,omitempty"`   // CPU of a message in the last tenth over that in the first, of a run that is long enough

	P50    float64 `json:"p50_ms"` // to the readers' screens
	P95    float64 `json:"p95_ms"`
	P99    float64 `json:"p99_ms"`
	P999   float64 `json:"p999_ms"`
	AckP50 float64 `json:"ack_p50_ms"` // to the writer's acknowledgement
	AckP99 float64 `json:"ack_p99_ms"`

	faults
}

func newSendResult(c *sendCmd, nodes int, t tally, m measured) sendResult {
	r := sendResult{
		Kind: "send", Store: c.Store, Nodes: nodes, Groups: c.Groups, N: t.acknowledged, Rate: perSecond(t.acknowledged, t.took),
		CPU: round(share(m.spent.servers(), t.acknowledged)), DB: round(share(m.spent.database, t.acknowledged)),
		Redis: round(share(m.spent.redis, t.acknowledged)), Load: round(share(m.spent.load, t.acknowledged)), Growth: m.growth,
		P50: ms(t.toScreen, 0.5), P95: ms(t.toScreen, 0.95), P99: ms(t.toScreen, 0.99), P999: ms(t.toScreen, 0.999),
		AckP50: ms(t.toAck, 0.5), AckP99: ms(t.toAck, 0.99),
		faults: t.faults(),
	}
	if c.Rate == 0 {
		r.InFlight = c.InFlight
	}
	return r
}

// String is the result on a line for people.
func (r sendResult) String() string {
	text := fmt.Sprintf("%d messages, %.0f/s; to screen p50 %.2f, p99 %.2f, p99.9 %.2f ms; to ack p50 %.2f, p99 %.2f ms; "+
		"CPU %.0f us each (database %.0f, Redis %.0f)", r.N, r.Rate, r.P50, r.P99, r.P999, r.AckP50, r.AckP99, r.CPU, r.DB, r.Redis)
	if r.Growth > 0 {
		text += fmt.Sprintf(", growing %.2f-fold", r.Growth)
	}
	return text + "; " + r.faults.String()
}

func (r sendResult) verdict() error { return r.faults.verdict(r.N) }
