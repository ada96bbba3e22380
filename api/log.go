package api

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
)

// logged writes a line a request: routes by their templates, people by their ids, never what was sent.
func (d *door) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, noted, v := time.Now(), &noting{ResponseWriter: w}, visitOf(r)
		log := d.Log.With().Str("request", v.id).Logger()
		r = r.WithContext(log.WithContext(r.Context()))
		defer func() {
			took := time.Since(began)
			note(&log, r, noted, took)
			d.Answered(v.route, r.Method, noted.status, took)
		}()
		defer d.recovered(&log, noted, r)
		next.ServeHTTP(noted, r)
	})
}

// recovered keeps the process alive when a handler panics. An answer that has begun breaks off, so that nobody takes it for whole.
func (d *door) recovered(log *zerolog.Logger, w *noting, r *http.Request) {
	broken := recover()
	if broken == nil {
		return
	}
	if broken != http.ErrAbortHandler {
		log.Error().Interface("panic", broken).Bytes("stack", debug.Stack()).Str("route", visitOf(r).route).Msg("handler panicked")
	}
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	d.refuse(w, r, fmt.Errorf("panic: %v", broken))
}

// note says what became of a request. Only what a person should look at is louder than debug.
func note(log *zerolog.Logger, r *http.Request, w *noting, took time.Duration) {
	v := visitOf(r)
	level := zerolog.DebugLevel
	switch kind := chat.KindOf(v.err); {
	case v.err == nil || r.Context().Err() != nil:
	case kind == 0 && problemOf(v.err).Status == http.StatusInternalServerError:
		level = zerolog.ErrorLevel
	case kind == chat.Unavailable:
		level = zerolog.WarnLevel
	}
	line := log.WithLevel(level).Str("method", r.Method).Str("route", v.route).Int("status", w.status).
		Int64("bytes", w.bytes).Dur("took_ms", took).Str("network", network(v.client, 24, 48))
	if v.office != nil {
		line.Stringer("office", v.office.ID)
	}
	if !v.user.IsZero() {
		line.Stringer("user", v.user)
	}
	line.AnErr("error", v.err).Msg("request")
}

// noting notes what was answered.
type noting struct {
	http.ResponseWriter
	status int // zero: nothing yet
	bytes  int64
}

func (n *noting) WriteHeader(status int) {
	if n.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		n.status = status
	}
	n.ResponseWriter.WriteHeader(status)
}

func (n *noting) Write(b []byte) (int, error) {
	if n.status == 0 {
		n.status = http.StatusOK
	}
	written, err := n.ResponseWriter.Write(b)
	n.bytes += int64(written)
	return written, err
}

// Unwrap lets deadlines and the upgrade of live connections through (http.ResponseController).
func (n *noting) Unwrap() http.ResponseWriter { return n.ResponseWriter }
