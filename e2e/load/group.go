package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
	"postern/e2e/rig"
)

// group is a conversation of one of staff, who writes at the first node, and two clients, who read at the last.
type group struct {
	conversation string
	screens      [3]*screen    // the writer's, then the readers'
	ready        chan struct{} // at max: a token for each message that the writer may send now
}

// roles of a group's people, in the order of their screens.
var roles = [3]string{"staff", "client", "client_staff"}

// gather makes the people and conversations and opens everyone's socket. messages bounds what a screen will be shown.
func gather(ctx context.Context, d *rig.Deployment, count, messages int) ([]*group, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	links, err := makePeople(ctx, d, count)
	if err != nil {
		return nil, err
	}
	groups := make([]*group, count)
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(8)
	for i := range groups {
		work.Go(func() (err error) {
			groups[i], err = assemble(ctx, d, links[3*i:3*i+3], i, messages/count)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, fmt.Errorf("gather people: %w", err)
	}
	return groups, nil
}

// makePeople gives a sign-in link for each, three a group.
func makePeople(ctx context.Context, d *rig.Deployment, groups int) ([]string, error) {
	var people strings.Builder
	for i := range groups {
		for j, role := range roles {
			account := ""
			if j > 0 {
				account = fmt.Sprintf("Firm %d", i)
			}
			fmt.Fprintf(&people, "%s%d@load.example,Person %d of %d,%s,%s\n", role, i, j, i, role, account)
		}
	}
	cmd := d.Nodes[0].Command(ctx, "user", "import", "--sign-in", "-")
	cmd.Stdin = strings.NewReader(people.String())
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("make people: %w: %s", err, said.String())
	}
	links := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(links) != 3*groups {
		return nil, fmt.Errorf("make people: %d links for %d people", len(links), 3*groups)
	}
	return links, nil
}

// assemble signs three people in, starts their conversation, and opens their sockets.
func assemble(ctx context.Context, d *rig.Deployment, links []string, number, messages int) (*group, error) {
	nodes := [3]*rig.Node{d.Nodes[0], d.Nodes[len(d.Nodes)-1], d.Nodes[len(d.Nodes)-1]}
	var people [3]*client.Client
	for i, link := range links {
		p, err := client.NewAt(d.URL, strings.TrimPrefix(nodes[i].URL(), "http://"))
		if err != nil {
			return nil, err
		}
		if err := p.Enter(ctx, link, ""); err != nil {
			return nil, fmt.Errorf("sign in: %w", err)
		}
		defer p.Rest()
		people[i] = p
	}
	started, err := people[0].Start(ctx, "first", fmt.Sprintf("Group %d", number), "<p>Hello</p>", people[1].Me.User.ID, people[2].Me.User.ID)
	if err != nil {
		return nil, fmt.Errorf("start conversation: %w", err)
	}
	g := &group{conversation: started.Row.Conversation.ID}
	for i, p := range people {
		socket, err := p.Socket(ctx)
		if err != nil {
			return nil, errors.Join(err, g.close())
		}
		g.screens[i] = newScreen(socket, messages)
	}
	return g, nil
}

func (g *group) close() (err error) {
	for _, s := range g.screens {
		if s != nil {
			err = errors.Join(err, s.socket.Close())
		}
	}
	return err
}
