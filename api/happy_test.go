package api

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"postern/hub/wire"
)

func TestAnInvitedClientWritesToTheOffice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	olivia := w.as(w.olivia)

	olivia.post("/invitations", map[string]string{"name": "Nina New", "email": "nina@example.org", "role": "client"}).want(http.StatusCreated)
	token := w.mails.tokens("nina@example.org")[0]

	nina := w.nobody()
	var link linkAnswer
	nina.post("/links/look", map[string]string{"token": token}).want(http.StatusOK).into(&link)
	if link != (linkAnswer{Kind: "invite", Name: "Nina New", Email: "nina@example.org", Office: "The Office"}) {
		t.Errorf("the link shows %+v", link)
	}
	nina.post("/links/use", map[string]string{"token": token, "password": "a good long one"}).want(http.StatusOK).into(&nina.me)
	if nina.me.User.Name != "Nina New" || nina.me.User.Kind != "contact" || nina.me.User.Role != "client" {
		t.Errorf("signed in as %+v", nina.me.User)
	}
	if nina.me.May != (rightsBody{Message: true, Start: true}) {
		t.Errorf("a client may %+v", nina.me.May)
	}

	var found directoryAnswer
	nina.get("/directory?q=oli").want(http.StatusOK).into(&found)
	if len(found.People) != 1 || found.People[0].ID != w.olivia.ID.String() || found.People[0].Role != "" {
		t.Fatalf("nina finds %+v", found.People)
	}
	started := nina.start("A question", "<p>Hello</p>", w.olivia)
	if started.Message.Text != "Hello" || started.Message.Author.ID != nina.me.User.ID || started.Row.Standing.Unread {
		t.Errorf("started %+v", started)
	}

	var inbox rowsAnswer
	olivia.get("/conversations").want(http.StatusOK).into(&inbox)
	if inbox.Badge != 1 || len(inbox.Rows) != 1 || !inbox.Rows[0].Standing.Unread || inbox.Rows[0].Newest.Text != "Hello" {
		t.Fatalf("olivia's inbox: %+v", inbox)
	}

	again := w.nobody()
	again.post("/session", signInRequest{"NINA@example.org", "a good long one"}).want(http.StatusOK).into(&again.me)
	if again.me.User.ID != nina.me.User.ID || again.me.Session == nina.me.Session {
		t.Errorf("signed in again as %+v", again.me)
	}
}

func TestAConversationIsReadAnsweredAndPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	id := sam.start("Tax return", "<p>one</p>", w.carla).Row.Conversation.ID
	var last wire.Message
	for _, text := range []string{"two", "three", "four"} {
		last = sam.send(id, text)
	}

	var page messagesAnswer
	carla.get("/conversations/" + id + "/messages?limit=2").want(http.StatusOK).into(&page)
	if texts(page.Messages) != "three four" || !page.MoreBefore || page.MoreAfter {
		t.Fatalf("the newest: %q %+v", texts(page.Messages), page)
	}
	first := page.Messages[0].Position
	for query, want := range map[string]string{
		"before=" + first: "one two", "after=" + first: "four", "around=" + first + "&limit=2": "two three", "after=" + zeroPosition + "&limit=1": "one",
		"since=" + page.Messages[0].At.UTC().Format(time.RFC3339Nano) + "&limit=2": "two three", "since=2000-01-01T00:00:00%2B01:00&limit=2": "one",
	} {
		carla.get("/conversations/" + id + "/messages?" + query).want(http.StatusOK).into(&page)
		if texts(page.Messages) != want {
			t.Errorf("%s: %q, want %q", query, texts(page.Messages), want)
		}
	}

	var stood stoodAnswer
	carla.post("/conversations/"+id+"/read", readRequest{Position: last.Position, Opened: true}).want(http.StatusOK).into(&stood)
	if stood.Badge != 0 || stood.Standing.Unread || stood.Standing.LastRead != last.Position {
		t.Errorf("after reading: %+v", stood)
	}
	sam.get("/conversations/" + id + "/messages").want(http.StatusOK).into(&page)
	if len(page.Receipts) != 1 || page.Receipts[0].Reader.ID != w.carla.ID.String() || page.Receipts[0].Through != last.Position {
		t.Errorf("sam sees receipts %+v", page.Receipts)
	}
	carla.get("/conversations/" + id + "/messages").want(http.StatusOK).into(&page)
	if len(page.Receipts) != 0 {
		t.Errorf("carla, who wrote nothing, sees receipts %+v", page.Receipts)
	}
	var one conversationAnswer
	sam.get("/conversations/" + id).want(http.StatusOK).into(&one)
	if one.Row.Conversation.ID != id || one.AsOf == "" {
		t.Errorf("sam sees %+v", one)
	}
}

