package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"postern/chat"
)

// cookieOf is the one cookie that an answer sets, its attributes in lower case.
func cookieOf(t *testing.T, a reply) (cookie *http.Cookie, text string) {
	t.Helper()
	set := a.header.Values("Set-Cookie")
	if len(set) != 1 {
		t.Fatalf("%s sets %d cookies", a.what, len(set))
	}
	cookie, err := http.ParseSetCookie(set[0])
	must(t, err)
	return cookie, strings.ToLower(set[0])
}

func TestTheSessionsCookie(t *testing.T) {
	t.Parallel()
	w := newWorld(t, trustLoopback)
	signIn := func(change ...func(*http.Request)) reply {
		token, err := w.service.CreateLink(t.Context(), w.office.ID, w.carla.Email, chat.SignInLink, time.Hour)
		must(t, err)
		return w.nobody().do("POST", "/links/use", map[string]string{"token": token}, change...).want(http.StatusOK)
	}
	plain, _ := cookieOf(t, signIn())
	if plain.Name != "postern" || plain.Secure {
		t.Errorf("over http the cookie is %v", plain)
	}
	https := func(r *http.Request) {
		r.Header.Set("X-Forwarded-Proto", "https")
		r.Header.Set("Origin", "https://office.test")
	}
	secure, _ := cookieOf(t, signIn(https))
	if secure.Name != "__Host-postern" || !secure.Secure {
		t.Errorf("over https the cookie is %v", secure)
	}
	for _, c := range []*http.Cookie{plain, secure} {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("the cookie is %v", c)
		}
		if left := time.Until(c.Expires); left > chat.SessionAbsolute || left < chat.SessionAbsolute-time.Hour {
			t.Errorf("the cookie lasts %v", left)
		}
	}
	// The session of one scheme is none of the other, and two cookies of a name are none.
	me := func(cookie string, change ...func(*http.Request)) reply {
		return w.nobody().do("GET", "/me", nil, append(change, func(r *http.Request) { r.Header.Set("Cookie", cookie) })...)
	}
	me("__Host-postern="+secure.Value, https).want(http.StatusOK)
	me("postern="+secure.Value, https).want(http.StatusUnauthorized)
	me("__Host-postern=" + secure.Value).want(http.StatusUnauthorized)
	me("postern=" + plain.Value + "; postern=" + secure.Value).want(http.StatusUnauthorized)
	me("postern=" + plain.Value).want(http.StatusOK)
}

func TestSigningInAgainEndsTheSessionThatTheBrowserHad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.as(w.carla)
	before := b.token()
	token, err := w.service.CreateLink(t.Context(), w.office.ID, w.sam.Email, chat.SignInLink, time.Hour)
	must(t, err)
	b.post("/links/use", map[string]string{"token": token}).want(http.StatusOK).into(&b.me)
	if b.token() == before || b.me.User.ID != w.sam.ID.String() {
		t.Errorf("the browser is still %q", b.me.User.Name)
	}
	w.nobody().holding(before).get("/me").want(http.StatusUnauthorized)
	b.get("/me").want(http.StatusOK)
}

// TestALinkIsNotLostWhenWhatFollowsFails: the session is there, and the browser has it.
func TestALinkIsNotLostWhenWhatFollowsFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.nobody()
	token, err := w.service.CreateLink(t.Context(), w.office.ID, w.carla.Email, chat.SignInLink, time.Hour)
	must(t, err)
	reads := 0
	fails := func() error {
		if reads++; reads > 2 { // after the office and the link
			return chat.Refuse(chat.Unavailable, "Busy.")
		}
		return nil
	}
	w.store.broken.Store(&fails)
	b.post("/links/use", object{"token": token}).refused(http.StatusServiceUnavailable, "unavailable", "")
	w.store.broken.Store(nil)
	b.get("/me").want(http.StatusOK)
}

func TestSigningOutEndsTheSessionForGood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, elsewhere := w.as(w.carla), w.as(w.carla)
	token := b.token()
	gone, _ := cookieOf(t, b.delete("/session").want(http.StatusNoContent))
	if gone.MaxAge >= 0 || gone.Value != "" || b.token() != "" {
		t.Errorf("the browser keeps %v", gone)
	}
	w.nobody().holding(token).get("/me").want(http.StatusUnauthorized)
	elsewhere.get("/me").want(http.StatusOK)
	b.delete("/session").want(http.StatusNoContent) // again: nothing to do
}

func TestSessionsAreListedAndEndedFromElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, lost, sam := w.as(w.carla), w.as(w.carla), w.as(w.sam)
	var list sessionsAnswer
	here.get("/sessions").want(http.StatusOK).into(&list)
	if len(list.Sessions) != 2 || list.Sessions[0].ID != lost.me.Session || list.Sessions[0].Current || !list.Sessions[1].Current {
		t.Fatalf("sessions: %+v", list.Sessions)
	}
	if !strings.Contains(list.Sessions[0].Agent, "Go-http-client") {
		t.Errorf("the agent is %q", list.Sessions[0].Agent)
	}
	sam.delete("/sessions/"+lost.me.Session).refused(http.StatusNotFound, "not_found", "")
	here.delete("/sessions/" + lost.me.Session).want(http.StatusNoContent)
	lost.get("/me").want(http.StatusUnauthorized)
	here.delete("/sessions/"+lost.me.Session).refused(http.StatusNotFound, "not_found", "")
	cookieOf(t, here.delete("/sessions/"+here.me.Session).want(http.StatusNoContent))
	here.get("/me").want(http.StatusUnauthorized)
}

func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	idle, used := w.as(w.carla), w.as(w.sam)
	var list sessionsAnswer
	for range 4 { // ten days each; used is seen in between
		w.clock.forward(chat.SessionIdle - time.Hour)
		used.get("/me").want(http.StatusOK)
	}
	idle.get("/me").refused(http.StatusUnauthorized, "unsigned", "")
	again := w.as(w.carla)
	again.get("/sessions").want(http.StatusOK).into(&list)
	if len(list.Sessions) != 1 {
		t.Errorf("carla has %d sessions, one of them idle", len(list.Sessions))
	}
	w.clock.forward(chat.SessionAbsolute - 4*chat.SessionIdle + 5*time.Hour)
	used.get("/me").refused(http.StatusUnauthorized, "unsigned", "") // in use, but at its absolute end
}

// trustLoopback makes the test's own machine a trusted proxy.
func trustLoopback(o *Options) { o.TrustedProxies = prefixes("127.0.0.0/8") }
