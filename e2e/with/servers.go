package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"postern/e2e/rig"
)

type servers struct {
	environment []string
	closers     []io.Closer
}

// start starts the named servers; what it returns is to be closed even after an error.
func start(ctx context.Context, names []string) (*servers, error) {
	s := &servers{}
	for _, name := range names {
		if err := s.add(ctx, name); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *servers) add(ctx context.Context, name string) error {
	switch name {
	case "postgres":
		pg, err := rig.StartPostgres(ctx, rig.PostgresOptions{})
		if err != nil {
			return err
		}
		s.closers = append(s.closers, pg)
		s.environment = append(s.environment, "POSTERN_TEST_POSTGRES="+pg.URL("postgres"))
	case "redis":
		redis, err := rig.StartRedis(ctx)
		if err != nil {
			return err
		}
		s.closers = append(s.closers, redis)
		s.environment = append(s.environment, "POSTERN_TEST_REDIS="+redis.URL())
	default:
		return fmt.Errorf("unknown server %q: there are postgres and redis", name)
	}
	return nil
}

func (s *servers) close() error {
	var all error
	for _, server := range s.closers {
		all = errors.Join(all, server.Close())
	}
	return all
}
