package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"postern/store"
	"postern/store/archive"
	"postern/store/migrate"
)

type backupCmd struct {
	baseSettings
	To      string `help:"File to write (.tar), a folder to put one into that is named by the time, or - for standard output." default:"." placeholder:"FILE"`
	NoFiles bool   `help:"The database alone: attachments and letters are copied by other means, after it."`
}

// errLossy ends a backup that is whole but for files that were lost before it.
var errLossy = errors.New("files of the record are missing or damaged where they are kept; all else is in the backup")

// Run writes a backup, beside nodes that go on working.
func (c *backupCmd) Run(ctx context.Context, io streams) error {
	if err := c.check(); err != nil {
		return err
	}
	now := time.Now()
	if c.To == "-" {
		m, err := c.write(ctx, io.out, now)
		return c.told(io.err, "standard output", m, err)
	}
	path, err := c.path(now)
	if err != nil {
		return err
	}
	file, err := archive.Create(path)
	if err != nil {
		return err
	}
	m, err := c.write(ctx, file, now)
	if err != nil {
		return errors.Join(err, file.Discard())
	}
	return c.told(io.out, path, m, file.Keep())
}

// path is the file to be written.
func (c *backupCmd) path(now time.Time) (string, error) {
	info, err := os.Stat(c.To)
	if err == nil && info.IsDir() {
		return filepath.Join(c.To, "postern-"+now.UTC().Format("20060102T150405Z")+".tar"), nil
	}
	if filepath.Ext(c.To) != ".tar" {
		return "", &settingError{"to", "name a file that ends in .tar, or a folder that is there"}
	}
	return c.To, nil
}

func (c *backupCmd) write(ctx context.Context, out io.Writer, now time.Time) (*archive.Manifest, error) {
	known, err := migrate.Known()
	if err != nil {
		return nil, err
	}
	var files archive.Files
	if !c.NoFiles {
		kept, err := openBlobs(&c.baseSettings)
		if err != nil {
			return nil, err
		}
		defer kept.Close()
		files = kept
	}
	source, err := store.Snapshot(ctx, c.Database, store.Options{Direct: c.DatabaseDirect})
	if err != nil {
		return nil, err
	}
	return archive.Backup(ctx, out, source, files, known, now)
}

// told says what was written.
func (c *backupCmd) told(out io.Writer, path string, m *archive.Manifest, err error) error {
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d messages in %d conversations, %d files (%d bytes)\n",
		path, m.Tables["messages"].Rows, m.Tables["conversations"].Rows, m.Files, m.Bytes)
	for _, name := range m.Missing {
		fmt.Fprintln(out, "missing:", name)
	}
	for _, name := range m.Damaged {
		fmt.Fprintln(out, "damaged:", name)
	}
	if !m.Whole() {
		return errLossy
	}
	return nil
}
