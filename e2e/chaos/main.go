// Command chaos breaks what Postern stands on while hundreds of people work, and counts what became of what they were promised.
//
//	go run ./e2e/chaos                          every scenario, for people to read
//	go run ./e2e/chaos --json --minutes 20      longer, one JSON object a scenario
//	go run ./e2e/chaos --only '^redis-'         those that match
//
// It starts PostgreSQL, Redis, HAProxy, two nodes and an SMTP server for their mail, all private; some scenarios need root for network
// namespaces or a small disk. It fails when anything was lost, doubled, reordered or leaked, or a scenario could not be run.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c command
	k := kong.Parse(&c, kong.Name("chaos"), kong.Description("Breaks what Postern stands on, and counts."), kong.UsageOnError())
	k.BindTo(ctx, (*context.Context)(nil))
	k.FatalIfErrorf(k.Run())
}
