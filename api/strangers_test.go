package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"postern/chat"
)

// named is what a route's path and body may name.
type named struct{ conversation, user, message, attachment, session, draft, template string }

// unknown names what does not exist.
func unknown() named {
	id := func() string { return uuid.Must(uuid.NewV7()).String() }
	return named{id(), id(), id(), id(), id(), id(), id()}
}

// call is a request to a route that would do, from somebody who may.
type call struct {
	path string
	body any
}

// calls has one for every route but the public ones; the test fails when the router has one more.
func calls(n named) map[string]call {
	c, key := "/conversations/"+n.conversation, uuid.NewString()
	return map[string]call{
		"GET /sessions":              {"/sessions", nil},
		"DELETE /sessions/{session}": {"/sessions/" + n.session, nil},
		"GET /me":                    {"/me", nil},
		"PATCH /me":                  {"/me", profileRequest{BCC: ptr(false)}},
		"PATCH /office":              {"/office", officeRequest{Mode: "privacy"}},
		"POST /invitations":          {"/invitations", invitationRequest{Name: "X", Email: key + "@example.org", Role: "client"}},
		"GET /users":                 {"/users", nil},
		"GET /office/conversations":  {"/office/conversations", nil},
		"POST /office/conversations/{conversation}/open": {"/office" + c + "/open", empty{}},
		"GET /conversations/{conversation}/participants": {c + "/participants", nil},
		"POST /conversations/{conversation}/delete":      {c + "/delete", deleteRequest{ptr(false)}},
		"PATCH /users/{user}":                            {"/users/" + n.user, map[string]any{"active": true}},
		"GET /users/{user}/trust":                        {"/users/" + n.user + "/trust", nil},
		"POST /users/{user}/distrust":                    {"/users/" + n.user + "/distrust", distrustRequest{Domain: "esp.example"}},
		"GET /accounts/{account}":                        {"/accounts/" + key, nil},
		"PATCH /accounts/{account}":                      {"/accounts/" + key, map[string]any{"strict": true}},
		"GET /directory":                                 {"/directory", nil},
		"GET /conversations":                             {"/conversations", nil},
		"POST /conversations": {"/conversations", startRequest{
			To: []string{n.user}, Title: "T", HTML: "x", Key: key, Attachments: []string{},
		}},
		"GET /conversations/{conversation}":                        {c, nil},
		"PATCH /conversations/{conversation}":                      {c, map[string]any{"important": true}},
		"POST /conversations/{conversation}/participants":          {c + "/participants", map[string]any{"users": []string{n.user}}},
		"DELETE /conversations/{conversation}/participants/{user}": {c + "/participants/" + n.user, nil},
		"GET /conversations/{conversation}/messages":               {c + "/messages", nil},
		"POST /conversations/{conversation}/messages":              {c + "/messages", map[string]any{"html": "x", "key": key}},
		"GET /rosters":                             {"/rosters", nil},
		"GET /office/told-read":                    {"/office/told-read", nil},
		"PUT /office/told-read":                    {"/office/told-read", map[string]any{"users": []string{}}},
		"GET /office/team-letters":                 {"/office/team-letters", nil},
		"PUT /office/team-letters":                 {"/office/team-letters", map[string]any{"on": true}},
		"PUT /office/team-letters/{team}":          {"/office/team-letters/" + key, map[string]any{"address": "tax"}},
		"GET /conversations/{conversation}/copies": {c + "/copies", nil},
		"POST /conversations/{conversation}/messages/{message}/copies": {
			c + "/messages/" + n.message + "/copies", copyRequest{To: []string{n.user}},
		},
		"GET /conversations/{conversation}/messages/{message}/folded":  {c + "/messages/" + n.message + "/folded", nil},
		"GET /conversations/{conversation}/messages/{message}/letter":  {c + "/messages/" + n.message + "/letter", nil},
		"POST /conversations/{conversation}/messages/{message}/letter": {c + "/messages/" + n.message + "/letter", decideRequest{Decision: "rejected"}},
		"POST /conversations/{conversation}/read":                      {c + "/read", readRequest{Position: zeroPosition}},
		"POST /conversations/{conversation}/unread":                    {c + "/unread", empty{}},
		"POST /conversations/{conversation}/archive":                   {c + "/archive", archiveRequest{ptr(false)}},
		"POST /conversations/{conversation}/mute":                      {c + "/mute", muteRequest{ptr(false)}},
		"GET /me/signature": {"/me/signature", nil},
		"PUT /me/signature": {"/me/signature", map[string]any{"html": "x"}},
		"GET /conversations/{conversation}/messages/{message}/signature":  {c + "/messages/" + n.message + "/signature", nil},
		"GET /conversations/{conversation}/messages/{message}/deliveries": {c + "/messages/" + n.message + "/deliveries", nil},
		"POST /conversations/{conversation}/messages/{message}/mails/{mail}/retry": {
			c + "/messages/" + n.message + "/mails/" + key + "/retry", empty{},
		},
		"POST /conversations/{conversation}/messages/{message}/mails/{mail}/open": {
			c + "/messages/" + n.message + "/mails/" + key + "/open", empty{},
		},
		"GET /ledger":                        {"/ledger", nil},
		"GET /suppressions":                  {"/suppressions", nil},
		"DELETE /suppressions/{suppression}": {"/suppressions/" + key, nil},
		"POST /search":                       {"/search", searchRequest{Text: "hello"}},
		"POST /marks":                        {"/marks", markRequest{Conversations: []string{n.conversation}, As: "archived"}},

		"GET /templates":                  {"/templates", nil},
		"POST /templates":                 {"/templates", templateRequest{Group: "general", Title: "T", HTML: "x"}},
		"PUT /templates/{template}":       {"/templates/" + n.template, templateRequest{Group: "general", Title: "T", HTML: "x"}},
		"DELETE /templates/{template}":    {"/templates/" + n.template, nil},
		"POST /templates/{template}/fill": {"/templates/" + n.template + "/fill", empty{}},

		"POST /conversations/{conversation}/messages/{message}/undo":    {c + "/messages/" + n.message + "/undo", empty{}},
		"POST /conversations/{conversation}/messages/{message}/retract": {c + "/messages/" + n.message + "/retract", empty{}},
		"GET /drafts":            {"/drafts", nil},
		"GET /drafts/{draft}":    {"/drafts/" + n.draft, nil},
		"PUT /drafts/{draft}":    {"/drafts/" + n.draft, map[string]any{"based_on": 0, "conversation": n.conversation, "html": "x"}},
		"DELETE /drafts/{draft}": {"/drafts/" + n.draft, nil},

		"POST /attachments":             {"/attachments?name=x.txt", empty{}},
		"GET /attachments":              {"/attachments?key=none", nil},
		"GET /attachments/{attachment}": {"/attachments/" + n.attachment, nil},

		"GET /attachments/{attachment}/preview": {"/attachments/" + n.attachment + "/preview", nil},
		"GET /live":                             {"/live", nil},
	}
}

