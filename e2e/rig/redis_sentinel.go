package rig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	sentinels      = 3
	sentinelMaster = "postern"
)

// RedisSentinel is a Redis master and its replica, watched by three Sentinels.
type RedisSentinel struct {
	Master, Replica *Redis // as they were at the start
	Sentinels       []*Redis
}

// StartRedisSentinel starts all of them and returns once each Sentinel knows all others.
func StartRedisSentinel(ctx context.Context) (*RedisSentinel, error) {
	s := &RedisSentinel{}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *RedisSentinel) start(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	quick := func(*Redis) ([]string, error) { return []string{"--repl-diskless-sync-delay", "0"}, nil }
	if s.Master, err = startRedis(ctx, quick); err != nil {
		return err
	}
	if s.Replica, err = startRedis(ctx, quick); err != nil {
		return err
	}
	if _, err := s.Replica.Do(ctx, fmt.Sprintf("REPLICAOF 127.0.0.1 %d", s.Master.port.number)); err != nil {
		return err
	}
	// A Sentinel looks for replicas at its start, and then not for ten seconds.
	if err := pollServers(ctx, []*Redis{s.Master}, saysInfo("replication", "state=online")); err != nil {
		return err
	}
	for range sentinels {
		one, err := startRedis(ctx, s.sentinel)
		if err != nil {
			return err
		}
		s.Sentinels = append(s.Sentinels, one)
	}
	return pollServers(ctx, s.Sentinels, saysInfo("sentinel", fmt.Sprintf("slaves=1,sentinels=%d", sentinels)))
}

// sentinel writes the file that a Sentinel keeps its state in, without which it does not start.
func (s *RedisSentinel) sentinel(r *Redis) ([]string, error) {
	path := filepath.Join(r.dir, "sentinel.conf")
	config := fmt.Sprintf("sentinel monitor %[1]s 127.0.0.1 %[2]d 2\nsentinel down-after-milliseconds %[1]s 1500\nsentinel failover-timeout %[1]s 5000\n",
		sentinelMaster, s.Master.port.number)
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		return nil, fmt.Errorf("write what a Sentinel watches: %w", err)
	}
	return []string{path, "--sentinel"}, nil
}

// saysInfo says that a section of INFO holds a word.
func saysInfo(section, word string) func(context.Context, *Redis) bool {
	return func(ctx context.Context, r *Redis) bool {
		info, err := r.Do(ctx, "INFO "+section)
		return err == nil && strings.Contains(info, word)
	}
}

// URL names two of the three Sentinels; the rest is found.
func (s *RedisSentinel) URL() string {
	return fmt.Sprintf("redis+sentinel://%s,%s/%s", s.Sentinels[0].Address(), s.Sentinels[1].Address(), sentinelMaster)
}

// Close ends all servers.
func (s *RedisSentinel) Close() error {
	var all error
	for _, r := range append([]*Redis{s.Master, s.Replica}, s.Sentinels...) {
		if r != nil {
			all = errors.Join(all, r.Close())
		}
	}
	return all
}
