package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"postern/e2e/rig"
)

type servers struct {
	environment []string
	closers     []io.Closer
}

// kinds are what can be named, and how each is started.
var kinds = map[string]func(*servers, context.Context) error{
	"postgres":       (*servers).startPostgres,
	"redis":          (*servers).startRedis,
	"redis-cluster":  (*servers).startRedisCluster,
	"redis-sentinel": (*servers).startRedisSentinel,
	"s3":             (*servers).startS3,
}

// start starts the named servers; what it returns is to be closed even after an error.
func start(ctx context.Context, names []string) (*servers, error) {
	s := &servers{}
	for _, name := range names {
		start, ok := kinds[name]
		if !ok {
			return s, fmt.Errorf("unknown server %q: there are %s", name, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
		}
		if err := start(s, ctx); err != nil {
			return s, err
		}
	}
	return s, nil
}

// keep has a server closed with all others.
func (s *servers) keep(server io.Closer) { s.closers = append(s.closers, server) }

// tell puts a name and value into the command's environment.
func (s *servers) tell(name, value string) {
	s.environment = append(s.environment, "POSTERN_TEST_"+name+"="+value)
}

// startPostgres starts a PgBouncer before it too: whoever tests with the one tests with the other.
func (s *servers) startPostgres(ctx context.Context) error {
	pg, err := rig.StartPostgres(ctx, rig.PostgresOptions{})
	if err != nil {
		return err
	}
	s.keep(pg)
	direct := pg.URL("postgres")
	s.tell("POSTGRES", direct)
	pooler, err := rig.StartPgBouncer(ctx, direct)
	if err != nil {
		return err
	}
	s.keep(pooler)
	through, err := pooler.Through(direct)
	s.tell("PGBOUNCER", through)
	return err
}

func (s *servers) startRedis(ctx context.Context) error {
	redis, err := rig.StartRedis(ctx)
	if err != nil {
		return err
	}
	s.tell("REDIS", redis.URL())
	s.keep(redis)
	return nil
}

func (s *servers) startRedisCluster(ctx context.Context) error {
	cluster, err := rig.StartRedisCluster(ctx)
	if err != nil {
		return err
	}
	s.tell("REDIS_CLUSTER", cluster.URL())
	s.keep(cluster)
	return nil
}

func (s *servers) startRedisSentinel(ctx context.Context) error {
	sentinel, err := rig.StartRedisSentinel(ctx)
	if err != nil {
		return err
	}
	s.tell("REDIS_SENTINEL", sentinel.URL())
	s.keep(sentinel)
	return nil
}

func (s *servers) startS3(ctx context.Context) error {
	s3, err := rig.StartS3(ctx)
	if err != nil {
		return err
	}
	s.tell("S3", s3.URL("test"))
	s.tell("S3_KEY", rig.S3Key)
	s.tell("S3_SECRET", rig.S3Secret)
	s.keep(s3)
	return nil
}

func (s *servers) close() error {
	var all error
	for _, server := range slices.Backward(s.closers) {
		all = errors.Join(all, server.Close())
	}
	return all
}
