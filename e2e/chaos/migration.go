package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// laterMigration is an expanding one, such as the next version may bring: nothing that an older node knows of goes away.
const laterMigration = `-- +goose Up
ALTER TABLE messages ADD COLUMN later text NOT NULL DEFAULT '';
ALTER TABLE participants ADD COLUMN later bigint NOT NULL DEFAULT 0;
CREATE TABLE later_things (id uuid PRIMARY KEY, message_id uuid NOT NULL);
`

// laterVersion builds the later version, which goes when the stage does.
func laterVersion(ctx context.Context, r *round) (err error) {
	r.later, err = buildLater(ctx)
	if err == nil {
		r.st.after = append(r.st.after, func() error { return os.RemoveAll(filepath.Dir(r.later)) })
	}
	return err
}

// migration starts a node of a later version, which migrates the database under those of this one; has one of these start once more on what it
// finds; and goes on to the later version everywhere.
func migration(ctx context.Context, r *round) error {
	nodes, later := r.st.d.Nodes, r.later
	earlier := nodes[0].Settings().Binary
	restart := func(i int, binary string) error {
		nodes[i].Binary(binary)
		return errors.Join(nodes[i].Restart(ctx), r.st.d.AwaitUp(ctx))
	}
	if err := restart(0, later); err != nil {
		return fmt.Errorf("start the later version: %w", err)
	}
	if done, err := r.migrated(ctx); err != nil || !done {
		return errors.Join(errors.New("the later version migrated nothing"), err)
	}
	pause(ctx, r.outage)
	if err := restart(1, earlier); err != nil {
		return fmt.Errorf("start this version beside the later one: %w", err)
	}
	pause(ctx, r.outage)
	r.lift()
	// This version again, on the later schema: what a step back is, as long as nothing was taken away.
	return errors.Join(restart(1, later), restart(0, earlier), restart(1, earlier))
}

// migrated asks the database for what the migration brings.
func (r *round) migrated(ctx context.Context) (bool, error) {
	var there bool
	err := r.st.record.QueryRowContext(ctx, "SELECT to_regclass('later_things') IS NOT NULL").Scan(&there)
	return there, err
}

// buildLater builds the module with one migration more, laid over the tree for this build alone.
func buildLater(ctx context.Context) (string, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	dir, err := os.MkdirTemp("", "postern-chaos-later-")
	if err != nil {
		return "", err
	}
	more, overlay, binary := filepath.Join(dir, "more.sql"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "postern")
	tree := filepath.Clean(string(root[:len(root)-1]))
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(tree, "store/migrate/postgres/9999_later.sql"): more}})
	if err != nil {
		return "", err
	}
	if err := errors.Join(os.WriteFile(more, []byte(laterMigration), 0o600), os.WriteFile(overlay, text, 0o600)); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-overlay", overlay, "-o", binary, "./cmd/postern")
	cmd.Dir = tree
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("build the later version: %w:\n%s", err, output), os.RemoveAll(dir))
	}
	return binary, nil
}
