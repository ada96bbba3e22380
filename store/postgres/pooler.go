package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Behind a pooler that lends out connections for a transaction each (PgBouncer, pool_mode=transaction), nothing outlives a
// transaction: the next one may be on another connection, and what was set or prepared on this one would be somebody
// else's. So there are no named statements, the settings are made in every transaction and for it alone, and
// whatever wants them is in one.

// parameters are the settings, by name. For the plans see doc.go. A transaction that is left open, because its node has gone, must not
// hold its locks for long, and nobody waits long for a lock.
var parameters = [...][2]string{
	{"plan_cache_mode", "auto"}, {"jit", "off"}, {"max_parallel_workers_per_gather", "0"},
	{"enable_seqscan", "off"}, {"enable_bitmapscan", "off"}, {"enable_hashjoin", "off"}, {"enable_mergejoin", "off"},
	{"idle_in_transaction_session_timeout", "30s"}, {"lock_timeout", "3s"},
}

// settingsFor is one statement that makes the settings, for the session or for the transaction it is in.
func settingsFor(transaction bool) string {
	local := "false"
	if transaction {
		local = "true"
	}
	var calls []string
	for _, p := range parameters {
		calls = append(calls, "set_config('"+p[0]+"', '"+p[1]+"', "+local+")")
	}
	return "SELECT " + strings.Join(calls, ", ")
}

var (
	sessionSettings     = settingsFor(false)
	transactionSettings = settingsFor(true)
)

// throughPooler makes a connection's configuration fit. Descriptions of statements are kept, since they are ours; the URL may say otherwise, for
// a PgBouncer that keeps named statements apart (max_prepared_statements, since 1.21).
func throughPooler(config *pgx.ConnConfig, url string) {
	if !strings.Contains(url, "default_query_exec_mode") {
		config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
}

// beginSettled begins a transaction with its settings, in one trip.
func beginSettled(ctx context.Context, conn *pgxpool.Conn, options pgx.TxOptions) (pgx.Tx, error) {
	begin := "BEGIN"
	if options.IsoLevel != "" {
		begin += " ISOLATION LEVEL " + string(options.IsoLevel)
	}
	if options.AccessMode != "" {
		begin += " " + string(options.AccessMode)
	}
	return conn.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin + "; " + transactionSettings})
}
