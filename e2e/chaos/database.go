package main

import (
	"context"
	"database/sql"
	"fmt"
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

// postgresBroken breaks connections at whatever statement they are, before the database hears it or after it has done it. Most statements
// come through, or nothing would ever be begun.
func postgresBroken(ctx context.Context, r *round) error {
	for _, n := range r.st.d.Nodes {
		n.Roads.Database.Break(0.04)
	}
	pause(ctx, 2*r.outage)
	broken := 0
	for _, n := range r.st.d.Nodes {
		n.Roads.Database.Break(0)
		broken += n.Roads.Database.Broken()
	}
	r.st.say("%d connections broke", broken)
	if broken < 10 {
		return fmt.Errorf("only %d connections to the database broke: nothing was tried", broken)
	}
	return nil
}

// entries counts what was written in the round's rooms.
func (r *round) entries(ctx context.Context) (n int, err error) {
	err = r.each(ctx, `SELECT COUNTED FROM messages WHERE {ROUND}`, func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}
