package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"postern/e2e/client"
)

// guest is somebody who is in a room until they are disabled: by turns a contact and one of staff.
type guest struct{ email, link string }

// invite has people made who are to be disabled, with links to come in by.
func (r *round) invite(ctx context.Context, many int) ([]guest, error) {
	r.guests++
	var list strings.Builder
	guests := make([]guest, many)
	for i := range guests {
		role := []string{"client", "staff"}[i%2]
		guests[i].email = fmt.Sprintf("guest%d-%d-%d@chaos.example", r.number, r.guests, i)
		fmt.Fprintf(&list, "%s,Guest %d,%s,\n", guests[i].email, i, role)
	}
	out, err := r.st.tellNode(ctx, list.String(), "user", "import", "--sign-in", "-")
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(out, "\n") {
		_, guests[i].link, _ = strings.Cut(strings.TrimSpace(line), "\t")
	}
	return guests, nil
}

// disable brings somebody into a room where others go on talking, has them disabled, and watches their socket. Back again, they are not let to go on from
// where they were; they leave, so that the rest of the round is without them.
func (r *round) disable(ctx context.Context, o *room, g guest, within time.Duration) error {
	w, err := r.watch(ctx, g.link)
	if err != nil {
		return err
	}
	defer w.close()
	id := w.client.Me.User.ID
	if err := o.bring(ctx, &person{client: w.client}, r.failed); err != nil {
		return err
	}
	if err := w.mustHear(ctx); err != nil {
		return err
	}
	if err := r.setActive(ctx, id, false); err != nil {
		return err
	}
	w.mustBeOut(ctx, r, time.Now().Add(within))
	if err := w.client.Do(ctx, http.MethodGet, "/me", nil, nil); !refusedWith(err, http.StatusUnauthorized) {
		r.leaked.Add(1)
	}
	if err := r.setActive(ctx, id, true); err != nil {
		return err
	}
	if again, err := w.client.Resume(ctx, nil, w.place()); err == nil {
		r.leaked.Add(1) // by the session that ended
		return again.Close()
	}
	return o.leave(ctx, &person{client: w.client}, o.host, r.failed)
}

// setActive has an admin disable a user, or enable them again.
func (r *round) setActive(ctx context.Context, user string, active bool) error {
	admin := r.st.cast.slow[0]
	return until(ctx, r.failed, func(ctx context.Context) error {
		return admin.client.Do(ctx, http.MethodPatch, "/users/"+user, map[string]any{"active": active}, nil)
	})
}

func refusedWith(err error, status int) bool {
	refusal, ok := errors.AsType[*client.Refusal](err)
	return ok && refusal.Status == status
}
