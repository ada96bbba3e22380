package postgres_test

import (
	"testing"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store/postgres"
	"postern/store/postgres/postgrestest"
	"postern/store/storetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) chat.Store { return open(t) })
}

func open(t testing.TB) *postgres.Store {
	t.Helper()
	return openAt(t, postgrestest.Database(t))
}

func openAt(t testing.TB, url string) *postgres.Store {
	t.Helper()
	return openWith(t, url, postgres.Options{})
}

func openWith(t testing.TB, url string, options postgres.Options) *postgres.Store {
	t.Helper()
	options.Log = zerolog.New(zerolog.NewTestWriter(t))
	s, err := postgres.Open(t.Context(), url, options)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}
