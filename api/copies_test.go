package api

import (
	"net/http"
	"testing"
)

// A contact in CC has a conversation of their own, which looks to them like any; staff find it beneath the original.
func TestAContactInCCGetsACopy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla, tess := w.as(w.sam), w.as(w.carla), w.as(w.tess)
	dora := w.newUser(w.office, "client", "Dora Copied", w.carla.Account)
	if _, err := w.service.SetRoster(t.Context(), w.office.ID, "team", "Tax", []string{w.sam.Email, w.tess.Email}); err != nil {
		t.Fatal(err)
	}
	var teams rostersAnswer
	sam.get("/rosters").want(http.StatusOK).into(&teams)
	if len(teams.Rosters) != 1 || teams.Rosters[0].Name != "Tax" || teams.Rosters[0].Kind != "team" || teams.Rosters[0].Members != 2 {
		t.Fatalf("teams: %+v", teams)
	}
	carla.get("/rosters").refused(http.StatusForbidden, "forbidden", "")

	var started startAnswer
	sam.post("/conversations", map[string]any{
		"to": []string{w.carla.ID.String(), teams.Rosters[0].ID}, "cc": []string{dora.ID.String()}, "title": "Papers", "html": "here", "key": "k",
	}).want(http.StatusCreated).into(&started)
	if started.Row.Conversation.Copies != 1 {
		t.Errorf("started: %+v", started.Row.Conversation)
	}
	id := started.Row.Conversation.ID
	var made copiesAnswer
	tess.get("/conversations/" + id + "/copies").want(http.StatusOK).into(&made)
	if len(made.Copies) != 1 || made.Copies[0].Contact.Name != "Dora Copied" || made.Copies[0].Answered {
		t.Fatalf("copies: %+v", made)
	}
	var row conversationAnswer
	tess.get("/conversations/" + made.Copies[0].Conversation).want(http.StatusOK).into(&row)
	if c := row.Row; c.Conversation.Kind != "copy" || c.Conversation.CopyOf != id || !c.Standing.Beneath || c.Standing.Unread {
		t.Errorf("staff see the copy as %+v", c)
	}
	var list rowsAnswer
	w.as(dora).get("/conversations").want(http.StatusOK).into(&list)
	if len(list.Rows) != 1 || list.Rows[0].Conversation.Kind != "conversation" || list.Rows[0].Conversation.CopyOf != "" || list.Rows[0].Standing.Beneath {
		t.Errorf("the copied contact sees %+v", list.Rows)
	}
	carla.get("/conversations").want(http.StatusOK).into(&list)
	if len(list.Rows) != 1 || list.Rows[0].Conversation.Copies != 0 {
		t.Errorf("who is in the original sees %+v", list.Rows)
	}

	later := sam.send(id, "later")
	sam.post("/conversations/"+id+"/messages/"+later.ID+"/copies", copyRequest{To: []string{dora.ID.String()}}).want(http.StatusOK).into(&made)
	if len(made.Copies) != 1 || len(made.Copies[0].Messages) != 2 {
		t.Errorf("copied again: %+v", made)
	}
	for _, contact := range []*browser{carla, w.as(dora)} {
		contact.get("/conversations/"+id+"/copies").refused(http.StatusNotFound, "not_found", "")
	}
}
