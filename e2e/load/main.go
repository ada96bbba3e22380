// Command load measures what Postern costs and how fast it is, on real servers that it starts itself. Its figures are reported in docs/benchmarks.md.
//
//	go run ./e2e/load send --store postgres --nodes 2 --rate 1000     stored messages, a thousand a second
//	go run ./e2e/load send --store sqlite --rate max --json           as many as will go, as one JSON object
//
// CPU time is that of the servers' processes, whatever else the machine does; latencies and the highest rate are only as good as
// the machine is idle.
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
	var kinds struct {
		Fanout fanoutCmd `cmd:"" help:"Typing signs of 500 people to N sockets: deliveries per second of the servers' CPU time."`
		Idle   idleCmd   `cmd:"" help:"N signed-in sockets that nothing happens on: bytes of resident memory each."`
		Send   sendCmd   `cmd:"" help:"Stored messages in conversations of three: one of staff writes, two clients read."`
		Mail   mailCmd   `cmd:"" help:"Letters by SMTP into conversations: the rate, their cost, and how soon they are on the screens."`
		Resume resumeCmd `cmd:"" help:"Kill a node under N sockets and 500 messages a second: how soon they are live again, at what cost."`
		People peopleCmd `cmd:"" help:"Print people for 'postern user import --sign-in', so that a run can be pointed at servers of others."`
	}
	k := kong.Parse(&kinds, kong.Name("load"), kong.Description("Measures what Postern costs, on real servers."), kong.UsageOnError())
	k.BindTo(ctx, (*context.Context)(nil))
	k.FatalIfErrorf(k.Run())
}
