package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"sync"
	"time"
)

// copyBuffer is all of a content that is in memory at a time.
const copyBuffer = 64 << 10

// Put implements Blobs: into a file of its own, and when that is on the disk, by rename
// to its place. A content that is there already is replaced by the same bytes, which
// renews its time and mends it where it was damaged.
func (d *Disk) Put(ctx context.Context, office [16]byte, r io.Reader, limit int64) (Ref, error) {
	temp := incomingPath()
	ref, err := d.receive(ctx, temp, r, limit)
	if err == nil {
		err = d.place(temp, contentPath(office, ref.Hash))
	}
	if err != nil {
		return Ref{}, errors.Join(err, unlessMissing("removing an unfinished file", d.root.Remove(temp)))
	}
	return ref, nil
}

// receive writes r's bytes to temp, durably.
func (d *Disk) receive(ctx context.Context, temp string, r io.Reader, limit int64) (Ref, error) {
	f, err := d.create(temp)
	if err != nil {
		return Ref{}, fmt.Errorf("creating a file: %w", err)
	}
	sum := sha256.New()
	size, err := stream(ctx, f, sum, r, limit)
	if err == nil {
		err = wrap("syncing a file", f.Sync())
	}
	if err = errors.Join(err, wrap("closing a file", f.Close())); err != nil {
		return Ref{}, err
	}
	return Ref{Hash: [sha256.Size]byte(sum.Sum(nil)), Size: size}, nil
}

// stream copies until r ends, the limit is passed, the context ends or writing fails.
func stream(ctx context.Context, w io.Writer, sum hash.Hash, r io.Reader, limit int64) (size int64, err error) {
	buffer := make([]byte, copyBuffer)
	for {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		n, readErr := r.Read(buffer)
		if size += int64(n); size > limit {
			return size, &TooLarge{Limit: limit}
		}
		sum.Write(buffer[:n]) // never fails
		if _, err := w.Write(buffer[:n]); err != nil {
			return size, fmt.Errorf("writing a file: %w", err)
		}
		switch {
		case readErr == io.EOF:
			return size, nil
		case readErr != nil:
			return size, fmt.Errorf("reading what is to be stored: %w", readErr)
		}
	}
}

// place moves a finished file to its name, as of now: Delete goes by that time. Of the directories above it all are synced that this process
// has not seen durable, for another put that created them may not have come so far.
func (d *Disk) place(temp, name string) error {
	if err := d.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return fmt.Errorf("creating a directory: %w", err)
	}
	if err := d.root.Chtimes(temp, time.Time{}, time.Now()); err != nil {
		return fmt.Errorf("dating a file: %w", err)
	}
	if err := d.root.Rename(temp, name); err != nil {
		return fmt.Errorf("moving a file to its place: %w", err)
	}
	if err := d.syncDir(path.Dir(name)); err != nil {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if d.durable.has(dir) {
			continue
		}
		if err := d.syncDir(path.Dir(dir)); err != nil {
			return err
		}
		d.durable.add(dir)
	}
	return nil
}

// directories are names of directories that are on the disk to stay: nothing here removes one. When there are too many, they are learnt anew.
type directories struct {
	mu    sync.Mutex
	names map[string]bool
}

// maxDirectories bounds them to some 5 MB; an office has 257.
const maxDirectories = 50_000

func (d *directories) has(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.names[name]
}

func (d *directories) add(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names == nil || len(d.names) >= maxDirectories {
		d.names = map[string]bool{}
	}
	d.names[name] = true
}

func (d *Disk) syncDir(name string) error {
	dir, err := d.root.Open(name)
	if err != nil {
		return fmt.Errorf("opening a directory: %w", err)
	}
	return errors.Join(wrap("syncing a directory", dir.Sync()), wrap("closing a directory", dir.Close()))
}

func wrap(tried string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", tried, err)
}
