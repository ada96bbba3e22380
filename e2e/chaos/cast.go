package main

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
)

// cast are the people of a stage, who stay for all its scenarios.
type cast struct {
	staff    []*person
	contacts []*person // two to a room
	writers  []*person // contacts who answer by mail and have no browser open
	slow     []*person // staff behind the slow line, who are in every room of the scenario that is about them
	people   []*person // all of them
}

const (
	roomsOfStaff = 4 // conversations that a member of staff takes part in, about
	writerEvery  = 3 // rooms to one who answers by mail
	deviceEvery  = 8 // people to one with a second device
	badEvery     = 4 // people to one behind the bad line
	slowPeople   = 3
)

// gather makes the people, signs them in and opens their screens.
func gather(ctx context.Context, st *stage) (*cast, error) {
	c := &cast{}
	for i := range max(4, 2*st.Rooms/roomsOfStaff) {
		c.staff = append(c.staff, c.add("staff", i))
	}
	for i := range 2 * st.Rooms {
		c.contacts = append(c.contacts, c.add("client", i))
	}
	for i := range max(1, st.Rooms/writerEvery) {
		c.writers = append(c.writers, c.add("prospect", i))
	}
	for i := range slowPeople {
		c.slow = append(c.slow, c.add("admin", i))
	}
	links, err := c.create(ctx, st)
	if err != nil {
		return nil, err
	}
	work, inner := errgroup.WithContext(ctx)
	work.SetLimit(16)
	for i, p := range c.people {
		work.Go(func() error {
			if err := p.enter(inner, st, i, links[p.email]); err != nil {
				return fmt.Errorf("%s: %w", p.email, err)
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		c.close()
		return nil, fmt.Errorf("bring people in: %w", err)
	}
	return c, nil
}

func (c *cast) add(role string, number int) *person {
	p := &person{
		name: fmt.Sprintf("%s %d", role, number), email: fmt.Sprintf("%s%d@chaos.example", role, number), role: role,
		staff: role == "staff" || role == "admin", waiting: map[string]chan answer{},
	}
	c.people = append(c.people, p)
	return p
}

// create has the people made, and gives each one's link by address.
func (c *cast) create(ctx context.Context, st *stage) (map[string]string, error) {
	var list strings.Builder
	for _, p := range c.people {
		account := ""
		if !p.staff {
			account = "Firm of " + p.name
		}
		fmt.Fprintf(&list, "%s,%s,%s,%s\n", p.email, p.name, p.role, account)
	}
	out, err := st.tellNode(ctx, list.String(), "user", "import", "--sign-in", "-")
	if err != nil {
		return nil, err
	}
	links := map[string]string{}
	for line := range strings.Lines(out) {
		email, link, _ := strings.Cut(strings.TrimSpace(line), "\t")
		links[email] = link
	}
	return links, nil
}

// enter signs a person in, over the line they are to have, and opens their screens.
func (p *person) enter(ctx context.Context, st *stage, number int, link string) (err error) {
	front := strings.TrimPrefix(st.d.URL, "http://")
	switch {
	case p.role == "admin":
		front = st.slow.Address()
	case p.role != "prospect" && number%badEvery == 0:
		front = st.bad.Address()
	}
	if p.client, err = client.NewAt(st.d.URL, front); err != nil {
		return err
	}
	if err := p.client.Enter(ctx, link, ""); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	p.id = plain(p.client.Me.User.ID)
	if p.role == "prospect" {
		return nil
	}
	screens := 1
	if number%deviceEvery == 1 {
		screens = 2
	}
	for range screens {
		s, err := openScreen(ctx, p)
		if err != nil {
			return err
		}
		p.screens = append(p.screens, s)
	}
	return nil
}

func (c *cast) close() {
	for _, p := range c.people {
		for _, s := range p.screens {
			s.live.Close()
		}
		if p.client != nil {
			p.client.Rest()
		}
	}
}

// screens are all that are open.
func (c *cast) screens() (list []*screen) {
	for _, p := range c.people {
		list = append(list, p.screens...)
	}
	return list
}
