package bus

import (
	"sync"
	"time"
)

const (
	queueItems        = 8192
	queueBytes        = 16 << 20
	clusterQueueBytes = 4 << 20 // on the way out, for each partition of a cluster
)

// news is one publication, on its way out or in.
type news struct {
	channel string
	payload []byte
}

func (n news) size() int { return len(n.channel) + len(n.payload) }

// queue is a bounded buffer between many producers and one consumer, who takes all of
// it at once.
type queue struct {
	ready chan struct{} // one token: something may be waiting
	room  int           // bytes at most

	mu     sync.Mutex
	items  []news
	bytes  int
	since  time.Time // when items stopped being empty
	closed bool
}

func newQueue(room int) *queue { return &queue{ready: make(chan struct{}, 1), room: room} }

// put never waits. A single item larger than all the room is refused like any other.
func (q *queue) put(n news) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return ErrClosed
	case len(q.items) >= queueItems || q.bytes+n.size() > q.room:
		return ErrFull
	}
	if len(q.items) == 0 {
		q.since = time.Now()
	}
	q.items = append(q.items, n)
	q.bytes += n.size()
	q.wake()
	return nil
}

// take returns all that waits and since when; spare, emptied, becomes the new buffer.
func (q *queue) take(spare []news) ([]news, time.Time) {
	clear(spare) // lets go of the payloads
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items, q.bytes = spare[:0], 0
	return items, q.since
}

// fullness adds what waits to a sum over queues.
func (q *queue) fullness(sum Queue) Queue {
	q.mu.Lock()
	defer q.mu.Unlock()
	return Queue{
		Items: sum.Items + len(q.items), MostItems: sum.MostItems + queueItems,
		Bytes: sum.Bytes + q.bytes, MostBytes: sum.MostBytes + q.room,
	}
}

func (q *queue) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// close refuses all further items; those inside can still be taken.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
}
