// Command load measures what Postern costs and how fast it is, on real servers: some that it starts itself, or some that it is pointed at. Its figures are
// reported in docs/benchmarks.md.
//
//	go run ./e2e/load send --store postgres --nodes 2 --rate 1000     stored messages, a thousand a second
//	go run ./e2e/load fanout --n 5000 --json                          passing signs to 5,000 sockets, as one JSON object
//	go run ./e2e/load bench --write docs/benchmarks.md                a round of each kind
//
// Rates (..._per_s) are a second of the clock; times are milliseconds of it (..._ms) or seconds (..._s); CPU is time that the servers' processes spent, user and system, whatever
// else the machine does, in microseconds a message (cpu_us_per_message, of which db_... is PostgreSQL's) or in deliveries of one CPU-second; memory is resident, in bytes. Times and the
// highest rates are only as good as the machine is idle. What goes wrong is told on the standard error, with exit code 1.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

const units = "Measures what Postern costs, on real servers. Rates are per second of the clock; times are ms (p50_ms) or s (recovered_s); CPU is time of the servers' processes, user and system, " +
	"in us a message, of which db_... is PostgreSQL's; memory is resident bytes; a MB is 1,000,000 bytes. Exit code 1 if anything was lost, duplicated or reordered, or failed."

type kinds struct {
	Fanout fanoutCmd `cmd:"" help:"Typing signs of 500 people to N sockets: deliveries per second of the servers' CPU time."`
	Idle   idleCmd   `cmd:"" help:"N signed-in sockets that nothing happens on: bytes of resident memory each."`
	Send   sendCmd   `cmd:"" help:"Stored messages in conversations of three: one of staff writes, two clients read."`
	Mail   mailCmd   `cmd:"" help:"Letters by SMTP into conversations: the rate, their cost, and how soon they are on the screens."`
	Resume resumeCmd `cmd:"" help:"Kill a node under N sockets and 500 messages a second: how soon they are live again, at what cost."`
	Scale  scaleCmd  `cmd:"" help:"Inbox, conversation and badge on a million messages and on a hundredth of them."`
	Start  startCmd  `cmd:"" help:"How soon serve answers on SQLite, and how large the program is."`
}

// measure runs the kind of that name.
func (k *kinds) measure(ctx context.Context, name string) (outcome, error) {
	switch name {
	case "fanout":
		return k.Fanout.measure(ctx)
	case "idle":
		return k.Idle.measure(ctx)
	case "send":
		return k.Send.measure(ctx)
	case "mail":
		return k.Mail.measure(ctx)
	case "resume":
		return k.Resume.measure(ctx)
	case "scale":
		return k.Scale.measure(ctx)
	case "start":
		return k.Start.measure(ctx)
	}
	return nil, fmt.Errorf("%s is no kind of run", name)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var all struct {
		kinds
		Bench  benchCmd  `cmd:"" help:"A round of each kind, and a table of it for docs/benchmarks.md."`
		People peopleCmd `cmd:"" help:"Print people for 'postern user import --sign-in', so that a run can be pointed at servers of others."`
	}
	k := kong.Parse(&all, kong.Name("load"), kong.Description(units), kong.UsageOnError())
	k.BindTo(ctx, (*context.Context)(nil))
	k.FatalIfErrorf(k.Run())
}
