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
	s, err := postgres.Open(t.Context(), url, postgres.Options{Log: zerolog.New(zerolog.NewTestWriter(t))})
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
