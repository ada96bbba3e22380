package main

import (
	"context"
	"fmt"
	"time"

	"postern/chat"
)

type userCmd struct {
	Create userCreateCmd `cmd:"" help:"Make a user, and print a link that sets the password."`
	Import userImportCmd `cmd:"" help:"Make many users from a CSV file, and print each one's address and link."`
	Link   userLinkCmd   `cmd:"" help:"Print a link that sets a new password of a user, or signs them in."`
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

// link prints a link that its token opens.
func (s streams) link(o chat.Office, token string) error {
	_, err := fmt.Fprintln(s.out, o.URL+"/link#"+token)
	return err
}
