package api

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"postern/chat"
)

const password = "correct horse battery"

// withPassword gives carla one.
func withPassword(w *world) {
	w.t.Helper()
	token, err := w.service.CreateLink(w.t.Context(), w.office.ID, w.carla.Email, chat.ResetLink, time.Hour)
	must(w.t, err)
	w.nobody().post("/links/use", map[string]string{"token": token, "password": password}).want(http.StatusOK)
}

// TestWrongSignInsAreAnsweredAlike is FAULTS W9: known or unknown address, with a password or without.
func TestWrongSignInsAreAnsweredAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	withPassword(w)
	w.nobody().post("/session", signInRequest{w.carla.Email, password}).want(http.StatusOK) // the premise
	unknown := w.nobody().post("/session", signInRequest{"nobody@example.org", password})
	unknown.refused(http.StatusUnauthorized, "unsigned", "")
	for who, in := range map[string]signInRequest{
		"a wrong password": {w.carla.Email, "wrong"}, "none set": {w.sam.Email, password}, "empty": {w.sam.Email, ""},
		"of the other office": {w.otto.Email, password}, "no address": {"", ""}, "no such address": {"x", "y"},
	} {
		same(t, who, w.nobody().post("/session", in), unknown, http.StatusUnauthorized)
	}
	w.at(w.other).post("/session", signInRequest{w.carla.Email, password}).refused(http.StatusUnauthorized, "unsigned", "")
}

func TestForgottenIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Limits.ForgottenTo = Rate{2, time.Hour} })
	known := w.nobody().post("/password/forgotten", forgottenRequest{"CARLA@example.org"})
	for who, email := range map[string]string{"unknown": "nobody@example.org", "of the other office": w.otto.Email, "no address": "@", "with NUL": "a\u2028@example.org"} {
		same(t, who, w.nobody().post("/password/forgotten", forgottenRequest{email}), known, http.StatusAccepted)
	}
	for range 5 {
		same(t, "again", w.nobody().post("/password/forgotten", forgottenRequest{w.carla.Email}), known, http.StatusAccepted)
	}
	if sent := len(w.mails.tokens(w.carla.Email)); sent != 2 {
		t.Errorf("carla was sent %d mails, the limit is 2", sent)
	}
	if sent := len(w.mails.tokens(w.otto.Email)); sent != 0 {
		t.Errorf("otto was sent %d mails of an office that is not his", sent)
	}
}

// TestForgottenTakesTheSameTime: an answer waits for its time, whether there was work or not.
func TestForgottenTakesTheSameTime(t *testing.T) {
	t.Parallel()
	const set = 300 * time.Millisecond
	w := newWorld(t, func(o *Options) { o.Limits.ForgottenAnswer = set })
	for _, email := range []string{w.carla.Email, "nobody@example.org"} {
		began := time.Now()
		w.nobody().post("/password/forgotten", forgottenRequest{email}).want(http.StatusAccepted)
		if took := time.Since(began); took < set {
			t.Errorf("%s was answered after %v, before its time", email, took)
		}
	}
}

// tries signs in as carla n times from an address, and gives the last answer.
func tries(w *world, from string, n int, in signInRequest) (last reply) {
	w.t.Helper()
	for range n {
		last = w.nobody().do("POST", "/session", in, func(r *http.Request) { r.Header.Set("X-Forwarded-For", from) })
	}
	return last
}

func TestGuessingIsSlowedWithoutLockingOutTheVictim(t *testing.T) {
	t.Parallel()
	w := newWorld(t, trustLoopback, func(o *Options) {
		o.Limits.SignInHere, o.Limits.SignInAccount, o.Limits.SignInNetwork = Rate{5, time.Hour}, Rate{20, time.Hour}, Rate{50, time.Hour}
	})
	withPassword(w)
	right, wrong := signInRequest{w.carla.Email, password}, signInRequest{w.carla.Email, "wrong"}
	tries(w, "192.0.2.1", 1, right).want(http.StatusOK) // carla, at home

	tries(w, "198.51.100.1", 5, wrong).want(http.StatusUnauthorized)
	p := tries(w, "198.51.100.1", 1, wrong).refused(http.StatusTooManyRequests, "too_many", "")
	if !p.Retry || p.After < 3000 || p.After > 3600 {
		t.Errorf("the guesser is told %+v", p)
	}
	for i := range 10 { // from many places
		tries(w, fmt.Sprintf("203.0.113.%d", i), 5, wrong)
	}
	tries(w, "203.0.113.99", 1, right).refused(http.StatusTooManyRequests, "too_many", "") // a new place, during an attack
	token, err := w.service.CreateLink(t.Context(), w.office.ID, w.carla.Email, chat.SignInLink, time.Hour)
	must(t, err)
	w.nobody().do("POST", "/links/use", object{"token": token}, func(r *http.Request) {
		r.Header.Set("X-Forwarded-For", "203.0.113.99")
	}).want(http.StatusOK) // a link makes the place known
	tries(w, "203.0.113.99", 1, right).want(http.StatusOK)
	tries(w, "192.0.2.1", 4, right).want(http.StatusOK) // carla at home is let in all the while
	tries(w, "198.51.100.1", 1, signInRequest{w.sam.Email, "x"}).want(http.StatusUnauthorized)

	for i := range 60 { // one place, many accounts
		tries(w, "198.51.100.7", 1, signInRequest{fmt.Sprintf("user%d@example.org", i), "x"})
	}
	tries(w, "198.51.100.7", 1, signInRequest{"one@example.org", "x"}).want(http.StatusTooManyRequests)
	tries(w, "198.51.100.8", 1, signInRequest{"one@example.org", "x"}).want(http.StatusUnauthorized)
}

