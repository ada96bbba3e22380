package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"postern/chat"
	"postern/store/postgres"
	"postern/store/postgres/postgrestest"
	"postern/store/storetest"
)

// through is a new database by way of PgBouncer, and past it.
func through(t *testing.T) (pooled, direct string) {
	t.Helper()
	pooler, err := url.Parse(os.Getenv("POSTERN_TEST_PGBOUNCER"))
	if err != nil || pooler.Host == "" {
		t.Fatal("run make test, or set POSTERN_TEST_PGBOUNCER")
	}
	direct = postgrestest.Database(t)
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = pooler.Host
	return u.String(), direct
}

// poolSize is more connections than a PgBouncer of the tests has for a database.
const poolSize = 10

func TestConformanceThroughPgBouncer(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) chat.Store {
		pooled, direct := through(t)
		return openWith(t, pooled, postgres.Options{Direct: direct})
	})
}

// Three nodes with more connections than PgBouncer has: each transaction may be on any of PgBouncer's.
func TestManyNodesShareAPooler(t *testing.T) {
	t.Parallel()
	pooled, direct := through(t)
	var nodes []*postgres.Store
	for range 3 {
		nodes = append(nodes, openWith(t, pooled, postgres.Options{Direct: direct, Connections: 8}))
	}
	p := newPractice(t, nodes[0], 5, 5)
	const writers, each = 12, 25
	var all sync.WaitGroup
	for w := range writers {
		on := *p
		on.service = newService(nodes[w%len(nodes)])
		all.Go(func() {
			for i := range each {
				on.sendUntilDone(t, w%5, i, fmt.Sprintf("w%d-%d", w, i))
				if _, err := nodes[w%len(nodes)].Heads(t.Context(), []chat.ID{on.staff[0].ID}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	p.checkWhole(t, nodes[0], writers*each)
	if n := number(t, direct, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); n == 0 || n > poolSize {
		t.Errorf("%d connections to PostgreSQL, of %d nodes with 11 each", n, len(nodes))
	}
	if n := number(t, pooled, "SELECT count(*) FROM pg_prepared_statements WHERE name <> ''"); n != 0 {
		t.Errorf("%d named statements were left to others", n)
	}
}

// Settings hold within each transaction, and nobody else who gets the connection has them.
func TestSettingsThroughAPoolerAreTheTransactionsOwn(t *testing.T) {
	t.Parallel()
	pooled, direct := through(t)
	store := openWith(t, pooled, postgres.Options{Direct: direct})
	const look = "SELECT current_setting('enable_seqscan') || ' ' || current_setting('lock_timeout')"
	store.InTransactions(t, func(tx pgx.Tx) {
		var got string
		if err := tx.QueryRow(t.Context(), look).Scan(&got); err != nil || got != "off 3s" {
			t.Errorf("within: %q, %v", got, err)
		}
	})
	if got := text(t, pooled, look); got != "on 0" {
		t.Errorf("somebody else on PgBouncer's connections has %q", got)
	}
}

func number(t *testing.T, url, sql string) (n int64) {
	t.Helper()
	ask(t, url, sql, &n)
	return n
}

func text(t *testing.T, url, sql string) (s string) {
	t.Helper()
	ask(t, url, sql, &s)
	return s
}

// ask asks without preparing, since the URL may lead through a pooler.
func ask(t *testing.T, url, sql string, answer any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := conn.QueryRow(t.Context(), sql, pgx.QueryExecModeSimpleProtocol).Scan(answer); err != nil {
		t.Fatal(err)
	}
}
