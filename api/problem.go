package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"postern/chat"
	"postern/hub/wire"
)

// precise gives a refusal another status than its kind has, where HTTP knows a better one. The code stays the kind's.
type precise struct {
	error
	status int
}

func (p precise) Unwrap() error { return p.error }

// misdirected: the request is for a host that is not ours (RFC 9110, section 15.5.20).
func misdirected(err error) error { return precise{err, http.StatusMisdirectedRequest} }

// refuse answers with a problem and keeps the error for the log.
func (d *door) refuse(w http.ResponseWriter, r *http.Request, err error) {
	visitOf(r).err = err
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // nobody is there to read it
	}
	problem := problemOf(err)
	if problem.After > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(problem.After))
	}
	body, failed := wire.Marshal(problem)
	if failed != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	write(w, problem.Status, "application/problem+json", body)
}

func problemOf(err error) wire.Problem {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = chat.Refuse(chat.TooLarge, "This is too large: at most "+bytesInWords(tooLarge.Limit)+".").Because(err)
	}
	if errors.Is(err, context.DeadlineExceeded) && chat.KindOf(err) == 0 {
		err = chat.Refuse(chat.Unavailable, "This took too long. Try again in a moment.").Because(err)
	}
	problem := wire.ProblemOf(err)
	if p, ok := errors.AsType[precise](err); ok {
		problem.Status, problem.Title = p.status, http.StatusText(p.status)
	}
	return problem
}

func bytesInWords(n int64) string {
	switch {
	case n >= 1<<20:
		return strconv.FormatInt(n>>20, 10) + " MiB"
	case n >= 1<<10:
		return strconv.FormatInt(n>>10, 10) + " KiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}
