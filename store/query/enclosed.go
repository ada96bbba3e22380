package query

import (
	"encoding/binary"
	"fmt"

	"postern/chat"
)

// enclosedSize is that of one file in the column, in bytes: place, id, hash, size.
const enclosedSize = 8 + 16 + 32 + 8

// packEnclosed gives what the column holds.
func packEnclosed(files []chat.Enclosed) []byte {
	packed := make([]byte, 0, len(files)*enclosedSize)
	for _, f := range files {
		packed = binary.BigEndian.AppendUint64(packed, uint64(f.At))
		packed = append(packed, f.File[:]...)
		packed = append(packed, f.Hash[:]...)
		packed = binary.BigEndian.AppendUint64(packed, uint64(f.Size))
	}
	return packed
}

// enclosedColumn is the destination of the column.
type enclosedColumn []chat.Enclosed

// Scan is sql.Scanner's.
func (c *enclosedColumn) Scan(src any) error {
	packed, ok := src.([]byte)
	if !ok || len(packed)%enclosedSize != 0 {
		return fmt.Errorf("files of a mail: %d bytes of %T", len(packed), src)
	}
	*c = nil
	for ; len(packed) > 0; packed = packed[enclosedSize:] {
		*c = append(*c, chat.Enclosed{
			At: int64(binary.BigEndian.Uint64(packed)), File: chat.ID(packed[8:24]), Hash: [32]byte(packed[24:56]),
			Size: int64(binary.BigEndian.Uint64(packed[56:])),
		})
	}
	return nil
}
