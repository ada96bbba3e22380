package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"postern/e2e/client"
	"postern/e2e/rig"
)

// diskSize is room for what a scenario writes, and little more.
const diskSize = 96 << 20

// smallDisk has everything that the node keeps lie on a disk of its own.
func smallDisk(st *stage, settings *rig.Settings) (err error) {
	if st.disk, err = rig.MountDisk(diskSize); err != nil {
		return err
	}
	st.after = append(st.after, st.disk.Close)
	settings.Data = filepath.Join(st.disk.Dir, "data")
	settings.Database = "sqlite:" + filepath.Join(st.disk.Dir, "postern.db")
	return os.Mkdir(settings.Data, 0o700)
}

// diskFull fills the disk to the last byte, looks that a message is refused with a word about it, and frees it again.
func diskFull(ctx context.Context, r *round) error {
	end := time.Now().Add(r.outage)
	for time.Now().Before(end) {
		if err := r.st.disk.Fill(); err != nil {
			return err
		}
		pause(ctx, 100*time.Millisecond)
	}
	refused := r.refusedOnFullDisk(ctx)
	return errors.Join(refused, r.st.disk.Free())
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
