package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"postern/hub/bus"
	"postern/mailgw"
	"postern/store/blob"
)

type doctorCmd struct {
	nodeSettings
	Deep bool `help:"Look through the whole database, the record of every conversation and every file. Takes its time; nodes may go on working."`
}

// errUnwell ends doctor when something was found; what it was stands above.
var errUnwell = errors.New("something is wrong")

// Run checks one thing after the other, and says of each how it is.
func (c *doctorCmd) Run(ctx context.Context, io streams) error {
	if !c.Deep {
		limited, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		ctx = limited
	}
	checks := []struct {
		name string
		do   func(context.Context) (string, error) // how it is, where "ok" does not say it
	}{
		{"settings", func(context.Context) (string, error) { return "", c.check() }},
		{"data folder", c.checkFolder},
		{"database", func(ctx context.Context) (string, error) { return c.checkDatabase(ctx, io) }},
		{"files", c.checkFiles},
		{"record", c.checkRecord},
		{"redis", c.checkRedis},
		{"relay", c.checkRelay},
		{"letters", c.checkLetters},
		{"signatures", func(ctx context.Context) (string, error) { return c.checkSignatures(ctx, io) }},
		{"senders", func(ctx context.Context) (string, error) { return c.checkSenders(ctx, io) }},
		{"clamd", c.checkScanner},
	}
	well := true
	for _, check := range checks {
		how, err := check.do(ctx)
		if err != nil {
			well, how = false, err.Error()
		}
		fmt.Fprintf(io.out, "%-12s %s\n", check.name, cmp.Or(how, "ok"))
		if err != nil && check.name == "settings" {
			break // the rest would speak of settings that are wrong
		}
	}
	if !well {
		return errUnwell
	}
	return nil
}

// absent says that a folder or file is not there; doctor makes nothing.
func absent(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func (c *doctorCmd) checkFolder(context.Context) (string, error) {
	if absent(c.Data) {
		return "none yet: the first start makes " + c.Data, nil
	}
	probe := filepath.Join(c.Data, ".doctor")
	if err := os.WriteFile(probe, []byte("ok"), 0o600); err != nil {
		return "", err
	}
	return "", os.Remove(probe)
}

func (c *doctorCmd) checkDatabase(ctx context.Context, io streams) (string, error) {
	if file, ok := strings.CutPrefix(c.Database, "sqlite:"); ok && absent(file) || absent(c.Data) {
		return "none yet: the first start makes it", nil
	}
	return "", withCore(ctx, &c.baseSettings, io, func(core *core) error {
		if err := core.store.Ping(ctx); err != nil {
			return err
		}
		return core.checkOffices(ctx, c.PublicURL)
	})
}

// checkFiles asks S3; files on disk are in the data folder.
func (c *doctorCmd) checkFiles(ctx context.Context) (string, error) {
	if c.Blobs == "" {
		return "on disk, in the data folder", nil
	}
	s3, err := blob.NewS3(c.s3Options(), nil)
	if err != nil {
		return "", err
	}
	return "", s3.Check(ctx)
}

func (c *doctorCmd) checkRedis(ctx context.Context) (string, error) {
	if c.Redis == "" {
		return "none set: this node is alone, or news waits a second", nil
	}
	bus.LogThrough(zerolog.Nop()) // what matters of it comes back as an error
	b, err := bus.NewRedis(bus.RedisOptions{URL: c.Redis})
	if err != nil {
		return "", err
	}
	return "", b.Ping(ctx)
}

func (c *doctorCmd) checkRelay(ctx context.Context) (string, error) {
	switch {
	case c.MailDir != "":
		return "none: mails are put into " + c.MailDir, nil
	case c.Relay == "":
		return "none set: mails wait until there is one", nil
	}
	relay, err := mailgw.ParseRelay(c.Relay, c.MailDomain)
	if err != nil {
		return "", err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", relay.Addr)
	if err != nil {
		return "", err
	}
	return "", conn.Close()
}
