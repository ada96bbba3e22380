package postgres

import (
	"encoding/binary"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"postern/chat"
)

// columns are rows on their way to unnest(): one array parameter a column, in PostgreSQL's binary form already. A row is
// added value by value, from left to right; [columns.end] ends it. Zero ids, times, hashes and no bytes are NULL.
type columns struct {
	list []*column
	next int
	rows int
}

// column is an array of one dimension.
type column struct {
	element uint32 // OID
	values  []byte // each a length, or -1 for NULL, and that many bytes
	count   uint32
	null    bool
}

// firstBytes hold a column of ids in a group of two dozen rows.
const firstBytes = 512

func (c *columns) column(element uint32) *column {
	if c.next == len(c.list) {
		c.list = append(c.list, &column{element: element, values: make([]byte, 0, firstBytes)})
	}
	col := c.list[c.next]
	c.next++
	col.count++
	return col
}

// end ends a row.
func (c *columns) end() { c.next = 0; c.rows++ }

// args are the columns as parameters.
func (c *columns) args() []any {
	args := make([]any, len(c.list))
	for i, col := range c.list {
		args[i] = col
	}
	return args
}

func (c *columns) id(id chat.ID) *columns {
	col := c.column(pgtype.UUIDOID)
	if id.IsZero() {
		col.addNull()
	} else {
		col.values = append(binary.BigEndian.AppendUint32(col.values, uint32(len(id))), id[:]...)
	}
	return c
}

func (c *columns) hash(h [32]byte) *columns {
	col := c.column(pgtype.ByteaOID)
	if h == [32]byte{} {
		col.addNull()
	} else {
		col.values = append(binary.BigEndian.AppendUint32(col.values, uint32(len(h))), h[:]...)
	}
	return c
}

func (c *columns) bytes(b []byte) *columns {
	col := c.column(pgtype.ByteaOID)
	if b == nil {
		col.addNull()
	} else {
		col.values = append(binary.BigEndian.AppendUint32(col.values, uint32(len(b))), b...)
	}
	return c
}

func (c *columns) text(s string) *columns {
	col := c.column(pgtype.TextOID)
	col.values = append(binary.BigEndian.AppendUint32(col.values, uint32(len(s))), s...)
	return c
}

func (c *columns) number(n int64) *columns {
	c.column(pgtype.Int8OID).addInt64(n)
	return c
}

// badge is NULL when it is still to be counted.
func (c *columns) badge(n int, counted bool) *columns {
	if col := c.column(pgtype.Int8OID); counted {
		col.addInt64(int64(n))
	} else {
		col.addNull()
	}
	return c
}

func (c *columns) place(p chat.Position) *columns { return c.number(int64(p)) }

func (c *columns) time(t time.Time) *columns {
	col := c.column(pgtype.TimestamptzOID)
	if t.IsZero() {
		col.addNull()
	} else {
		col.addInt64(t.UnixMicro() - microsecondsTo2000)
	}
	return c
}

func (c *columns) bool(b bool) *columns {
	col := c.column(pgtype.BoolOID)
	col.values = append(col.values, 0, 0, 0, 1, 0)
	if b {
		col.values[len(col.values)-1] = 1
	}
	return c
}

// microsecondsTo2000 is where PostgreSQL's time begins, in Unix time.
const microsecondsTo2000 = 946_684_800_000_000

func (c *column) addInt64(n int64) {
	c.values = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(c.values, 8), uint64(n))
}

func (c *column) addNull() {
	c.values = append(c.values, 0xff, 0xff, 0xff, 0xff)
	c.null = true
}

// appendTo appends the array in PostgreSQL's binary form (array_recv in its arrayfuncs.c): dimensions, whether there are NULLs, type of
// the elements, length and lower bound of the dimension, elements.
func (c *column) appendTo(buf []byte) []byte {
	null := uint32(0)
	if c.null {
		null = 1
	}
	for _, word := range [...]uint32{1, null, c.element, c.count, 1} {
		buf = binary.BigEndian.AppendUint32(buf, word)
	}
	return append(buf, c.values...)
}
