package api

import (
	"net/http"
	"testing"
)

// TestMailIsMadeStricter (F25): by a person for themselves, by the owner for a contact, and by staff for a conversation; and each is told where it stands.
func TestMailIsMadeStricter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	olivia, carla := w.as(w.olivia), w.as(w.carla)
	olivia.patch("/office", officeRequest{Mode: "convenience", Confirm: true}).want(http.StatusOK)
	started := olivia.start("Accounts", "<p>Hello</p>", w.carla)
	conversation := "/conversations/" + started.Row.Conversation.ID
	stands := func(who *browser, mode, because string) {
		t.Helper()
		var one conversationAnswer
		who.get(conversation).want(http.StatusOK).into(&one)
		if one.Mode != mode || string(one.Because) != because {
			t.Errorf("the conversation stands at %s because of %q, want %s of %q", one.Mode, one.Because, mode, because)
		}
	}
	stands(olivia, "convenience", "")

	var me meAnswer
	carla.patch("/me", map[string]bool{"strict": true}).want(http.StatusOK).into(&me)
	if !me.User.Strict || me.Mode != "privacy" || me.Office.Mode != "convenience" {
		t.Errorf("carla asks for it: %+v", me)
	}
	stands(olivia, "privacy", "people")
	stands(carla, "convenience", "")

	user := "/users/" + w.carla.ID.String()
	for _, strict := range []bool{false, true, false} {
		var u userAnswer
		olivia.patch(user, map[string]bool{"strict": strict}).want(http.StatusOK).into(&u)
		if u.Strict != strict {
			t.Errorf("the owner sets %t: %+v", strict, u)
		}
	}
	carla.patch(user, map[string]bool{"strict": true}).want(http.StatusForbidden)

	carla.patch(conversation, map[string]bool{"strict": true}).want(http.StatusForbidden)
	var changed changeAnswer
	olivia.patch(conversation, map[string]bool{"strict": true}).want(http.StatusOK).into(&changed)
	if !changed.Conversation.Strict {
		t.Errorf("changed %+v", changed)
	}
	stands(olivia, "privacy", "conversation")
	stands(carla, "privacy", "conversation")
}
