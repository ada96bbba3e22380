package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"postern/chat"
)

// TestTheLogTellsNoSecrets: bodies, titles, names, tokens, passwords, whole addresses.
func TestTheLogTellsNoSecrets(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	withPassword(s.world)
	carla := s.nobody()
	carla.post("/session", signInRequest{s.carla.Email, password}).want(http.StatusOK)
	carla.post("/session", signInRequest{s.carla.Email, "CANARY-WRONG"}).want(http.StatusUnauthorized)
	carla.post("/links/use", object{"token": "CANARY-LINK"}).want(http.StatusGone)
	carla.get("/directory?q=CANARY-QUERY").want(http.StatusOK)
	sam := s.as(s.sam)
	for _, route := range protected(s.door) {
		carla.call(route, calls(s.real)[route])
	}
	log := s.log.String()
	for _, secret := range []string{
		"CANARY", "example.org", "Carla", "Client", firstText, password, carla.token(), sam.token(), "127.0.0.1",
	} {
		if strings.Contains(log, secret) {
			at := strings.Index(log, secret)
			t.Errorf("the log holds %q: ...%s...", secret, log[max(0, at-200):at+len(secret)])
		}
	}
	var line struct {
		Level, Method, Route, Network, Office, User, Request, Message string
		Status                                                        int
	}
	found := false
	for text := range strings.Lines(log) {
		must(t, json.Unmarshal([]byte(text), &line))
		if line.Route == root+"/conversations/{conversation}/messages" && line.Method == "POST" {
			found = true
			if line.Office != s.office.ID.String() || line.User == "" || line.Network != "127.0.0.0/24" || line.Message != "request" || line.Level != "debug" {
				t.Errorf("a line: %s", text)
			}
		}
	}
	if !found {
		t.Errorf("no line for a message sent:\n%s", log)
	}
}

func TestInternalErrorsAreLoggedWholeAndShownAsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		view         func() error
		status       int
		code, logged string
	}{
		"an error": {func() error { return errCanary }, http.StatusInternalServerError, "internal", `"level":"error"`},
		"a panic":  {func() error { panic("CANARY-INSIDE") }, http.StatusInternalServerError, "internal", "handler panicked"},
		"busy": {func() error {
			return chat.Refuse(chat.Unavailable, "The database is busy. Try again in a moment.").Because(errCanary)
		}, http.StatusServiceUnavailable, "unavailable", `"level":"warn"`},
		"too long": {func() error { return context.DeadlineExceeded }, http.StatusServiceUnavailable, "unavailable", "deadline"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			carla := w.as(w.carla)
			carla.get("/me").want(http.StatusOK) // the premise
			w.store.broken.Store(&c.view)
			a := carla.get("/me")
			a.refused(c.status, c.code, "")
			wantNoCanary(t, "carla", a, "CANARY")
			if log := w.log.String(); !strings.Contains(log, c.logged) || name != "too long" && !strings.Contains(log, "CANARY-INSIDE") {
				t.Errorf("the log says %s", log)
			}
			w.store.broken.Store(nil)
			carla.get("/me").want(http.StatusOK) // and it lives on
		})
	}
}

var errCanary = errors.New("CANARY-INSIDE")
