package chat

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// ID names everything: a UUID of version 7 (RFC 9562, section 5.7), so ids sort by the time they were made.
type ID [16]byte

// IsZero says that no id is there.
func (id ID) IsZero() bool { return id == ID{} }

// millis are those of the Unix time that an id of version 7 begins with (RFC 9562, section 5.7).
func (id ID) millis() int64 {
	return int64(binary.BigEndian.Uint64(id[:8]) >> 16)
}

// String gives the usual form, 8-4-4-4-12 lower-case hex digits.
func (id ID) String() string {
	b := id.digits()
	return string(b[:])
}

func (id ID) digits() (b [36]byte) {
	hex.Encode(b[0:8], id[0:4])
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:36], id[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return b
}

// AppendText writes the usual form. The error is always nil.
func (id ID) AppendText(b []byte) ([]byte, error) {
	digits := id.digits()
	return append(b, digits[:]...), nil
}

// ParseID reads the usual form, in either case of letters; anything else is [Invalid].
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, Refuse(Invalid, "That is not an id.")
	}
	digits := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil {
		return ID{}, Refuse(Invalid, "That is not an id.")
	}
	return id, nil
}

// MarshalText makes ids strings in JSON.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what [ID.MarshalText] wrote.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err != nil {
		return fmt.Errorf("read id: %w", err)
	}
	*id = parsed
	return nil
}
