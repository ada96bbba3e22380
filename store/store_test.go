package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/chat"
	"postern/store"
	"postern/store/postgres/postgrestest"
)

func TestOpenTakesBothKindsOfURL(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"postgres": postgrestest.Database(t),
		"sqlite":   "sqlite:" + filepath.Join(t.TempDir(), "postern.db"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), url, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			if err := s.Ping(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOpenSaysWhatIsWrongWithAURL(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, direct, says string }{
		{"", "", "no database is named"},
		{"postern.db", "", "no scheme"},
		{"mysql://root:secret@localhost/x", "", `no database of the kind "mysql"`},
		{"sqlite:", "", "names no file"},
		{"sqlite::memory:", "", "a path and nothing else"},
		{"sqlite:x.db?cache=shared", "", "a path and nothing else"},
		{"sqlite:x.db", "postgres://localhost/x", "direct URL"},
	} {
		_, err := store.Open(t.Context(), c.url, store.Options{Direct: c.direct})
		if _, ok := errors.AsType[*store.URLError](err); !ok || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: got %v, want an error that says %q", c.url, err, c.says)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error repeats the password", c.url)
		}
	}
}

func TestOpenFailsOnADatabaseThatIsNotThere(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/nowhere"); err == nil {
		t.Fatal("/nowhere is there")
	}
	if _, err := store.Open(t.Context(), "sqlite:/nowhere/postern.db", store.Options{}); err == nil {
		t.Error("a file in a directory that is not there was opened")
	}
	_, err := store.Open(t.Context(), "postgres://postern:secret@127.0.0.1:1/none?sslmode=disable", store.Options{})
	if chat.KindOf(err) != chat.Unavailable || strings.Contains(err.Error(), "secret") {
		t.Errorf("PostgreSQL that does not listen: %v", err)
	}
}
