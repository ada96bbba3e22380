package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"postern/chat"
)

type demoCmd struct{ nodeSettings }

const demoOffice = "Lindgren & Partners"

// usualURL is the default of --public-url.
const usualURL = "http://127.0.0.1:8080"

// Run serves an invented office. Everything in it is real but the people: mail goes out into a folder, which the mailbox page shows, and
// answers written there go through the SMTP port.
func (c *demoCmd) Run(ctx context.Context, io streams) error {
	c.OfficeName, c.Mode, c.Grace = demoOffice, chat.Convenience.String(), 5*time.Second
	if c.Data == "" {
		c.Data = absolute("postern-demo")
	}
	if _, port, err := net.SplitHostPort(c.Listen); err == nil && port != "0" && c.PublicURL == usualURL {
		c.PublicURL = "http://" + c.Listen // links are to lead to this demo, not to the one on the usual port
	}
	if c.MailDir == "" && c.Relay == "" {
		c.MailDir = filepath.Join(c.Data, "mail")
	}
	if c.LogFormat == "json" && c.LogLevel == "info" {
		c.LogFormat, c.LogLevel = "console", "warn"
	}
	if err := c.check(); err != nil {
		return err
	}
	return serve(ctx, &c.nodeSettings, io, func(ctx context.Context, n *node) (http.Handler, error) {
		return c.prepare(ctx, n, io)
	})
}

// demoPerson is somebody of the invented office.
type demoPerson struct {
	Name, Email, Account string
	Role                 chat.Role
	Link                 string // signs in at once
	actor                chat.Actor
}

func demoPeople() []*demoPerson {
	return []*demoPerson{
		{Name: "Astrid Lindgren", Email: "astrid@lindgren.example", Role: chat.Owner},
		{Name: "Jonas Bergman", Email: "jonas@lindgren.example", Role: chat.Staff},
		{Name: "Maria Rossi", Email: "maria@rossi-bakery.example", Role: chat.Client, Account: "Rossi Bakery"},
		{Name: "Luca Rossi", Email: "luca@rossi-bakery.example", Role: chat.ClientStaff, Account: "Rossi Bakery"},
		{Name: "Peter Novak", Email: "peter@novak-design.example", Role: chat.Client, Account: "Novak Design"},
	}
}

// prepare fills an empty office, makes a link for everybody, says where to look, and gives the demo's pages.
func (c *demoCmd) prepare(ctx context.Context, n *node, io streams) (http.Handler, error) {
	core, port := n.core, ""
	if n.smtpListener != nil {
		port = n.smtpListener.Addr().String()
	}
	office, err := core.officeOf(ctx, "")
	if err != nil {
		return nil, err
	}
	if office.Name != demoOffice {
		return nil, &settingError{"data", fmt.Sprintf("%q lives here, and is not to be a demo; give the demo a folder of its own", office.Name)}
	}
	people := demoPeople()
	if err := seat(ctx, core, office, people); err != nil {
		return nil, fmt.Errorf("fill the demo office: %w", err)
	}
	for _, p := range people {
		token, err := core.service.CreateLink(ctx, office.ID, p.Email, chat.SignInLink, 24*time.Hour)
		if err != nil {
			return nil, err
		}
		p.Link = office.URL + "/link#" + token
	}
	fmt.Fprintf(io.out, "\n  Postern demo: %s\n\n  Sign in (each link works once; use a window of its own for each person):\n", office.Name)
	for _, p := range people {
		fmt.Fprintf(io.out, "    %-16s %-12s %s\n", p.Name, p.Role, p.Link)
	}
	fmt.Fprintf(io.out, "\n  New links:  %s/demo\n  Mail sent:  %s/demo/mailbox\n  SMTP:       %s\n\n", office.URL, office.URL, port)
	return newDemoPages(core, office, people, c.MailDir, port), nil
}

// seat makes the people and their first conversations, unless they are there from an earlier run.
func seat(ctx context.Context, core *core, office chat.Office, people []*demoPerson) error {
	accounts := map[string]chat.ID{}
	fresh := false
	for _, p := range people {
		user, err := core.userByEmail(ctx, office.ID, p.Email)
		if chat.KindOf(err) == chat.NotFound {
			fresh = true
			user, err = makePerson(ctx, core, office.ID, p, accounts)
		}
		if err != nil {
			return err
		}
		p.actor = chat.Actor{Office: office.ID, User: user.ID, View: user.View()}
	}
	if !fresh {
		return nil
	}
	return talk(ctx, core.service, people)
}

