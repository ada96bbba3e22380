package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"postern/chat"
)

// maxImport bounds the file, in bytes: some 100,000 people.
const maxImport = 16 << 20

type userImportCmd struct {
	baseSettings
	Office string `help:"Name or id of the office, where there are several."`
	SignIn bool   `help:"Print links that sign in at once, instead of ones that set the password."`
	File   string `arg:"" help:"CSV with the columns email, name, role and account (a first line names them; account may be empty), or - for standard input."`
}

// Run makes the users, each by itself: who is refused is named, and the others are made.
func (c *userImportCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	people, err := c.read(io.in)
	if err != nil {
		return err
	}
	return withOffice(ctx, &c.baseSettings, c.Office, io, func(core *core, o chat.Office) error {
		return c.makeAll(ctx, core, o, people, io)
	})
}

// newcomer is a line of the file.
type newcomer struct {
	line                       int
	email, name, role, account string
}

func (c *userImportCmd) read(in io.Reader) ([]newcomer, error) {
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	return readNewcomers(&io.LimitedReader{R: in, N: maxImport})
}

// readNewcomers reads all before anybody is made: a broken file makes nobody.
func readNewcomers(in *io.LimitedReader) (people []newcomer, err error) {
	lines := csv.NewReader(in)
	lines.FieldsPerRecord = 4
	for {
		fields, err := lines.Read()
		switch {
		case in.N == 0:
			return nil, fmt.Errorf("the file is too large: %d MiB at most", maxImport>>20)
		case errors.Is(err, io.EOF):
			return people, nil
		case err != nil:
			return nil, fmt.Errorf("read people: %w", err)
		}
		line, _ := lines.FieldPos(0)
		if line == 1 && slices.Equal(fields, []string{"email", "name", "role", "account"}) {
			continue
		}
		people = append(people, newcomer{line, fields[0], fields[1], fields[2], fields[3]})
	}
}

// makeAll prints the address and the link of each on a line.
func (c *userImportCmd) makeAll(ctx context.Context, core *core, office chat.Office, people []newcomer, io streams) error {
	accounts := map[string]chat.ID{}
	refused := 0
	for _, p := range people {
		token, err := c.makeOne(ctx, core, office.ID, p, accounts)
		if chat.KindOf(err) != 0 && !chat.KindOf(err).Retry() {
			fmt.Fprintf(io.err, "line %d: %v\n", p.line, err)
			refused++
			continue
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", p.line, err)
		}
		if _, err := fmt.Fprintf(io.out, "%s\t%s/link#%s\n", p.email, office.URL, token); err != nil {
			return err
		}
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d were not made", refused, len(people))
	}
	return nil
}

func (c *userImportCmd) makeOne(ctx context.Context, core *core, office chat.ID, p newcomer, accounts map[string]chat.ID) (string, error) {
	if p.account != "" && accounts[p.account].IsZero() {
		account, err := core.service.CreateAccount(ctx, office, p.account, false)
		if err != nil {
			return "", err
		}
		accounts[p.account] = account.ID
	}
	kind, life := firstLink(c.SignIn)
	_, token, err := core.service.CreateUser(ctx, office,
		chat.Invitation{Name: p.name, Email: p.email, Role: chat.Role(p.role), Account: accounts[p.account]}, kind, life)
	return token, err
}

// firstLink says what the link of a new user is good for, and for how long.
func firstLink(signIn bool) (chat.LinkKind, time.Duration) {
	if signIn {
		return chat.SignInLink, 24 * time.Hour
	}
	return chat.InviteLink, 7 * 24 * time.Hour
}
