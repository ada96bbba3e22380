package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// cloner fills a database with copies of what the API made: it knows the columns that tell copies apart, and takes all others as they are,
// so that a new column needs nothing here.
type cloner struct {
	db      *sql.DB
	dialect dialect
}

// dialect is how one database says what both can do.
type dialect struct {
	id      func(kind int, number string) string // an id, by a number given as SQL; they ascend with it, as UUIDv7 do with time
	literal func(hex string) string              // an id
	at      func(seconds string) string          // a time, so long after the first
	hour    func(at string) string               // the hour of a time, as participants.active_hour has it; empty: the database makes it
	columns string                               // query of the columns of a table that can be written
	before  []string                             // what makes filling quick
	after   []string
}

var postgresDialect = dialect{
	id: func(kind int, number string) string {
		return fmt.Sprintf("('%08x' || lpad(to_hex((%s)::bigint), 24, '0'))::uuid", kind, number)
	},
	literal: func(hex string) string { return "'" + hex + "'::uuid" },
	at: func(seconds string) string {
		return "(TIMESTAMPTZ '2026-01-01Z' + (" + seconds + ") * INTERVAL '1 second')"
	},
	hour:    func(string) string { return "" },
	columns: "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND table_schema = 'public' AND is_generated = 'NEVER' ORDER BY ordinal_position",
	before:  []string{"SET session_replication_role = replica"}, // no look at foreign keys: they are right
	after:   []string{"VACUUM ANALYZE", "CHECKPOINT"},
}

var sqliteDialect = dialect{
	id: func(kind int, number string) string {
		return fmt.Sprintf("unhex(printf('%08x%%024x', %s))", kind, number)
	},
	literal: func(hex string) string { return "x'" + hex + "'" },
	at:      func(seconds string) string { return "(1767225600000000 + (" + seconds + ") * 1000000)" },
	hour:    func(at string) string { return at + " - " + at + " % 3600000000" },
	columns: "SELECT name FROM pragma_table_xinfo($1) WHERE hidden = 0 ORDER BY cid",
	before:  []string{"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -500000"},
	after:   []string{"PRAGMA journal_mode = WAL"},
}

// copies makes so many copies of the template's rows of a table. The set columns are SQL over i, the number of the copy from zero, and t, the row that is copied,
// which has an ordinal besides, from 1 in the given order.
func (c *cloner) copies(ctx context.Context, table, template, order string, count int, set map[string]string) error {
	columns, err := c.columns(ctx, table)
	if err != nil {
		return err
	}
	values := slices.Clone(columns)
	for i, column := range columns {
		values[i] = "t." + column
		if value := set[column]; value != "" {
			values[i] = value
		}
	}
	_, err = c.db.ExecContext(ctx, fmt.Sprintf(`INSERT INTO %s (%s)
		WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)
		SELECT %s FROM n CROSS JOIN (SELECT row_number() OVER (ORDER BY %s) AS ordinal_, x.* FROM %s AS x WHERE %s) AS t ORDER BY n.i`,
		table, strings.Join(columns, ", "), count, strings.Join(values, ", "), order, table, template))
	if err != nil {
		return fmt.Errorf("fill %s: %w", table, err)
	}
	return nil
}

func (c *cloner) columns(ctx context.Context, table string) (names []string, err error) {
	rows, err := c.db.QueryContext(ctx, c.dialect.columns, table)
	if err != nil {
		return nil, fmt.Errorf("columns of %s: %w", table, err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func (c *cloner) run(ctx context.Context, statements []string) error {
	for _, s := range statements {
		if _, err := c.db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}
