package client_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"postern/e2e/client"
	"postern/hub/wire"
)

// signedIn is a client of a server that lets everybody in and hands their live connection to serve.
func signedIn(t *testing.T, serve func(context.Context, *websocket.Conn)) *client.Client {
	t.Helper()
	pages := http.NewServeMux()
	pages.HandleFunc("POST /api/v1/links/use", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "x", Path: "/"})
	})
	pages.HandleFunc("GET /api/v1/live", func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie("session"); err != nil || cookie.Value != "x" {
			http.Error(w, "sign in", http.StatusUnauthorized)
			return
		}
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{wire.Subprotocol}})
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.CloseNow()
		conn.SetReadLimit(1 << 20)
		serve(r.Context(), conn)
	})
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	// The office's address is one that only NewAt's second argument makes reachable.
	c, err := client.NewAt("http://office.invalid", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Enter(t.Context(), "http://office.invalid/link#token", ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Rest)
	return c
}

func TestSocketCarriesFramesOfEverySize(t *testing.T) {
	t.Parallel()
	c := signedIn(t, func(ctx context.Context, conn *websocket.Conn) {
		for {
			typ, text, err := conn.Read(ctx)
			if err != nil {
				return
			}
			if err := conn.Write(ctx, typ, text); err != nil {
				t.Error(err)
			}
		}
	})
	socket, err := c.Socket(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, size := range []int{0, 1, 125, 126, 4086, 4092, 4093, 4096, 65535, 65536, 100_000, 7} {
		sent := bytes.Repeat([]byte{'a' + byte(size%26)}, size)
		if err := socket.Send(sent); err != nil {
			t.Fatal(err)
		}
		if got, err := socket.Next(); err != nil || !bytes.Equal(got, sent) {
			t.Fatalf("of %d bytes %d came back: %v", size, len(got), err)
		}
	}
}

func TestSocketAnswersPingsAndTellsTheCloseCode(t *testing.T) {
	t.Parallel()
	c := signedIn(t, func(ctx context.Context, conn *websocket.Conn) {
		ctx = conn.CloseRead(ctx)
		if err := conn.Ping(ctx); err != nil {
			t.Errorf("ping: %v", err)
		}
		if err := conn.Write(ctx, websocket.MessageText, []byte("ponged")); err != nil {
			t.Error(err)
		}
		conn.Close(4002, "too slow")
	})
	socket, err := c.Socket(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if got, err := socket.Next(); err != nil || string(got) != "ponged" {
		t.Fatalf("%q, %v", got, err)
	}
	_, err = socket.Next()
	if code, ok := errors.AsType[client.Closed](err); !ok || code != 4002 {
		t.Errorf("at the end: %v", err)
	}
}

// A session goes on at another node, from where it was, from an address of its own; a node that is full says when to come back.
func TestSocketResumesElsewhere(t *testing.T) {
	t.Parallel()
	full := true
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if full {
			full = false
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		cookie, err := r.Cookie("session")
		if from, _, _ := strings.Cut(r.RemoteAddr, ":"); err != nil || cookie.Value != "x" || r.URL.Query().Get("since") != "4.17" || from != "127.0.0.7" {
			t.Errorf("asked for %s from %s with %v", r.URL, from, cookie)
		}
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{wire.Subprotocol}})
		if err != nil {
			t.Error(err)
			return
		}
		conn.Close(1001, "going away")
	}))
	t.Cleanup(elsewhere.Close)
	c := signedIn(t, nil).Elsewhere(strings.TrimPrefix(elsewhere.URL, "http://"))
	from := net.IPv4(127, 0, 0, 7)
	_, err := c.Resume(t.Context(), from, "4.17")
	if away, ok := errors.AsType[*client.TurnedAway](err); !ok || away.Status != 503 || away.After != 3*time.Second {
		t.Fatalf("turned away: %v", err)
	}
	socket, err := c.Resume(t.Context(), from, "4.17")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if _, err := socket.Next(); !errors.Is(err, client.Closed(1001)) {
		t.Errorf("at the end: %v", err)
	}
}

func TestSocketIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	c := signedIn(t, nil)
	other, err := client.New("http://127.0.0.1:1", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Socket(t.Context()); err == nil || !strings.Contains(err.Error(), "not signed in") {
		t.Errorf("without a session: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Socket(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
}
