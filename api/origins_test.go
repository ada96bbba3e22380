package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"postern/chat"
	"postern/hub/wire"
)

// foreign are Origins that are not http://office.test, however alike (FAULTS W3).
var foreign = []string{
	"https://office.test", "http://office.test:8080", "http://office.test.evil.example", "http://evil.example",
	"http://evil-office.test", "http://sub.office.test", "http://other.test", "null", "file://", "http://office.test.",
	"http://user@office.test", "http://office.test/", "http://office.test#", "chrome-extension://abcdefgh", "http://office%2etest",
	"http://OFFICE.test.example", "//office.test", "office.test",
}

func TestForeignOriginsChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla := w.as(w.carla)
	id := w.as(w.sam).start("T", "x", w.carla).Row.Conversation.ID
	mute := func(change func(http.Header)) reply {
		return carla.do("POST", "/conversations/"+id+"/mute", muteRequest{ptr(true)}, func(r *http.Request) { change(r.Header) })
	}
	for _, origin := range foreign {
		mute(func(h http.Header) { h.Set("Origin", origin) }).refused(http.StatusForbidden, "forbidden", "")
	}
	for _, site := range []string{"cross-site", "same-site"} {
		mute(func(h http.Header) { h.Set("Sec-Fetch-Site", site) }).refused(http.StatusForbidden, "forbidden", "")
		mute(func(h http.Header) { h.Set("Sec-Fetch-Site", site); h.Del("Origin") }).refused(http.StatusForbidden, "forbidden", "")
	}
	var row conversationAnswer
	carla.get("/conversations/" + id).want(http.StatusOK).into(&row)
	if row.Row.Standing.Muted {
		t.Fatal("a foreign origin muted the conversation")
	}
	mute(func(h http.Header) { h.Set("Sec-Fetch-Site", "same-origin"); h.Set("Origin", "null") }).want(http.StatusOK)
}

// TestForeignSitesSignNobodyIn: signing in as somebody else's (login CSRF) is a change too.
func TestForeignSitesSignNobodyIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, err := w.service.CreateLink(t.Context(), w.office.ID, w.carla.Email, chat.SignInLink, chat.SessionIdle)
	must(t, err)
	for _, origin := range foreign {
		b := w.nobody()
		b.do("POST", "/links/use", map[string]string{"token": token}, func(r *http.Request) {
			r.Header.Set("Origin", origin)
		}).refused(http.StatusForbidden, "forbidden", "")
	}
	w.nobody().post("/links/use", map[string]string{"token": token}).want(http.StatusOK)
}

// TestFormsChangeNothing: what a form of another site can send without asking first.
func TestFormsChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla := w.as(w.carla)
	id := w.as(w.sam).start("T", "x", w.carla).Row.Conversation.ID
	for _, mediaType := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "", "text/json", "application/jsonp"} {
		a := carla.raw("POST", root+"/conversations/"+id+"/archive", []byte(`{"archived":true}`), func(r *http.Request) {
			r.Header.Del("Origin")
			r.Header.Set("Content-Type", mediaType)
		})
		a.refused(http.StatusUnsupportedMediaType, "invalid", "")
	}
	carla.raw("POST", root+"/conversations/"+id+"/archive", []byte(`{"archived":true}`), func(r *http.Request) {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
	}).want(http.StatusOK)
}

// TestUnknownHostsGetNothing: a name that somebody has bound to our address (DNS rebinding) is nobody's.
func TestUnknownHostsGetNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.as(w.carla).token()
	for _, host := range []string{"evil.example", "office.test.evil.example", "127.0.0.1", "localhost", "office.test.", "[::1]", "office", strings.Repeat("a", 300) + ".test"} {
		for _, path := range []string{"/", "/api/v1/me", "/c/x", "/assets/app-1a2.js", "/api/v1/live", "/demo"} {
			b := w.nobody()
			b.raw("GET", path, nil, func(r *http.Request) {
				r.Host = host
				r.Header.Set("Cookie", "postern="+token)
				r.Header.Set("Origin", "http://"+host)
			}).refused(http.StatusMisdirectedRequest, "not_found", "")
		}
		page := w.nobody().raw("GET", "/", nil, func(r *http.Request) {
			r.Host = host
			r.Header.Set("Accept", "text/html,*/*;q=0.8")
		})
		if got := page.header.Get("Content-Type"); page.status != http.StatusMisdirectedRequest || got != "text/plain; charset=utf-8" || !strings.HasPrefix(string(page.body), "There is no office") {
			t.Errorf("%s: a person is shown %d %s %q", host, page.status, got, page.body)
		}
	}
	for _, host := range []string{"office.test", "OFFICE.TEST", "office.test:8080"} {
		w.nobody().raw("GET", "/api/v1/me", nil, func(r *http.Request) {
			r.Host = host
			r.Header.Set("Cookie", "postern="+token)
		}).want(http.StatusOK)
	}
}

