package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers pgx
	_ "modernc.org/sqlite"             // registers sqlite

	"postern/e2e/rig"
)

// offline stops the nodes, does something to their database, and starts them again.
func (s *site) offline(ctx context.Context, do func(*sql.DB) error) error {
	for _, n := range s.d.Nodes {
		if err := n.Stop(ctx); err != nil {
			return err
		}
	}
	db, err := openDatabase(s.d)
	if err != nil {
		return err
	}
	if err := errors.Join(do(db), db.Close()); err != nil {
		return err
	}
	for _, n := range s.d.Nodes {
		if err := n.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

func openDatabase(d *rig.Deployment) (*sql.DB, error) {
	driver, source := "pgx", ""
	if d.Postgres != nil {
		source = d.Postgres.URL("postern")
	} else {
		driver, source = "sqlite", strings.TrimPrefix(d.Nodes[0].Settings().Database, "sqlite:")
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// setGrace changes how long readers have before a mail goes, for which there is no door yet.
func (s *site) setGrace(ctx context.Context, grace time.Duration) error {
	return s.offline(ctx, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, "UPDATE offices SET grace = $1", grace.Microseconds())
		return err
	})
}
