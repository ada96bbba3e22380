package api

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"postern/chat"
)

// state is all that bad input could have changed for somebody: the place of their stream, their list and a conversation.
func (b *browser) state(conversation string) string {
	b.w.t.Helper()
	return string(b.get("/conversations").want(http.StatusOK).body) + string(b.get("/conversations/"+conversation).want(http.StatusOK).body) +
		string(b.get("/conversations/"+conversation+"/messages").want(http.StatusOK).body)
}

func TestBrokenBodiesAreRefusedByEveryDoor(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	sam := s.as(s.sam)
	before := sam.state(s.open.conversation)
	known := calls(s.open)
	known["POST /session"], known["POST /links/look"] = call{"/session", empty{}}, call{"/links/look", empty{}}
	known["POST /links/use"], known["POST /password/forgotten"] = call{"/links/use", empty{}}, call{"/password/forgotten", empty{}}
	doors := 0
	for route, c := range known {
		method, path, _ := strings.Cut(route, " ")
		if c.body == nil || path == "/attachments" {
			continue
		}
		doors++
		for _, body := range []string{
			"", " ", "{", "}", "null", "[]", "[{}]", `"text"`, "1", "true", "{}{}", "{} x", `{"a":1,}`, `{'a':1}`, `{"a":\x00}`, "{\"a\":\"\x00\"}",
			"{\"a\":\"\xff\"}", "\xef\xbb\xbf{}", `{"key":"\u0000"}`, `{"unknown":{"deep":["\u0000"]}}`, strings.Repeat(`{"a":`, 20000),
			`{"title":1,"html":1,"email":1,"token":1,"users":1,"position":1,"archived":1,"muted":1,"mode":1,"name":1,"key":1`, "<xml/>",
		} {
			a := sam.raw(method, root+c.path, []byte(body), func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })
			a.refused(http.StatusBadRequest, "invalid", "")
		}
		large := []byte(`{"html":"` + strings.Repeat("x", maxJSON) + `"}`)
		a := sam.raw(method, root+c.path, large, func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })
		a.refused(http.StatusRequestEntityTooLarge, "too_large", "")
	}
	if doors < 12 {
		t.Errorf("only %d doors were tried", doors)
	}
	if after := sam.state(s.open.conversation); after != before {
		t.Errorf("something was written:\n%s\nbefore:\n%s", after, before)
	}
}

