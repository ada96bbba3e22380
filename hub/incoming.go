package hub

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"postern/hub/wire"
)

// readBuffer is what a connection reads into while its peer says little: all that is kept of one that says nothing.
const readBuffer = 496

// incoming is what a peer has sent and nobody has taken yet.
type incoming struct {
	heard atomic.Int64 // when the peer last said anything, Unix nanoseconds
	began atomic.Int64 // when the message that is not whole yet began; 0: there is none
	have  []byte       // of room, or what the HTTP server had read already
	room  [readBuffer]byte
}

// violation is a close code for a peer that does not keep to the protocol.
type violation uint16

// Error implements error.
func (v violation) Error() string { return "the peer does not keep to the protocol" }

const closeProtocol = violation(1002) // RFC 6455, section 7.4.1

var errLeft = errors.New("the peer has closed")

// frameHead is the beginning of a frame (RFC 6455, section 5.2).
type frameHead struct {
	final  bool
	opcode byte
	length int64
	mask   [4]byte
}

// maxControl is the longest payload of a control frame (section 5.5).
const maxControl = 125

// byte gives the next byte.
func (in *incoming) byte(from net.Conn) (byte, error) {
	for len(in.have) == 0 {
		n, err := from.Read(in.room[:])
		if in.have = in.room[:n]; n == 0 && err != nil {
			return 0, err
		}
		in.hear()
	}
	b := in.have[0]
	in.have = in.have[1:]
	return b, nil
}

func (in *incoming) hear() { in.heard.Store(time.Now().UnixNano()) }

// number gives the next bytes as a number.
func (in *incoming) number(from net.Conn, bytes int) (n uint64, err error) {
	for range bytes {
		b, err := in.byte(from)
		if err != nil {
			return 0, err
		}
		n = n<<8 | uint64(b)
	}
	return n, nil
}

// head gives the next frame's beginning.
func (in *incoming) head(from net.Conn) (h frameHead, err error) {
	start, err := in.number(from, 2)
	if err != nil {
		return h, err
	}
	first, second := byte(start>>8), byte(start)
	h.final, h.opcode = first&fin != 0, first&opcodeBits
	size, least := uint64(second&lengthBits), uint64(0)
	switch size {
	case length16:
		least = length16
		size, err = in.number(from, 2)
	case length64:
		least = 1 << 16
		size, err = in.number(from, 8)
	}
	h.length = int64(size)
	switch {
	case err != nil:
		return h, err
	case first&reservedBits != 0 || !known(h.opcode),
		second&masked == 0,
		size < least || h.length < 0, // a length has one form, and its highest bit is 0
		h.opcode >= opClosing && (!h.final || h.length > maxControl):
		return h, closeProtocol
	}
	mask, err := in.number(from, 4)
	binary.BigEndian.PutUint32(h.mask[:], uint32(mask))
	return h, err
}

func known(opcode byte) bool { return opcode <= opBinary || opcode >= opClosing && opcode <= opPonging }

// payload appends a frame's payload to b, which grows as it comes, not as the peer says that it will.
func (in *incoming) payload(from net.Conn, b []byte, h frameHead) ([]byte, error) {
	start := len(b)
	for left := h.length; left > 0; left = h.length - int64(len(b)-start) {
		if len(in.have) > 0 {
			n := int(min(left, int64(len(in.have))))
			b, in.have = append(b, in.have[:n]...), in.have[n:]
			continue
		}
		b = slices.Grow(b, int(min(left, 4<<10)))
		n, err := from.Read(b[len(b):min(cap(b), start+int(h.length))])
		if b = b[:len(b)+n]; n == 0 && err != nil {
			return b, err
		}
		in.hear()
	}
	unmask(b[start:], h.mask)
	return b, nil
}

// unmask takes the mask off a payload (section 5.3).
func unmask(b []byte, mask [4]byte) {
	word := uint64(binary.LittleEndian.Uint32(mask[:]))
	for word |= word << 32; len(b) >= 8; b = b[8:] {
		binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)^word)
	}
	for i := range b {
		b[i] ^= mask[i%4]
	}
}

// read takes what the peer sends until the connection ends. It is the goroutine that every connection has.
func (c *conn) read() {
	for {
		h, err := c.nextData()
		if err == nil {
			err = c.take(h)
		}
		if err != nil {
			c.linger(err)
			return
		}
	}
}

// nextData answers control frames until a message's frame begins. Here a connection waits, so no more than this is on its stack.
func (c *conn) nextData() (frameHead, error) {
	for {
		h, err := c.in.head(c.out.conn)
		if err != nil || h.opcode < opClosing {
			return h, err
		}
		if err := c.control(h); err != nil {
			return h, err
		}
	}
}

// take reads a message, which is over when it returns, from the head of its first frame on, and works on it.
func (c *conn) take(h frameHead) (err error) {
	opcode := h.opcode
	if opcode == opContinue {
		return closeProtocol
	}
	c.in.began.Store(time.Now().UnixNano())
	data := c.hub.buffer()
	defer c.hub.reuse(data)
	for {
		if h.length > int64(wire.MaxFrame-len(*data)) {
			return violation(wire.CloseTooBig)
		}
		if *data, err = c.in.payload(c.out.conn, *data, h); err != nil {
			return err
		}
		if h.final {
			break
		}
		if h, err = c.nextData(); err != nil {
			return err
		}
		if h.opcode != opContinue {
			return closeProtocol
		}
	}
	c.in.began.Store(0)
	if !c.out.isEnded() {
		c.receive(c.hub.ctx, opcode, *data)
	}
	return nil
}

// control takes a control frame.
func (c *conn) control(h frameHead) (err error) {
	if h.opcode == opPonging && h.length == 0 {
		return nil // the answer to ours: every quiet connection gives it again and again
	}
	data := c.hub.buffer()
	defer c.hub.reuse(data)
	if *data, err = c.in.payload(c.out.conn, *data, h); err != nil {
		return err
	}
	switch h.opcode {
	case opPinging:
		pause(c.hub.ctx, c.token()) // a pong costs us more than a ping the peer
		c.out.send(append(appendHeader(nil, fin|opPonging, len(*data)), *data...))
	case opClosing:
		return c.left(*data)
	}
	return nil
}

// left takes a peer's goodbye, and gives its code back (section 5.5.1).
func (c *conn) left(payload []byte) error {
	code := uint16(1000)
	if len(payload) == 1 {
		return closeProtocol
	}
	if len(payload) > 1 {
		code = binary.BigEndian.Uint16(payload)
		if !mayBeSaid(code) {
			return closeProtocol
		}
		if !utf8.Valid(payload[2:]) {
			return violation(wire.CloseNotText)
		}
	}
	c.out.finish(code, "")
	return errLeft
}

// mayBeSaid tells close codes that stand in frames from those that do not (section 7.4).
func mayBeSaid(code uint16) bool {
	switch code {
	case 1004, 1005, 1006:
		return false
	}
	return code >= 1000 && code <= 1014 || code >= 3000 && code <= 4999
}

// discarded is the most that is read of a peer that was told goodbye, for the close frame to reach it: what lies unread when a
// socket is closed makes the kernel throw away what lies unsent.
const discarded = 8 << 20

// linger ends the connection. A peer that did not keep to the protocol is told so, and has some time to hear it.
func (c *conn) linger(err error) {
	if code, ok := errors.AsType[violation](err); ok {
		c.out.finish(uint16(code), "")
		io.CopyN(io.Discard, c.out.conn, discarded)
	}
	c.out.Close()
}
