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
	postgres    *rig.Postgres // if it was named
}

// kinds are what can be named, and how each is started.
var kinds = map[string]func(*servers, context.Context) (io.Closer, error){
	"postgres":       (*servers).startPostgres,
	"pgbouncer":      (*servers).startPgBouncer,
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
		server, err := start(s, ctx)
		if err != nil {
			return s, err
		}
		s.closers = append(s.closers, server)
	}
	return s, nil
}

// tell puts a name and value into the command's environment.
func (s *servers) tell(name, value string) {
	s.environment = append(s.environment, "POSTERN_TEST_"+name+"="+value)
}

func (s *servers) startPostgres(ctx context.Context) (io.Closer, error) {
	pg, err := rig.StartPostgres(ctx, rig.PostgresOptions{})
	if err != nil {
		return nil, err
	}
	s.postgres = pg
	s.tell("POSTGRES", pg.URL("postgres"))
	return pg, nil
}

func (s *servers) startPgBouncer(ctx context.Context) (io.Closer, error) {
	if s.postgres == nil {
		return nil, errors.New("pgbouncer stands before postgres: name that first")
	}
	direct := s.postgres.URL("postgres")
	b, err := rig.StartPgBouncer(ctx, direct)
	if err != nil {
		return nil, err
	}
	through, err := b.Through(direct)
	s.tell("PGBOUNCER", through)
	return b, err
}

func (s *servers) startRedis(ctx context.Context) (io.Closer, error) {
	redis, err := rig.StartRedis(ctx)
	if err != nil {
		return nil, err
	}
	s.tell("REDIS", redis.URL())
	return redis, nil
}

func (s *servers) startRedisCluster(ctx context.Context) (io.Closer, error) {
	cluster, err := rig.StartRedisCluster(ctx)
	if err != nil {
		return nil, err
	}
	s.tell("REDIS_CLUSTER", cluster.URL())
	return cluster, nil
}

func (s *servers) startRedisSentinel(ctx context.Context) (io.Closer, error) {
	sentinel, err := rig.StartRedisSentinel(ctx)
	if err != nil {
		return nil, err
	}
	s.tell("REDIS_SENTINEL", sentinel.URL())
	return sentinel, nil
}

func (s *servers) startS3(ctx context.Context) (io.Closer, error) {
	s3, err := rig.StartS3(ctx)
	if err != nil {
		return nil, err
	}
	s.tell("S3", s3.URL("test"))
	s.tell("S3_KEY", rig.S3Key)
	s.tell("S3_SECRET", rig.S3Secret)
	return s3, nil
}

func (s *servers) close() error {
	var all error
	for _, server := range slices.Backward(s.closers) {
		all = errors.Join(all, server.Close())
	}
	return all
}
