package api

import (
	"net/http"
	"testing"

	"postern/chat"
)

// TestTeamLetters: owners and admins turn letters to teams on, and give teams their addresses; nobody else sees them (F36).
func TestTeamLetters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	team, err := w.service.SetRoster(t.Context(), w.office.ID, chat.Team, "Tax", []string{w.sam.Email, w.tess.Email})
	if err != nil {
		t.Fatal(err)
	}
	circle, err := w.service.SetRoster(t.Context(), w.office.ID, chat.Circle, "Guests", []string{w.carla.Email})
	if err != nil {
		t.Fatal(err)
	}
	owner, sam, carla := w.as(w.olivia), w.as(w.sam), w.as(w.carla)
	want := func(got teamLettersAnswer, on bool, address string) {
		t.Helper()
		if got.On != on || got.Domain != w.office.MailDomain || len(got.Teams) != 1 || got.Teams[0] != (teamBody{team.ID.String(), "Tax", 2, address}) {
			t.Errorf("team letters are %+v, want on %t, %q", got, on, address)
		}
	}
	var is teamLettersAnswer
	owner.get("/office/team-letters").want(http.StatusOK).into(&is)
	want(is, false, "")
	path := "/office/team-letters/" + team.ID.String()
	owner.put(path, map[string]any{"address": " Tax.Office "}).want(http.StatusOK).into(&is)
	want(is, false, "tax.office")
	owner.put("/office/team-letters", map[string]any{"on": true}).want(http.StatusOK).into(&is)
	want(is, true, "tax.office")
	for _, other := range []*browser{sam, carla} {
		other.get("/office/team-letters").refused(http.StatusForbidden, "forbidden", "")
		other.put("/office/team-letters", map[string]any{"on": false}).refused(http.StatusForbidden, "forbidden", "")
		other.put(path, map[string]any{"address": ""}).refused(http.StatusForbidden, "forbidden", "")
	}
	owner.put(path, map[string]any{"address": "postmaster"}).refused(http.StatusBadRequest, "invalid", "address")
	owner.put(path, map[string]any{}).refused(http.StatusBadRequest, "invalid", "address")
	owner.put("/office/team-letters", map[string]any{}).refused(http.StatusBadRequest, "invalid", "on")
	owner.put("/office/team-letters/"+circle.ID.String(), map[string]any{"address": "guests"}).refused(http.StatusNotFound, "not_found", "")
	is = teamLettersAnswer{}
	owner.put(path, map[string]any{"address": ""}).want(http.StatusOK).into(&is)
	want(is, true, "")
}
