package postgres

import (
	"context"
	"errors"
	"sync/atomic"

	"postern/chat"
	"postern/store/query"
)

// job is a decision and its caller. told and err belong to the worker until done is closed.
type job struct {
	chat.Decision
	state atomic.Int32
	done  chan struct{}
	told  []chat.Told
	err   error
}

// The states of a job: it leaves waiting once, by the worker's hand or by its caller's.
const (
	waiting = iota
	taken
	withdrawn
)

func (j *job) take() bool     { return j.state.CompareAndSwap(waiting, taken) }
func (j *job) withdraw() bool { return j.state.CompareAndSwap(waiting, withdrawn) }

func (j *job) answer(told []chat.Told, err error) {
	j.told, j.err = told, err
	close(j.done)
}

// settled says that the decision may come again after a COMMIT of unknown fate: if that was done, the decision finds itself by its key.
func (j *job) settled() bool {
	return j.Need.Once != nil || j.Need.Key != "" && !j.Need.Actor.IsZero()
}

// about is what the job is in one group at a time with: its conversation, or its actor when it begins one.
func (j *job) about() chat.ID {
	if j.Need.Conversation.IsZero() {
		return j.Need.Actor
	}
	return j.Need.Conversation
}

// Decide is chat.Store's.
func (s *Store) Decide(ctx context.Context, d chat.Decision) ([]chat.Told, error) {
	j := &job{Decision: d, done: make(chan struct{})}
	select {
	case s.queue.room <- struct{}{}:
		s.queue.add(j)
	case <-ctx.Done():
		return nil, tried("wait to decide", ctx.Err())
	case <-s.queue.stopped:
		return nil, query.Unavailable(errClosed)
	}
	select {
	case <-j.done:
		return j.told, j.err
	case <-ctx.Done():
		if j.withdraw() {
			return nil, tried("wait to decide", ctx.Err())
		}
	case <-s.queue.stopped:
		if j.withdraw() {
			return nil, query.Unavailable(errClosed)
		}
	}
	<-j.done
	return j.told, j.err
}

var errClosed = errors.New("the store is closed")

// Queued is how many decisions wait for a worker: a gauge, and what the conformance suite forces groups by.
func (s *Store) Queued() int { return s.queue.length() }
