package sqlite_test

import (
	"slices"
	"testing"

	"postern/store/storetest"
)

// TestStatements counts what a message to two others costs once the writer knows the people: not time, which a machine decides, but
// the statements of a group of 20, and the trees that the one run three times a message writes.
func TestStatements(t *testing.T) {
	t.Parallel()
	store := open(t, database(t))
	scene := storetest.NewScene(t, store)
	ran := store.Statements()
	scene.WriteTogether(t, store, "first")
	before := *ran
	scene.WriteTogether(t, store, "second")
	messages := len(scene.Authors)
	if n := *ran - before; n < messages || n > 8*messages {
		t.Errorf("%d statements for %d messages, want at most 8 each", n, messages)
	}
	trees, err := store.Trees(t.Context(), "UPDATE participants SET newest_other")
	if err != nil || !slices.Equal(trees, []int{1}) {
		t.Errorf("moving a cursor writes %v trees, want one, %v", trees, err)
	}
}
