package mailgw

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// What a client may do between two letters that were taken. A letter has bounds of its own.
const (
	commandBytes = 64 << 10        // a transaction with 100 recipients, twice over
	commandTime  = 5 * time.Minute // RFC 5321, section 4.5.3.2.7
	letterSlack  = 1 << 20         // what is read of a letter past its limit, so that a client gets to hear why it is refused
)

// wire is a client's connection as go-smtp sees it. It bounds what go-smtp does not: bytes and time between letters. It hands input over a line
// at a time, so that go-smtp never holds what it has not asked for and what a client sent too early is known. A connection is ended by
// letting go-smtp read its end.
type wire struct {
	net.Conn
	in      *bufio.Reader
	pause   time.Duration     // before the greeting
	edited  map[string]string // lines of go-smtp's that are said otherwise, or not at all (empty)
	onClose func()
	closed  sync.Once

	// Of the connection's own goroutine.
	greeted bool
	last    byte
	bare    bool // a CR without LF or a LF without CR was among what was handed over

	mu    sync.Mutex // also around deadlines, so that none outlives a drain
	until time.Time  // hard end, unless a letter is taken before
	left  int64      // bytes that may still come
	kept  int64      // left of before the letter under way
	busy  bool       // a letter is under way: from 354 to its answer
	going bool       // told to go as soon as no letter is under way
	over  bool       // go-smtp reads the end
}

func newWire(c net.Conn, pause time.Duration, edited map[string]string, onClose func()) *wire {
	return &wire{
		Conn: c, in: bufio.NewReader(c), pause: pause, edited: edited, onClose: onClose,
		until: time.Now().Add(commandTime), left: commandBytes,
	}
}

// Read hands over at most a line.
func (w *wire) Read(p []byte) (int, error) {
	if w.isOver() {
		return 0, io.EOF
	}
	line, err := w.line(len(p))
	if err != nil {
		return 0, w.farewell(err)
	}
	n := copy(p, line)
	_, _ = w.in.Discard(n) // it is buffered
	for _, c := range p[:n] {
		if (c == '\n') != (w.last == '\r') {
			w.bare = true
		}
		w.last = c
	}
	return n, w.spend(int64(n))
}

// line gives what is there of the next line.
func (w *wire) line(most int) ([]byte, error) {
	if w.in.Buffered() == 0 {
		if _, err := w.in.Peek(1); err != nil {
			return nil, err
		}
	}
	line, err := w.in.Peek(min(w.in.Buffered(), most))
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end+1]
	}
	return line, err
}

// ahead says whether the client has sent more than go-smtp has asked for.
func (w *wire) ahead() bool { return w.in.Buffered() > 0 }

func (w *wire) isOver() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.over
}

// spend counts what was handed over. Whoever sends too much without a letter to show for it is cut off.
func (w *wire) spend(n int64) error {
	w.mu.Lock()
	w.left -= n
	spent, busy := w.left < 0, w.busy
	w.over = w.over || spent
	w.mu.Unlock()
	if !spent {
		return nil
	}
	if !busy {
		w.say(errTooMuch)
	}
	return io.EOF
}

// farewell makes the end of a drained connection one that the client understands.
func (w *wire) farewell(err error) error {
	w.mu.Lock()
	drained := w.going && !w.busy
	w.mu.Unlock()
	if !drained {
		return err
	}
	w.hangUp()
	w.say(errDraining)
	return io.EOF
}

// say writes a reply past go-smtp. Only the connection's own goroutine does, and go-smtp is not writing then.
func (w *wire) say(e *smtp.SMTPError) {
	_ = w.Conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_, _ = fmt.Fprintf(w.Conn, "%d %s %s\r\n", e.Code, enhanced(e), e.Message) // whoever is gone does not hear it
}

// Write passes on go-smtp's replies, of which it writes one line at a time.
func (w *wire) Write(p []byte) (int, error) {
	if !w.greeted {
		w.greeted = true
		if w.spokeFirst() {
			w.hangUp()
			w.say(errSpokeFirst)
			return len(p), nil
		}
	}
	if said, ok := w.edited[string(p)]; ok {
		_, err := io.WriteString(w.Conn, said)
		return len(p), err
	}
	return w.Conn.Write(p)
}

// spokeFirst waits a moment before the greeting: whoever speaks in it does not listen to answers, and is a robot that sends spam
// (RFC 5321, section 4.3.1).
func (w *wire) spokeFirst() bool {
	if err := w.Conn.SetReadDeadline(time.Now().Add(w.pause)); err != nil {
		return false
	}
	_, err := w.in.Peek(1)
	return err == nil
}

var longAgo = time.Unix(1, 0)

// SetReadDeadline gives go-smtp no more time than there is.
func (w *wire) SetReadDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.going && !w.busy {
		t = longAgo
	} else if w.until.Before(t) {
		t = w.until
	}
	return w.Conn.SetReadDeadline(t)
}

// begin says that a letter comes, with bounds of its own; false: the connection has to go first.
func (w *wire) begin(most int64, within time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.going || w.over {
		return false
	}
	w.busy, w.kept, w.left, w.until = true, w.left, most+letterSlack, time.Now().Add(within)
	return w.Conn.SetReadDeadline(w.until) == nil
}

// end says that the letter was answered. Only one that was taken buys the client new bytes.
func (w *wire) end(taken bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.busy {
		return
	}
	w.busy, w.left, w.until = false, w.kept, time.Now().Add(commandTime)
	if taken {
		w.left = commandBytes
	}
}

// hangUp ends the connection after the reply that is about to be written.
func (w *wire) hangUp() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
}

// drain tells the client to go, as soon as no letter is under way.
func (w *wire) drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.going = true
	if !w.busy {
		_ = w.Conn.SetReadDeadline(longAgo) // fails only when it is closed
	}
}

// cut ends the reading of a letter under way too.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.Conn.SetReadDeadline(longAgo) // fails only when it is closed
}

func (w *wire) isGoing() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.going
}

// Close closes the connection, the first time.
func (w *wire) Close() (err error) {
	w.closed.Do(func() {
		err = w.Conn.Close()
		w.onClose()
	})
	return err
}