func TestNetworksOfIPv6AreCountedAsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, trustLoopback, func(o *Options) { o.Limits.SignInNetwork = Rate{3, time.Hour} })
	in := signInRequest{"nobody@example.org", "x"}
	for i := range 3 {
		tries(w, fmt.Sprintf("2001:db8:1:2::%d", i), 1, in).want(http.StatusUnauthorized)
	}
	tries(w, "2001:db8:1:2:ffff::1", 1, in).want(http.StatusTooManyRequests)
	tries(w, "2001:db8:1:3::1", 1, in).want(http.StatusUnauthorized)
}

// TestForgedAddressesBuyNothing: X-Forwarded-For counts from trusted proxies alone.
func TestForgedAddressesBuyNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Limits.SignInNetwork = Rate{3, time.Hour} })
	in := signInRequest{"nobody@example.org", "x"}
	for i := range 3 {
		tries(w, fmt.Sprintf("192.0.2.%d", i), 1, in).want(http.StatusUnauthorized)
	}
	tries(w, "192.0.2.200", 1, in).want(http.StatusTooManyRequests)
}

func TestOtherLimits(t *testing.T) {
	t.Parallel()
	once := Rate{1, time.Hour}
	w := newWorld(t, func(o *Options) {
		o.Limits.Send, o.Limits.Upload, o.Limits.Invite, o.Limits.Forgotten, o.Limits.Link = once, once, once, once, Rate{3, time.Hour}
	})
	sam := w.as(w.sam) // the first use of a link
	id := sam.start("T", "x", w.carla).Row.Conversation.ID
	sam.post("/conversations/"+id+"/messages", map[string]any{"key": "k", "html": "x"}).refused(http.StatusTooManyRequests, "too_many", "")
	sam.upload("a", []byte("x")).want(http.StatusCreated)
	sam.upload("a", []byte("x")).refused(http.StatusTooManyRequests, "too_many", "")
	sam.post("/invitations", invitationRequest{Name: "N", Email: "n@example.org", Role: "client"}).want(http.StatusCreated)
	sam.post("/invitations", invitationRequest{Name: "N", Email: "m@example.org", Role: "client"}).refused(http.StatusTooManyRequests, "too_many", "")
	sam.post("/password/forgotten", forgottenRequest{"x@example.org"}).want(http.StatusAccepted)
	sam.post("/password/forgotten", forgottenRequest{"y@example.org"}).refused(http.StatusTooManyRequests, "too_many", "")
	w.as(w.carla).upload("b", []byte("x")).want(http.StatusCreated) // others have their own; the second use of a link
	w.nobody().post("/links/look", map[string]string{"token": "t"}).want(http.StatusGone)
	w.nobody().post("/links/look", map[string]string{"token": "t"}).refused(http.StatusTooManyRequests, "too_many", "")
}

func TestAThrottleRefillsAndForgetsTheLeastSeen(t *testing.T) {
	t.Parallel()
	throttle, now := newThrottle(Rate{2, time.Second}), time.Now()
	throttle.buckets.most = 2
	a, b, c := count("a"), count("b"), count("c")
	for _, step := range []struct {
		who  counted
		at   time.Duration
		wait time.Duration
	}{
		{a, 0, 0}, {a, 0, 0}, {a, 0, time.Second}, {a, 0, time.Second}, {b, 0, 0}, {a, 500 * time.Millisecond, 500 * time.Millisecond},
		{a, time.Second, 0}, {a, time.Second, time.Second},
		{c, time.Second, 0}, // b was seen least lately and makes room
		{a, time.Second, time.Second}, {b, time.Second, 0}, {b, time.Second, 0}, {b, time.Second, time.Second},
	} {
		err := throttle.take(step.who, now.Add(step.at))
		refused, _ := errors.AsType[*chat.Error](err)
		if (err != nil) != (step.wait > 0) || refused != nil && refused.After != step.wait {
			t.Fatalf("%v: %v, want a wait of %v", step, err, step.wait)
		}
	}
	if len(throttle.buckets.places) != 2 || throttle.buckets.order.Len() != 2 {
		t.Errorf("%d are kept", len(throttle.buckets.places))
	}
}
