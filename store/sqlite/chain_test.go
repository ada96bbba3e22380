package sqlite_test

import (
	"database/sql"
	"testing"

	"postern/store/sqlite"
	"postern/store/storetest"
)

// TestChained damages the streams in ways that the schema lets pass, and a deep look finds.
func TestChained(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]string{
		"none":           ``,
		"a double":       `INSERT INTO events SELECT 1000000, user_id, number, badge, type, conversation_id, position, subject_id, at, seq FROM events WHERE number = 2 LIMIT 1`,
		"a gap":          `DELETE FROM events WHERE number = 2`,
		"a wrong way":    `UPDATE events SET before = before - 1 WHERE number = 3`,
		"a lost end":     `UPDATE streams SET last_event = NULL`,
		"an earlier end": `UPDATE streams SET last_event = (SELECT e.before FROM events AS e WHERE e.seq = last_event) WHERE head > 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := database(t)
			store := open(t, path)
			scene := storetest.NewScene(t, store)
			scene.WriteTogether(t, store, "first")
			scene.WriteTogether(t, store, "second")
			change(t, path, damage)
			whole, err := sqlite.Snapshot(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = whole.Close() }()
			if err := whole.Sound(t.Context(), false); err != nil {
				t.Errorf("a quick look: %v", err)
			}
			if err := whole.Sound(t.Context(), true); (err == nil) != (damage == "") {
				t.Errorf("a deep look: %v", err)
			}
		})
	}
}

// TestChainedWhenForgotten writes in a store that remembers next to nothing: the streams go on where they were.
func TestChainedWhenForgotten(t *testing.T) {
	t.Parallel()
	path := database(t)
	store := open(t, path)
	scene := storetest.NewScene(t, store)
	store.Remember(1)
	for _, text := range []string{"first", "second", "third"} {
		scene.WriteTogether(t, store, text)
	}
	whole, err := sqlite.Snapshot(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = whole.Close() }()
	if err := whole.Sound(t.Context(), true); err != nil {
		t.Error(err)
	}
}

func change(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