func TestWrongInputIsRefusedByItsField(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	sam := s.as(s.sam)
	before := sam.state(s.open.conversation)
	c := "/conversations/" + s.open.conversation
	long := strings.Repeat("x", 300)
	many := make([]string, 600)
	for i := range many {
		many[i] = uuid.NewString()
	}
	to := []string{s.carla.ID.String()}
	for _, one := range []struct {
		method, path string
		body         any
		status       int
		field        string
	}{
		{"POST", "/session", object{"email": 1}, 400, "email"},
		{"POST", "/session", object{"email": "a", "password": []int{}}, 400, "password"},
		{"POST", "/password/forgotten", object{}, 400, "email"},
		{"POST", "/links/use", object{}, 400, "token"},
		{"POST", "/links/use", object{"token": nil}, 400, "token"},

		{"PATCH", "/office", object{}, 400, "mode"},
		{"PATCH", "/office", object{"mode": "open"}, 400, "mode"},
		{"POST", "/invitations", object{"name": "", "email": "a@example.org", "role": "client"}, 400, "name"},
		{"POST", "/invitations", object{"name": long, "email": "a@example.org", "role": "client"}, 413, "name"},
		{"POST", "/invitations", object{"name": "N", "email": "a", "role": "client"}, 400, "email"},
		{"POST", "/invitations", object{"name": "N", "email": "a@example.org\r\nBcc: x@example.org", "role": "client"}, 400, "email"},
		{"POST", "/invitations", object{"name": "N", "email": "a@example.org", "role": "king"}, 400, "role"},
		{"POST", "/invitations", object{"name": "N", "email": "a@example.org", "role": "client", "account": "x"}, 400, "account"},
		{"POST", "/invitations", object{"name": "N", "email": "CARLA@example.org", "role": "client"}, 409, ""},
		{"PATCH", "/users/x", object{"active": true}, 400, "user"},
		{"PATCH", "/users/" + someID, object{}, 400, "active"},
		{"PATCH", "/users/" + someID, object{"active": "no"}, 400, "active"},
		{"GET", "/directory?active=no", nil, 400, "active"},
		{"GET", "/directory?q=%00", nil, 400, "q"},
		{"GET", "/directory?q=%ff", nil, 400, "q"},
		{"GET", "/directory?q=" + long, nil, 413, "q"},
		{"GET", "/directory?limit=0", nil, 400, "limit"},
		{"GET", "/directory?limit=-1", nil, 400, "limit"},
		{"GET", "/directory?limit=x", nil, 400, "limit"},
		{"GET", "/directory?limit=99999999999999999999", nil, 400, "limit"},

		{"GET", "/conversations?list=all", nil, 400, "list"},
		{"GET", "/conversations?list=", nil, 400, "list"},
		{"GET", "/conversations?after=x", nil, 400, "after"},
		{"GET", "/conversations?after=%00", nil, 400, "after"},
		{"GET", "/conversations?limit=0", nil, 400, "limit"},
		{"POST", "/conversations", object{"to": []string{}, "title": "T", "html": "x", "key": "bad"}, 400, "to"},
		{"POST", "/conversations", object{"to": []string{"x"}, "title": "T", "html": "x", "key": "bad"}, 400, "to"},
		{"POST", "/conversations", object{"to": "x", "title": "T", "html": "x", "key": "bad"}, 400, "to"},
		{"POST", "/conversations", object{"to": []int{1}, "title": "T", "html": "x", "key": "bad"}, 400, "to"},
		{"POST", "/conversations", object{"to": many, "title": "T", "html": "x", "key": "bad"}, 413, "to"},
		{"POST", "/conversations", object{"to": to, "title": " ", "html": "x", "key": "bad"}, 400, "title"},
		{"POST", "/conversations", object{"to": to, "title": long, "html": "x", "key": "bad"}, 413, "title"},
		{"POST", "/conversations", object{"to": to, "title": "T", "html": "", "key": "bad"}, 400, "html"},
		{"POST", "/conversations", object{"to": to, "title": "T", "html": strings.Repeat("x", 300_000), "key": "bad"}, 413, "html"},
		{"POST", "/conversations", object{"to": to, "title": "T", "html": "x"}, 400, "key"},
		{"POST", "/conversations", object{"to": to, "title": "T", "html": "x", "key": long}, 400, "key"},
		{"POST", "/conversations", object{"to": to, "title": "T", "html": "x", "key": "bad", "attachments": []string{"x"}}, 400, "attachments"},
		{"POST", "/conversations", object{"to": append(to, s.carl.ID.String()), "title": "T", "html": "x", "key": "bad"}, 400, "audience"},
		{"POST", "/conversations", object{"to": append(to, s.carl.ID.String()), "title": "T", "html": "x", "key": "bad", "audience": "private"}, 400, "audience"},
		{"POST", "/conversations", object{"to": to, "title": "T", "html": "x", "key": "bad", "audience": "world"}, 400, "audience"},

		{"GET", "/conversations/x", nil, 400, "conversation"},
		{"GET", "/conversations/" + long, nil, 400, "conversation"},
		{"GET", "/conversations/%00", nil, 400, "conversation"},
		{"PATCH", c, object{}, 400, ""},
		{"PATCH", c, object{"title": nil}, 400, ""},
		{"PATCH", c, object{"title": ""}, 400, "title"},
		{"PATCH", c, object{"title": 1}, 400, "title"},
		{"PATCH", c, object{"important": "yes"}, 400, "important"},
		{"POST", c + "/participants", object{}, 400, "users"},
		{"POST", c + "/participants", object{"users": []string{"x"}}, 400, "users"},
		{"POST", c + "/participants", object{"users": to, "history": "yes"}, 400, "history"},
		{"DELETE", c + "/participants/x", nil, 400, "user"},
		{"DELETE", c + "/participants/" + someID, nil, 404, ""},

		{"GET", c + "/messages?before=x", nil, 400, "before"},
		{"GET", c + "/messages?after=", nil, 400, "after"},
		{"GET", c + "/messages?around=ffffffffffffffff", nil, 400, "around"},
		{"GET", c + "/messages?around=-000000000000001", nil, 400, "around"},
		{"GET", c + "/messages?since=yesterday", nil, 400, "since"},
		{"GET", c + "/messages?before=0000000000100000&after=0000000000100000", nil, 400, "after"},
		{"GET", c + "/messages?limit=1.5", nil, 400, "limit"},
		{"POST", c + "/messages", object{"html": "x"}, 400, "key"},
		{"POST", c + "/messages", object{"html": "x", "key": long}, 400, "key"},
		{"POST", c + "/messages", object{"html": "x", "key": 1}, 400, "key"},
		{"POST", c + "/messages", object{"key": "bad"}, 400, "html"},
		{"POST", c + "/messages", object{"html": "<script>x</script> <p> </p>", "key": "bad"}, 400, "html"},
		{"POST", c + "/messages", object{"html": "x", "key": "bad", "note": "yes"}, 400, "note"},
		{"POST", c + "/messages", object{"html": "x", "key": "bad", "attachments": []string{"x"}}, 400, "attachments"},
		{"POST", c + "/messages", object{"html": "x", "key": "bad", "attachments": []string{someID}}, 400, "attachments"},
		{"POST", c + "/messages", object{"html": "x", "key": "bad", "attachments": many}, 413, "attachments"},
		{"GET", c + "/messages/x/folded", nil, 400, "message"},
		{"POST", c + "/read", object{}, 400, "position"},
		{"POST", c + "/read", object{"position": "1"}, 400, "position"},
		{"POST", c + "/archive", object{}, 400, "archived"},
		{"POST", c + "/archive", object{"archived": "yes"}, 400, "archived"},
		{"POST", c + "/mute", object{"muted": nil}, 400, "muted"},

		{"GET", "/attachments/x", nil, 400, "attachment"},
		{"DELETE", "/sessions/x", nil, 400, "session"},
	} {
		code := map[int]string{400: "invalid", 404: "not_found", 409: "conflict", 413: "too_large"}[one.status]
		if one.path == "/office" {
			s.as(s.olivia).do(one.method, one.path, one.body).refused(one.status, code, one.field)
			continue
		}
		sam.do(one.method, one.path, one.body).refused(one.status, code, one.field)
	}
	if after := sam.state(s.open.conversation); after != before {
		t.Errorf("something was written:\n%s\nbefore:\n%s", after, before)
	}
}

