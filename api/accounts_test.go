package api

import (
	"net/http"
	"testing"

	"postern/chat"
)

// TestAFirmsMailIsMadePrivate by owners and admins; another office's firm is none.
func TestAFirmsMailIsMadePrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	olivia, account := w.as(w.olivia), "/accounts/"+w.carla.Account.String()
	strict := func(to bool) accountRequest { return accountRequest{&to} }
	for _, step := range []struct{ set, want bool }{{true, true}, {true, true}, {false, false}} {
		var is, seen accountAnswer
		olivia.patch(account, strict(step.set)).want(http.StatusOK).into(&is)
		olivia.get(account).want(http.StatusOK).into(&seen)
		if is.Strict != step.want || is.Name != "Carla & Co" || is != seen {
			t.Errorf("set to %t: %+v, and then %+v", step.set, is, seen)
		}
	}
	olivia.patch(account, empty{}).refused(http.StatusBadRequest, "invalid", "strict")
	for _, u := range []chat.User{w.tess, w.carla} {
		w.as(u).get(account).refused(http.StatusForbidden, "forbidden", "")
		w.as(u).patch(account, strict(true)).refused(http.StatusForbidden, "forbidden", "")
	}
	same(t, "another office", w.as(w.otto).get(account), w.as(w.otto).get("/accounts/"+someID), http.StatusNotFound)
}
