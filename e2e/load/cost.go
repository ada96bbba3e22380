package main

import (
	"fmt"
	"syscall"
	"time"

	"postern/e2e/rig"
)

// cost is CPU time (user and system) by who spent it.
type cost struct {
	nodes    time.Duration // the processes of Postern
	database time.Duration // PostgreSQL with all its processes; SQLite is within the node
	redis    time.Duration
	load     time.Duration // this program's own, which is no server's
}

// spent is what was spent so far. The balancer, which nobody goes through, is left out.
func (s *site) spent() (c cost, err error) {
	if s.d == nil {
		return s.spentByOthers()
	}
	for _, n := range s.d.Nodes {
		spent, err := n.CPU()
		if err != nil {
			return c, fmt.Errorf("CPU time of %s: %w", n.Name(), err)
		}
		c.nodes += spent
	}
	if s.d.Postgres != nil {
		if c.database, err = s.d.Postgres.CPU(); err != nil {
			return c, fmt.Errorf("CPU time of PostgreSQL: %w", err)
		}
	}
	if s.d.Redis != nil {
		if c.redis, err = s.d.Redis.CPU(); err != nil {
			return c, fmt.Errorf("CPU time of Redis: %w", err)
		}
	}
	c.load, err = ownCPU()
	return c, err
}

// spentByOthers reads the processes that the run was pointed at. Their Redis is not known.
func (s *site) spentByOthers() (c cost, err error) {
	for sum, pids := range map[*time.Duration][]int{&c.nodes: s.pids, &c.database: s.databases} {
		for _, pid := range pids {
			spent, err := rig.CPU(pid)
			if err != nil {
				return c, fmt.Errorf("CPU time: %w", err)
			}
			*sum += spent
		}
	}
	c.load, err = ownCPU()
	return c, err
}

// ownCPU is without that of the servers, which are our children.
func ownCPU() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, fmt.Errorf("CPU time of the load itself: %w", err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}

func (c cost) less(before cost) cost {
	return cost{c.nodes - before.nodes, c.database - before.database, c.redis - before.redis, c.load - before.load}
}

// servers is the cost of all that an operator runs.
func (c cost) servers() time.Duration { return c.nodes + c.database + c.redis }

// share is that of one of n, in microseconds.
func share(d time.Duration, n int) float64 {
	if n == 0 {
		return 0
	}
	return float64(d.Microseconds()) / float64(n)
}
