package main

import (
	"context"
	"database/sql"
)

// postgresKilled kills the database with all its processes, and has it recover.
func postgresKilled(ctx context.Context, r *round) error {
	if err := r.st.d.Postgres.Kill(); err != nil {
		return err
	}
	pause(ctx, r.outage)
	r.lift()
	return r.st.d.Postgres.Start(ctx)
}

// postgresBroken breaks connections at whatever statement they are, before the database hears it or after it has done it. It is rare enough
// for some to come through, and goes on until hundreds have broken.
func postgresBroken(ctx context.Context, r *round) error {
	for _, n := range r.st.d.Nodes {
		n.Roads.Database.Break(0.02)
	}
	pause(ctx, 2*r.outage)
	for _, n := range r.st.d.Nodes {
		n.Roads.Database.Break(0)
	}
	return nil
}

// entries counts what was written in the round's rooms.
func (r *round) entries(ctx context.Context) (n int, err error) {
	err = r.each(ctx, `SELECT COUNTED FROM messages WHERE {ROUND}`, func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}
