package mailgw

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// What a client may do between two letters that were taken. A letter has bounds of its own.
const (
	commandBytes = 64 << 10 // a transaction with 100 recipients, twice over
	maxCommand   = 2000     // bytes of a line, four times what RFC 5321, section 4.5.3.1.4 asks for: extensions add to it
	letterSlack  = 1 << 20  // what is read of a letter past its limit, so that a client gets to hear why it is refused
	letterRate   = 1000     // bytes a second that a letter has to come with in the long run
	writeTime    = time.Minute
	secureTime   = 30 * time.Second // for the handshake of TLS
)

// wire is a client's connection. It bounds bytes and time: of what comes between letters, and of a letter.
type wire struct {
	conn    net.Conn // under TLS once that has begun; raw is below it
	raw     net.Conn
	in      *bufio.Reader
	out     *bufio.Writer
	patient time.Duration // between two letters that were taken
	closed  sync.Once
	onClose func()
	over    bool // to be closed

	// also around deadlines, so that none outlives a drain
	mu      sync.Mutex
	until   time.Time // hard end, unless a letter is taken before
	left    int64     // bytes that may still come
	kept    int64     // left of before the letter under way
	busy    bool      // a letter is under way: from 354, or its first chunk, to its answer
	letter  letterTime
	going   bool // told to go as soon as no letter is under way
	cutting bool // told to go at once
}

// letterTime is how long the letter under way has: some time, and more for what has come of it, up to an end.
type letterTime struct {
	began time.Time
	first time.Duration
	most  time.Duration
	came  int64
}

func (l *letterTime) until() time.Time {
	return l.began.Add(min(l.most, l.first+time.Duration(l.came/letterRate)*time.Second))
}

func newWire(c net.Conn, patient time.Duration, onClose func()) *wire {
	return &wire{
		conn: c, raw: c, in: bufio.NewReaderSize(c, 4096), out: bufio.NewWriterSize(c, 4096), patient: patient, onClose: onClose,
		until: time.Now().Add(patient), left: commandBytes,
	}
}

var (
	errSpentBytes = errors.New("too much was sent")
	longAgo       = time.Unix(1, 0)
)

// command reads a line, without its end. Before it waits it says what is to be said.
func (w *wire) command() (string, error) {
	if err := w.await(); err != nil {
		return "", err
	}
	line, err := w.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull), len(line) > maxCommand:
		return "", errLongCommand
	case err != nil:
		return "", err
	case !w.spend(int64(len(line))):
		return "", errTooMuch
	}
	end := len(line) - 2
	if end < 0 || line[end] != '\r' {
		return "", errBareCommand
	}
	for _, c := range line[:end] {
		if c == '\r' {
			return "", errBareCommand
		}
	}
	return string(line[:end]), nil
}

// piece reads a line of a letter with its end, or as much of it as there is room for. What it gives holds until the next call.
func (w *wire) piece() ([]byte, error) {
	if err := w.await(); err != nil {
		return nil, err
	}
	line, err := w.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		err = nil
	}
	if err == nil && !w.spend(int64(len(line))) {
		err = errSpentBytes
	}
	return line, err
}

// some reads at most n bytes of a chunk. What it gives holds until the next call.
func (w *wire) some(n uint64) ([]byte, error) {
	if err := w.await(); err != nil {
		return nil, err
	}
	if _, err := w.in.Peek(1); err != nil {
		return nil, err
	}
	p, _ := w.in.Peek(int(min(n, uint64(w.in.Buffered())))) // it is there
	_, _ = w.in.Discard(len(p))
	if !w.spend(int64(len(p))) {
		return nil, errSpentBytes
	}
	return p, nil
}

// await says what is to be said before the client is waited for.
func (w *wire) await() error {
	if w.in.Buffered() > 0 {
		return nil
	}
	return w.flush()
}

// ahead says whether the client has sent more than it was asked for.
func (w *wire) ahead() bool { return w.in.Buffered() > 0 }

// spend counts what has come; false: it was too much, without a letter to show for it.
func (w *wire) spend(n int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left -= n
	if w.busy {
		w.letter.came += n
		if until := w.letter.until(); until.Sub(w.until) >= time.Second {
			w.until = until
			w.arm()
		}
	}
	return w.left >= 0
}

// arm gives the next read no more time than there is. The lock is held.
func (w *wire) arm() {
	until := w.until
	if w.cutting || w.going && !w.busy {
		until = longAgo
	}
	_ = w.raw.SetReadDeadline(until) // fails only when it is closed
}

// more writes a line of a reply that goes on.
func (w *wire) more(code int, text string) {
	_, _ = fmt.Fprintf(w.out, "%d-%s\r\n", code, text) // it remembers that it failed, for flush
}

// say writes a reply, or its last line. It goes out before the client is waited for.
func (w *wire) say(r *response) {
	_ = w.raw.SetWriteDeadline(time.Now().Add(writeTime)) // fails only when it is closed
	_, _ = w.out.WriteString(r.Error() + "\r\n")          // it remembers that it failed, for flush
}

func (w *wire) flush() error {
	_ = w.raw.SetWriteDeadline(time.Now().Add(writeTime)) // fails only when it is closed
	return w.out.Flush()
}

// hangUp ends the connection after what was said.
func (w *wire) hangUp() { w.over = true }

// spokeFirst waits a moment before the greeting: whoever speaks in it does not listen to answers, and is a robot that sends spam
// (RFC 5321, section 4.3.1).
func (w *wire) spokeFirst(pause time.Duration) bool {
	err := w.within(pause, func() error { _, err := w.in.Peek(1); return err })
	return err == nil
}

// within reads with less time than there is.
func (w *wire) within(d time.Duration, read func() error) error {
	w.mu.Lock()
	if !w.going {
		_ = w.raw.SetReadDeadline(time.Now().Add(d)) // fails only when it is closed
	}
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.arm()
	}()
	return read()
}

// secure begins TLS. Nothing may have been read past the command.
func (w *wire) secure(ctx context.Context, settings *tls.Config) error {
	if err := w.flush(); err != nil {
		return err
	}
	c := tls.Server(w.raw, settings)
	if err := w.within(secureTime, func() error { return c.HandshakeContext(ctx) }); err != nil {
		return err
	}
	w.conn = c
	w.in.Reset(c)
	w.out.Reset(c)
	return nil
}

// isSecure says whether TLS has begun.
func (w *wire) isSecure() bool { return w.conn != w.raw }

// begin says that a letter comes, with bounds of its own; false: the connection has to go first.
func (w *wire) begin(most int64, first, last time.Duration) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.going {
		return false
	}
	w.letter = letterTime{began: time.Now(), first: first, most: last}
	w.busy, w.kept, w.left, w.until = true, w.left, most+letterSlack, w.letter.until()
	w.arm()
	return true
}

// end says that the letter was answered. Only one that was taken buys the client new bytes.
func (w *wire) end(taken bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.busy {
		return
	}
	w.busy, w.left, w.until = false, w.kept, time.Now().Add(w.patient)
	if taken {
		w.left = commandBytes
	}
	w.arm()
}

// drain tells the client to go, as soon as no letter is under way.
func (w *wire) drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.going = true
	w.arm()
}

// cut ends the reading of a letter under way too.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cutting = true
	w.arm()
}

func (w *wire) isGoing() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.going
}

// abort breaks the connection, from any goroutine.
func (w *wire) abort() { _ = w.raw.Close() }

// Close ends the connection in order. Only its own goroutine does.
func (w *wire) Close() (err error) {
	w.closed.Do(func() {
		err = errors.Join(w.flush(), w.conn.Close())
		w.onClose()
	})
	return err
}
