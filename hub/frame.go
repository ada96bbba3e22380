package hub

import (
	"encoding/binary"
	"encoding/json"
	"strconv"

	"postern/chat"
	"postern/hub/wire"
)

// Bits and opcodes of WebSocket frames (RFC 6455, section 5.2).
const (
	fin          = 0x80 // of the first byte: a message's last fragment
	reservedBits = 0x70
	opcodeBits   = 0x0f
	masked       = 0x80 // of the second
	lengthBits   = 0x7f
	length16     = 126 // the length follows, in two bytes
	length64     = 127 // in eight

	opContinue = 0x0
	opText     = 0x1
	opBinary   = 0x2
	opClosing  = 0x8
	opPinging  = 0x9
	opPonging  = 0xa
)

// maxHeader is the longest header of an unmasked frame.
const maxHeader = 10

// appendHeader writes the header of an unmasked frame: what a server sends.
func appendHeader(b []byte, first byte, length int) []byte {
	switch {
	case length < length16:
		return append(b, first, byte(length))
	case length < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, first, length16), uint16(length))
	}
	return binary.BigEndian.AppendUint64(append(b, first, length64), uint64(length))
}

// textFrame is a whole frame, ready for the connection.
func textFrame(payload []byte) []byte {
	return framed(append(make([]byte, maxHeader, maxHeader+len(payload)), payload...))
}

// framed makes a frame of a payload that leaves room for its header.
func framed(b []byte) []byte {
	var room [maxHeader]byte
	header := appendHeader(room[:0], fin|opText, len(b)-maxHeader)
	start := maxHeader - len(header)
	copy(b[start:], header)
	return b[start:]
}

// closeFrame is a close frame with a reason of at most 123 bytes.
func closeFrame(code uint16, reason string) []byte {
	b := appendHeader(make([]byte, 0, 4+len(reason)), fin|opClosing, 2+len(reason))
	return append(binary.BigEndian.AppendUint16(b, code), reason...)
}

var pingFrame = appendHeader(nil, fin|opPinging, 0)

// ackFrame answers a send.
func ackFrame(key string, m *chat.Message) []byte {
	const room = 256 // a key of 64 characters in it
	return framed(wire.AppendAck(make([]byte, maxHeader, maxHeader+room), key, m))
}

// plainFrame is a frame without a number.
func plainFrame(typ, key string, data any) ([]byte, error) {
	raw, err := wire.Marshal(data)
	if err != nil {
		return nil, err
	}
	text, err := wire.Marshal(wire.Frame{Type: typ, Key: key, Data: raw})
	if err != nil {
		return nil, err
	}
	return textFrame(text), nil
}

// suffixOf is what a numbered frame has in common for all of one view: everything after number and badge.
func suffixOf(typ string, data json.RawMessage) []byte {
	return append(append(beginSuffix(typ, len(data)), data...), '}')
}

// beginSuffix is a suffix up to its data, with room for so many bytes of that.
func beginSuffix(typ string, room int) []byte {
	b := make([]byte, 0, len(`"type":"","data":}`)+len(typ)+room)
	b = append(append(b, `"type":"`...), typ...)
	return append(b, `","data":`...)
}

// appendNumbered writes the JSON of a numbered frame.
func appendNumbered(b []byte, number int64, badge int, suffix []byte) []byte {
	b = append(b, `{"event":`...)
	b = strconv.AppendInt(b, number, 10)
	b = append(b, `,"badge":`...)
	b = strconv.AppendInt(b, int64(badge), 10)
	b = append(b, ',')
	return append(b, suffix...)
}

// appendNumberedFrame writes the JSON of a numbered frame behind its header.
func appendNumberedFrame(b []byte, number int64, badge int, suffix []byte) []byte {
	var room [numberedRoom]byte
	start := appendNumbered(room[:0], number, badge, nil)
	b = appendHeader(b, fin|opText, len(start)+len(suffix))
	return append(append(b, start...), suffix...)
}

// numberedRoom is what number and badge take at most, with the braces around them.
const numberedRoom = 64

// buffer gives an empty buffer for frames, which is kept when it is given back.
func (h *Hub) buffer() *[]byte {
	if b, ok := h.frames.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}

// reuse takes a buffer that nobody holds any more. One that a rare large frame made is not worth keeping.
func (h *Hub) reuse(b *[]byte) {
	if cap(*b) <= maxBatch {
		*b = (*b)[:0]
		h.frames.Put(b)
	}
}

// appendSkipped writes the JSON of a frame that stands for all numbers from one to another.
func appendSkipped(b []byte, from, to int64, badge int) []byte {
	data := strconv.AppendInt([]byte(`{"from":`), from, 10)
	return appendNumbered(b, to, badge, suffixOf(wire.TypeSkipped, append(data, '}')))
}
