package sqlite

import (
	"context"
	"database/sql/driver"
	"maps"
	"slices"
	"strings"

	"postern/store/query"
)

// What follows reaches for the connections themselves, and so wants a store that is idle: the writer is then waiting for a job.

// Pragma sets a pragma of the writer's connection.
func (s *Store) Pragma(ctx context.Context, text string) error {
	_, err := s.writer.conn.Exec(ctx, "PRAGMA "+text)
	return err
}

// PageCount is the size of the database.
func (s *Store) PageCount(ctx context.Context) (int64, error) {
	n, err := query.One(ctx, s.writer.conn, "page count", scanNumber, "PRAGMA page_count")
	if err != nil {
		return 0, err
	}
	return *n, nil
}

// Plans are the plans of all statements that the connections have prepared, by their texts.
func (s *Store) Plans(ctx context.Context) (map[string][]string, error) {
	plans := map[string][]string{}
	if err := s.writer.conn.explain(ctx, plans); err != nil {
		return nil, err
	}
	for _, c := range s.readers.idle {
		if err := c.explain(ctx, plans); err != nil {
			return nil, err
		}
	}
	return plans, nil
}

func (c *conn) explain(ctx context.Context, plans map[string][]string) error {
	for _, text := range slices.Collect(maps.Keys(c.kept)) {
		if plans[text] != nil || text == "COMMIT" || text == "ROLLBACK" || text == beginRead || text == beginWrite {
			continue
		}
		steps, err := query.All(ctx, c, "plan", scanStep, "EXPLAIN QUERY PLAN "+text, make([]any, 400)...)
		if err != nil {
			return err
		}
		plans[text] = append(steps, "")
	}
	return nil
}

func scanStep(rows query.Rows, detail *string) error {
	var id, parent, notUsed int64
	return rows.Scan(&id, &parent, &notUsed, detail)
}

// Remember has the writer remember no more participants than so many.
func (s *Store) Remember(most int) { s.writer.known.most = most }

// Statements counts what the writer's connection runs from now on.
func (s *Store) Statements() *int {
	ran := new(int)
	s.writer.conn.forget()
	s.writer.conn.raw = countingConn{s.writer.conn.raw, ran}
	return ran
}

type countingConn struct {
	driver.Conn
	ran *int
}

func (c countingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
	return countingStmt{s, c.ran}, err
}

type countingStmt struct {
	driver.Stmt
	ran *int
}

func (s countingStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	*s.ran++
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s countingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	*s.ran++
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// Trees is the number of tables and indexes that the prepared statements with these words write, each; none: no such statement.
func (s *Store) Trees(ctx context.Context, words string) (counts []int, err error) {
	for _, text := range slices.Collect(maps.Keys(s.writer.conn.kept)) {
		if !strings.Contains(text, words) {
			continue
		}
		codes, err := query.All(ctx, s.writer.conn, "program", scanCode, "EXPLAIN "+text, make([]any, strings.Count(text, "?"))...)
		if err != nil {
			return nil, err
		}
		n := 0
		for _, code := range codes {
			if code == "OpenWrite" {
				n++
			}
		}
		counts = append(counts, n)
	}
	return counts, nil
}

// Frames is how many pages the write-ahead log holds.
func (s *Store) Frames(ctx context.Context) (int, error) {
	n, err := query.One(ctx, s.writer.conn, "log", scanLog, "PRAGMA wal_checkpoint(PASSIVE)")
	if err != nil {
		return 0, err
	}
	return *n, nil
}

func scanLog(rows query.Rows, frames *int) error {
	var busy, moved int
	return rows.Scan(&busy, frames, &moved)
}

func scanCode(rows query.Rows, code *string) error {
	var addr, p1, p2, p3 int64
	var p4, p5, comment []byte
	return rows.Scan(&addr, code, &p1, &p2, &p3, &p4, &p5, &comment)
}

// MaxQueue is how many may wait for the writer.
const MaxQueue = maxQueue
