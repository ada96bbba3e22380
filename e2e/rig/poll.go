package rig

import (
	"context"
	"time"
)

// poll asks again and again until the answer is yes or the context ends. It bounds each question,
// so that one that hangs does not use up all the time there is.
func poll(ctx context.Context, yes func(context.Context) bool) error {
	again := time.NewTicker(tryEvery)
	defer again.Stop()
	for {
		if ask(ctx, yes) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
		}
	}
}

func ask(ctx context.Context, yes func(context.Context) bool) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return yes(ctx)
}
