package client

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"postern/hub/wire"
)

// Opcodes of frames (RFC 6455, section 5.2).
const (
	opText  = 0x1
	opClose = 0x8
	opPing  = 0x9
	opPong  = 0xa
)

// Socket is a live connection that only carries frames: it does not come back and does not look into them. A load run holds many of
// them beside the servers that it measures, so it has no goroutine of its own, and one small buffer.
//
// Next is for one goroutine at a time; Send and Close are for any.
type Socket struct {
	conn  net.Conn
	in    *bufio.Reader
	taken int    // bytes of the buffer that the last frame lies in
	large []byte // room for a frame that is larger than the buffer

	mu  sync.Mutex // guards out, and a write
	out []byte
}

// Socket opens a live connection without a past. The first frame is hello.
func (c *Client) Socket(ctx context.Context) (*Socket, error) { return c.Resume(ctx, nil, "") }

// Resume opens a live connection that goes on from a place in the stream, EPOCH.N, or without a past where that is empty. It leaves from an
// address of this machine, or from any: each has some 28,000 ports to one server. A server that wants no connection now answers with a [TurnedAway].
func (c *Client) Resume(ctx context.Context, from net.IP, since string) (*Socket, error) {
	cookies, err := c.cookies()
	if err != nil {
		return nil, fmt.Errorf("open socket: %w", err)
	}
	u, err := url.Parse(c.base)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := c.dialFrom(ctx, from, "tcp", u.Host)
	if err != nil {
		return nil, fmt.Errorf("open socket: %w", err)
	}
	s := &Socket{conn: conn, in: bufio.NewReader(conn)}
	if err := c.shakeHands(ctx, s, cookies, since); err != nil {
		return nil, errors.Join(fmt.Errorf("open socket: %w", err), conn.Close())
	}
	return s, nil
}

// shakeHands asks for the upgrade. The key is the RFC's example: nothing between us and the server caches.
func (c *Client) shakeHands(ctx context.Context, s *Socket, cookies, since string) error {
	address := c.base + "/api/v1/live"
	if since != "" {
		address += "?since=" + url.QueryEscape(since)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	c.dress(request.Header)
	for name, value := range map[string]string{
		"Cookie": cookies, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": wire.Subprotocol,
	} {
		request.Header.Set(name, value)
	}
	stop := context.AfterFunc(ctx, func() { s.conn.Close() })
	defer stop()
	if err := request.Write(s.conn); err != nil {
		return err
	}
	answer, err := http.ReadResponse(s.in, request)
	if err == nil && answer.StatusCode != http.StatusSwitchingProtocols {
		after, _ := strconv.Atoi(answer.Header.Get("Retry-After")) // absent: 0
		err = &TurnedAway{Status: answer.StatusCode, After: time.Duration(after) * time.Second}
	}
	return err
}

// TurnedAway is the answer to a handshake that made no connection.
type TurnedAway struct {
	Status int
	After  time.Duration // not to come back before; zero: not said
}

// Error gives the status.
func (t *TurnedAway) Error() string {
	return fmt.Sprintf("the server answered %d %s", t.Status, http.StatusText(t.Status))
}

// Closed is the close code that the server sent.
type Closed uint16

// Error gives the code.
func (c Closed) Error() string { return fmt.Sprintf("closed by the server: %d", uint16(c)) }

// Next gives the text of the next frame, which is good until the next call. The error is a Closed when the server said goodbye.
func (s *Socket) Next() ([]byte, error) {
	for {
		opcode, payload, err := s.frame()
		switch {
		case err != nil:
			return nil, err
		case opcode == opText:
			return payload, nil
		case opcode == opPing:
			err = s.write(opPong, payload)
		case opcode == opClose && len(payload) >= 2:
			err = Closed(binary.BigEndian.Uint16(payload))
		case opcode == opClose:
			err = Closed(1005) // without a code: RFC 6455, section 7.1.5
		}
		if err != nil {
			return nil, err
		}
	}
}

// maxFrame bounds what a server may send.
const maxFrame = 16 << 20

func (s *Socket) frame() (opcode byte, payload []byte, err error) {
	if _, err := s.in.Discard(s.taken); err != nil {
		return 0, nil, err
	}
	s.taken = 0
	head, err := s.in.Peek(2)
	if err != nil {
		return 0, nil, err
	}
	opcode, length, room := head[0]&0xf, uint64(head[1]), 2
	if head[0]&0xf0 != 0x80 || length > 127 {
		return 0, nil, fmt.Errorf("a frame begins with %x: not a whole one of a server", head)
	}
	if length >= 126 {
		room += 2 << (2 * (length - 126)) // 2 or 8 bytes
		if head, err = s.in.Peek(room); err != nil {
			return 0, nil, err
		}
		var wide [8]byte
		copy(wide[10-room:], head[2:])
		length = binary.BigEndian.Uint64(wide[:])
	}
	if length > maxFrame {
		return 0, nil, fmt.Errorf("a frame of %d bytes", length)
	}
	payload, err = s.payload(room, int(length))
	return opcode, payload, err
}

// payload gives what stands behind the header where it lies in the buffer, or, when that is too small, in one of its own.
func (s *Socket) payload(header, length int) ([]byte, error) {
	if header+length <= s.in.Size() {
		b, err := s.in.Peek(header + length)
		if err != nil {
			return nil, err
		}
		s.taken = header + length
		return b[header:], nil
	}
	if _, err := s.in.Discard(header); err != nil {
		return nil, err
	}
	if cap(s.large) < length {
		s.large = make([]byte, length)
	}
	_, err := io.ReadFull(s.in, s.large[:length])
	return s.large[:length], err
}

// Send sends a text frame. It waits as long as the server does not read.
func (s *Socket) Send(text []byte) error { return s.write(opText, text) }

// write masks with zeros, which leaves the payload as it is: a mask guards proxies, and there is none.
func (s *Socket) write(opcode byte, payload []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := append(s.out[:0], 0x80|opcode)
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	s.out = append(append(b, 0, 0, 0, 0), payload...)
	_, err := s.conn.Write(s.out)
	return err
}

// Goodbye sends a close frame (RFC 6455, section 5.5.1). What the server still sends is there to be read, and then its own.
func (s *Socket) Goodbye() error { return s.write(opClose, binary.BigEndian.AppendUint16(nil, 1000)) }

// Close ends the connection at once; a Next that waits returns an error.
func (s *Socket) Close() error { return s.conn.Close() }
