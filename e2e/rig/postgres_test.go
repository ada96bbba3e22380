package rig_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/e2e/rig"
)

func TestPostgresKeepsWhatWasCommittedWhenKilled(t *testing.T) {
	t.Parallel()
	pg, err := rig.StartPostgres(t.Context(), rig.PostgresOptions{Settings: map[string]string{"work_mem": "5MB"}})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, pg)
	url, err := pg.CreateDatabase(t.Context(), "kept")
	if err != nil {
		t.Fatal(err)
	}
	if err := pg.Exec(t.Context(), "kept", "CREATE TABLE letters AS SELECT generate_series(1, 1000) AS id"); err != nil {
		t.Fatal(err)
	}
	for _, end := range []func() error{pg.Kill, func() error { return pg.Stop(t.Context()) }} {
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if err := pg.Exec(t.Context(), "kept", "SELECT 1"); err == nil {
			t.Fatal("postgres answers after its end")
		}
		if err := pg.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := queryText(t, url, "SELECT count(*)::text FROM letters"); got != "1000" {
			t.Errorf("letters after a restart: %s, want 1000", got)
		}
	}
	for setting, want := range map[string]string{"fsync": "on", "work_mem": "5MB", "max_connections": "200"} {
		if got := queryText(t, url, "SHOW "+setting); got != want {
			t.Errorf("%s is %s, want %s", setting, got, want)
		}
	}
}

func TestPausedPostgresAnswersWhenContinued(t *testing.T) {
	t.Parallel()
	pg, err := rig.StartPostgres(t.Context(), rig.PostgresOptions{NoFsync: true})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, pg)
	conn, err := pgx.Connect(t.Context(), pg.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := pg.Pause(); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		_, err := conn.Exec(t.Context(), "SELECT 1")
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Fatalf("a paused backend answered: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	if err := pg.Continue(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("after Continue: %v", err)
	}
}

func queryText(t *testing.T, url, query string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var text string
	if err := conn.QueryRow(t.Context(), query).Scan(&text); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return text
}