func (b *browser) call(route string, c call) reply {
	b.w.t.Helper()
	method, _, _ := strings.Cut(route, " ")
	return b.do(method, c.path, c.body, func(r *http.Request) { r.Header.Set("Origin", b.base) })
}

// scene is a conversation that strangers want to see: sam and carla are in it, leo was.
type scene struct {
	*world
	leo  chat.User
	real named // the conversation, sam, and its note and the note's file
	open named // the same conversation, carla, its first message and that message's file
}

const (
	afterLeo  = "CANARY-AFTER-LEO"
	noteText  = "CANARY-NOTE"
	noteFile  = "CANARY-FILE"
	newTitle  = "CANARY-TITLE"
	firstText = "first words"
)

func newScene(t testing.TB) *scene {
	t.Helper()
	s := &scene{world: newWorld(t)}
	s.leo = s.newUser(s.office, chat.Client, "Leo Left", s.carla.Account)
	sam := s.as(s.sam)
	file := sam.sentFile(t, "first.txt", "first content")
	var started startAnswer
	sam.post("/conversations", map[string]any{
		"to": []string{s.carla.ID.String(), s.leo.ID.String()}, "title": "Old title", "html": firstText, "key": "k", "attachments": []string{file},
	}).want(http.StatusCreated).into(&started)
	id := started.Row.Conversation.ID
	sam.delete("/conversations/" + id + "/participants/" + s.leo.ID.String()).want(http.StatusNoContent)

	noted := sam.sentFile(t, noteFile+".txt", noteFile)
	var note sendAnswer
	sam.post("/conversations/"+id+"/messages", map[string]any{
		"key": "n", "html": noteText, "note": true, "attachments": []string{noted},
	}).want(http.StatusCreated).into(&note)
	var template templateBody
	sam.post("/templates", templateRequest{Group: "staff", Title: noteText, HTML: noteText}).want(http.StatusCreated).into(&template)
	draft := uuid.NewString()
	sam.put("/drafts/"+draft, map[string]any{"based_on": 0, "conversation": id, "html": noteText}).want(http.StatusOK)
	sam.send(id, afterLeo)
	sam.patch("/conversations/"+id, map[string]any{"title": newTitle}).want(http.StatusOK)
	s.real = named{id, s.sam.ID.String(), note.Message.ID, noted, sam.me.Session, draft, template.ID}
	s.open = named{id, s.carla.ID.String(), started.Message.ID, file, sam.me.Session, draft, template.ID}
	return s
}

