package client

import (
	"errors"
	"math/rand/v2"
	"time"

	"postern/hub/wire"
)

// Backoff says when to come back after a connection ended, as the web client does (docs/protocol.md, "Closing"). The zero value begins.
type Backoff struct {
	attempt int
	spread  time.Duration
}

const (
	firstBackoff = 500 * time.Millisecond
	mostBackoff  = 30 * time.Second
)

// Greeted forgets failed attempts: a connection was made and greeted.
func (b *Backoff) Greeted() { b.attempt = 0 }

// Told takes the `spread_ms` of the latest hello.
func (b *Backoff) Told(spread time.Duration) { b.spread = spread }

// After gives how long to wait, by the error that [Socket.Next] or [Client.Resume] gave. It is false where the server wants nobody back. A code that says
// "at once" is believed only of a connection that had been greeted, or a server in trouble is hammered.
func (b *Backoff) After(err error, greeted bool) (wait time.Duration, back bool) {
	code, closed := errors.AsType[Closed](err)
	switch {
	case closed && (code == wire.CloseForeign || code == wire.CloseSignedOut):
		return 0, false
	case closed && greeted && code == wire.CloseGoingAway:
		return rand.N(max(5*time.Second, b.spread)), true
	case closed && greeted && (code == wire.CloseTooBig || code == wire.CloseSlow):
		return 0, true
	case closed && greeted && code == wire.CloseTooMany:
		return 30 * time.Second, true
	}
	most := min(mostBackoff, firstBackoff<<min(b.attempt, 10))
	b.attempt++
	wait = rand.N(most)
	if greeted && b.spread > 0 {
		wait = max(wait, rand.N(b.spread))
	}
	return wait, true
}
