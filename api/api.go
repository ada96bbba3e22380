package api

import (
	"context"
	"io/fs"
	"net/http"
	"net/netip"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
)

// Options is what the API stands on.
type Options struct {
	Service        *chat.Service
	Live           LiveServer
	Static         fs.FS          // the built client: index.html and what it loads
	TrustedProxies []netip.Prefix // whose word on client address and scheme counts
	Log            zerolog.Logger
	Ready          func(context.Context) error // why it cannot serve just now; nil: it always can
	MaxUpload      int64                       // bytes a file; zero: the service's own limit
	Limits         Limits                      // what is not set is as DefaultLimits has it
	Extra          http.Handler                // pages under /demo; nil: none

	// Answered is told of each request when it is over: its route's template (empty: it came to none), method, status (zero: nothing was
	// answered, as nobody was there) and time. Nil: nobody is.
	Answered func(route, method string, status int, took time.Duration)
}

// LiveServer takes over an authenticated request for a live connection and returns when that has ended (package hub). since is
// the last place that the client has worked in, or nil; origins are patterns of those that may connect beside the request's own.
type LiveServer interface {
	Serve(w http.ResponseWriter, r *http.Request, a chat.Actor, since *chat.Place, origins ...string)
}

// door is the API at work.
type door struct {
	Options
	offices *offices
	limits  *throttles
	pages   *pages

	answerTime time.Duration
}

// New gives the handler of the whole web side.
func New(o Options) http.Handler { return newDoor(o).handler() }

func newDoor(o Options) *door {
	if o.Ready == nil {
		o.Ready = func(context.Context) error { return nil }
	}
	if o.Answered == nil {
		o.Answered = func(string, string, int, time.Duration) {}
	}
	if o.MaxUpload == 0 {
		o.MaxUpload = o.Service.MaxUpload
	}
	o.Limits = o.Limits.filled()
	return &door{
		Options: o, offices: newOffices(o.Service), limits: newThrottles(o.Limits), pages: loadPages(o.Static), answerTime: answerTime,
	}
}
