package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// kept is where an office's data outlive a run; none: they do not.
type kept struct{ dir, store string }

// kept finds or makes the folder for so many contacts. What an interrupted run left there is taken away.
func (c *scaleCmd) kept(contacts int) (k kept, err error) {
	if c.Keep == "" {
		return k, nil
	}
	k = kept{filepath.Join(c.Keep, fmt.Sprintf("%s-%d", c.Store, contacts)), c.Store}
	if !k.filled() {
		err = os.RemoveAll(k.dir)
	}
	if err = errors.Join(err, os.MkdirAll(k.dir, 0o755)); err != nil {
		return k, fmt.Errorf("keep data: %w", err)
	}
	return k, nil
}

// database is what Postern is told of it; empty: whatever the servers have.
func (k kept) database() string {
	if k.store != "sqlite" {
		return ""
	}
	return "sqlite:" + filepath.Join(k.dir, "postern.db")
}

func (k kept) cluster() string {
	if k.store != "postgres" {
		return ""
	}
	return filepath.Join(k.dir, "cluster")
}

func (k kept) mark() string { return filepath.Join(k.dir, "filled") }

func (k kept) filled() bool {
	_, err := os.Stat(k.mark())
	return k.dir != "" && !errors.Is(err, fs.ErrNotExist)
}

// done says that all is filled in and indexed.
func (k kept) done() error {
	if k.dir == "" {
		return nil
	}
	return os.WriteFile(k.mark(), nil, 0o644)
}