const zeroPosition = "0000000000000000"

func texts(messages []wire.Message) string {
	var list []string
	for _, m := range messages {
		list = append(list, m.Text)
	}
	return strings.Join(list, " ")
}

func TestOnesOwnStandingChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	id := sam.start("Papers", "<p>here</p>", w.carla).Row.Conversation.ID
	var stood stoodAnswer
	for _, c := range []struct {
		door string
		body any
		want wire.Standing
	}{
		{"mute", muteRequest{ptr(true)}, wire.Standing{Unread: true, Muted: true}},
		{"mute", muteRequest{ptr(false)}, wire.Standing{Unread: true}},
		{"archive", archiveRequest{ptr(true)}, wire.Standing{Unread: true, Archived: true}},
		{"archive", archiveRequest{ptr(false)}, wire.Standing{Unread: true}},
		{"unread", empty{}, wire.Standing{Unread: true, MarkedUnread: true}},
	} {
		carla.post("/conversations/"+id+"/"+c.door, c.body).want(http.StatusOK).into(&stood)
		c.want.Active, c.want.LastRead, c.want.Opened = true, zeroPosition, zeroPosition
		if stood.Standing != c.want {
			t.Errorf("%s %+v: %+v, want %+v", c.door, c.body, stood.Standing, c.want)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestPeopleComeAndGoAndTitlesChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla, tess := w.as(w.sam), w.as(w.carla), w.as(w.tess)
	id := sam.start("Before", "<p>first</p>", w.carla).Row.Conversation.ID
	path := "/conversations/" + id

	var changed changeAnswer
	sam.patch(path, map[string]any{"title": "After", "important": true}).want(http.StatusOK).into(&changed)
	if changed.Conversation.Title != "After" || !changed.Conversation.Important {
		t.Errorf("changed to %+v", changed.Conversation)
	}
	sam.post(path+"/participants", addRequest{Users: []string{w.tess.ID.String()}}).want(http.StatusOK).into(&changed)
	if len(changed.Conversation.Participants) != 3 {
		t.Errorf("participants: %+v", changed.Conversation.Participants)
	}
	var page messagesAnswer
	tess.get(path + "/messages").want(http.StatusOK).into(&page)
	if page.Messages[0].Text != "first" {
		t.Errorf("staff come with the history, tess sees %q", texts(page.Messages))
	}
	carla.delete(path + "/participants/" + w.carla.ID.String()).want(http.StatusNoContent)
	sam.delete(path + "/participants/" + w.tess.ID.String()).want(http.StatusNoContent)
	var row conversationAnswer
	carla.get(path).want(http.StatusOK).into(&row)
	if row.Row.Standing.Active {
		t.Error("carla left and is active")
	}
	sam.delete(path+"/participants/"+w.sam.ID.String()).refused(http.StatusConflict, "conflict", "successor")
	sam.delete(path + "/participants/" + w.sam.ID.String() + "?successor=" + w.tess.ID.String()).want(http.StatusNoContent)
}

func TestAFileGoesUpAndComesDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	id := sam.start("Files", "<p>see</p>", w.carla).Row.Conversation.ID
	content := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("0123456789"), 5000)...)

	var file wire.Attachment
	carla.upload("Überblick 2026.pdf", content).want(http.StatusCreated).into(&file)
	if file.Name != "Überblick 2026.pdf" || file.Type != "application/pdf" || file.Size != int64(len(content)) {
		t.Errorf("uploaded %+v", file)
	}
	sam.get("/attachments/"+file.ID).refused(http.StatusNotFound, "not_found", "")
	carla.post("/conversations/"+id+"/messages", map[string]any{"key": "k", "html": "", "attachments": []string{file.ID}}).want(http.StatusCreated)

	down := sam.get("/attachments/" + file.ID).want(http.StatusOK)
	if !bytes.Equal(down.body, content) {
		t.Errorf("%d bytes came down, %d went up", len(down.body), len(content))
	}
	part := sam.do("GET", "/attachments/"+file.ID, nil, func(r *http.Request) { r.Header.Set("Range", "bytes=9-18") }).want(http.StatusPartialContent)
	if string(part.body) != "0123456789" {
		t.Errorf("the range is %q", part.body)
	}
	sam.do("GET", "/attachments/"+file.ID, nil, func(r *http.Request) { r.Header.Set("Range", "bytes=999999-") }).want(http.StatusRequestedRangeNotSatisfiable)
	sam.do("GET", "/attachments/"+file.ID, nil, func(r *http.Request) { r.Header.Set("If-None-Match", down.header.Get("ETag")) }).want(http.StatusNotModified)
	if head := sam.do("HEAD", "/attachments/"+file.ID, nil).want(http.StatusOK); head.header.Get("Content-Length") != "50009" {
		t.Errorf("HEAD says %q bytes", head.header.Get("Content-Length"))
	}
}

