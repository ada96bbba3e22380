package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"postern/store/postgres"
	"postern/store/postgres/postgrestest"
	"postern/store/query"
)

// What is read often is planned once for all, and that may have been while the tables were young: with 200,000 messages, not analysed yet, a page of
// anything touches few pages by such a plan, too.
func TestReadersTouchFewPagesByPlansOfYoungTables(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openWith(t, url, postgres.Options{Workers: 1})
	p := newPractice(t, store, 1, 1)
	p.doEverything(t)
	store.OnPool(t, func(conn *pgx.Conn) {
		if _, err := conn.Exec(t.Context(), "SET plan_cache_mode = force_generic_plan"); err != nil {
			t.Fatal(err)
		}
		db := &remembering{conn: conn, asked: map[string][]any{}}
		if err := p.readEverything(t.Context(), query.NewReader(db, query.Postgres())); err != nil {
			t.Fatal(err)
		}
		fill(t, url, p)
		explained := 0
		for name, s := range prepared(t, conn) {
			args, ok := db.asked[s.sql]
			if !ok {
				continue
			}
			explained++
			if plan := explainExecute(t, conn, name, args); pagesIn(plan) > 500 {
				t.Errorf("touches %d pages:\n%s\n%s", pagesIn(plan), s.sql, strings.Join(plan, "\n"))
			}
		}
		if explained != len(db.asked) || explained < 40 {
			t.Fatalf("of %d queries %d have plans", len(db.asked), explained)
		}
	})
}

// explainExecute runs a prepared statement by its cached plan, and gives that.
func explainExecute(t *testing.T, conn *pgx.Conn, name string, args []any) []string {
	t.Helper()
	sql := `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) ` + execute(name, args)
	rows, err := conn.Query(t.Context(), sql, slices.Concat([]any{pgx.QueryExecModeSimpleProtocol}, args)...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return lines
}

// execute is a prepared statement's execution with such arguments.
func execute(name string, args []any) string {
	var places []string
	for i := range args {
		places = append(places, fmt.Sprintf("$%d", i+1))
	}
	if len(places) == 0 {
		return `EXECUTE "` + name + `"`
	}
	return `EXECUTE "` + name + `"(` + strings.Join(places, ", ") + ")"
}

// remembering is query.DB that keeps what was asked, and with what.
type remembering struct {
	conn  *pgx.Conn
	asked map[string][]any
}

func (r *remembering) Query(ctx context.Context, sql string, args ...any) (query.Rows, error) {
	r.asked[sql] = args
	return r.conn.Query(ctx, sql, args...)
}

func (r *remembering) Exec(context.Context, string, ...any) (int64, error) { panic("only reads") }
