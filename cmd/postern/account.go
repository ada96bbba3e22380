package main

import (
	"context"
	"fmt"

	"postern/chat"
)

type accountCmd struct {
	Strict accountStrictCmd `cmd:"" help:"Keep the mail of all conversations with a client firm to what privacy mode says, or lift that."`
}

type accountStrictCmd struct {
	baseSettings
	Office string `help:"Name or id of the office, where there are several."`
	Off    bool   `help:"Lift it."`
	Email  string `arg:"" help:"Address of anybody of the firm."`
}

// Run sets it, and says how it is. Mails that wait are looked at again before they go.
func (c *accountStrictCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		account, err := core.service.StrictAccount(ctx, o.ID, c.Email, !c.Off)
		if err != nil {
			return err
		}
		says := "as the office has it"
		if account.Strict {
			says = "private"
		}
		_, err = fmt.Fprintf(io.out, "%s: mail is %s\n", account.Name, says)
		return err
	})
}
