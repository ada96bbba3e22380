package main

import (
	"context"
	"fmt"

	"postern/chat"
)

type rosterCmd struct {
	Set  rosterSetCmd  `cmd:"" help:"Make a team or circle, or give the one of that name other members."`
	List rosterListCmd `cmd:"" help:"List the office's teams and circles."`
}

type rosterSetCmd struct {
	baseSettings
	Office  string   `help:"Name or id of the office, where there are several."`
	Kind    string   `help:"team (staff) or circle (anybody)." default:"team"`
	Name    string   `arg:"" help:"Its name; staff write to it, and contacts never see it."`
	Members []string `arg:"" help:"Addresses of all its members."`
}

// Run makes or changes it.
func (c *rosterSetCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		_, err := core.service.SetRoster(ctx, o.ID, chat.RosterKind(c.Kind), c.Name, c.Members)
		return err
	})
}

type rosterListCmd struct {
	baseSettings
	Office string `help:"Name or id of the office, where there are several."`
}

// Run lists them.
func (c *rosterListCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		return core.store.View(ctx, func(rd chat.Reader) error {
			rosters, err := rd.Rosters(ctx, o.ID, nil)
			for _, r := range rosters {
				if _, err := fmt.Fprintf(io.out, "%s\t%s\t%d\n", r.Kind, r.Name, len(r.Members)); err != nil {
					return err
				}
			}
			return err
		})
	})
}
