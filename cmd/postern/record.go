package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"postern/store"
	"postern/store/archive"
)

// newestRecords is how many conversations doctor looks at without --deep.
const newestRecords = 100

// checkRecord asks the database whether it is sound, and follows the hashes of the record: of the newest conversations, or with --deep
// of all, with their files.
func (c *doctorCmd) checkRecord(ctx context.Context) (how string, err error) {
	if file, ok := strings.CutPrefix(c.Database, "sqlite:"); ok && absent(file) {
		return "none yet", nil
	}
	source, err := store.Snapshot(ctx, c.Database, store.Options{Direct: c.DatabaseDirect})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	if err := source.Sound(ctx, c.Deep); err != nil {
		return "", err
	}
	newest := newestRecords
	if c.Deep {
		newest = 0
	}
	verified, err := archive.VerifyRecords(ctx, source, newest)
	if err != nil {
		return "", err
	}
	if !c.Deep {
		return fmt.Sprintf("ok: %d conversations, the newest; --deep looks at all, and at files", verified), nil
	}
	files, err := c.checkRecordFiles(ctx, source)
	return fmt.Sprintf("ok: %d conversations and %d files", verified, files), err
}

func (c *doctorCmd) checkRecordFiles(ctx context.Context, source archive.Source) (int64, error) {
	place, err := openBlobs(&c.baseSettings)
	if err != nil {
		return 0, err
	}
	defer place.Close()
	verified, missing, damaged, err := archive.VerifyFiles(ctx, source, place)
	if err == nil && len(missing)+len(damaged) > 0 {
		err = fmt.Errorf("of %d files are missing: %q; damaged: %q", verified, missing, damaged)
	}
	return verified, err
}
