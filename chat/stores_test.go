package chat_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store/migrate"
	"postern/store/postgres"
	"postern/store/postgres/postgrestest"
	"postern/store/sqlite"
)

// TestStoresLiveHistories has a sample of the histories of this package's tests be lived on the real stores: all that is told must be as the model
// tells it, byte for byte, and all that is asked as if the model had answered.
func TestStoresLiveHistories(t *testing.T) {
	t.Parallel()
	histories, recounted := 4, 2
	if os.Getenv("POSTERN_LONG") != "" {
		histories, recounted = 100, 40
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		chat.LiveOnStore(t, openSQLite, histories, recounted)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		chat.LiveOnStore(t, openPostgres, histories, recounted)
	})
}

func openPostgres(tb testing.TB) chat.Store {
	tb.Helper()
	s, err := postgres.Open(tb.Context(), postgrestest.Database(tb), postgres.Options{Log: zerolog.New(zerolog.NewTestWriter(tb))})
	return closed(tb, s, err)
}

func openSQLite(tb testing.TB) chat.Store {
	tb.Helper()
	bytes, err := migrated()
	path := filepath.Join(tb.TempDir(), "postern.db")
	if err == nil {
		err = os.WriteFile(path, bytes, 0o600)
	}
	if err != nil {
		tb.Fatal(err)
	}
	s, err := sqlite.Open(tb.Context(), path, zerolog.New(zerolog.NewTestWriter(tb)))
	return closed(tb, s, err)
}

// closed is the store, which is closed when the test ends.
func closed(tb testing.TB, s chat.Store, err error) chat.Store {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "postern-chat-")
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
