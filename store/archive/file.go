package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// File is a backup's file: it has its name only once it is whole and on the disk. Until then it is NAME.partial.
type File struct {
	*os.File
	path string
}

// Create begins a file. One that is there already is not replaced.
func Create(path string) (*File, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("create the backup: %w", &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist})
	}
	file, err := os.OpenFile(path+".partial", os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create the backup: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("create the backup: another one is writing %s.partial: %w", path, err), file.Close())
	}
	if err := file.Truncate(0); err != nil { // what a killed one left
		return nil, errors.Join(fmt.Errorf("create the backup: %w", err), file.Close())
	}
	return &File{file, path}, nil
}

// Keep makes the file durable and gives it its name.
func (f *File) Keep() error {
	if err := f.Sync(); err != nil {
		return errors.Join(fmt.Errorf("sync the backup: %w", err), f.Discard())
	}
	if err := os.Rename(f.Name(), f.path); err != nil {
		return errors.Join(fmt.Errorf("name the backup: %w", err), f.Discard())
	}
	dir, err := os.Open(filepath.Dir(f.path))
	if err != nil {
		return errors.Join(fmt.Errorf("sync the backup's name: %w", err), f.Close())
	}
	return errors.Join(wrap("sync the backup's name", dir.Sync()), dir.Close(), f.Close())
}

// Discard removes what was written.
func (f *File) Discard() error {
	return errors.Join(wrap("remove the unfinished backup", os.Remove(f.Name())), f.Close())
}
