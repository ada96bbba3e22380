package postgres_test

import (
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"

	"postern/store/postgres"
	"postern/store/postgres/postgrestest"
)

// What a message moves stands in no index, so PostgreSQL writes the new rows beside the old ones (HOT): no index grows, and nothing is
// left for VACUUM. Only a conversation that becomes unread, or comes to another hour, gets an index entry.
func TestUpdatesStayInTheirPages(t *testing.T) {
	t.Parallel()
	store := openWith(t, postgrestest.Database(t), postgres.Options{Workers: 1})
	p := newPractice(t, store, 1, 1)
	for i := range 60 {
		if _, err := p.send(t.Context(), 0, 0, strconv.Itoa(i), "<p>hello</p>"); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"conversations", "participants", "streams"} {
		updates, hot := updatesOf(t, store.WorkerConn(), table)
		if updates < 60 {
			t.Fatalf("%s: only %d updates are counted", table, updates)
		}
		if updates-hot > updates/10 {
			t.Errorf("%s: of %d updates only %d stayed in their page", table, updates, hot)
		}
	}
}

// updatesOf is what the server has counted, once the connection has told it of its own.
func updatesOf(t *testing.T, conn *pgx.Conn, table string) (updates, hot int) {
	t.Helper()
	if _, err := conn.PgConn().Exec(t.Context(), "SELECT pg_stat_force_next_flush(); SELECT 1").ReadAll(); err != nil {
		t.Fatal(err)
	}
	err := conn.QueryRow(t.Context(), "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = $1",
		pgx.QueryExecModeExec, table).Scan(&updates, &hot)
	if err != nil {
		t.Fatal(err)
	}
	return updates, hot
}
