package postgres

import (
	"sync"
	"time"

	"postern/chat"
)

const (
	maxGroup   = 64                    // decisions in one transaction
	maxWaiting = 3072                  // decisions that wait for a worker
	patience   = 20 * time.Millisecond // how long a group may be under way before another begins beside it
)

// queue is what waits for the workers, in the order it came.
//
// A decision costs less the more of them are in its group, so there is one group under way while that keeps up: another begins
// beside it only when a whole group waits, or when those under way take long, which may be because they wait for a lock.
// What is about a conversation (or begins one: its actor) is in one group at a time, and waits for it here rather than at a lock; so
// the decisions about a conversation come in the order they were asked for.
type queue struct {
	room    chan struct{} // one for each that waits: whoever finds it full waits
	stopped chan struct{} // closed when no more is taken

	mu      sync.Mutex
	idle    []chan struct{} // of workers without a group: whoever is woken is taken off
	closed  bool
	waiting []*job
	about   map[chat.ID]bool // what the groups under way are about
	groups  int              // under way
	began   time.Time        // the last of them
	late    *time.Timer      // runs since then
}

func newQueue() *queue {
	q := &queue{room: make(chan struct{}, maxWaiting), stopped: make(chan struct{}), about: map[chat.ID]bool{}}
	q.late = time.AfterFunc(patience, q.overdue)
	return q
}

// add puts a job behind the others. Its caller has made room for it.
func (q *queue) add(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, j)
	if q.due() {
		q.wake()
	}
}

// overdue is when a group has been under way for long.
func (q *queue) overdue() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		q.wake()
	}
}

// wake has a worker look for a group: the one who had one last, since its backend's memory is still in the processor's.
func (q *queue) wake() {
	if last := len(q.idle) - 1; last >= 0 {
		close(q.idle[last])
		q.idle = q.idle[:last]
	}
}

// rest waits to be woken.
func (q *queue) rest() {
	woken := make(chan struct{})
	q.idle = append(q.idle, woken)
	q.mu.Unlock()
	<-woken
	q.mu.Lock()
}

// due says whether it is time for one more group.
func (q *queue) due() bool {
	return q.groups == 0 || len(q.waiting) >= maxGroup || time.Since(q.began) >= patience
}

// take waits for a group and gives it to a worker, who answers every job and says [queue.done]. It is nil when the queue is closed.
func (q *queue) take() []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed {
		if group := q.collect(); len(group) > 0 {
			q.groups++
			q.began = time.Now()
			q.late.Reset(patience)
			if len(q.waiting) >= maxGroup {
				q.wake()
			}
			return group
		}
		q.rest()
	}
	return nil
}

// collect takes what waits, and waits for nobody.
func (q *queue) collect() (group []*job) {
	if !q.due() {
		return nil
	}
	left := q.waiting[:0]
	for _, j := range q.waiting {
		if len(group) == maxGroup || q.about[j.about()] {
			left = append(left, j)
			continue
		}
		if j.take() {
			group = append(group, j)
		}
		<-q.room
	}
	clear(q.waiting[len(left):])
	q.waiting = left
	for _, j := range group {
		q.about[j.about()] = true
	}
	return group
}

// done says that a group is no longer under way. What waits is seen by the worker whose group it was, who takes the next.
func (q *queue) done(group []*job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.groups--
	for _, j := range group {
		delete(q.about, j.about())
	}
}

// close lets no more be taken. What waits is withdrawn by its callers.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.closed = true
	q.late.Stop()
	close(q.stopped)
	for range len(q.idle) {
		q.wake()
	}
}

func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}
