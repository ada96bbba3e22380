package sqlite_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store/migrate"
	"postern/store/sqlite"
	"postern/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) chat.Store {
		store := open(t, database(t))
		t.Cleanup(func() {
			if !t.Failed() {
				checkPlans(t, store)
			}
		})
		return store
	})
}

// TestPrivate makes a database that nobody else may read.
func TestPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a ?&%#é.db")
	if err := open(t, path).Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, companion := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + companion)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", info.Name(), info.Mode())
		}
	}
}

// TestNowhere opens a database where there is no directory.
func TestNowhere(t *testing.T) {
	t.Parallel()
	_, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "nowhere", "postern.db"), zerolog.Nop())
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// open opens a store that is closed when the test ends.
func open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, zerolog.New(zerolog.NewTestWriter(t)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// database is a migrated database of the test's own: migrating one for each would be most of the time.
func database(t testing.TB) string {
	t.Helper()
	bytes, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "postern.db")
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "postern-sqlite-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	if err := migrate.SQLite(context.Background(), path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
