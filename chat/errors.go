package chat

import (
	"errors"
	"strings"
	"time"
)

// Kind tells callers what sort of refusal they met; one table per door turns it into that door's code.
type Kind int

// The kinds. Everything that is no [*Error] is internal: logged whole, shown as nothing.
const (
	NotFound    Kind = iota + 1 // it does not exist, or the asker may not know that it does
	Forbidden                   // the asker knows it exists and may not do this to it
	Unsigned                    // nobody is signed in, or what was shown to sign in is wrong
	Invalid                     // the request can never work as it stands
	Conflict                    // it contradicts what has happened since, or another use of the same key
	TooLarge                    // a size or count beyond a fixed limit
	TooMany                     // too many in too short a time; later it may work
	Unavailable                 // something behind is down or busy; later it will work
	Expired                     // it was valid once
)

var kindNames = map[Kind]string{
	NotFound: "not_found", Forbidden: "forbidden", Unsigned: "unsigned", Invalid: "invalid", Conflict: "conflict",
	TooLarge: "too_large", TooMany: "too_many", Unavailable: "unavailable", Expired: "expired",
}

// String is the kind's name in JSON and logs.
func (k Kind) String() string { return kindNames[k] }

// Retry says whether the same request may work later.
func (k Kind) Retry() bool { return k == TooMany || k == Unavailable }

// Error is a refusal with a sentence that is safe to show to whoever asked.
type Error struct {
	Kind     Kind
	Sentence string        // says what is wrong and what to do; no names, titles or ids of things the asker may not know
	Field    string        // the request's field at fault, if it is one
	After    time.Duration // with Retry: not before, if known
	cause    error
}

// Error is the sentence, followed by the cause, which is never shown outside.
func (e *Error) Error() string {
	if e.cause != nil {
		return strings.TrimSuffix(e.Sentence, ".") + ": " + e.cause.Error()
	}
	return e.Sentence
}

// Unwrap gives the cause, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// Refuse makes a refusal.
func Refuse(k Kind, sentence string) *Error { return &Error{Kind: k, Sentence: sentence} }

// About names the field of the request that is at fault.
func (e *Error) About(field string) *Error { c := *e; c.Field = field; return &c }

// Because keeps what lies behind the refusal, for the log.
func (e *Error) Because(cause error) *Error { c := *e; c.cause = cause; return &c }

// KindOf is the kind of the first refusal in err's chain, or zero: internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}

// Is lets errors.Is(err, Refuse(kind, "")) match by kind alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Sentence == ""
}

var errNoConversation = Refuse(NotFound, "There is no such conversation, or you are not in it.")
