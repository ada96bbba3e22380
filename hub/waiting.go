package hub

import (
	"bytes"
	"net"
	"sync/atomic"
)

// shared is the end of a frame that many connections are sent: a passing sign whole, an event from its type on. It never changes. However many
// blocked connections wait with it, it is in memory, and counts against what waits on the node, once.
type shared struct {
	bytes []byte
	queue atomic.Int64 // how many hold it
}

// waiting is what is left of a frame that a connection did not take at once.
type waiting struct {
	own []byte  // a copy
	end *shared // after it; nil: there is none
	out int     // bytes of end that went out already
}

// waitingSize is what one takes in memory beside its bytes.
const waitingSize = 64

// restOf is what is left of a frame, which ends with end, when n bytes of it are out.
func restOf(frame []byte, n int, end *shared) waiting {
	if end == nil {
		return waiting{own: bytes.Clone(frame[n:])}
	}
	own := len(frame) - len(end.bytes)
	if n >= own {
		return waiting{end: end, out: n - own}
	}
	return waiting{own: bytes.Clone(frame[n:own]), end: end}
}

// size is how many bytes the connection has to take, and what keeping them takes: thousands of tiny frames are no tiny queue.
func (w *waiting) size() int {
	n := len(w.own) + waitingSize
	if w.end != nil {
		n += len(w.end.bytes) - w.out
	}
	return n
}

// hold gives what memory it is that is in use now because of this one.
func (w *waiting) hold() int {
	n := len(w.own) + waitingSize
	if w.end != nil && w.end.queue.Add(1) == 1 {
		n += len(w.end.bytes)
	}
	return n
}

// letGo gives what memory it is that is not in use any more.
func (w *waiting) letGo() int {
	n := len(w.own) + waitingSize
	if w.end != nil && w.end.queue.Add(-1) == 0 {
		n += len(w.end.bytes)
	}
	return n
}

// buffersOf is a batch as it is written.
func buffersOf(batch []waiting) net.Buffers {
	list := make(net.Buffers, 0, 2*len(batch))
	for i := range batch {
		w := &batch[i]
		if len(w.own) > 0 {
			list = append(list, w.own)
		}
		if w.end != nil {
			list = append(list, w.end.bytes[w.out:])
		}
	}
	return list
}
