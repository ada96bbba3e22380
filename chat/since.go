package chat

import (
	"context"
	"time"
)

// firstSince is the position of the first message at or after a time, among those that q's asker may read; 0 when there is none. Messages stand in the
// order of their times, or nearly: halving the positions finds it in about twice as many small reads as the conversation's length has bits. Where a
// message stands out of its time (a letter that was held back), the answer is one near it.
func firstSince(ctx context.Context, rd Reader, q MessageQuery, at time.Time) (Position, error) {
	newest, err := nearest(ctx, rd, q, 0, false)
	if err != nil || newest == nil || newest.At.Before(at) {
		return 0, err
	}
	var before Position // everything to here is earlier
	found := newest.Position
	for before < found {
		middle := before + (found-before)/2
		m, err := nearest(ctx, rd, q, middle, true)
		if err != nil {
			return 0, err
		}
		if m == nil || m.Position >= found {
			// Nothing between the middle and what is found: what lies before the middle decides.
			if m, err = nearest(ctx, rd, q, middle+1, false); err != nil {
				return 0, err
			}
			if m == nil || m.Position <= before {
				return found, nil
			}
		}
		if m.At.Before(at) {
			before = m.Position
		} else {
			found = m.Position
		}
	}
	return found, nil
}

// nearest is the first message after a position, or the last before it (0: the newest of all).
func nearest(ctx context.Context, rd Reader, q MessageQuery, at Position, forward bool) (*Message, error) {
	q.Limit = 1
	if q.Forward = forward; forward {
		q.After = at
	} else {
		q.Before = at
	}
	messages, err := rd.Messages(ctx, q)
	if err != nil || len(messages) == 0 {
		return nil, err
	}
	return &messages[0], nil
}
