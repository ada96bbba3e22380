package main

import (
	"context"
	"time"
)

// How often a node looks whether the search's index has something to be done to: not sooner than in two seconds, and never for more than a twentieth of
// the time.
const (
	indexLook  = 2 * time.Second
	indexShare = 20
)

// index keeps the search's index in order, step by step, until the context ends.
func (n *node) index(ctx context.Context) error {
	for {
		began := time.Now()
		entries, err := n.core.service.Index(ctx)
		wait := max(indexLook, indexShare*time.Since(began))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			n.core.log.Warn().Err(err).Msg("indexing failed")
		case entries > 0:
			n.core.log.Debug().Int("entries", entries).Dur("took", time.Since(began)).Msg("indexed")
			wait = 0
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}
