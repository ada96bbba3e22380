package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"postern/e2e/rig"
)

// ownClocks gives every node a file that its clock goes by.
func ownClocks(st *stage, settings *rig.Settings) error {
	dir, err := os.MkdirTemp("", "postern-chaos-clocks-")
	if err != nil {
		return err
	}
	st.after = append(st.after, func() error { return os.RemoveAll(dir) })
	st.clocks = []string{filepath.Join(dir, "node1"), filepath.Join(dir, "node2")}
	for i := range st.clocks {
		if err := st.setClock(i, "0"); err != nil {
			return err
		}
	}
	settings.Each = func(name string) []string { return []string{"POSTERN_CLOCK_FILE=" + filepath.Join(dir, name)} }
	return nil
}

func (st *stage) setClock(node int, offset string) error {
	part := st.clocks[node] + ".part"
	if err := os.WriteFile(part, []byte(offset), 0o600); err != nil {
		return fmt.Errorf("set a clock: %w", err)
	}
	return os.Rename(part, st.clocks[node])
}

// clockSteps has the nodes' clocks disagree by minutes and hours, and step, forward and back.
func clockSteps(ctx context.Context, r *round) error {
	for _, offsets := range [][2]string{{"1h", "-30m"}, {"-2h", "0"}, {"3s", "-3s"}, {"0", "0"}} {
		for i := range r.st.d.Nodes {
			if err := r.st.setClock(i, offsets[i]); err != nil {
				return err
			}
		}
		pause(ctx, r.outage/2)
	}
	return nil
}
