package rig

import (
	"context"
	"errors"
	"path/filepath"
)

// StartSingle starts one node on SQLite with the memory bus: what a small practice runs.
func StartSingle(ctx context.Context, settings Settings) (*Deployment, error) {
	return onFreePorts(func() (*Deployment, error) {
		d, err := newDeployment()
		if err != nil {
			return nil, err
		}
		if err := d.startSingle(ctx, settings); err != nil {
			return nil, errors.Join(err, d.Close())
		}
		return d, nil
	})
}

func (d *Deployment) startSingle(ctx context.Context, settings Settings) error {
	settings = d.fill(settings)
	if settings.Database == "" {
		settings.Database = "sqlite:" + filepath.Join(d.dir, "postern.db")
	}
	settings.Redis = ""
	node, err := newNode(ctx, "node1", settings, nil)
	if err != nil {
		return err
	}
	d.Nodes = []*Node{node}
	d.URL, d.SMTP = node.URL(), node.SMTP()
	return d.startNodes(ctx)
}
