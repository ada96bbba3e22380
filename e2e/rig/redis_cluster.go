package rig

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
)

const (
	clusterMasters = 3
	clusterSlots   = 16384
	// clusterPatience is how long a server of a cluster may be silent before the others take it for gone: short, but not so
	// short that a busy machine looks like a dead server.
	clusterPatience = "1500" // ms
)

// RedisCluster is a Redis Cluster of three masters, each with a third of the slots, and a replica for each.
type RedisCluster struct {
	Masters, Replicas []*Redis // as they were at the start: Replicas[i] follows Masters[i]
}

// StartRedisCluster starts an empty cluster and returns once every server knows all of it.
func StartRedisCluster(ctx context.Context) (*RedisCluster, error) {
	c := &RedisCluster{Masters: make([]*Redis, clusterMasters), Replicas: make([]*Redis, clusterMasters)}
	var starting errgroup.Group
	for i := range clusterMasters {
		starting.Go(func() (err error) { c.Masters[i], err = startClusterServer(ctx); return err })
		starting.Go(func() (err error) { c.Replicas[i], err = startClusterServer(ctx); return err })
	}
	err := starting.Wait()
	if err == nil {
		err = c.form(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func startClusterServer(ctx context.Context) (*Redis, error) {
	return startRedis(ctx, func(r *Redis) ([]string, error) {
		gossip, err := holdPort()
		if err != nil {
			return nil, err
		}
		r.ports = append(r.ports, gossip)
		return []string{
			"--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(gossip.number), "--cluster-node-timeout", clusterPatience,
			"--cluster-require-full-coverage", "no", "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0",
		}, nil
	})
}

// form makes the servers one cluster.
func (c *RedisCluster) form(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for i, master := range c.Masters {
		first, next := i*clusterSlots/clusterMasters, (i+1)*clusterSlots/clusterMasters
		if _, err := master.Do(ctx, fmt.Sprintf("CLUSTER ADDSLOTSRANGE %d %d", first, next-1)); err != nil {
			return err
		}
		if _, err := master.Do(ctx, fmt.Sprintf("CLUSTER SET-CONFIG-EPOCH %d", i+1)); err != nil {
			return err
		}
	}
	for _, r := range c.servers()[1:] {
		command := fmt.Sprintf("CLUSTER MEET 127.0.0.1 %d %d", r.port.number, r.ports[1].number)
		if _, err := c.Masters[0].Do(ctx, command); err != nil {
			return err
		}
	}
	if err := c.await(ctx, "CLUSTER INFO", "cluster_state:ok", fmt.Sprint("cluster_known_nodes:", 2*clusterMasters)); err != nil {
		return err
	}
	for i, replica := range c.Replicas {
		id, err := c.Masters[i].Do(ctx, "CLUSTER MYID")
		if err == nil {
			_, err = replica.Do(ctx, "CLUSTER REPLICATE "+id)
		}
		if err != nil {
			return err
		}
	}
	return pollServers(ctx, c.servers(), func(ctx context.Context, r *Redis) bool {
		nodes, err := r.Do(ctx, "CLUSTER NODES")
		return err == nil && strings.Count(nodes, "slave ") == clusterMasters && !strings.Contains(nodes, "handshake")
	})
}

// await waits until every server's answer holds all of the words.
func (c *RedisCluster) await(ctx context.Context, command string, words ...string) error {
	return pollServers(ctx, c.servers(), func(ctx context.Context, r *Redis) bool {
		answer, err := r.Do(ctx, command)
		for _, word := range words {
			if err != nil || !strings.Contains(answer, word) {
				return false
			}
		}
		return true
	})
}

func pollServers(ctx context.Context, servers []*Redis, yes func(context.Context, *Redis) bool) error {
	for _, r := range servers {
		if err := poll(ctx, func(ctx context.Context) bool { return yes(ctx, r) }); err != nil {
			return fmt.Errorf("await redis at %s: %w; its log ends with:\n%s", r.Address(), err, r.LogTail(2048))
		}
	}
	return nil
}

// URL names two of the three masters; the rest is found.
func (c *RedisCluster) URL() string {
	return "redis+cluster://" + c.Masters[0].Address() + "," + c.Masters[1].Address()
}

// Owner is which of the masters had the slot of a hash tag at the start.
func (c *RedisCluster) Owner(ctx context.Context, tag string) (int, error) {
	slot, err := c.Slot(ctx, tag)
	return slot * clusterMasters / clusterSlots, err
}

// Slot is that of a hash tag.
func (c *RedisCluster) Slot(ctx context.Context, tag string) (int, error) {
	answer, err := c.Masters[1].Do(ctx, "CLUSTER KEYSLOT "+tag)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(answer)
}

// MoveSlot gives a slot without keys to another master, as a resharding does, and tells all masters.
func (c *RedisCluster) MoveSlot(ctx context.Context, slot, to int) error {
	id, err := c.Masters[to].Do(ctx, "CLUSTER MYID")
	if err != nil {
		return err
	}
	// The new owner first, then the old: between the two nobody refuses for both.
	order := append([]*Redis{c.Masters[to]}, c.Masters...)
	for _, master := range order {
		if _, err := master.Do(ctx, fmt.Sprintf("CLUSTER SETSLOT %d NODE %s", slot, id)); err != nil {
			return err
		}
	}
	return nil
}

func (c *RedisCluster) servers() []*Redis {
	return append(append([]*Redis(nil), c.Masters...), c.Replicas...)
}

// Close ends all servers.
func (c *RedisCluster) Close() error {
	var all error
	for _, r := range c.servers() {
		if r != nil {
			all = errors.Join(all, r.Close())
		}
	}
	return all
}
