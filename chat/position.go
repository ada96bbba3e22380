package chat

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// Position is a message's place in its conversation; positions order the messages of one conversation
// and mean nothing across two. Messages for all are counted 1, 2, 3, ... in the upper bits; what only
// staff see takes a sub-number of the message before it in the lower 20 bits, so contacts see no gap.
// Zero is before the first message. It fits a signed 64-bit column.
type Position int64

const subBits = 20

// firstPosition is that of the first message for all.
const firstPosition Position = 1 << subBits

// maxSub is the most notes and staff events that may follow one message for all.
const maxSub = 1<<subBits - 1

// Public is the position of the last message for all at or before p: the form that contacts may know.
func (p Position) Public() Position { return p &^ maxSub }

// next is the place after p for an entry of the given audience.
func (p Position) next(a Audience) (Position, error) {
	if a == ForAll {
		return p.Public() + 1<<subBits, nil
	}
	if p&maxSub == maxSub {
		return 0, Refuse(TooMany, "Too many internal notes follow one message; write to everyone first.")
	}
	return p + 1, nil
}

// String gives 16 hex digits: opaque outside, and sorted as text in the order of the conversation.
func (p Position) String() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(p))
	return hex.EncodeToString(b[:])
}

// AppendText writes what [Position.String] gives. The error is always nil.
func (p Position) AppendText(b []byte) ([]byte, error) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(p))
	return hex.AppendEncode(b, n[:]), nil
}

// ParsePosition reads what [Position.String] wrote; anything else is [Invalid].
func ParsePosition(s string) (Position, error) {
	n, err := strconv.ParseUint(s, 16, 63)
	if p := Position(n); err != nil || p.String() != s {
		return 0, Refuse(Invalid, "That is not a position in a conversation.")
	}
	return Position(n), nil
}

// MarshalText makes positions strings in JSON.
func (p Position) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what [Position.MarshalText] wrote.
func (p *Position) UnmarshalText(text []byte) error {
	parsed, err := ParsePosition(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}