func (c *core) userByEmail(ctx context.Context, office chat.ID, email string) (u *chat.User, err error) {
	err = c.store.View(ctx, func(r chat.Reader) error {
		u, err = r.UserByEmail(ctx, office, email)
		return err
	})
	return u, err
}

func makePerson(ctx context.Context, core *core, office chat.ID, p *demoPerson, accounts map[string]chat.ID) (*chat.User, error) {
	if p.Account != "" && accounts[p.Account].IsZero() {
		account, err := core.service.CreateAccount(ctx, office, p.Account, false)
		if err != nil {
			return nil, err
		}
		accounts[p.Account] = account.ID
	}
	user, _, err := core.service.CreateUser(ctx, office,
		chat.Invitation{Name: p.Name, Email: p.Email, Role: p.Role, Account: accounts[p.Account]}, chat.SignInLink, time.Minute)
	return &user, err
}

// demoTalk is a conversation as it goes: who begins, with whom, and who says what.
type demoTalk struct {
	title     string
	important bool
	from      int
	to        []int
	lines     []demoLine
	read      []int // who has read it all
}

type demoLine struct {
	who  int
	html string
	note bool
}

func demoTalks() []demoTalk {
	return []demoTalk{
		{title: "VAT return, third quarter", from: 1, to: []int{2, 0}, lines: []demoLine{
			{who: 1, html: "<p>Hello Maria,</p><p>for the third quarter I still need:</p><ul><li>the till reports of August</li><li>the invoice for the new oven</li></ul><p>Could you send them by Friday?</p>"},
			{who: 2, html: "<p>The oven invoice is on its way. The till reports I have to ask Luca for.</p>"},
			{who: 1, html: "<p>The oven goes over five years. Astrid, do you agree?</p>", note: true},
			{who: 0, html: "<p>Yes, five.</p>", note: true},
			{who: 1, html: "<p>Thank you. Take your time with the reports, Friday is fine.</p>"},
		}, read: []int{0, 1}},
		{title: "Payroll for the new apprentice", from: 3, to: []int{1}, lines: []demoLine{
			{who: 3, html: "<p>Good morning,</p><p>Elena starts on the first. What do you need from her for the payroll?</p>"},
			{who: 1, html: "<p>Her tax number, the health insurance she chose, and the signed contract. You can <strong>drop the files right here</strong>.</p>"},
		}, read: []int{3, 1}},
		{title: "Annual accounts: draft for approval", important: true, from: 0, to: []int{4, 1}, lines: []demoLine{
			{who: 0, html: "<p>Dear Peter,</p><p>the draft of your annual accounts is ready. The result is a little above last year's. Shall we go through it on Tuesday at ten?</p>"},
		}, read: []int{0}},
	}
}

func talk(ctx context.Context, service *chat.Service, people []*demoPerson) error {
	for i, t := range demoTalks() {
		var to []chat.ID
		for _, who := range t.to {
			to = append(to, people[who].actor.User)
		}
		started, err := service.Start(ctx, people[t.from].actor, chat.StartRequest{
			To: to, Title: t.title, Important: t.important, HTML: t.lines[0].html, Key: fmt.Sprintf("demo-%d", i),
		})
		if err != nil {
			return err
		}
		last := started.Message.Position
		for j, line := range t.lines[1:] {
			// Who answers has read what is answered.
			if _, err := service.MarkRead(ctx, people[line.who].actor, started.Message.Conversation, last, true); err != nil {
				return err
			}
			sent, err := service.Send(ctx, people[line.who].actor, chat.SendRequest{
				Conversation: started.Message.Conversation, HTML: line.html, Note: line.note, Key: fmt.Sprintf("demo-%d-%d", i, j),
			})
			if err != nil {
				return err
			}
			last = sent.Message.Position
		}
		for _, who := range t.read {
			if _, err := service.MarkRead(ctx, people[who].actor, started.Message.Conversation, last, true); err != nil {
				return err
			}
		}
	}
	return nil
}

var errNoFolder = errors.New("the demo's mail goes to a relay: look there")
