package mailgw

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// serve runs an SMTP server on a port of its own, until the test ends.
func (w *world) serve(change ...func(*ServerOptions)) *served {
	w.Helper()
	return serve(w.TB, append([]func(*ServerOptions){func(o *ServerOptions) { o.Service, o.Log = w.Service, w.logger() }}, change...)...)
}

// served is a server that runs.
type served struct {
	*Server
	tb     testing.TB
	addr   string
	result chan error
}

func serve(tb testing.TB, change ...func(*ServerOptions)) *served {
	tb.Helper()
	o := ServerOptions{Hello: domain, Log: zerolog.Nop(), Pause: time.Millisecond}
	for _, do := range change {
		do(&o)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &served{NewServer(o), tb, l.Addr().String(), make(chan error, 1)}
	go func() { s.result <- s.Serve(l) }()
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil && !errors.Is(err, net.ErrClosed) {
			tb.Errorf("shut down: %v", err)
		}
		if err := <-s.result; err != nil {
			tb.Errorf("serve: %v", err)
		}
		if used := s.memory.used.Load(); used != 0 {
			tb.Errorf("%d bytes of memory were not given back", used)
		}
	})
	return s
}
