package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
	"postern/e2e/rig"
	"postern/hub/wire"
)

// crowd are people in conversations of three.
type crowd struct {
	people                []*person
	sent, sockets, errors atomic.Int64
}

// person is one of them.
type person struct {
	crowd        *crowd
	client       *client.Client
	conversation string
	number, key  int
}

func gather(ctx context.Context, d *rig.Deployment, count int) (*crowd, error) {
	var list strings.Builder
	for i := range count {
		role := "client"
		if i%3 == 0 {
			role = "staff"
		}
		fmt.Fprintf(&list, "person%d@soak.example,Person %d,%s,\n", i, i, role)
	}
	making := d.Nodes[0].Command(ctx, "user", "import", "--sign-in", "-")
	making.Stdin = strings.NewReader(list.String())
	links, err := making.Output()
	if err != nil {
		return nil, fmt.Errorf("make people: %w", err)
	}
	c := &crowd{}
	for i, line := range strings.Split(strings.TrimSpace(string(links)), "\n") {
		_, link, _ := strings.Cut(line, "\t")
		p := &person{crowd: c, number: i}
		if p.client, err = client.New(d.URL, ""); err != nil {
			return nil, err
		}
		if err := p.client.Enter(ctx, link, ""); err != nil {
			return nil, fmt.Errorf("sign in: %w", err)
		}
		p.client.Rest()
		c.people = append(c.people, p)
	}
	for i := 0; i+2 < len(c.people); i += 3 {
		three := c.people[i : i+3]
		started, err := three[0].client.Start(ctx, "soak", fmt.Sprintf("Room %d", i/3), "<p>Hello</p>", three[1].client.Me.User.ID, three[2].client.Me.User.ID)
		if err != nil {
			return nil, fmt.Errorf("start conversation: %w", err)
		}
		for _, p := range three {
			p.conversation = started.Row.Conversation.ID
		}
	}
	return c, nil
}

// samples is how often a stay is looked at, at least.
const samples = 24

// stay has everybody come and go for so long, and looks at the server meanwhile; when it returns all have gone.
func (c *crowd) stay(ctx context.Context, length time.Duration, g *gauge) (list []sample, err error) {
	here, leave := context.WithTimeout(ctx, length)
	defer leave()
	var all errgroup.Group
	for _, p := range c.people {
		all.Go(func() error { return p.live(here) })
	}
	for g != nil && pause(here, length/samples) == nil {
		s, err := g.look(ctx)
		if err != nil {
			leave()
			return nil, errors.Join(err, all.Wait())
		}
		list = append(list, s)
	}
	return list, errors.Join(all.Wait(), ctx.Err())
}

// live comes and goes.
func (p *person) live(ctx context.Context) error {
	defer p.client.Rest()
	for ctx.Err() == nil {
		if err := p.visit(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("person %d: %w", p.number, err)
		}
	}
	return nil
}

// manner is how a person goes.
type manner int

const (
	politely manner = iota // with a close frame
	rudely                 // without
	deaf                   // after taking nothing for some seconds, while others write
	manners
)

// visit is one connection: look at the list, talk for some seconds, go.
func (p *person) visit(ctx context.Context) error {
	if _, err := p.client.Badge(ctx); err != nil {
		return err
	}
	s, err := p.client.Socket(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	p.crowd.sockets.Add(1)
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	var hears atomic.Bool
	hears.Store(true)
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		p.listen(s, &hears)
	}()
	over := time.Now().Add(time.Second + rand.N(4*time.Second))
	for time.Now().Before(over) && p.say(s) == nil && pause(ctx, 100*time.Millisecond+rand.N(500*time.Millisecond)) == nil {
	}
	switch manner(rand.IntN(int(manners))) {
	case politely:
		_ = s.Goodbye() // it may have been closed already
	case deaf:
		hears.Store(false)
		_ = pause(ctx, 3*time.Second) // over when the crowd goes
	case rudely:
	}
	s.Close()
	<-heard
	return nil
}

// say sends one of the things that a browser sends.
func (p *person) say(s *client.Socket) error {
	p.key++
	command := wire.Command{Type: "send", Key: fmt.Sprint(p.number, "-", p.key), Conversation: p.conversation, HTML: "<p>" + strings.Repeat("How are you? ", 1+rand.IntN(40)) + "</p>"}
	switch rand.IntN(5) {
	case 0:
		command = wire.Command{Type: wire.TypeTyping, Conversation: p.conversation, On: true}
	case 1:
		command = wire.Command{Type: wire.TypeViewing, Conversation: p.conversation, On: true}
	}
	text, err := json.Marshal(command)
	if err != nil {
		return err
	}
	return s.Send(text)
}

// listen takes what comes, to the end or until it is not to hear any more.
func (p *person) listen(s *client.Socket, hears *atomic.Bool) {
	for hears.Load() {
		text, err := s.Next()
		if err != nil {
			return
		}
		for _, f := range framesOf(text) {
			switch f.Type {
			case wire.TypeAck:
				p.crowd.sent.Add(1)
			case wire.TypeError:
				p.crowd.errors.Add(1)
			}
		}
	}
}

func framesOf(text []byte) []wire.Frame {
	var list []wire.Frame
	if len(text) > 0 && text[0] == '{' {
		text = append(append([]byte("["), text...), ']')
	}
	_ = json.Unmarshal(text, &list) // golden frames are held to elsewhere
	return list
}
