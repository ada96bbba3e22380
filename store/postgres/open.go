package postgres

import (
	"cmp"
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
	// Direct is the URL of PostgreSQL itself, for migrations, when the other leads through a pooler that lends out connections for a transaction each.
	Direct string
	// Workers are the connections that decisions are grouped on; zero is 3.
	Workers int
	// Connections are all others, at most; zero is 16. The URL's pool_max_conns wins.
	Connections int
	Log         zerolog.Logger
}

const (
	defaultWorkers  = 3
	defaultMaxConns = 16              // of the pool, when the URL's pool_max_conns does not say
	connectWithin   = 5 * time.Second // one attempt to connect
	acquireWithin   = 5 * time.Second // a connection of the pool
	finishWithin    = 5 * time.Second // a COMMIT or ROLLBACK, whatever became of the caller
)

// Store is chat.Store.
type Store struct {
	pool    *pgxpool.Pool
	dialect query.Dialect
	shelf   *query.Shelf
	pooled  bool // by others: see pooler.go
	queue   *queue
	workers []*worker
	running sync.WaitGroup
}

var _ chat.Store = (*Store)(nil)

// Open migrates the database, and starts the workers. The URL is PostgreSQL's (libpq, section "Connection URIs"), with
// pgx's pool_max_conns and default_query_exec_mode. That it leads through a pooler is said by Options.Direct.
func Open(ctx context.Context, url string, options Options) (*Store, error) {
	config, err := poolConfig(url, options)
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
	s := &Store{pool: pool, dialect: query.Postgres(), shelf: query.NewShelf(), pooled: options.Direct != ""}
	s.start(config.ConnConfig, options)
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func poolConfig(url string, options Options) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's URL: %w", err)
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = cmp.Or(int32(options.Connections), defaultMaxConns)
	}
	config.ConnConfig.ConnectTimeout = connectWithin
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "postern"
	}
	config.AfterConnect = prepare
	if options.Direct != "" {
		throughPooler(config.ConnConfig, url)
		config.AfterConnect = prepareTypes
	}
	return config, nil
}

// prepare makes a new connection ready.
func prepare(ctx context.Context, conn *pgx.Conn) error {
	registerTypes(conn.TypeMap())
	if _, err := conn.PgConn().Exec(ctx, sessionSettings).ReadAll(); err != nil {
		return fmt.Errorf("set up connection: %w", err)
	}
	return nil
}

// prepareTypes is what is left of prepare where a connection is a pooler's.
func prepareTypes(_ context.Context, conn *pgx.Conn) error {
	registerTypes(conn.TypeMap())
	return nil
}

func (s *Store) start(config *pgx.ConnConfig, options Options) {
	s.queue = newQueue()
	for i := range cmp.Or(options.Workers, defaultWorkers) {
		w := newWorker(config, s.dialect, options.Log.With().Int("worker", i).Logger())
		w.pooled = s.pooled
		s.workers = append(s.workers, w)
		s.running.Go(func() { w.run(s.queue) })
	}
}

// Close answers what still waits with Unavailable, lets the workers finish the groups they are at, and closes all connections. It
// waits for everything that was begun.
func (s *Store) Close() error {
	s.queue.close()
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
