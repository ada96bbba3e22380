package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"postern/chat"
)

type userCmd struct {
	Create  userCreateCmd  `cmd:"" help:"Make a user, and print a link that sets the password."`
	Import  userImportCmd  `cmd:"" help:"Make many users from a CSV file, and print each one's address and link."`
	Link    userLinkCmd    `cmd:"" help:"Print a link that sets a new password of a user, or signs them in."`
	Disable userDisableCmd `cmd:"" help:"Shut a user out: sessions and links end, mail and letters too."`
	Trust   userTrustCmd   `cmd:"" help:"List the further addresses and signing domains that a user's letters are believed by, or take one back."`
	Told    userToldCmd    `cmd:"" help:"Tell a user by mail that a message of theirs was opened, or no more."`
	Enable  userEnableCmd  `cmd:"" help:"Let a disabled user in again, by the password they had or a new link."`
}

type userCreateCmd struct {
	baseSettings
	Office  string `help:"Name or id of the office, where there are several."`
	Name    string `help:"Name of the person." required:""`
	Role    string `help:"owner, admin, staff, client, client_staff or prospect." required:""`
	Account string `help:"Client firm or household to make and put a contact into."`
	SignIn  bool   `help:"Print a link that signs in at once, instead of one that sets the password."`
	Email   string `arg:"" help:"Address of the person."`
}

// Run makes the user.
func (c *userCreateCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		invitation := chat.Invitation{Name: c.Name, Email: c.Email, Role: chat.Role(c.Role)}
		if c.Account != "" {
			account, err := core.service.CreateAccount(ctx, o.ID, c.Account, false)
			if err != nil {
				return err
			}
			invitation.Account = account.ID
		}
		kind, life := firstLink(c.SignIn)
		_, token, err := core.service.CreateUser(ctx, o.ID, invitation, kind, life)
		if err != nil {
			return err
		}
		return io.link(o, token)
	})
}

type userLinkCmd struct {
	baseSettings
	Office string `help:"Name or id of the office, where there are several."`
	SignIn bool   `help:"Sign in at once, instead of setting a new password."`
	Email  string `arg:"" help:"Address of the person."`
}

// Run prints the link.
func (c *userLinkCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		kind, life := chat.ResetLink, time.Hour
		if c.SignIn {
			kind, life = chat.SignInLink, 24*time.Hour
		}
		token, err := core.service.CreateLink(ctx, o.ID, c.Email, kind, life)
		if err != nil {
			return err
		}
		return io.link(o, token)
	})
}

type userDisableCmd struct{ userSwitch }

// Run shuts the user out; running nodes hear of it within a second.
func (c *userDisableCmd) Run(ctx context.Context, io streams) error { return c.turn(ctx, io, false) }

type userEnableCmd struct{ userSwitch }

// Run lets the user in again.
func (c *userEnableCmd) Run(ctx context.Context, io streams) error { return c.turn(ctx, io, true) }

// userSwitch is what both have.
type userSwitch struct {
	baseSettings
	Office string `help:"Name or id of the office, where there are several."`
	Email  string `arg:"" help:"Address of the person."`
}

func (c *userSwitch) turn(ctx context.Context, io streams, active bool) error {
	if err := c.check(); err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		_, err := core.service.SetActive(ctx, o.ID, c.Email, active)
		return err
	})
}

type userToldCmd struct {
	baseSettings
	Office string `help:"Name or id of the office, where there are several."`
	Off    bool   `help:"No more."`
	Email  string `arg:"" help:"Address of the person."`
}

// Run puts the user on the list that Settings has too, or takes them off it.
func (c *userToldCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		return core.service.TellRead(ctx, o.ID, c.Email, !c.Off)
	})
}

type userTrustCmd struct {
	baseSettings
	Office string `help:"Name or id of the office, where there are several."`
	Forget string `help:"Address or domain to take back."`
	Email  string `arg:"" help:"Address of the person."`
}

// Run takes one back, if asked to, and lists what is left.
func (c *userTrustCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		if c.Forget != "" {
			word := chat.Word{Signer: c.Forget}
			if strings.Contains(c.Forget, "@") {
				word = chat.Word{Alias: c.Forget}
			}
			if err := core.service.DistrustFor(ctx, o.ID, c.Email, word); err != nil {
				return err
			}
		}
		trust, err := core.service.TrustFor(ctx, o.ID, c.Email)
		if err != nil {
			return err
		}
		for _, a := range trust.Aliases {
			io.believed("address", a.Address, trust.By[a.AddedBy], a.AddedAt)
		}
		for _, s := range trust.Signers {
			io.believed("domain", s.Domain, trust.By[s.AddedBy], s.AddedAt)
		}
		return nil
	})
}

func (s streams) believed(kind, word string, by chat.Person, at time.Time) {
	fmt.Fprintf(s.out, "%-8s %-40s since %s, by %s\n", kind, word, at.UTC().Format(time.DateTime), by.Name)
}

// link prints a link that its token opens.
func (s streams) link(o chat.Office, token string) error {
	_, err := fmt.Fprintln(s.out, o.URL+"/link#"+token)
	return err
}
