package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"

	"postern/e2e/rig"
)

// restore takes a backup while everybody works, lets them work on, and puts the backup back under them: their browsers stay open, and find
// another past when the nodes are there again. What was acknowledged up to the backup counts, and what comes after the restoring.
func restore(ctx context.Context, r *round) error {
	dir, err := os.MkdirTemp("", "postern-chaos-backup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "backup.tar")
	kept := r.promises()
	if _, err := r.st.tellNode(ctx, "", "backup", "--to", file); err != nil {
		return err
	}
	r.st.say("the backup is taken")
	pause(ctx, r.outage)
	if err := eachNode(r.st.d, func(n *rig.Node) error { return n.Stop(ctx) }); err != nil {
		return err
	}
	lost := r.promises().without(kept)
	r.st.say("the backup is put back")
	r.st.record.SetMaxIdleConns(0) // whoever is connected keeps it from being put back, and that is us
	if _, err := r.st.tellNode(ctx, "", "restore", "--replace", "--keep-sessions", file); err != nil {
		return err
	}
	r.forget(lost)
	r.lift()
	err = eachNode(r.st.d, func(n *rig.Node) error { return n.Start(ctx) })
	if r.st.d.Proxy != nil {
		err = errors.Join(err, r.st.d.AwaitUp(ctx))
	}
	if err == nil && len(lost.acked) == 0 {
		err = errors.New("nothing was acknowledged between the backup and its restoring: nothing was tried")
	}
	return err
}

// promises are what was acknowledged by some moment.
type promises struct {
	acked   map[string]*room
	letters map[string]letter
}

func (r *round) promises() promises {
	r.mu.Lock()
	defer r.mu.Unlock()
	return promises{maps.Clone(r.acked), maps.Clone(r.letters)}
}

func (p promises) without(kept promises) promises {
	for id := range kept.acked {
		delete(p.acked, id)
	}
	for words := range kept.letters {
		delete(p.letters, words)
	}
	return p
}

// forget takes back what the backup could not hold.
func (r *round) forget(lost promises) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range lost.acked {
		delete(r.acked, id)
	}
	for words := range lost.letters {
		delete(r.letters, words)
	}
}
