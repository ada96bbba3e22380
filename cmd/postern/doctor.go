package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"postern/hub/bus"
	"postern/mailgw"
)

type doctorCmd struct{ nodeSettings }

// errUnwell ends doctor when something was found; what it was stands above.
var errUnwell = errors.New("something is wrong")

// Run checks one thing after the other, and says of each how it is.
func (c *doctorCmd) Run(ctx context.Context, io streams) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	checks := []struct {
		name string
		do   func(context.Context) error
	}{
		{"settings", func(context.Context) error { return c.check() }},
		{"data folder", c.checkFolder},
		{"database", func(ctx context.Context) error { return c.checkDatabase(ctx, io) }},
		{"redis", c.checkRedis},
		{"relay", c.checkRelay},
	}
	well := true
	for _, check := range checks {
		err := check.do(ctx)
		if err == nil {
			fmt.Fprintf(io.out, "%-12s ok\n", check.name)
			continue
		}
		well = false
		fmt.Fprintf(io.out, "%-12s %v\n", check.name, err)
		if check.name == "settings" {
			break // the rest would speak of settings that are wrong
		}
	}
	if !well {
		return errUnwell
	}
	return nil
}

func (c *doctorCmd) checkFolder(context.Context) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return err
	}
	probe := filepath.Join(c.Data, ".doctor")
	if err := os.WriteFile(probe, []byte("ok"), 0o600); err != nil {
		return err
	}
	return os.Remove(probe)
}

func (c *doctorCmd) checkDatabase(ctx context.Context, io streams) error {
	return withCore(ctx, &c.baseSettings, io, func(core *core) error { return core.store.Ping(ctx) })
}

func (c *doctorCmd) checkRedis(ctx context.Context) error {
	if c.Redis == "" {
		return nil
	}
	b, err := bus.NewRedis(bus.RedisOptions{URL: c.Redis})
	if err != nil {
		return err
	}
	return b.Ping(ctx)
}

func (c *doctorCmd) checkRelay(ctx context.Context) error {
	if c.Relay == "" {
		return nil
	}
	relay, err := mailgw.ParseRelay(c.Relay, c.MailDomain)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", relay.Addr)
	if err != nil {
		return err
	}
	return conn.Close()
}
