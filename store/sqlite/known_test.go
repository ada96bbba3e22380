package sqlite_test

import (
	"database/sql"
	"errors"
	"testing"

	"postern/chat"
	"postern/store/storetest"
)

// TestOtherProcess writes beside a store that knows the rows: the next decision sees what was written.
func TestOtherProcess(t *testing.T) {
	t.Parallel()
	path := database(t)
	store := open(t, path)
	scene := storetest.NewScene(t, store)
	author, conversation := scene.Authors[0], scene.Conversations[0]
	seen := func() (name, title string, head int64) {
		told, err := store.Decide(t.Context(), chat.Decision{
			Need: chat.Need{Office: scene.Office.ID, Conversation: conversation, Actor: author.ID},
			Decide: func(st *chat.State) (chat.Effects, error) {
				name, title = st.Actor().Name, st.Thread.Conversation.Title
				return chat.Effects{Events: []chat.Event{{Type: chat.RightsChanged, Contacts: []chat.ID{author.ID}}}}, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		return name, title, told[0].Contacts[0].Number
	}
	name, title, head := seen()
	if name != author.Name || title != "c-0" {
		t.Fatalf("at first %q and %q", name, title)
	}
	otherwise(t, path, "UPDATE users SET name = 'Renamed' WHERE id = $1", author.ID)
	otherwise(t, path, "UPDATE conversations SET title = 'Retitled' WHERE id = $1", conversation)
	otherwise(t, path, "UPDATE streams SET head = head + 10 WHERE user_id = $1", author.ID)
	if name, title, next := seen(); name != "Renamed" || title != "Retitled" || next != head+11 {
		t.Errorf("afterwards %q, %q and number %d, before %d", name, title, next, head)
	}
}

// otherwise writes as another process.
func otherwise(t *testing.T, path, text string, id chat.ID) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	result, err := db.ExecContext(t.Context(), text, id[:])
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%s: %d rows, %v", text, n, err)
	}
}
