package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"postern/store"
	"postern/store/archive"
	"postern/store/migrate"
)

type restoreCmd struct {
	baseSettings
	Replace      bool   `help:"Lose what is in the database now."`
	KeepSessions bool   `help:"Whoever was signed in when the backup was taken stays so, and links that were good then are good again."`
	ResendMail   bool   `help:"Send what was owed or under way when the backup was taken, though it may have gone out since. For moving: nothing ran after the backup."`
	From         string `arg:"" help:"The backup, or - for standard input."`
}

// Run fills the database and the folder of files. All nodes must be stopped.
func (c *restoreCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	in := io.in
	if c.From != "-" {
		file, err := os.Open(c.From)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	did, err := c.restore(ctx, in)
	if err != nil {
		return err
	}
	return c.told(io.out, did)
}

func (c *restoreCmd) restore(ctx context.Context, in io.Reader) (_ *archive.Restored, err error) {
	known, err := migrate.Known()
	if err != nil {
		return nil, err
	}
	files, err := openBlobs(&c.baseSettings)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	options := store.Options{Direct: c.DatabaseDirect}
	how := archive.Restoring{
		Open: func(ctx context.Context, schema int64) (archive.Target, error) {
			return store.Refill(ctx, c.Database, schema, options)
		},
		Files: files, Known: known, NewID: newID, Now: time.Now(),
		Replace: c.Replace, KeepSessions: c.KeepSessions, ResendMail: c.ResendMail,
	}
	return how.Restore(ctx, in)
}

// told says what was restored, and what an operator has to know of it.
func (c *restoreCmd) told(out io.Writer, did *archive.Restored) error {
	fmt.Fprintf(out, "restored the backup of %s: %d messages in %d conversations, all verified; %d files (%d bytes)\n",
		did.Taken.Format(time.RFC3339), did.Rows["messages"], did.Conversations, did.Files, did.Bytes)
	if !c.KeepSessions {
		fmt.Fprintf(out, "%d sessions ended, and all links: everybody signs in again\n", did.Sessions)
	}
	what := "not sent, because they may have gone out since; everybody sees what is unread in Postern"
	if c.ResendMail {
		what = "sent again"
	}
	fmt.Fprintf(out, "%d notices and %d mails that were under way are %s\n", did.Notices, did.Mails, what)
	if absent(c.SecretFile) {
		fmt.Fprintf(out, "there is no secret file %s: put the old one there before a node starts, or answers to all mails sent so far are refused\n", c.SecretFile)
	}
	for _, name := range did.Missing {
		fmt.Fprintln(out, "missing:", name)
	}
	for _, name := range did.Damaged {
		fmt.Fprintln(out, "damaged:", name)
	}
	return nil
}
