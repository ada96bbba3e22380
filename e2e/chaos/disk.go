package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"postern/e2e/client"
	"postern/e2e/rig"
)

// diskSize is room for what a scenario writes, and little more.
const diskSize = 96 << 20

func canMount() error {
	if os.Getuid() != 0 {
		return errors.New("mounting a small disk needs root")
	}
	dir, err := os.MkdirTemp("", "postern-chaos-mount-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		return fmt.Errorf("mount a small disk: %w", err)
	}
	return syscall.Unmount(dir, 0)
}

// smallDisk has everything that the node keeps lie on a disk of its own.
func smallDisk(st *stage, settings *rig.Settings) error {
	dir, err := os.MkdirTemp("", "postern-chaos-disk-")
	if err != nil {
		return err
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", diskSize)); err != nil {
		return errors.Join(fmt.Errorf("mount a small disk: %w", err), os.Remove(dir))
	}
	st.disk = dir
	st.after = append(st.after, func() error { return errors.Join(syscall.Unmount(dir, 0), os.Remove(dir)) })
	settings.Data = filepath.Join(dir, "data")
	settings.Database = "sqlite:" + filepath.Join(dir, "postern.db")
	return os.Mkdir(settings.Data, 0o700)
}

// diskFull fills the disk to the last byte, looks that a message is refused with a word about it, and frees it again.
func diskFull(ctx context.Context, r *round) error {
	ballast := filepath.Join(r.st.disk, "ballast")
	end := time.Now().Add(r.outage)
	for time.Now().Before(end) {
		if err := fill(ballast); err != nil { // again, for what was freed meanwhile
			return err
		}
		pause(ctx, 100*time.Millisecond)
	}
	refused := r.refusedOnFullDisk(ctx)
	return errors.Join(refused, os.Remove(ballast))
}

// fill appends to a file until there is no room.
func fill(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
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

// refusedOnFullDisk tries a message that nobody will send again: it must be refused as something that may work later.
func (r *round) refusedOnFullDisk(ctx context.Context) error {
	o := r.rooms[0]
	for range 20 {
		d := r.draft(o, o.host, fmt.Sprintf("full-%d-%d", r.number, time.Now().UnixNano()), false)
		id, err := o.host.sendHTTP(ctx, d)
		if refusal, ok := errors.AsType[*client.Refusal](err); ok && refusal.Retry && refusal.Status == 503 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("with the disk full a message was refused otherwise than by 503: %w", err)
		}
		r.acknowledged(plain(id), o) // there was room for it in a page that is there
	}
	return errors.New("with the disk full everything was taken: nothing was tried")
}