type object map[string]any

func TestUnknownFieldsAreIgnored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam := w.as(w.sam)
	id := sam.start("T", "x", w.carla).Row.Conversation.ID
	sam.post("/conversations/"+id+"/messages", object{
		"key": `\\u0000`, "html": "x", "type": "read", "conversation": someID, "later": object{"a": []int{1}},
	}).want(http.StatusCreated)
}

func TestMethodsAndPathsThatAreNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam := w.as(w.sam)
	for path, allow := range map[string]string{"/session": "POST, DELETE", "/me": "GET, PATCH", "/conversations": "GET, POST", "/attachments/" + someID: "GET"} {
		for _, method := range []string{"PUT", "OPTIONS", "TRACE", "BREW"} {
			if a := sam.do(method, path, nil).want(http.StatusMethodNotAllowed); a.header.Get("Allow") != allow {
				t.Errorf("%s: Allow is %q, want %q", a.what, a.header.Get("Allow"), allow)
			}
		}
	}
	for _, path := range []string{"/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/me", "/api/v1/me/", "/api/v1//me", "/api/v1/../v1/me", "/api/v1/conversations/x/y"} {
		sam.raw("GET", path, nil).refused(http.StatusNotFound, "not_found", "")
	}
	sam.raw("POST", "/", nil).refused(http.StatusMethodNotAllowed, "invalid", "")
}