func (b *browser) sentFile(t testing.TB, name, content string) string {
	t.Helper()
	var file struct {
		ID string `json:"id"`
	}
	b.upload(name, []byte(content)).want(http.StatusCreated).into(&file)
	return file.ID
}

// protected are the routes that need somebody, in the router's order.
func protected(d *door) (list []string) {
	for _, one := range slices.Concat(d.routes(), d.streams()) {
		if one.access != anyone {
			list = append(list, one.method+" "+one.path)
		}
	}
	return list
}

func TestEveryRouteHasItsCall(t *testing.T) {
	t.Parallel()
	routes, known := protected(&door{limits: newThrottles(DefaultLimits())}), calls(unknown())
	for _, route := range routes {
		if _, ok := known[route]; !ok {
			t.Errorf("%s has no call", route)
		}
	}
	if len(known) != len(routes) {
		t.Errorf("%d calls for %d routes", len(known), len(routes))
	}
}

func TestNobodyGetsNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	sam := s.as(s.sam)
	for who, b := range map[string]*browser{
		"nobody": s.nobody(), "a forged token": s.nobody().holding(strings.Repeat("A", 43)), "a session of the other office": s.nobody().holding(s.as(s.otto).token()),
		"an ended session": ended(s.as(s.sam)),
	} {
		for _, route := range protected(s.door) {
			a := b.call(route, calls(s.real)[route])
			if p := a.refused(http.StatusUnauthorized, "unsigned", ""); p.Detail != "Sign in first." {
				t.Errorf("%s at %s is told %q", who, route, p.Detail)
			}
		}
	}
	sam.get("/me").want(http.StatusOK) // the premise: a session that runs is let in
}

// holding gives a browser a session's token, wherever it is from.
func (b *browser) holding(token string) *browser {
	b.w.t.Helper()
	base, err := http.NewRequest("GET", b.base, nil)
	must(b.w.t, err)
	b.http.Jar.SetCookies(base.URL, []*http.Cookie{{Name: "postern", Value: token, Path: "/"}})
	return b
}

// ended is a browser that still holds the token of a session that was signed out elsewhere.
func ended(b *browser) *browser {
	token := b.token()
	b.delete("/session").want(http.StatusNoContent)
	return b.holding(token)
}

// TestStrangersAreAnsweredAsIfItDidNotExist is FAULTS W1: whoever was never in a conversation gets, byte for byte, the answer
// that they would get for ids of nothing.
func TestStrangersAreAnsweredAsIfItDidNotExist(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for who, b := range map[string]*browser{
		"another client": s.as(s.carl), "staff outside": s.as(s.tess), "the owner outside": s.as(s.olivia), "another office": s.as(s.otto),
	} {
		for _, route := range protected(s.door) {
			if !strings.Contains(route, "{") || strings.Contains(route, "/users/") || strings.Contains(route, "/accounts/") || strings.Contains(route, "/office/") { // colleagues know of each other; owners open everything
				continue
			}
			for _, n := range []named{s.real, s.open} {
				same(t, who, b.call(route, calls(n)[route]), b.call(route, calls(unknown())[route]), http.StatusNotFound)
			}
		}
	}
}

