// Command postern is the server for secure conversations between a practice and its clients: one binary for everything.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the zones in which people want their mail, also where the machine has none

	"postern/chat"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// commands is the command line.
type commands struct {
	Config string `help:"File of settings, one NAME = VALUE a line, by the names of the flags." type:"path" placeholder:"FILE"`

	Serve   serveCmd   `cmd:"" help:"Run a node: web, SMTP and mail workers."`
	Demo    demoCmd    `cmd:"" help:"Run a node with an invented office, and a mailbox page for the mail that goes out."`
	Migrate migrateCmd `cmd:"" help:"Bring the database to this version's schema, and stop."`
	Backup  backupCmd  `cmd:"" help:"Write all that is remembered into one file, while nodes work."`
	Restore restoreCmd `cmd:"" help:"Fill an empty database, and the folder of files, from a backup."`
	Office  officeCmd  `cmd:"" help:"Make and list offices."`
	User    userCmd    `cmd:"" help:"Make users, and links to sign in by."`
	Account accountCmd `cmd:"" help:"Say what the mail of a client firm may hold."`
	Roster  rosterCmd  `cmd:"" help:"Make and list teams and circles."`
	Mail    mailCmd    `cmd:"" help:"Show the mail ledger."`
	Letter  letterCmd  `cmd:"" help:"Show what Postern makes of a letter."`
	DKIM    dkimCmd    `cmd:"" name:"dkim" help:"Make keys that mails are signed with."`
	Doctor  doctorCmd  `cmd:"" help:"Check settings, database, Redis, folders and relay, and say what is wrong."`
}

const about = "Secure conversations between a practice and its clients.\n" +
	"Every flag is also a setting POSTERN_NAME, and NAME_FILE for what should not stand in the environment."

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Exit codes.
const (
	exitFailed = 1 // it was tried, and did not work
	exitUsage  = 2 // the command line or a setting is wrong
)

// run is the whole program but for the process around it.
func run(ctx context.Context, args, env []string, in io.Reader, out, errOut io.Writer) int {
	io := streams{in, out, errOut}
	var c commands
	settings, err := newSettings(args, env)
	if err != nil {
		fmt.Fprintln(errOut, "postern:", err)
		return exitUsage
	}
	root := newCommand("postern", about, &c)
	if err := settings.validate(root); err != nil {
		fmt.Fprintln(errOut, "postern:", err)
		return exitUsage
	}
	chosen, help, err := root.parse(args)
	if help {
		chosen.writeHelp(out)
		return 0
	}
	if err == nil {
		err = chosen.settle(settings)
	}
	if err != nil {
		fmt.Fprintln(errOut, "postern:", err)
		return exitUsage
	}
	if err := chosen.run.Run(ctx, io); err != nil {
		fmt.Fprintln(errOut, "postern:", err)
		return exitCode(err)
	}
	return 0
}

func exitCode(err error) int {
	if _, ok := errors.AsType[*settingError](err); ok || chat.KindOf(err) == chat.Invalid {
		return exitUsage
	}
	return exitFailed
}
