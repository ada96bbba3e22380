package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/chat"
)

type officeCmd struct {
	Create officeCreateCmd `cmd:"" help:"Make an office."`
	Set    officeSetCmd    `cmd:"" help:"Change an office's name, addresses or mail domain."`
	List   officeListCmd   `cmd:"" help:"List the offices."`
}

type officeCreateCmd struct {
	baseSettings
	Name       string        `arg:"" help:"Name of the practice."`
	MailDomain string        `help:"Domain of its reply addresses." required:""`
	Host       []string      `help:"Further web hosts, beside that of --public-url."`
	Mode       string        `help:"privacy or convenience." default:"privacy"`
	Grace      time.Duration `help:"How long a recipient has to read before a mail goes." default:"30s"`
}

// Run makes the office.
func (c *officeCreateCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	mode, err := chat.ParseMode(c.Mode)
	if err != nil {
		return &settingError{"mode", err.Error()}
	}
	return withCore(ctx, &c.baseSettings, io, func(core *core) error {
		o, err := core.service.CreateOffice(ctx, chat.NewOffice{
			Name: c.Name, URL: c.PublicURL, Hosts: c.Host, MailDomain: c.MailDomain, Mode: mode, Grace: c.Grace,
		})
		if err == nil {
			_, err = fmt.Fprintln(io.out, o.ID)
		}
		return err
	})
}

type officeSetCmd struct {
	Office     string   `help:"Name or id of the office, where there are several."`
	Name       string   `help:"Name of the practice."`
	URL        string   `name:"url" help:"Address of its web pages; it goes on answering at those it had." placeholder:"URL"`
	Host       []string `help:"Further web hosts."`
	MailDomain string   `help:"Domain of its reply addresses. Answers to mails sent before are refused from then on."`

	TeamLetters string `help:"Whether a contact's letter to a team's address (postern roster address) starts a conversation: on or off." enum:",on,off" default:""`
	baseSettings
}

// Run changes the office; running nodes follow within ten seconds.
func (c *officeSetCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.Name == "" && c.URL == "" && c.MailDomain == "" && len(c.Host) == 0 && c.TeamLetters == "" {
		return &settingError{"name", "say what to change: --name, --url, --host, --mail-domain or --team-letters"}
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		o, err := c.change(ctx, core, o)
		if err != nil {
			return err
		}
		return io.office(o)
	})
}

func (c *officeSetCmd) change(ctx context.Context, core *core, o chat.Office) (chat.Office, error) {
	names := chat.OfficeNames{Name: c.Name, URL: c.URL, Hosts: c.Host, MailDomain: c.MailDomain}
	if names.Name != "" || names.URL != "" || names.MailDomain != "" || len(names.Hosts) > 0 {
		var err error
		if o, err = core.service.RenameOffice(ctx, o.ID, names); err != nil {
			return o, err
		}
	}
	if c.TeamLetters == "" {
		return o, nil
	}
	return core.service.SetTeamLetters(ctx, o.ID, c.TeamLetters == "on")
}

// office prints an office on a line.
func (s streams) office(o chat.Office) error {
	_, err := fmt.Fprintf(s.out, "%s\t%s\t%s\t%s\t%s\n", o.ID, o.Name, o.URL, o.MailDomain, o.Mode)
	return err
}

type officeListCmd struct{ baseSettings }

// Run lists the offices.
func (c *officeListCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return withCore(ctx, &c.baseSettings, io, func(core *core) error {
		offices, err := core.offices(ctx)
		for _, o := range offices {
			err = errors.Join(err, io.office(o))
		}
		return err
	})
}

func (c *core) offices(ctx context.Context) (list []chat.Office, err error) {
	err = c.store.View(ctx, func(r chat.Reader) error {
		list, err = r.Offices(ctx)
		return err
	})
	return list, err
}

// withCore opens the core for one command.
func withCore(ctx context.Context, s *baseSettings, io streams, do func(*core) error) (err error) {
	core, err := openCore(ctx, s, 0, io.err)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := core.close(); err == nil {
			err = closeErr
		}
	}()
	return do(core)
}

// withOffice does something with the office that is named, or the only one there is.
func withOffice(ctx context.Context, s *baseSettings, name string, io streams, do func(*core, chat.Office) error) error {
	return withCore(ctx, s, io, func(core *core) error {
		o, err := core.officeOf(ctx, name)
		if err != nil {
			return err
		}
		return do(core, o)
	})
}

// officeOf is the office that is named, or the only one there is.
func (c *core) officeOf(ctx context.Context, name string) (chat.Office, error) {
	offices, err := c.offices(ctx)
	if err != nil {
		return chat.Office{}, err
	}
	for _, o := range offices {
		if o.Name == name || o.ID.String() == name || name == "" && len(offices) == 1 {
			return o, nil
		}
	}
	if len(offices) == 0 {
		return chat.Office{}, &settingError{"office", "there is none yet: `postern office create` makes one, and so does the first `postern serve`"}
	}
	return chat.Office{}, &settingError{"office", fmt.Sprintf("name one of the %d offices; `postern office list` lists them", len(offices))}
}
