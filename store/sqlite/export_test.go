package sqlite

import (
	"context"
	"maps"
	"slices"

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
	for range len(s.readers.idle) {
		c := <-s.readers.idle
		if c != nil {
			if err := c.explain(ctx, plans); err != nil {
				return nil, err
			}
		}
		s.readers.idle <- c
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

// MaxQueue is how many may wait for the writer.
const MaxQueue = maxQueue
