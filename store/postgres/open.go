package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store/migrate"
	"postern/store/query"
)

// Options are what an operator may turn.
type Options struct {
	// Direct is the URL of PostgreSQL itself, for migrations, when the other leads through a pooler.
	Direct string
	// Workers are the connections that decisions are grouped on; zero is 3.
	Workers int
	Log     zerolog.Logger
}

const (
	defaultWorkers  = 3
	defaultMaxConns = 16              // of the pool, when the URL's pool_max_conns does not say
	connectWithin   = 5 * time.Second // one attempt to connect
	acquireWithin   = 5 * time.Second // a connection of the pool
	finishWithin    = 5 * time.Second // a COMMIT or ROLLBACK, whatever became of the caller
)

// settings are every connection's. For the plans see doc.go. A transaction that is left open, because its node has gone, must not
// hold its locks for long, and nobody waits long for a lock.
const settings = `
	SET plan_cache_mode = force_custom_plan; SET jit = off; SET max_parallel_workers_per_gather = 0;
	SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
	SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = '3s'`

// Store is chat.Store.
type Store struct {
	pool    *pgxpool.Pool
	dialect query.Dialect
	workers []*worker
	running sync.WaitGroup
	stop    context.CancelFunc
}

var _ chat.Store = (*Store)(nil)

// Open migrates the database, and starts the workers. The URL is PostgreSQL's (libpq, section "Connection URIs"), with
// pgx's pool_max_conns and default_query_exec_mode. Behind PgBouncer in transaction mode, give
// default_query_exec_mode=cache_describe, and Options.Direct.
func Open(ctx context.Context, url string, options Options) (*Store, error) {
	config, err := poolConfig(url)
	if err != nil {
		return nil, err
	}
	direct := url
	if options.Direct != "" {
		direct = options.Direct
	}
	if err := migrate.Postgres(ctx, direct); err != nil {
		return nil, tried("migrate PostgreSQL", err)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the pool: %w", err)
	}
	s := &Store{pool: pool, dialect: query.Postgres()}
	s.start(config.ConnConfig, options)
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func poolConfig(url string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's URL: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = defaultMaxConns
	}
	config.ConnConfig.ConnectTimeout = connectWithin
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "postern"
	}
	config.AfterConnect = prepare
	return config, nil
}

// prepare makes a new connection ready. The settings are SET, not given at connecting: a pooler would refuse them there.
func prepare(ctx context.Context, conn *pgx.Conn) error {
	registerTypes(conn.TypeMap())
	if _, err := conn.PgConn().Exec(ctx, settings).ReadAll(); err != nil {
		return fmt.Errorf("set up connection: %w", err)
	}
	return nil
}

func (s *Store) start(config *pgx.ConnConfig, options Options) {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	count := options.Workers
	if count == 0 {
		count = defaultWorkers
	}
	for i := range count {
		w := newWorker(config, s.dialect, options.Log.With().Int("worker", i).Logger())
		s.workers = append(s.workers, w)
		s.running.Go(func() { w.run(ctx) })
	}
}

// Close answers what still waits with Unavailable, lets the workers finish the groups they are at, and closes all connections. It
// waits for everything that was begun.
func (s *Store) Close() error {
	s.stop()
	s.running.Wait()
	s.pool.Close()
	return nil
}

// Ping is chat.Store's.
func (s *Store) Ping(ctx context.Context) error {
	var readOnly bool
	err := s.pool.QueryRow(ctx, "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean").Scan(&readOnly)
	if err != nil {
		return tried("ping PostgreSQL", err)
	}
	if readOnly {
		return query.Unavailable(errors.New("PostgreSQL takes no writes: it is a standby, or read-only"))
	}
	return nil
}
