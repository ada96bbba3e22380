package api

import (
	"net/http"
	"slices"
	"testing"
)

// TestToldRead: owners and admins say whom mail tells that a message of theirs was opened; nobody else sees the list (F21).
func TestToldRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, sam, carla := w.as(w.olivia), w.as(w.sam), w.as(w.carla)
	const path = "/office/told-read"
	want := func(names ...string) {
		t.Helper()
		var is toldReadAnswer
		owner.get(path).want(http.StatusOK).into(&is)
		got := each(is.Users, func(u userAnswer) string { return u.Person.Name })
		if !slices.Equal(got, names) {
			t.Errorf("told are %q, want %q", got, names)
		}
	}
	want()
	owner.put(path, map[string]any{"users": []string{w.sam.ID.String(), w.olivia.ID.String()}}).want(http.StatusOK)
	want(w.olivia.Name, w.sam.Name)
	for _, other := range []*browser{sam, carla} {
		other.get(path).refused(http.StatusForbidden, "forbidden", "")
		other.put(path, map[string]any{"users": []string{}}).refused(http.StatusForbidden, "forbidden", "")
	}
	owner.put(path, map[string]any{}).refused(http.StatusBadRequest, "invalid", "users")
	owner.put(path, map[string]any{"users": []string{"x"}}).refused(http.StatusBadRequest, "invalid", "users")
	owner.put(path, map[string]any{"users": []string{w.office.ID.String()}}).refused(http.StatusNotFound, "not_found", "users")
	owner.put(path, map[string]any{"users": []string{}}).want(http.StatusOK)
	want()
}
