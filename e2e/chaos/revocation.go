package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"postern/e2e/client"
)

// How long news of a right that has ended may take to reach the sockets, from its commit on.
const (
	revokedWithin       = time.Second
	revokedWithoutRedis = 2 * time.Second
	revocations         = 8           // of each kind, with Redis and without
	watchedFor          = time.Second // after that
)

// revocation takes rights away from people whose sockets are open, in rooms where others go on talking: participants are removed, sessions are
// ended, users are disabled. Nothing may come past the bound, nor after a reconnection.
func revocation(ctx context.Context, r *round) error {
	if err := r.revoke(ctx, revokedWithin); err != nil {
		return err
	}
	if r.st.d.Redis == nil {
		return nil
	}
	if err := r.st.d.Redis.Kill(); err != nil {
		return err
	}
	if err := r.revoke(ctx, revokedWithoutRedis); err != nil {
		return err
	}
	r.lift()
	return r.st.d.Redis.Start(ctx)
}

func (r *round) revoke(ctx context.Context, within time.Duration) error {
	links, err := r.moreSessions(ctx)
	if err != nil {
		return err
	}
	guests, err := r.invite(ctx, len(links))
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	for i, link := range links {
		o := r.rooms[i]
		p := o.members[3] // no one else takes them out or brings them back
		all.Go(func() {
			if err := r.endSession(ctx, o, p, link, within); err != nil {
				r.never(fmt.Errorf("end a session of %s: %w", p.email, err))
			}
			if err := r.remove(ctx, o, p, within); err != nil {
				r.never(fmt.Errorf("remove %s: %w", p.email, err))
			}
		})
		all.Go(func() {
			if err := r.disable(ctx, o, guests[i], within); err != nil {
				r.never(fmt.Errorf("disable %s: %w", guests[i].email, err))
			}
		})
	}
	all.Wait()
	return nil
}

// moreSessions gives links for a second session of the people who are to lose one.
func (r *round) moreSessions(ctx context.Context) (links []string, err error) {
	for _, o := range r.rooms[:min(revocations, len(r.rooms))] {
		link, err := r.st.tellNode(ctx, "", "user", "link", "--sign-in", o.members[3].email)
		if err != nil {
			return nil, err
		}
		links = append(links, link)
	}
	return links, nil
}

// remove takes a person out, and looks at their screens for what came too late; what they may not see at all the judge finds.
func (r *round) remove(ctx context.Context, o *room, p *person, within time.Duration) error {
	if err := o.leave(ctx, p, o.host, r.failed); err != nil {
		return err
	}
	over := time.Now().Add(within)
	pause(ctx, within+watchedFor/2)
	for _, s := range p.screens {
		s.drop()
	}
	pause(ctx, watchedFor/2)
	for _, s := range p.screens {
		list, _ := s.of(o.id)
		for _, one := range list {
			if one.at.After(over) {
				r.leaked.Add(1)
			}
		}
	}
	return o.bring(ctx, p, r.failed)
}

// endSession opens a second session, ends it from the first, and watches its socket, which is to be closed and to stay so.
func (r *round) endSession(ctx context.Context, o *room, p *person, link string, within time.Duration) error {
	second, err := r.watch(ctx, link)
	if err != nil {
		return err
	}
	defer second.close()
	if err := r.endOther(ctx, p, second.client); err != nil {
		return err
	}
	second.mustBeOut(ctx, r, time.Now().Add(within))
	return nil
}

// endOther ends the session of second from the person's first. Sessions are told apart by which of them is one's own.
func (r *round) endOther(ctx context.Context, p *person, second *client.Client) error {
	var list struct {
		Sessions []struct {
			ID      string `json:"id"`
			Current bool   `json:"current"`
		} `json:"sessions"`
	}
	if err := second.Do(ctx, http.MethodGet, "/sessions", nil, &list); err != nil {
		return err
	}
	for _, s := range list.Sessions {
		if s.Current {
			return until(ctx, r.failed, func(ctx context.Context) error {
				return p.client.Do(ctx, http.MethodDelete, "/sessions/"+s.ID, nil, nil)
			})
		}
	}
	return fmt.Errorf("none of %d sessions is the asker's own", len(list.Sessions))
}
