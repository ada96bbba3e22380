package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

func emailOf(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return strings.ToLower(first) + "@example.org"
}

// browser is somebody's: with cookies, and with the Origin that a browser names.
type browser struct {
	w    *world
	http *http.Client
	base string
	me   meAnswer
}

// nobody is a browser without a session at the office.
func (w *world) nobody() *browser { return w.at(w.office) }

func (w *world) at(o chat.Office) *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{w: w, http: &http.Client{Jar: jar, Transport: w.transport(), CheckRedirect: stay}, base: o.URL}
}

// as is a user's browser, signed in by a link.
func (w *world) as(u chat.User) *browser {
	w.t.Helper()
	o := w.office
	if u.Office == w.other.ID {
		o = w.other
	}
	b := w.at(o)
	token, err := w.service.CreateLink(w.t.Context(), u.Office, u.Email, chat.SignInLink, time.Hour)
	must(w.t, err)
	b.post("/links/use", map[string]string{"token": token}).want(http.StatusOK).into(&b.me)
	return b
}

func (b *browser) token() string {
	b.w.t.Helper()
	base, err := url.Parse(b.base)
	must(b.w.t, err)
	for _, c := range b.http.Jar.Cookies(base) {
		if c.Name == "postern" {
			return c.Value
		}
	}
	return ""
}

// reply is an answer as it came; it was held to openapi.yaml.
type reply struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

func (b *browser) get(path string) reply            { b.w.t.Helper(); return b.do("GET", path, nil) }
func (b *browser) delete(path string) reply         { b.w.t.Helper(); return b.do("DELETE", path, nil) }
func (b *browser) post(path string, body any) reply { b.w.t.Helper(); return b.do("POST", path, body) }
func (b *browser) put(path string, body any) reply  { b.w.t.Helper(); return b.do("PUT", path, body) }
func (b *browser) patch(path string, body any) reply {
	b.w.t.Helper()
	return b.do("PATCH", path, body)
}

// do asks the API as the web client does.
func (b *browser) do(method, path string, body any, change ...func(*http.Request)) reply {
	b.w.t.Helper()
	var text []byte
	if body != nil {
		var err error
		text, err = json.Marshal(body)
		must(b.w.t, err)
	}
	return b.raw(method, root+path, text, append([]func(*http.Request){func(r *http.Request) {
		if body != nil {
			r.Header.Set("Content-Type", "application/json")
		}
	}}, change...)...)
}

// upload sends a file.
func (b *browser) upload(name string, content []byte) reply {
	b.w.t.Helper()
	return b.raw("POST", root+"/attachments?name="+url.QueryEscape(name), content, func(r *http.Request) {
		r.Header.Set("Content-Type", "application/octet-stream")
	})
}

// raw sends any request and holds the answer to the description.
func (b *browser) raw(method, path string, body []byte, change ...func(*http.Request)) reply {
	b.w.t.Helper()
	r, err := http.NewRequestWithContext(b.w.t.Context(), method, b.base+path, bytes.NewReader(body))
	must(b.w.t, err)
	if method != "GET" && method != "HEAD" {
		r.Header.Set("Origin", b.base)
	}
	for _, one := range change {
		one(r)
	}
	answer, err := b.http.Do(r)
	must(b.w.t, err)
	defer answer.Body.Close()
	read := []byte(nil)
	if answer.StatusCode != http.StatusSwitchingProtocols {
		read, err = io.ReadAll(answer.Body)
		must(b.w.t, err)
	}
	a := reply{t: b.w.t, what: method + " " + path, status: answer.StatusCode, header: answer.Header, body: read}
	hold(b.w.t, r, body, a)
	return a
}

// want holds the status.
func (a reply) want(status int) reply {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

func (a reply) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%s: %v: %s", a.what, err, a.body)
	}
}

// refused holds a problem's status, code and field.
func (a reply) refused(status int, code, field string) wire.Problem {
	a.t.Helper()
	a.want(status)
	var p wire.Problem
	a.into(&p)
	if p.Code != code || p.Field != field {
		a.t.Errorf("%s: code %q field %q, want %q %q: %s", a.what, p.Code, p.Field, code, field, a.body)
	}
	return p
}

// start begins a conversation of the browser's user with others.
func (b *browser) start(title, html string, to ...chat.User) startAnswer {
	b.w.t.Helper()
	ids := make([]string, len(to))
	for i, u := range to {
		ids[i] = u.ID.String()
	}
	var started startAnswer
	b.post("/conversations", map[string]any{
		"to": ids, "title": title, "html": html, "key": "start " + title, "audience": "shared",
	}).want(http.StatusCreated).into(&started)
	return started
}

// send writes a message under a key that is its text.
func (b *browser) send(conversation, html string) wire.Message {
	b.w.t.Helper()
	var sent sendAnswer
	b.post("/conversations/"+conversation+"/messages", map[string]any{"key": html, "html": html}).want(http.StatusCreated).into(&sent)
	return sent.Message
}
