package main

import (
	"context"
	"fmt"

	"postern/chat"
)

type rosterCmd struct {
	Set     rosterSetCmd     `cmd:"" help:"Make a team or circle, or give the one of that name other members."`
	Address rosterAddressCmd `cmd:"" help:"Give a team a mail address of its own, or take it away."`
	List    rosterListCmd    `cmd:"" help:"List the office's teams and circles."`
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

type rosterAddressCmd struct {
	baseSettings
	Office string `help:"Name or id of the office, where there are several."`
	Name   string `arg:"" help:"Name of the team."`
	Local  string `arg:"" help:"What stands before the @ of the office's mail domain; '' takes the address away."`
}

// Run sets it, and says what it is.
func (c *rosterAddressCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		r, err := core.service.SetTeamAddress(ctx, o.ID, c.Name, c.Local)
		if err == nil {
			err = io.roster(o, r)
		}
		return err
	})
}

// roster prints a team or circle on a line. An address where letters are not taken says so.
func (s streams) roster(o chat.Office, r chat.Roster) error {
	at := ""
	if r.Address != "" {
		at = "\t" + r.Address + "@" + o.MailDomain
	}
	if r.Address != "" && !o.TeamLetters {
		at += " (off: postern office set --team-letters on)"
	}
	_, err := fmt.Fprintf(s.out, "%s\t%s\t%d%s\n", r.Kind, r.Name, len(r.Members), at)
	return err
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
			if err == nil && len(rosters) == 0 {
				_, err = fmt.Fprintln(io.err, "No teams or circles yet: postern roster set makes one.")
			}
			for _, r := range rosters {
				if err := io.roster(o, r); err != nil {
					return err
				}
			}
			return err
		})
	})
}
