package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// asked is what the database said last.
type asked[S any] struct {
	ask  func(context.Context) (S, error)
	what string
	log  zerolog.Logger

	mu   sync.Mutex // held while the database is asked: who comes meanwhile wants the same answer
	last S
	at   time.Time
}

const (
	answerKept   = 5 * time.Second
	answerWithin = 5 * time.Second
)

func (a *asked[S]) get() (S, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Since(a.at) < answerKept {
		return a.last, true
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	last, err := a.ask(ctx)
	if err != nil {
		a.log.Warn().Err(err).Str("what", a.what).Msg("not counted")
		return last, false
	}
	a.last, a.at = last, time.Now()
	return last, true
}