// heard is a live server that accepts whatever reaches it, and tells with whom and from where.
type heard struct {
	actor chan chat.Actor
	since chan *chat.Place
}

func newHeard() heard { return heard{make(chan chat.Actor, 100), make(chan *chat.Place, 100)} }

func (h heard) Serve(w http.ResponseWriter, r *http.Request, a chat.Actor, since *chat.Place, origins ...string) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{wire.Subprotocol}, OriginPatterns: origins})
	if err != nil {
		return
	}
	h.actor <- a
	h.since <- since
	_ = ws.Close(websocket.StatusGoingAway, "")
}

func dial(b *browser, query string, change func(http.Header)) (*http.Response, error) {
	b.w.t.Helper()
	header := http.Header{"Origin": {b.base}}
	change(header)
	ws, answer, err := websocket.Dial(b.w.t.Context(), b.base+root+"/live"+query, &websocket.DialOptions{
		HTTPClient: b.http, HTTPHeader: header, Subprotocols: []string{wire.Subprotocol},
	})
	if err == nil {
		_ = ws.CloseNow()
	}
	return answer, err
}

func TestLiveConnectionsOpenFromOurPagesOnly(t *testing.T) {
	t.Parallel()
	live := newHeard()
	w := newWorld(t, func(o *Options) { o.Live = live })
	carla := w.as(w.carla)
	nothing := func(http.Header) {}

	if _, err := dial(carla, "?since=3.14", nothing); err != nil {
		t.Fatalf("our own page is refused: %v", err)
	}
	if a := <-live.actor; a.User != w.carla.ID || a.Office != w.office.ID || a.Session.IsZero() || a.View != chat.ContactView {
		t.Errorf("carla connects as %+v", a)
	}
	if since := <-live.since; since == nil || *since != (chat.Place{Epoch: 3, Number: 14}) {
		t.Errorf("carla goes on from %v", since)
	}
	for _, origin := range foreign {
		refusedLive(t, carla, "", func(h http.Header) { h.Set("Origin", origin) }, http.StatusForbidden)
	}
	refusedLive(t, carla, "", func(h http.Header) { h.Del("Origin") }, http.StatusForbidden)
	refusedLive(t, carla, "", func(h http.Header) { h.Add("Origin", "http://evil.example") }, http.StatusForbidden)
	refusedLive(t, w.nobody(), "", nothing, http.StatusUnauthorized)
	for _, since := range []string{"x", "1", "1.", ".1", "-1.1", "1.-1", "1.1.1", "99999999999999999999.1", "%00", "1.1%0a"} {
		refusedLive(t, carla, "?since="+since, nothing, http.StatusBadRequest)
	}
	if len(live.actor) != 0 {
		t.Errorf("%d connections were handed over that should not have been", len(live.actor))
	}
}

func refusedLive(t *testing.T, b *browser, query string, change func(http.Header), status int) {
	t.Helper()
	answer, err := dial(b, query, change)
	if err == nil || answer == nil || answer.StatusCode != status {
		t.Errorf("live%s: %v, want %d", query, answer, status)
	}
}

// TestTheOfficesOwnAddressMayConnectFromBehindAProxy that ends TLS and is not in the list of trusted ones.
func TestTheOfficesOwnAddressMayConnectFromBehindAProxy(t *testing.T) {
	t.Parallel()
	d := &door{}
	office := &chat.Office{URL: "https://post.example.org"}
	for origin, ours := range map[string]bool{"https://post.example.org": true, "http://post.example.org": true, "https://evil.example": false} {
		r := httptest.NewRequest("GET", "http://post.example.org/api/v1/live", nil)
		r.Header.Set("Origin", origin)
		d.begin(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			visitOf(r).office = office
			if isOurs(r) != ours {
				t.Errorf("%s is ours: %v", origin, !ours)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	}
}
