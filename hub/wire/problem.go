package wire

import (
	"errors"
	"net/http"
	"time"

	"postern/chat"
)

// refusal is what a kind of error is called outside.
type refusal struct {
	code   string
	status int
	title  string // the status in words (RFC 9457, section 4.2.1)
}

// refusals is the one table from chat's kinds to what clients are told.
var refusals = map[chat.Kind]refusal{
	chat.NotFound:    named(chat.NotFound, http.StatusNotFound),
	chat.Forbidden:   named(chat.Forbidden, http.StatusForbidden),
	chat.Unsigned:    named(chat.Unsigned, http.StatusUnauthorized),
	chat.Invalid:     named(chat.Invalid, http.StatusBadRequest),
	chat.Conflict:    named(chat.Conflict, http.StatusConflict),
	chat.TooLarge:    named(chat.TooLarge, http.StatusRequestEntityTooLarge),
	chat.TooMany:     named(chat.TooMany, http.StatusTooManyRequests),
	chat.Unavailable: named(chat.Unavailable, http.StatusServiceUnavailable),
	chat.Expired:     named(chat.Expired, http.StatusGone),
}

func named(k chat.Kind, status int) refusal {
	return refusal{code: k.String(), status: status, title: http.StatusText(status)}
}

// internal is what is shown of an error that is no refusal: nothing.
var internal = Problem{
	Type:   "about:blank",
	Title:  http.StatusText(http.StatusInternalServerError),
	Status: http.StatusInternalServerError,
	Code:   "internal",
	Detail: "Something went wrong here. It has been noted; try again later.",
}

// ProblemOf tells an error to whoever asked: a refusal by its kind and sentence, anything else as an internal error
// without a word of what it was. Whoever calls logs what is internal.
func ProblemOf(err error) Problem {
	e, ok := errors.AsType[*chat.Error](err)
	if !ok || refusals[e.Kind].status == 0 {
		return internal
	}
	r := refusals[e.Kind]
	return Problem{
		Type:   "about:blank",
		Title:  r.title,
		Status: r.status,
		Code:   r.code,
		Detail: e.Sentence,
		Field:  e.Field,
		Retry:  e.Kind.Retry(),
		After:  int((e.After + time.Second - 1) / time.Second),
	}
}
