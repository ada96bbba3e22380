package api

import (
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"postern/hub/wire"
)

// TestDeactivating closes the sockets and every door, in one go, and reactivating opens the doors again for a new session.
func TestDeactivating(t *testing.T) {
	t.Parallel()
	w := newLiveWorld(t)
	olivia, carla := w.as(w.olivia), w.as(w.carla)
	ws, hello := carla.listen("")
	path := "/users/" + w.carla.ID.String()
	var changed userAnswer
	olivia.patch(path, map[string]any{"active": false}).want(http.StatusOK).into(&changed)
	if changed.Active || changed.Person.ID != w.carla.ID.String() || changed.Role != "client" {
		t.Errorf("changed %+v", changed)
	}
	if _, _, err := ws.Read(t.Context()); websocket.CloseStatus(err) != wire.CloseSignedOut {
		t.Errorf("carla's socket ends with %v", err)
	}
	carla.get("/me").refused(http.StatusUnauthorized, "unsigned", "")
	w.nobody().post("/password/forgotten", map[string]string{"email": w.carla.Email}).want(http.StatusAccepted)

	var found directoryAnswer
	olivia.get("/directory?q=carla").want(http.StatusOK).into(&found)
	if len(found.People) != 0 {
		t.Errorf("the picker shows %+v", found.People)
	}
	olivia.get("/directory?active=false").want(http.StatusOK).into(&found)
	if len(found.People) != 1 || found.People[0].ID != w.carla.ID.String() {
		t.Errorf("deactivated are %+v", found.People)
	}
	for _, user := range []*browser{w.as(w.sam), w.as(w.carl)} {
		user.get("/directory?active=false").refused(http.StatusForbidden, "forbidden", "")
		same(t, "who may not", user.patch(path, map[string]any{"active": true}), user.patch("/users/"+someID, map[string]any{"active": true}), http.StatusForbidden)
	}

	olivia.patch(path, map[string]any{"active": true}).want(http.StatusOK).into(&changed)
	if !changed.Active {
		t.Errorf("changed %+v", changed)
	}
	carla.get("/me").refused(http.StatusUnauthorized, "unsigned", "") // what ended stays ended
	_, again := w.as(w.carla).listen("1.0")
	if again.Epoch == hello.Epoch || again.Resumed {
		t.Errorf("back again with %+v, before %+v", again, hello)
	}
}

func TestWhomNobodyDeactivates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	olivia := w.as(w.olivia)
	off := map[string]any{"active": false}
	olivia.patch("/users/"+w.olivia.ID.String(), off).refused(http.StatusForbidden, "forbidden", "")
	same(t, "somebody of another office", olivia.patch("/users/"+w.otto.ID.String(), off), olivia.patch("/users/"+someID, off), http.StatusNotFound)
}
