package api

import (
	"net/http"
	"testing"

	"postern/chat"
)

// TestUsersAreLookedAfter: paged by name, narrowed, and given other rights; by owners and admins alone.
func TestUsersAreLookedAfter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	olivia := w.as(w.olivia)
	var all, page usersAnswer
	olivia.get("/users").want(http.StatusOK).into(&all)
	var paged []userAnswer
	for next := ""; ; next = page.Next {
		page = usersAnswer{}
		olivia.get("/users?limit=2&after=" + next).want(http.StatusOK).into(&page)
		paged = append(paged, page.Users...)
		if page.Next == "" {
			break
		}
	}
	if len(paged) != len(all.Users) || len(all.Users) < 4 {
		t.Fatalf("%d users, in pages %d", len(all.Users), len(paged))
	}
	for i := range paged {
		if paged[i].Person != all.Users[i].Person || paged[i].Self != (paged[i].Person.ID == w.olivia.ID.String()) {
			t.Errorf("page by page %+v, at once %+v", paged[i], all.Users[i])
		}
	}
	olivia.get("/users?kind=contact&q=carla").want(http.StatusOK).into(&page)
	if len(page.Users) != 1 || page.Users[0].Person.ID != w.carla.ID.String() || !page.Users[0].Messaging || page.Users[0].Account == nil {
		t.Errorf("found %+v", page.Users)
	}
	olivia.get("/users?kind=nobody").refused(http.StatusBadRequest, "invalid", "kind")
	olivia.get("/users?after=%21").refused(http.StatusBadRequest, "invalid", "after")

	path := "/users/" + w.sam.ID.String()
	var changed userAnswer
	olivia.patch(path, map[string]any{"role": "admin"}).want(http.StatusOK).into(&changed)
	if changed.Role != "admin" || !changed.Messaging {
		t.Errorf("changed %+v", changed)
	}
	w.as(w.sam).get("/users").want(http.StatusOK)
	olivia.patch(path, map[string]any{"role": "staff", "messaging": false}).want(http.StatusOK).into(&changed)
	if changed.Role != "staff" || changed.Messaging {
		t.Errorf("changed %+v", changed)
	}
	w.as(w.sam).get("/conversations").refused(http.StatusForbidden, "forbidden", "")
	olivia.patch(path, map[string]any{"role": "client"}).refused(http.StatusConflict, "conflict", "role")
	olivia.patch(path, map[string]any{"role": "king"}).refused(http.StatusBadRequest, "invalid", "role")
	olivia.patch(path, map[string]any{"role": "staff", "active": true}).refused(http.StatusBadRequest, "invalid", "active")
	olivia.patch(path, map[string]any{"active": false, "successor": w.carla.ID.String()}).refused(http.StatusBadRequest, "invalid", "successor")
	olivia.patch("/users/"+w.olivia.ID.String(), map[string]any{"messaging": false}).refused(http.StatusForbidden, "forbidden", "")
	for _, u := range []chat.User{w.tess, w.carla} {
		w.as(u).get("/users").refused(http.StatusForbidden, "forbidden", "")
		same(t, "who may not", w.as(u).patch(path, map[string]any{"messaging": true}), w.as(u).patch("/users/"+someID, map[string]any{"messaging": true}), http.StatusForbidden)
	}
}

// TestDeletedIsOutOfOnesOwnListsAlone (F2).
func TestDeletedIsOutOfOnesOwnListsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	id := sam.start("Tax return", "<p>one</p>", w.carla).Row.Conversation.ID
	listed := func(b *browser, list string) int {
		var page rowsAnswer
		b.get("/conversations?list=" + list).want(http.StatusOK).into(&page)
		return len(page.Rows)
	}
	var stood stoodAnswer
	carla.post("/conversations/"+id+"/delete", map[string]any{"deleted": true}).want(http.StatusOK).into(&stood)
	if !stood.Standing.Deleted || !stood.Standing.Archived || stood.Badge != 0 {
		t.Errorf("stood %+v", stood)
	}
	if listed(carla, "inbox")+listed(carla, "archived")+listed(carla, "unread") != 0 || listed(carla, "deleted") != 1 || listed(sam, "inbox") != 1 {
		t.Error("it is in the wrong lists")
	}
	carla.get("/conversations/" + id + "/messages").want(http.StatusOK)
	stood = stoodAnswer{}
	carla.post("/conversations/"+id+"/archive", map[string]any{"archived": true}).want(http.StatusOK).into(&stood)
	if stood.Standing.Deleted || listed(carla, "archived") != 1 {
		t.Errorf("archived, it stands %+v", stood)
	}
	carla.post("/conversations/"+id+"/delete", map[string]any{"deleted": true}).want(http.StatusOK)
	sam.send(id, "two")
	if listed(carla, "inbox") != 1 || listed(carla, "deleted") != 0 {
		t.Error("a new message did not bring it back")
	}
	carla.post("/conversations/"+id+"/delete", map[string]any{}).refused(http.StatusBadRequest, "invalid", "deleted")
}

// TestWhoIsInIt tells staff in a conversation who sees what of it, and nobody else.
func TestWhoIsInIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	id := sam.start("Tax return", "<p>one</p>", w.carla).Row.Conversation.ID
	path := "/conversations/" + id + "/participants"
	sam.post(path, map[string]any{"users": []string{w.tess.ID.String(), w.carl.ID.String()}}).want(http.StatusOK)
	var who sittingsAnswer
	sam.get(path).want(http.StatusOK).into(&who)
	got := map[string]bool{}
	for _, p := range who.People {
		got[p.Name+" "+p.Role] = p.SeesFrom == nil
	}
	for name, whole := range map[string]bool{w.sam.Name + " staff": true, w.tess.Name + " staff": true, w.carla.Name + " client": true, w.carl.Name + " client": false} {
		if is, ok := got[name]; !ok || is != whole {
			t.Errorf("%s sees all: %t, of %v", name, is, got)
		}
	}
	carla.get(path).refused(http.StatusForbidden, "forbidden", "")
	sam.delete(path + "/" + w.sam.ID.String()).want(http.StatusNoContent)
	sam.get(path).refused(http.StatusForbidden, "forbidden", "")
	var left conversationAnswer
	sam.get("/conversations/" + id).want(http.StatusOK).into(&left)
	if left.Row.Standing.LeftAt == nil || left.Row.Standing.Active {
		t.Errorf("having left: %+v", left.Row.Standing)
	}
}
