package rig

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// ClusterOptions says how many nodes there are and how all of them are set. Ports, database,
// Redis, data and secret are the cluster's own to set.
type ClusterOptions struct {
	Nodes    int  // 0: two
	NoRedis  bool // nodes learn of each other's news from the database alone
	Roads    bool // each node has links of its own to PostgreSQL, Redis and the relay
	Isolated bool // with Roads: and a network namespace; see CanIsolate
	Settings Settings
	Postgres PostgresOptions
}

// StartCluster starts PostgreSQL, Redis, the nodes (node1, node2, ...) and HAProxy before them,
// and returns when HAProxy holds every node for ready.
func StartCluster(ctx context.Context, options ClusterOptions) (*Deployment, error) {
	return onFreePorts(func() (*Deployment, error) {
		d, err := newDeployment()
		if err != nil {
			return nil, err
		}
		if err := d.startCluster(ctx, options); err != nil {
			return nil, errors.Join(err, d.Close())
		}
		return d, nil
	})
}

func (d *Deployment) startCluster(ctx context.Context, options ClusterOptions) error {
	settings := d.fill(options.Settings)
	if err := d.startStores(ctx, options, &settings); err != nil {
		return err
	}
	if err := d.addNodes(ctx, options, settings); err != nil {
		return err
	}
	if err := d.startProxy(ctx); err != nil {
		return err
	}
	if err := d.startNodes(ctx); err != nil {
		return err
	}
	return d.AwaitUp(ctx)
}

func (d *Deployment) startStores(ctx context.Context, options ClusterOptions, settings *Settings) error {
	var err error
	if d.Postgres, err = StartPostgres(ctx, options.Postgres); err != nil {
		return err
	}
	if settings.Database, err = d.Postgres.CreateDatabase(ctx, "postern"); err != nil {
		return err
	}
	if options.NoRedis {
		return nil
	}
	if d.Redis, err = StartRedis(ctx); err != nil {
		return err
	}
	settings.Redis = d.Redis.URL()
	return nil
}

func (d *Deployment) addNodes(ctx context.Context, options ClusterOptions, settings Settings) error {
	for i := range cmp.Or(options.Nodes, 2) {
		var roads *Roads
		own := settings
		if options.Roads {
			var err error
			if roads, own, err = buildRoads(ctx, options.Isolated, settings); err != nil {
				return err
			}
		}
		node, err := newNode(ctx, fmt.Sprintf("node%d", i+1), own, roads)
		if err != nil {
			if roads != nil {
				err = errors.Join(err, roads.close())
			}
			return err
		}
		d.Nodes = append(d.Nodes, node)
	}
	return nil
}

// startProxy comes before the nodes start, because its address is their public URL.
func (d *Deployment) startProxy(ctx context.Context) error {
	var backends []Backend
	for _, node := range d.Nodes {
		backends = append(backends, Backend{node.Name(), node.web.address(), node.SMTP()})
	}
	var err error
	if d.Proxy, err = StartHAProxy(ctx, backends); err != nil {
		return err
	}
	d.URL, d.SMTP = d.Proxy.URL(), d.Proxy.SMTP()
	for _, node := range d.Nodes {
		node.settings.PublicURL = d.URL
	}
	return nil
}

// AwaitUp waits until the balancer gives work to exactly the nodes that run.
func (d *Deployment) AwaitUp(ctx context.Context) error {
	var running []string
	for _, node := range d.Nodes {
		if node.PID() != 0 {
			running = append(running, node.Name())
		}
	}
	return d.Proxy.AwaitUp(ctx, running...)
}
