package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// Disk keeps contents under one directory, which several nodes may share:
//
//	OFFICE/HA/HASH   a content; HA is the first byte of its hash
//	incoming/NAME    a put under way, or what is left of one
//
// Every path is opened through os.Root, so nothing outside is reached, by links either.
type Disk struct {
	root   *os.Root
	create func(name string) (file, error) // a seam for tests: a disk that is full

	durable directories
}

// file is what Put needs of an *os.File.
type file interface {
	io.Writer
	Sync() error
	Close() error
}

var _ Blobs = (*Disk)(nil)

const incoming = "incoming"

// NewDisk opens dir and creates it where it is missing. Close ends it.
func NewDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("creating the directory for files: %w", err)
	}
	if err := syncParent(dir); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the directory for files: %w", err)
	}
	d := &Disk{root: root}
	d.create = func(name string) (file, error) {
		return root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if err := root.MkdirAll(incoming, 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("creating the directory for files: %w", err), root.Close())
	}
	return d, nil
}

// syncParent makes a new directory's name durable, which contents inside it rest on.
func syncParent(dir string) error {
	parent, err := os.Open(filepath.Dir(filepath.Clean(dir)))
	if err != nil {
		return fmt.Errorf("opening the directory above the files: %w", err)
	}
	return errors.Join(wrap("syncing a directory", parent.Sync()), wrap("closing a directory", parent.Close()))
}

// Close lets go of the directory. Contents already open stay readable.
func (d *Disk) Close() error { return d.root.Close() }

// Open implements Blobs.
func (d *Disk) Open(ctx context.Context, office [16]byte, hash [sha256.Size]byte) (io.ReadSeekCloser, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	f, err := d.root.Open(contentPath(office, hash))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, 0, ErrNotFound
	case err != nil:
		return nil, 0, fmt.Errorf("opening a stored file: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("asking a stored file's size: %w", err), f.Close())
	}
	return f, info.Size(), nil
}

// Delete implements Blobs. A content found old is moved aside before it is removed and
// looked at again, since a put may have come in between; then it is moved back.
func (d *Disk) Delete(ctx context.Context, office [16]byte, hash [sha256.Size]byte, before time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	name := contentPath(office, hash)
	if old, err := d.olderThan(name, before); err != nil || !old {
		return err
	}
	aside := incomingPath()
	if err := d.root.Rename(name, aside); err != nil {
		return unlessMissing("deleting a stored file", err)
	}
	old, err := d.olderThan(aside, before)
	if err != nil || !old {
		return errors.Join(err, unlessMissing("sparing a stored file", d.root.Rename(aside, name)))
	}
	if err := unlessMissing("deleting a stored file", d.root.Remove(aside)); err != nil {
		return err
	}
	return d.syncDir(path.Dir(name))
}

// olderThan says that there is such a file and it was last put before the time.
func (d *Disk) olderThan(name string, before time.Time) (bool, error) {
	info, err := d.root.Stat(name)
	if err != nil {
		return false, unlessMissing("asking a stored file's age", err)
	}
	return info.ModTime().Before(before), nil
}

func contentPath(office [16]byte, hash [sha256.Size]byte) string {
	name := hex.EncodeToString(hash[:])
	return path.Join(hex.EncodeToString(office[:]), name[:2], name)
}

func incomingPath() string { return path.Join(incoming, rand.Text()) }

// unlessMissing wraps an error, but for that of a file that is not there.
func unlessMissing(tried string, err error) error {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("%s: %w", tried, err)
}