func TestAnOwnerSwitchesTheMode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	olivia, sam := w.as(w.olivia), w.as(w.sam)
	var office officeBody
	olivia.patch("/office", officeRequest{Mode: "convenience"}).refused(http.StatusBadRequest, "invalid", "confirm")
	olivia.patch("/office", officeRequest{Mode: "convenience", Confirm: true}).want(http.StatusOK).into(&office)
	if office.Mode != "convenience" {
		t.Errorf("the mode is %q", office.Mode)
	}
	sam.patch("/office", officeRequest{Mode: "privacy"}).refused(http.StatusForbidden, "forbidden", "")
	var me meAnswer
	sam.get("/me").want(http.StatusOK).into(&me)
	if me.Office.Mode != "convenience" {
		t.Errorf("sam's office is in %q", me.Office.Mode)
	}
}

func TestStaffSeeRolesAndAccountsInTheDirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var found directoryAnswer
	w.as(w.sam).get("/directory?q=carl&limit=1").want(http.StatusOK).into(&found)
	if len(found.People) != 1 || found.People[0].Name != "Carl Client" || found.People[0].Role != "client" || found.People[0].Account.Name != "Carl Ltd" {
		t.Errorf("sam finds %+v", found.People)
	}
	found = directoryAnswer{}
	w.as(w.carla).get("/directory").want(http.StatusOK).into(&found)
	for _, p := range found.People {
		if p.Kind != "staff" || p.Role != "" || p.Account != nil {
			t.Errorf("carla is told of %+v", p)
		}
	}
	if len(found.People) != 3 {
		t.Errorf("carla finds %d people, want 3", len(found.People))
	}
}

func TestListsPageByKeyset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	for _, title := range []string{"a", "b", "c", "d", "e"} {
		sam.start(title, "<p>x</p>", w.carla)
	}
	var titles []string
	var page rowsAnswer
	for next := ""; ; next = "&after=" + page.Next {
		page = rowsAnswer{}
		carla.get("/conversations?list=unread&limit=2" + next).want(http.StatusOK).into(&page)
		for _, row := range page.Rows {
			titles = append(titles, row.Conversation.Title)
		}
		if page.Next == "" {
			break
		}
	}
	if strings.Join(titles, "") != "edcba" || page.Badge != 5 {
		t.Errorf("titles %v, badge %d", titles, page.Badge)
	}
	carla.get("/conversations?list=important").want(http.StatusOK).into(&page)
	if len(page.Rows) != 0 {
		t.Errorf("important: %d rows", len(page.Rows))
	}
}

func TestFoldedRestOfALetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam := w.as(w.sam)
	started := sam.start("Folded", "<p>x</p>", w.carla)
	var folded foldedAnswer
	sam.get("/conversations/" + started.Row.Conversation.ID + "/messages/" + started.Message.ID + "/folded").want(http.StatusOK).into(&folded)
	if folded.Text != "" {
		t.Errorf("a message from the browser folds %q", folded.Text)
	}
	elsewhere := sam.start("Elsewhere", "<p>x</p>", w.carla).Row.Conversation.ID
	sam.get("/conversations/"+elsewhere+"/messages/"+started.Message.ID+"/folded").refused(http.StatusNotFound, "not_found", "")
}

func TestRepeatsAreAnsweredAsTheFirstTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam := w.as(w.sam)
	first, second := sam.start("Twice", "<p>x</p>", w.carla), sam.start("Twice", "<p>x</p>", w.carla)
	if first.Message.ID != second.Message.ID {
		t.Errorf("started %s, then %s", first.Message.ID, second.Message.ID)
	}
	id := first.Row.Conversation.ID
	if a, b := sam.send(id, "hello"), sam.send(id, "hello"); a.ID != b.ID {
		t.Errorf("sent %s, then %s", a.ID, b.ID)
	}
	sam.post("/conversations/"+id+"/messages", map[string]any{"key": "hello", "html": "other"}).refused(http.StatusConflict, "conflict", "key")
	var page messagesAnswer
	sam.get("/conversations/" + id + "/messages").want(http.StatusOK).into(&page)
	if texts(page.Messages) != "x hello" {
		t.Errorf("the conversation holds %q", texts(page.Messages))
	}
}
