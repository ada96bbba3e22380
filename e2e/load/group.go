package main

import (
	"context"
	"errors"
	"fmt"

	"postern/e2e/client"
)

// group is a conversation of one of staff, who writes, and two contacts.
type group struct {
	conversation string
	screens      []*screen     // of everybody who is shown what is written; the writer's first
	ready        chan struct{} // at max: a token for each message that the writer may send now
}

// gather makes groups of three, and opens a socket for each: the writers' at the first node, the readers' at the last. messages bounds what a
// screen will be shown.
func gather(ctx context.Context, s *site, count, messages int) ([]*group, error) {
	people, err := s.enter(ctx, len(roles)*count, func(person int) string {
		if person%len(roles) == 0 {
			return s.addresses[0]
		}
		return s.last()
	})
	if err != nil {
		return nil, err
	}
	groups := make([]*group, count)
	return groups, parallel(ctx, count, func(ctx context.Context, i int) (err error) {
		groups[i], err = assemble(ctx, people[len(roles)*i:][:len(roles)], i, messages/count)
		return err
	})
}

// assemble starts the conversation of three people, the first of whom writes, and opens their sockets.
func assemble(ctx context.Context, people []*client.Client, number, messages int) (*group, error) {
	g, err := converse(ctx, people, number)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		socket, err := p.Socket(ctx)
		if err != nil {
			return nil, errors.Join(err, g.close())
		}
		g.screens = append(g.screens, newScreen(socket, messages))
	}
	return g, nil
}

// converse starts a conversation of the first of the people with the others.
func converse(ctx context.Context, people []*client.Client, number int) (*group, error) {
	var to []string
	for _, p := range people[1:] {
		to = append(to, p.Me.User.ID)
	}
	defer people[0].Rest()
	started, err := people[0].Start(ctx, "first", fmt.Sprintf("Group %d", number), "<p>Hello</p>", to...)
	if err != nil {
		return nil, fmt.Errorf("start conversation: %w", err)
	}
	return &group{conversation: started.Row.Conversation.ID}, nil
}

func (g *group) close() (err error) {
	for _, s := range g.screens {
		err = errors.Join(err, s.close())
	}
	return err
}