// same holds that two answers differ in nothing.
func same(t *testing.T, who string, real, unreal reply, status int) {
	t.Helper()
	if real.status != status || unreal.status != status || string(real.body) != string(unreal.body) {
		t.Errorf("%s: %s: %d %s\nbut for nothing: %d %s", who, real.what, real.status, real.body, unreal.status, unreal.body)
	}
	for _, h := range []http.Header{real.header, unreal.header} {
		h.Del("Date")
		h.Del("X-Request-Id")
	}
	for name := range real.header {
		if got, want := real.header.Get(name), unreal.header.Get(name); got != want {
			t.Errorf("%s: %s: %s is %q, but for nothing %q", who, real.what, name, got, want)
		}
	}
}

// TestBodiesNameNobodyElses is W1 for ids in bodies: people, accounts and files of others.
func TestBodiesNameNobodyElses(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	otto, carl, carla := s.as(s.otto), s.as(s.carl), s.as(s.carla)
	start := func(to string) any {
		return startRequest{To: []string{to}, Title: "T", HTML: "x", Key: uuid.NewString(), Attachments: []string{}}
	}
	same(t, "another office writes to carla", otto.post("/conversations", start(s.carla.ID.String())), otto.post("/conversations", start(someID)), http.StatusNotFound)
	same(t, "a client writes to a client", carl.post("/conversations", start(s.carla.ID.String())), carl.post("/conversations", start(someID)), http.StatusNotFound)

	ours := s.newUserAt(s.other, chat.Staff, "Orla Other")
	theirs := otto.start("Theirs", "x", ours).Row.Conversation.ID
	add := func(user string) reply {
		return otto.post("/conversations/"+theirs+"/participants", map[string]any{"users": []string{user}})
	}
	same(t, "another office adds carla", add(s.carla.ID.String()), add(someID), http.StatusNotFound)

	invite := func(account string) reply {
		return otto.post("/invitations", invitationRequest{Name: "N", Email: uuid.NewString() + "@example.org", Role: "client", Account: account})
	}
	same(t, "another office invites into our account", invite(s.carla.Account.String()), invite(someID), http.StatusNotFound)

	unsent := s.as(s.sam).sentFile(t, "mine.txt", "sam's own")
	attach := func(file string) reply {
		return carla.post("/conversations/"+s.real.conversation+"/messages", map[string]any{
			"key": uuid.NewString(), "html": "x", "attachments": []string{file},
		})
	}
	for _, file := range []string{unsent, s.real.attachment, s.open.attachment} {
		same(t, "carla sends a file of sam's", attach(file), attach(someID), http.StatusBadRequest)
	}
}

func (w *world) newUserAt(o chat.Office, role chat.Role, name string) chat.User {
	w.t.Helper()
	return w.newUser(o, role, name, chat.ID{})
}

// TestWhoLeftSeesWhatTheySaw: nothing that came after, and they can change nothing but their own standing.
func TestWhoLeftSeesWhatTheySaw(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	leo := s.as(s.leo)
	var page messagesAnswer
	leo.get("/conversations/" + s.open.conversation + "/messages").want(http.StatusOK).into(&page)
	if !strings.Contains(texts(page.Messages), firstText) {
		t.Fatalf("leo sees %q", texts(page.Messages))
	}
	leo.get("/attachments/" + s.open.attachment).want(http.StatusOK)
	leo.get("/attachments/"+s.real.attachment).refused(http.StatusNotFound, "not_found", "")
	for _, route := range protected(s.door) {
		a := leo.call(route, calls(s.open)[route])
		wantNoCanary(t, "leo", a, afterLeo, noteText, noteFile, newTitle)
		if slices.Contains(writes, route) {
			a.refused(http.StatusForbidden, "forbidden", "")
		}
	}
	s.as(s.sam).get("/conversations/"+s.open.conversation+"/messages").holds(afterLeo, noteText) // the premise
}

