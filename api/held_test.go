package api

import (
	"net/http"
	"testing"

	"postern/chat"
)

// hold puts a letter of anna's into quarantine, and gives the id of the line that tells of it.
func (w *world) hold(conversation string, of chat.User) string {
	w.t.Helper()
	id, err := chat.ParseID(conversation)
	must(w.t, err)
	in := chat.LetterIn{HTML: "<p>From home</p>"}
	in.Fate, in.Reason, in.From, in.Subject, in.Auth, in.Signers = chat.LetterQuarantined, "From is not the participant's address", "anna@home.example", "Re: VAT", "dkim=pass (esp.example)", []string{"esp.example"}
	in.RawLetter, err = w.service.KeepRaw(w.t.Context(), of.Office, []byte("<p>From home</p>"))
	must(w.t, err)
	in.Size, in.Once = int64(len("<p>From home</p>")), in.Raw
	to := chat.Addressee{Office: chat.Office{ID: of.Office}, User: of, Address: chat.ReplyAddress{Office: of.Office, Conversation: id, User: of.ID}}
	l, err := w.service.TakeLetter(w.t.Context(), to, in)
	must(w.t, err)
	return l.Entry.String()
}

// TestHeldLetter: staff look at a letter that waits and accept it; contacts see nothing of it before, and then the message with the time it came.
func TestHeldLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, tess, carla := w.as(w.sam), w.as(w.tess), w.as(w.carla)
	var started startAnswer
	sam.post("/conversations", map[string]any{
		"to": []string{w.carla.ID.String(), w.tess.ID.String()}, "title": "Papers", "html": "here", "key": "k",
	}).want(http.StatusCreated).into(&started)
	id := started.Row.Conversation.ID
	line := "/conversations/" + id + "/messages/" + w.hold(id, w.carla) + "/letter"

	var seen heldAnswer
	tess.get(line).want(http.StatusOK).into(&seen)
	if seen.Participant.Name != "Carla Client" || seen.From != "anna@home.example" || seen.FromName != "Anna" || seen.Text != "From home" ||
		seen.Folded != "> before" || seen.Reason == "" || len(seen.Signers) != 1 || seen.Decision != "" || seen.Barred != "" {
		t.Errorf("shown: %+v", seen)
	}
	carla.get(line).refused(http.StatusNotFound, "not_found", "")
	carla.post(line, decideRequest{Decision: "accepted"}).refused(http.StatusNotFound, "not_found", "")
	sam.post(line, decideRequest{Decision: "perhaps"}).refused(http.StatusBadRequest, "invalid", "decision")
	sam.post(line, decideRequest{Decision: "trusted", Domain: "evil.example"}).refused(http.StatusBadRequest, "invalid", "domain")

	var decided decideAnswer
	sam.post(line, decideRequest{Decision: "trusted", Domain: "esp.example"}).want(http.StatusOK).into(&decided)
	if l := decided.Letter; l.Decision != "trusted" || l.DecidedBy == nil || l.DecidedBy.Name != "Sam Staff" || l.DecidedAt == nil || decided.AsOf == "" {
		t.Errorf("decided: %+v", decided)
	}
	tess.post(line, decideRequest{Decision: "rejected"}).refused(http.StatusConflict, "conflict", "")
	var page messagesAnswer
	carla.get("/conversations/" + id + "/messages").want(http.StatusOK).into(&page)
	last := page.Messages[len(page.Messages)-1]
	if len(page.Messages) != 2 || last.Text != "From home" || last.Author.Name != "Carla Client" || last.ReceivedAt != nil {
		t.Errorf("carla sees %+v", page.Messages)
	}
	sam.get("/conversations/" + id + "/messages").want(http.StatusOK).into(&page)
	var told []string
	for _, m := range page.Messages {
		if m.Happening != nil {
			told = append(told, m.Happening.What+" "+m.Happening.Letter)
		}
	}
	if len(told) != 2 || told[0] != "letter_held "+seen.ID || told[1] != "letter_accepted "+seen.ID {
		t.Errorf("staff are told %q", told)
	}
}

// TestTrustIsSeenAndTakenBack by owners and admins, with who added it.
func TestTrustIsSeenAndTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, olivia := w.as(w.sam), w.as(w.olivia)
	var started startAnswer
	sam.post("/conversations", map[string]any{"to": []string{w.carla.ID.String()}, "title": "Papers", "html": "here", "key": "k"}).want(http.StatusCreated).into(&started)
	id := started.Row.Conversation.ID
	sam.post("/conversations/"+id+"/messages/"+w.hold(id, w.carla)+"/letter", decideRequest{Decision: "aliased"}).want(http.StatusOK)
	user := "/users/" + w.carla.ID.String()
	var is trustAnswer
	olivia.get(user + "/trust").want(http.StatusOK).into(&is)
	if len(is.Signers) != 0 || len(is.Aliases) != 1 || is.Aliases[0].Address != "anna@home.example" || is.Aliases[0].By.Name != "Sam Staff" {
		t.Fatalf("%+v", is)
	}
	one := distrustRequest{Address: "anna@home.example"}
	for _, u := range []chat.User{w.tess, w.carla} {
		w.as(u).get(user+"/trust").refused(http.StatusForbidden, "forbidden", "")
		w.as(u).post(user+"/distrust", one).refused(http.StatusForbidden, "forbidden", "")
	}
	olivia.post(user+"/distrust", distrustRequest{}).refused(http.StatusBadRequest, "invalid", "address")
	olivia.post("/users/"+w.tess.ID.String()+"/distrust", one).refused(http.StatusNotFound, "not_found", "")
	olivia.post(user+"/distrust", one).want(http.StatusNoContent)
	olivia.post(user+"/distrust", one).refused(http.StatusNotFound, "not_found", "")
	is = trustAnswer{}
	olivia.get(user + "/trust").want(http.StatusOK).into(&is)
	if len(is.Aliases) != 0 {
		t.Errorf("%+v", is)
	}
}
