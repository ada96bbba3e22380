package hub

import (
	"errors"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"postern/hub/wire"
)

// Bounds of one connection's way out.
const (
	maxQueue    = 1 << 20         // bytes that wait for a blocked connection; past it the reader is too slow
	maxBatch    = 64 << 10        // bytes given to one write of a blocked connection
	maxGathered = 16 << 10        // bytes of a command's own frames that wait for its end
	maxTotal    = 256 << 20       // bytes that wait on this node, all connections together; past it whoever blocks is too slow
	stalled     = pongBy          // without any progress of a write, as long as for the answer to a ping
	farewell    = 5 * time.Second // for a close frame to be written, and for the peer's to come back
)

// outbox is a connection's way out, of whole frames: they never mix.
//
// A frame is given to the kernel at once where it takes it without waiting. What it does not take is queued, and a
// goroutine lives for as long as there is a queue. Nobody who sends ever waits.
type outbox struct {
	hub *Hub

	mu       sync.Mutex // held over what is given to the socket, which does not wait, and over its end
	socket   socket
	flushing bool    // a goroutine writes; only it touches the connection
	ended    bool    // nothing more is taken: a close frame was, or the connection failed
	torn     bool    // queue[0] is the rest of a frame whose start was written
	gathered *[]byte // frames that go out together; nil: each goes at once
	queue    []waiting
	queued   int // bytes that are left for the connection, in queue and being written, and what keeping them takes
	empty    chan struct{}

	conn net.Conn
}

func (o *outbox) open(conn net.Conn, h *Hub) {
	o.conn, o.socket, o.hub = conn, socketOf(conn), h
}

// send takes a whole frame. It keeps no hold of it.
func (o *outbox) send(frame []byte) { o.sendShared(frame, nil) }

// sendShared takes a whole frame that ends as others' do. Of that end it may keep hold.
func (o *outbox) sendShared(frame []byte, end *shared) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return
	}
	o.hub.meter.frames.Add(1)
	if o.gathered != nil && len(*o.gathered)+len(frame) <= maxGathered {
		*o.gathered = append(*o.gathered, frame...)
		return
	}
	o.part()
	o.put(frame, end)
}

// gather has what is sent wait until [outbox.release], so that it takes one system call: what a command causes for its own connection.
func (o *outbox) gather() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gathered == nil {
		o.gathered = o.hub.buffer()
	}
}

// release sends what was gathered.
func (o *outbox) release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.part()
}

// part ends gathering.
func (o *outbox) part() {
	together := o.gathered
	if together == nil {
		return
	}
	o.gathered = nil
	if len(*together) > 0 && !o.ended {
		o.put(*together, nil)
	}
	o.hub.reuse(together)
}

// put gives the frame to the kernel or to the queue.
func (o *outbox) put(frame []byte, end *shared) {
	n := 0
	if !o.flushing && o.socket != noSocket {
		var err error
		if n, err = o.socket.write(frame); err != nil {
			o.fail()
			return
		}
		if n == len(frame) {
			return
		}
		o.torn = n > 0
	}
	if o.queued > 0 && (o.queued+len(frame)-n > maxQueue || o.hub.meter.queued.Load() > maxTotal) {
		o.hub.meter.slow.Add(1)
		o.cut(wire.CloseSlow, "too slow")
		return
	}
	o.enqueue(restOf(frame, n, end))
}

func (o *outbox) enqueue(w waiting) {
	o.queue = append(o.queue, w)
	o.queued += w.size()
	o.hub.meter.queued.Add(int64(w.hold()))
	raise(&o.hub.meter.fullest, int64(o.queued))
	if !o.flushing {
		o.flushing = true
		o.hub.running.Go(o.flush)
	}
}

// forget lets go of what was written, or never will be.
func (o *outbox) forget(list []waiting) {
	for i := range list {
		o.queued -= list[i].size()
		o.hub.meter.queued.Add(-int64(list[i].letGo()))
	}
}

// finish says goodbye after what is queued.
func (o *outbox) finish(code uint16, reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return
	}
	o.part()
	o.put(closeFrame(code, reason), nil)
	o.end()
}

// cut says goodbye instead of what is queued. A frame whose start is out is completed first.
func (o *outbox) cut(code uint16, reason string) {
	kept := 0
	if o.torn {
		kept = 1
	}
	o.forget(o.queue[kept:])
	o.queue = slices.Clone(o.queue[:kept])
	o.enqueue(restOf(closeFrame(code, reason), 0, nil))
	o.end()
}

// end takes no more, and gives the farewell its time.
func (o *outbox) end() {
	o.ended = true
	at := time.Now().Add(farewell)
	o.conn.SetReadDeadline(at) // ends the reader
	if o.flushing {
		o.conn.SetWriteDeadline(at)
	}
}

func (o *outbox) fail() error {
	o.ended, o.socket = true, noSocket
	return o.conn.Close()
}

// Close ends the connection: nothing is taken any more, and what is being written fails.
func (o *outbox) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.fail()
}

// flush writes what is queued until nothing is left.
func (o *outbox) flush() {
	for batch := o.next(nil, nil); batch != nil; {
		batch = o.next(batch, o.writeAll(buffersOf(batch)))
	}
}

// next takes a batch out of the queue, when the one before is out or failed. It gives nil, and flushing is over, when there is none.
func (o *outbox) next(before []waiting, failed error) (batch []waiting) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forget(before)
	o.torn = false
	if failed != nil {
		o.fail()
		o.forget(o.queue)
		o.queue = nil
	}
	n, size := 0, 0
	for n < len(o.queue) && (n == 0 || size+o.queue[n].size() <= maxBatch) {
		size += o.queue[n].size()
		n++
	}
	if n == 0 {
		o.idle()
		return nil
	}
	batch = slices.Clone(o.queue[:n])
	o.queue = slices.Clone(o.queue[n:])
	return batch
}

// idle ends flushing: the connection may be tried again.
func (o *outbox) idle() {
	o.flushing, o.queue = false, nil
	if !o.ended {
		o.conn.SetWriteDeadline(time.Time{})
	}
	if o.empty != nil {
		close(o.empty)
		o.empty = nil
	}
}

// writeAll gives up when a peer has taken nothing at all for some time.
func (o *outbox) writeAll(batch net.Buffers) error {
	for {
		o.extend()
		n, err := batch.WriteTo(o.conn)
		if err == nil {
			return nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) || o.isEnded() {
			return err
		}
		if n == 0 {
			o.hub.meter.dead.Add(1)
			return err
		}
	}
}

func (o *outbox) extend() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.ended {
		o.conn.SetWriteDeadline(time.Now().Add(stalled))
	}
}

func (o *outbox) isEnded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ended
}

// waiting says whether there is a queue.
func (o *outbox) waiting() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.flushing
}

// drained gives a channel that is closed once there is no queue; nil: there is none now.
func (o *outbox) drained() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.flushing {
		return nil
	}
	if o.empty == nil {
		o.empty = make(chan struct{})
	}
	return o.empty
}
