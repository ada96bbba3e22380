package postgres

import "time"

// Stats is a snapshot for metrics.
type Stats struct {
	Waiting, MostWaiting int // decisions that wait for a worker; past the most their callers wait outside
	Groups               int64

	InUse, Most int // connections of the pool
	Waits       int64
	Waited      time.Duration // for a connection, in all
}

// Stats gives a snapshot.
func (s *Store) Stats() Stats {
	pool := s.pool.Stat()
	stats := Stats{
		Waiting: s.Queued(), MostWaiting: cap(s.queue.room), InUse: int(pool.AcquiredConns()), Most: int(pool.MaxConns()),
		Waits: pool.EmptyAcquireCount(), Waited: pool.EmptyAcquireWaitTime(),
	}
	for _, w := range s.workers {
		stats.Groups += w.groups.Load()
	}
	return stats
}