// TestASlowRequestIsToldSoAndEnds: whoever sends half a request does not hold on to anything.
func TestASlowRequestIsToldSoAndEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.door.answerTime = 3 * time.Second // and as long again to write the answer, which a busy machine takes
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = fmt.Fprintf(conn, "POST %s/session HTTP/1.1\r\nHost: office.test\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"email\":", root)
	must(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("half a request is answered with %s", answer.Status)
	}
}

// TestAnUploadThatBreaksOffLeavesNothing that could be sent.
func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla := w.as(w.carla)
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = fmt.Fprintf(conn, "POST %s/attachments?name=x HTTP/1.1\r\nHost: office.test\r\nCookie: postern=%s\r\nContent-Length: 5000\r\n\r\n%s", root, carla.token(), strings.Repeat("x", 1000))
	must(t, err)
	must(t, conn.(*net.TCPConn).CloseWrite())
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("half a file is answered with %s", answer.Status)
	}
}

// FuzzDoors holds for whatever a door is sent by somebody who may come in: an answer as described, never an internal error.
func FuzzDoors(f *testing.F) {
	for _, seed := range []string{
		`{"key":"k","html":"x"}`, `{"to":["` + someID + `"],"title":"T","html":"x","key":"k"}`, `{"email":"a@example.org","password":"p"}`,
		`{"token":"t","password":"0123456789"}`, `{"position":"0000000000100000","opened":true}`, `{"users":[],"history":null}`,
		`{"mode":"privacy"}`, `{"name":"N","email":"n@example.org","role":"client"}`, `{"title":"\ud800","important":false}`,
		`{"html":"\u0000"}`, `{"archived":true,"muted":true}`, `[`, ``, "{\"title\":\"\xff\"}", `{"title":"\u202e\u2028"}`,
	} {
		for door := range 14 {
			f.Add(uint8(door), []byte(seed))
		}
	}
	s := newScene(f)
	token := s.as(s.sam).token()
	known := calls(s.open)
	for _, path := range []string{"/session", "/links/look", "/links/use", "/password/forgotten"} {
		known["POST "+path] = call{path, empty{}}
	}
	var doors []string
	for route, c := range known {
		if c.body != nil && c.path != "/attachments?name=x.txt" {
			doors = append(doors, route)
		}
	}
	slices.Sort(doors)
	handler := s.door.handler()
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		route := doors[int(which)%len(doors)]
		method, _, _ := strings.Cut(route, " ")
		r := httptest.NewRequest(method, s.office.URL+root+known[route].path, bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Cookie", "postern="+token)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		a := reply{t: t, what: route, status: answer.Code, header: answer.Header(), body: answer.Body.Bytes()}
		if a.status >= 500 {
			t.Errorf("%s: %d: %s\n%s", route, a.status, a.body, s.log.String())
		}
		router, err := described()
		must(t, err)
		for _, fault := range faults(router, r, body, a) {
			if !strings.HasPrefix(fault, tooKind) { // encoding/json takes "KEY" for "key"
				t.Errorf("%s: %d: %s", route, a.status, fault)
			}
		}
	})
}

// FuzzBodies holds that whatever is read as a body holds valid text without NUL, and that everything else is refused as invalid.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{`{"to":["x"],"title":"T","html":"x","key":"k"}`, `{"title":"\ud800"}`, `{"html":"\u0000"}`, `{"html":"\\u0000"}`, `[`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var into startRequest
		if err := unmarshal(body, &into); err != nil {
			if kind := chat.KindOf(err); kind != chat.Invalid {
				t.Fatalf("%q: kind %v: %v", body, kind, err)
			}
			return
		}
		for _, text := range append(into.To, into.Title, into.HTML, into.Key, into.Audience) {
			if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
				t.Fatalf("%q let through %q", body, text)
			}
		}
	})
}
