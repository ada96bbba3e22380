package sqlite

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rs/zerolog"

	"postern/chat"
)

const (
	maxQueue = 4096 // jobs that wait
	maxGroup = 128  // decisions in one transaction
)

// job is what one caller wants done: a decision, an update, or nothing but a commit.
type job struct {
	decision *chat.Decision
	update   func(chat.Tx) error
	ping     bool

	taken atomic.Bool   // by the writer, or by its caller who leaves; whoever sets it has it
	done  chan struct{} // closed by the writer, after told and err
	told  []chat.Told
	err   error
}

func (j *job) take() bool { return j.taken.CompareAndSwap(false, true) }

// writer owns the one connection that writes.
type writer struct {
	conn    *conn
	known   *known
	log     zerolog.Logger
	queue   chan *job
	stopped chan struct{}

	mu     sync.RWMutex // held for reading while a job is put into the queue
	closed bool
}

func startWriter(c *conn, log zerolog.Logger) *writer {
	w := &writer{conn: c, known: newKnown(), log: log, queue: make(chan *job, maxQueue), stopped: make(chan struct{})}
	go w.run()
	return w
}

// close takes no more jobs, lets those that wait be done, and waits for that.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.stopped
	return w.conn.close()
}

// do waits until the job is done, or leaves with it when the context ends before the writer has taken it.
func (w *writer) do(ctx context.Context, j *job) ([]chat.Told, error) {
	j.done = make(chan struct{})
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("wait for the writer: %w", err)
	}
	if err := w.put(j); err != nil {
		return nil, err
	}
	select {
	case <-j.done:
	case <-ctx.Done():
		if j.take() {
			return nil, fmt.Errorf("wait for the writer: %w", ctx.Err())
		}
		<-j.done
	}
	return j.told, j.err
}

func (w *writer) put(j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed()
	}
	select {
	case w.queue <- j:
		return nil
	default:
		return chat.Refuse(chat.Unavailable, "The server is busy; try again in a moment.")
	}
}

// run does the jobs in the order they came until the queue is closed and empty.
func (w *writer) run() {
	defer close(w.stopped)
	for j := range w.queue {
		for j != nil && j.take() {
			j = w.runWith(j)
		}
	}
}

// runWith does a job, and with a decision all decisions that wait behind it up to the next job of another kind, which it returns.
func (w *writer) runWith(first *job) (next *job) {
	if first.decision == nil {
		w.alone(first)
		close(first.done)
		return nil
	}
	// Callers who were just answered may have more: let them run, or every second group is the one who was quickest.
	runtime.Gosched()
	group, next := w.gather(first)
	w.decide(group)
	for _, j := range group {
		close(j.done)
	}
	return next
}

// gather never waits: who comes later is in the next group.
func (w *writer) gather(first *job) (group []*job, next *job) {
	group = append(group, first)
	for len(group) < maxGroup {
		select {
		case j := <-w.queue: // nil when it is closed and empty
			if j == nil || j.decision == nil {
				return group, j
			}
			if j.take() {
				group = append(group, j)
			}
		default:
			return group, nil
		}
	}
	return group, nil
}
