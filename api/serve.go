package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"postern/api/session"
	"postern/chat"
)

// answerTime is how long a request may take to arrive, its answer to be found, and that to be taken; files and live connections
// have their own.
const answerTime = 30 * time.Second

// serve lets a handler run for those with access to it.
func (d *door) serve(template string, who access, do handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitOf(r).route = template
		patience(w, d.answerTime)
		r, err := d.admit(r, who)
		if err == nil {
			err = do(w, r)
		}
		if err != nil {
			d.refuse(w, r, err)
		}
	})
}

// patience says how long the other side may take to send its request, and as long again to take the answer, so that
// who is too slow is told so. A writer that knows no deadlines (in tests) goes without.
func patience(w http.ResponseWriter, long time.Duration) {
	control, now := http.NewResponseController(w), time.Now()
	_ = errors.Join(control.SetReadDeadline(now.Add(long)), control.SetWriteDeadline(now.Add(2*long)))
}

// bounded gives a use case that ends in one answer no more time than the asker has for it.
func (d *door) bounded(do handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), d.answerTime)
		defer cancel()
		return do(w, r.WithContext(ctx))
	}
}

// admit finds out who is asking, each time anew, and refuses whom the route is not for.
func (d *door) admit(r *http.Request, who access) (*http.Request, error) {
	if who == anyone {
		return r, nil
	}
	v := visitOf(r)
	token := v.cookie(r.Host).Token(r)
	if token == "" {
		return r, chat.Refuse(chat.Unsigned, "Sign in first.")
	}
	actor, user, err := d.Service.Authenticate(r.Context(), v.office.ID, token)
	if err != nil {
		return r, err
	}
	v.user = actor.User
	if who == messaging {
		if err := user.Messaging(); err != nil {
			return r, err
		}
	}
	return r.WithContext(session.With(r.Context(), session.Asker{Actor: actor, User: user})), nil
}

// nowhere answers for what is under /api and is no route.
func nowhere(http.ResponseWriter, *http.Request) error {
	return chat.Refuse(chat.NotFound, "There is nothing at this address.")
}

// notAllowed answers other methods than those that a path has.
func notAllowed(methods []string) handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Allow", strings.Join(methods, ", "))
		return precise{chat.Refuse(chat.Invalid, "This address does not take that method."), http.StatusMethodNotAllowed}
	}
}