// writes change a conversation for others.
var writes = []string{
	"PATCH /conversations/{conversation}", "POST /conversations/{conversation}/participants",
	"DELETE /conversations/{conversation}/participants/{user}", "POST /conversations/{conversation}/messages",
}

func wantNoCanary(t *testing.T, who string, a reply, canaries ...string) {
	t.Helper()
	for _, canary := range canaries {
		if strings.Contains(string(a.body), canary) {
			t.Errorf("%s: %s shows %s: %s", who, a.what, canary, a.body)
		}
	}
}

func (a reply) holds(words ...string) {
	a.t.Helper()
	for _, word := range words {
		if !strings.Contains(string(a.body), word) {
			a.t.Errorf("%s: no %q in %s", a.what, word, a.body)
		}
	}
}

// TestContactsSeeNoTraceOfNotes in any answer, and what belongs to one does not exist for them.
func TestContactsSeeNoTraceOfNotes(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	carla := s.as(s.carla)
	for _, route := range protected(s.door) {
		if strings.HasPrefix(route, "DELETE") {
			continue // she would leave
		}
		for _, n := range []named{s.real, s.open} {
			wantNoCanary(t, "carla", carla.call(route, calls(n)[route]), noteText, noteFile)
		}
	}
	missing := unknown()
	missing.conversation = s.real.conversation
	for _, route := range []string{"GET /attachments/{attachment}", "GET /conversations/{conversation}/messages/{message}/folded"} {
		same(t, "carla", carla.call(route, calls(s.real)[route]), carla.call(route, calls(missing)[route]), http.StatusNotFound)
	}
	path := "/conversations/" + s.real.conversation
	carla.post(path+"/messages", map[string]any{"key": "n", "html": "x", "note": true}).refused(http.StatusForbidden, "forbidden", "")
	carla.patch(path, map[string]any{"title": "mine"}).refused(http.StatusForbidden, "forbidden", "")
	carla.post(path+"/participants", map[string]any{"users": []string{s.tess.ID.String()}}).refused(http.StatusForbidden, "forbidden", "")
	carla.delete(path+"/participants/"+s.sam.ID.String()).refused(http.StatusForbidden, "forbidden", "")
	carla.post("/invitations", invitationRequest{Name: "N", Email: "n@example.org", Role: "client"}).refused(http.StatusForbidden, "forbidden", "")
	var mine, theirs messagesAnswer
	carla.get(path + "/messages").want(http.StatusOK).into(&mine)
	s.as(s.sam).get(path + "/messages").want(http.StatusOK).into(&theirs)
	if len(mine.Messages) != len(theirs.Messages)-1 {
		t.Errorf("carla sees %d of %d messages", len(mine.Messages), len(theirs.Messages))
	}
}

// TestWithoutThePermissionEveryDoorRefuses is F1.
func TestWithoutThePermissionEveryDoorRefuses(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	carla := s.as(s.carla)
	s.deny(s.carla)
	for _, one := range slices.Concat(s.door.routes(), s.door.streams()) {
		if one.access != messaging {
			continue
		}
		route := one.method + " " + one.path
		carla.call(route, calls(s.open)[route]).refused(http.StatusForbidden, "forbidden", "")
	}
	var me meAnswer
	carla.get("/me").want(http.StatusOK).into(&me)
	if me.May.Message || me.May.Start {
		t.Errorf("carla may %+v", me.May)
	}
}

// TestAContactsPositionsShowNoGap where there are notes.
func TestAContactsPositionsShowNoGap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	positions := func(title string, note bool) (list []string) {
		id := sam.start(title, "one", w.carla).Row.Conversation.ID
		if note {
			sam.post("/conversations/"+id+"/messages", map[string]any{"key": title, "html": noteText, "note": true}).want(http.StatusCreated)
		}
		sam.send(id, "two "+title)
		var page messagesAnswer
		carla.get("/conversations/" + id + "/messages").want(http.StatusOK).into(&page)
		for _, m := range page.Messages {
			list = append(list, m.Position)
		}
		return list
	}
	if with, without := positions("with", true), positions("without", false); !slices.Equal(with, without) {
		t.Errorf("positions with a note %v, without %v", with, without)
	}
}
