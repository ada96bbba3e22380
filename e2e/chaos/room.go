package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/sync/errgroup"

	"postern/e2e/client"
)

// room is a conversation of a round.
type room struct {
	number  int
	id      string // as the API writes it
	title   string
	members []*person // from the start: host, aide, two contacts, and who else
	host    *person   // of staff: stays, and brings people back
	aide    *person   // of staff: comes and goes in some rooms
	guest   *person   // a contact: comes and goes in some rooms
	writer  *person   // a contact who answers by mail, or nil
}

// open starts the round's rooms.
func (r *round) open(ctx context.Context) error {
	c := r.st.cast
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(16)
	r.rooms = make([]*room, r.st.Rooms)
	for i := range r.rooms {
		room := &room{
			number: i, title: fmt.Sprintf("Round %d room %d", r.number, i), host: c.staff[i%len(c.staff)], aide: c.staff[(i+1)%len(c.staff)],
			guest: c.contacts[2*i],
		}
		room.members = []*person{room.host, room.aide, room.guest, c.contacts[2*i+1]}
		if i%writerEvery == 0 && i/writerEvery < len(c.writers) {
			room.writer = c.writers[i/writerEvery]
			room.members = append(room.members, room.writer)
		}
		if r.everywhere {
			room.members = append(room.members, c.slow...)
		}
		r.rooms[i] = room
		work.Go(func() error { return room.start(ctx, r.number) })
	}
	return work.Wait()
}

func (o *room) start(ctx context.Context, round int) error {
	var to []string
	for _, p := range o.members[1:] {
		to = append(to, p.client.Me.User.ID)
	}
	in := map[string]any{
		"to": to, "audience": "shared", "title": o.title, "html": "<p>Hello</p>", "key": fmt.Sprintf("start-%d-%d", round, o.number),
	}
	var s client.Started
	err := until(ctx, func(error) {}, func(ctx context.Context) error {
		return o.host.client.Do(ctx, http.MethodPost, "/conversations", in, &s)
	})
	if err != nil {
		return fmt.Errorf("start %q: %w", o.title, err)
	}
	o.id = s.Row.Conversation.ID
	return nil
}

// leave takes somebody out, by themselves or by the host; whoever is out already stays so.
func (o *room) leave(ctx context.Context, p, by *person, failed func(error)) error {
	err := until(ctx, failed, func(ctx context.Context) error {
		return by.client.Do(ctx, http.MethodDelete, "/conversations/"+o.id+"/participants/"+p.client.Me.User.ID, nil, nil)
	})
	if refusal, ok := errors.AsType[*client.Refusal](err); ok && (refusal.Status == http.StatusNotFound || refusal.Status == http.StatusForbidden) {
		return nil // an earlier try did it
	}
	return err
}

// bring has the host add somebody, as is usual: staff with the history, contacts without.
func (o *room) bring(ctx context.Context, p *person, failed func(error)) error {
	return until(ctx, failed, func(ctx context.Context) error {
		in := map[string]any{"users": []string{p.client.Me.User.ID}}
		return o.host.client.Do(ctx, http.MethodPost, "/conversations/"+o.id+"/participants", in, nil)
	})
}
