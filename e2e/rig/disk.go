package rig

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// CanMount says why a small disk cannot be had here; nil: it can.
func CanMount() error {
	d, err := MountDisk(1 << 20)
	if err != nil {
		return err
	}
	return d.Close()
}

// Disk is a small disk, which can be full.
type Disk struct{ Dir string }

// MountDisk makes one of so many bytes. It needs root.
func MountDisk(size int) (*Disk, error) {
	if os.Getuid() != 0 {
		return nil, errors.New("mounting a small disk needs root")
	}
	dir, err := os.MkdirTemp("", "postern-rig-disk-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for a disk: %w", err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		return nil, errors.Join(fmt.Errorf("mount a small disk: %w", err), os.Remove(dir))
	}
	return &Disk{dir}, nil
}

// Close unmounts it. Nothing may use it any more.
func (d *Disk) Close() error { return errors.Join(syscall.Unmount(d.Dir, 0), os.Remove(d.Dir)) }

func (d *Disk) ballast() string { return d.Dir + "/ballast" }

// Fill takes all the room there is, to the last byte; again, for what was freed meanwhile.
func (d *Disk) Fill() error {
	file, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("fill the disk: %w", err)
	}
	for _, block := range [][]byte{make([]byte, 1<<20), make([]byte, 4<<10), make([]byte, 1)} {
		for err = nil; err == nil; {
			_, err = file.Write(block)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			return errors.Join(fmt.Errorf("fill the disk: %w", err), file.Close())
		}
	}
	_ = file.Close() // nothing of it is wanted
	return nil
}

// Free gives the room back that Fill took.
func (d *Disk) Free() error { return os.Remove(d.ballast()) }
