package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"time"
)

// sweepBatch bounds how many names are held at once.
const sweepBatch = 256

// Sweep implements Blobs. What fails to be removed does not keep the rest.
func (d *Disk) Sweep(ctx context.Context, before time.Time) (removed int, err error) {
	dir, err := d.root.Open(incoming)
	if err != nil {
		return 0, fmt.Errorf("opening the unfinished files: %w", err)
	}
	defer dir.Close()
	var failed error // the first, so that a broken disk does not fill the log
	for {
		if err := ctx.Err(); err != nil {
			return removed, err
		}
		entries, err := dir.ReadDir(sweepBatch)
		for _, entry := range entries {
			gone, err := d.sweepOne(path.Join(incoming, entry.Name()), before)
			if gone {
				removed++
			}
			if failed == nil {
				failed = err
			}
		}
		if errors.Is(err, io.EOF) {
			return removed, failed
		}
		if err != nil {
			return removed, errors.Join(failed, fmt.Errorf("listing the unfinished files: %w", err))
		}
	}
}

func (d *Disk) sweepOne(name string, before time.Time) (gone bool, err error) {
	if old, err := d.olderThan(name, before); err != nil || !old {
		return false, err
	}
	if err := d.root.Remove(name); err != nil {
		return false, unlessMissing("removing an unfinished file", err)
	}
	return true, nil
}
