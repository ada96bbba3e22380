package mailgw

import "sync/atomic"

// Queue is how full something is that has a bound.
type Queue struct{ Holds, Most int64 }

// ServerStats is a snapshot for metrics.
type ServerStats struct {
	Connections Queue  // of clients; past it they are told to come later
	Memory      Queue  // bytes of the letters being taken; past it they are told to come later
	TurnedAway  uint64 // clients, since the server was made
	Unlisted    uint64 // transactions that are in the ledger's sums alone
}

// Stats gives a snapshot.
func (s *Server) Stats() ServerStats {
	s.mu.Lock()
	connections := len(s.wires)
	s.mu.Unlock()
	return ServerStats{
		Connections: Queue{int64(connections), int64(s.MaxConnections)},
		Memory:      Queue{s.memory.used.Load(), s.memory.most},
		TurnedAway:  s.turnedAway.Load(),
		Unlisted:    s.unlisted.Load(),
	}
}

// attempts counts the sender's attempts under way.
type attempts struct{ busy, most atomic.Int64 }

// Stats gives how many attempts are under way; what is due beyond those waits in the database.
func (s *Sender) Stats() Queue { return Queue{s.attempts.busy.Load(), s.attempts.most.Load()} }
