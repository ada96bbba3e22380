package sqlite_test

import (
	"slices"
	"strconv"
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

// TestFrames counts the pages that a group of 20 messages changes, each of which is written twice, once each conversation and user has
// filled pages of its own wherever rows lie by them: the events of all must lie side by side.
func TestFrames(t *testing.T) {
	t.Parallel()
	store := open(t, database(t))
	if err := store.Pragma(t.Context(), "synchronous = OFF"); err != nil {
		t.Fatal(err)
	}
	scene := storetest.NewScene(t, store)
	frames := 0
	for round := range 50 {
		scene.WriteTogether(t, store, strconv.Itoa(round))
		var err error
		if frames, err = store.Frames(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if most := 5 * len(scene.Authors); frames < len(scene.Authors) || frames > most {
		t.Errorf("%d pages for %d messages, want at most %d", frames, len(scene.Authors), most)
	}
}
