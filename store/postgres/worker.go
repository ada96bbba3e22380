package postgres

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store/query"
)

const (
	groupWithin   = 10 * time.Second // one transaction of a worker
	aloneWithin   = 10 * time.Second // running the decisions of a failed group one by one
	firstInterval = 50 * time.Millisecond
	lastInterval  = 2 * time.Second // between attempts to connect
)

// planOnce is for workers, see doc.go, "Plans".
const planOnce = `SET plan_cache_mode = force_generic_plan`

// worker runs decisions in groups on a connection of its own. All but the number of groups belongs to its goroutine.
type worker struct {
	groups atomic.Int64 // committed

	config   *pgx.ConnConfig
	pooled   bool // by others: see pooler.go
	dialect  query.Dialect
	log      zerolog.Logger
	conn     *pgx.Conn // nil: to be made
	refused  error     // why the last attempt to connect failed
	interval time.Duration
	notUntil time.Time // when to connect again
}

func newWorker(config *pgx.ConnConfig, dialect query.Dialect, log zerolog.Logger) *worker {
	return &worker{config: config, dialect: dialect, log: log}
}

// run takes groups until the queue is closed.
func (w *worker) run(q *queue) {
	defer w.disconnect()
	for group := q.take(); group != nil; group = q.take() {
		w.decide(group)
		q.done(group)
	}
}

// decide answers every job of the group.
func (w *worker) decide(group []*job) {
	if err := w.connect(); err != nil {
		for _, j := range group {
			j.answer(nil, err)
		}
		return
	}
	failed := w.attempt(group)
	if failed == nil {
		return
	}
	w.log.Warn().Err(failed.err).Int("decisions", len(group)).Bool("unknown", failed.unknown).Msg("group failed")
	until := time.Now().Add(aloneWithin)
	for _, j := range group {
		if time.Now().After(until) {
			j.answer(nil, query.Unavailable(failed.err))
			continue
		}
		w.alone(j, *failed, len(group) > 1)
	}
}

// alone answers a job whose last attempt failed. fresh says that others may have been to blame.
func (w *worker) alone(j *job, last failure, fresh bool) {
	for range maxAttempts {
		if last.unknown && !j.settled() {
			j.answer(nil, query.Unavailable(last.err))
			return
		}
		if !fresh && !last.passing() {
			break
		}
		if err := w.connect(); err != nil {
			j.answer(nil, err)
			return
		}
		failed := w.attempt([]*job{j})
		if failed == nil {
			return
		}
		last, fresh = *failed, false
	}
	j.answer(nil, tried("decide", last.err))
}

// failure is a transaction that did not come about, or may not have: unknown says that it may have been committed.
type failure struct {
	err     error
	unknown bool
}

// passing says that the same may work at once, maybe on another connection.
func (f failure) passing() bool { return f.unknown || transient(f.err) || lost(f.err) }

// attempt runs the decisions in one transaction and, once that is committed, answers each.
func (w *worker) attempt(group []*job) *failure {
	ctx, cancel := context.WithTimeout(context.Background(), groupWithin)
	defer cancel()
	g, err := w.load(ctx, group)
	if err != nil {
		w.reset()
		return &failure{err: err}
	}
	errs := make([]error, len(group))
	for i, j := range group {
		errs[i] = g.Run(i, j.Decision)
	}
	if err := w.commit(ctx, g); err != nil {
		w.reset()
		return &failure{err: err, unknown: !g.Writes().Empty() && !refusedAlive(err)}
	}
	w.groups.Add(1)
	for i, j := range group {
		if errs[i] != nil {
			j.answer(nil, errs[i])
		} else {
			j.answer(g.Told(i), nil)
		}
	}
	return nil
}

// load is the first trip.
func (w *worker) load(ctx context.Context, group []*job) (*chat.Group, error) {
	needs := make([]chat.Need, len(group))
	for i, j := range group {
		needs[i] = j.Need
	}
	l := newLoading(needs)
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	if w.pooled {
		batch.Queue(transactionSettings)
	}
	l.queue(batch)
	if err := w.conn.SendBatch(ctx, batch).Close(); err != nil {
		return nil, err
	}
	return l.group, l.complete(ctx, query.NewReader(session{on: w.conn, anew: true}, w.dialect))
}

// commit is the second trip.
func (w *worker) commit(ctx context.Context, g *chat.Group) error {
	batch := &pgx.Batch{}
	queueWrites(batch, g)
	batch.Queue("COMMIT")
	return w.conn.SendBatch(ctx, batch).Close()
}

// connect makes the connection if there is none, but not before its time.
func (w *worker) connect() error {
	if w.conn != nil {
		return nil
	}
	if time.Now().Before(w.notUntil) {
		return query.Unavailable(w.refused)
	}
	ctx, cancel := context.WithTimeout(context.Background(), connectWithin)
	defer cancel()
	w.conn, w.refused = w.dial(ctx)
	if w.refused == nil {
		w.interval = 0
		return nil
	}
	w.interval = min(max(firstInterval, 2*w.interval), lastInterval)
	w.notUntil = time.Now().Add(w.interval)
	w.log.Warn().Err(w.refused).Dur("again_in", w.interval).Msg("cannot connect to PostgreSQL")
	return query.Unavailable(w.refused)
}

func (w *worker) dial(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, w.config)
	if err != nil {
		return nil, err
	}
	if w.pooled {
		return conn, prepareTypes(ctx, conn)
	}
	err = prepare(ctx, conn)
	if err == nil {
		_, err = conn.PgConn().Exec(ctx, planOnce).ReadAll()
	}
	if err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// reset leaves a connection outside any transaction, or none.
func (w *worker) reset() {
	ctx, cancel := context.WithTimeout(context.Background(), finishWithin)
	defer cancel()
	if !w.conn.IsClosed() && w.conn.PgConn().TxStatus() != 'I' {
		if _, err := w.conn.PgConn().Exec(ctx, "ROLLBACK").ReadAll(); err != nil {
			_ = w.conn.Close(ctx) // it is broken
		}
	}
	if w.conn.IsClosed() {
		w.conn = nil
	}
}

func (w *worker) disconnect() {
	if w.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), finishWithin)
	defer cancel()
	_ = w.conn.Close(ctx) // nothing is under way on it
}
