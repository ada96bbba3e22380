package sqlite

// Stats is a snapshot for metrics.
type Stats struct {
	Waiting, MostWaiting int // decisions and updates that wait for the writer; past the most they are refused
	Readers, MostReaders int // connections that read
}

// Stats gives a snapshot.
func (s *Store) Stats() Stats {
	return Stats{
		Waiting: len(s.writer.queue), MostWaiting: cap(s.writer.queue),
		Readers: cap(s.readers.places) - len(s.readers.places), MostReaders: cap(s.readers.places),
	}
}
