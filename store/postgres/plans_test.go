package postgres

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"postern/chat"
	"postern/store/postgres/postgrestest"
)

func TestExplore(t *testing.T) {
	config, err := pgxpool.ParseConfig(postgrestest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.ConnectConfig(t.Context(), config.ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	if err := prepare(t.Context(), conn); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.PgConn().Exec(t.Context(), planned).ReadAll(); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{lockConversations, lockStreams, loadParticipants, loadSpans, loadUsers, loadOffices, loadKeys, loadAuthored, updateConversations, updateParticipants, moveStreams, insertEvents, insertMessages} {
		sd, err := conn.Prepare(t.Context(), "q", sql)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := conn.Query(t.Context(), "EXPLAIN EXECUTE q("+strings.TrimSuffix(strings.Repeat("NULL,", len(sd.ParamOIDs)), ",")+")", pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s\n%s", sql, strings.Join(lines, "\n"))
		if err := conn.Deallocate(t.Context(), "q"); err != nil {
			t.Fatal(err)
		}
	}
	_ = chat.ID{}
	_ = time.Second
}
