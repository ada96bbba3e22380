package query

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"postern/chat"
)

// Ref binds an id that may be absent: NULL for zero.
func Ref(id chat.ID) any {
	if id.IsZero() {
		return nil
	}
	return id
}

// When binds a time that may be absent: NULL for zero.
func When(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// Sum binds a hash that may be absent: NULL for zero.
func Sum(h [32]byte) any {
	if h == [32]byte{} {
		return nil
	}
	return h[:]
}

// ID is the destination of an id.
func ID(id *chat.ID) sql.Scanner { return (*idColumn)(id) }

// IDs is the destination of a list of ids, as [Dialect.IDs] selects it.
func IDs(ids *[]chat.ID) sql.Scanner { return (*idsColumn)(ids) }

// Time is the destination of a time, which comes out in UTC.
func Time(t *time.Time) sql.Scanner { return (*timeColumn)(t) }

// Hash is the destination of a hash.
func Hash(h *[32]byte) sql.Scanner { return (*hashColumn)(h) }

type idColumn chat.ID

func (c *idColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c = idColumn{}
		return nil
	case []byte:
		if len(v) == len(c) {
			copy(c[:], v)
			return nil
		}
	case string:
		id, err := chat.ParseID(v)
		*c = idColumn(id)
		return err
	}
	return fmt.Errorf("%T is no id", src)
}

type idsColumn []chat.ID

func (c *idsColumn) Scan(src any) error {
	*c = nil
	switch v := src.(type) {
	case nil:
		return nil
	case []byte:
		for len(v) >= 16 {
			*c = append(*c, chat.ID(v[:16]))
			v = v[16:]
		}
		return nil
	case string: // {a,b}
		for one := range strings.SplitSeq(strings.Trim(v, "{}"), ",") {
			if one == "" {
				continue
			}
			id, err := chat.ParseID(one)
			if err != nil {
				return err
			}
			*c = append(*c, id)
		}
		return nil
	}
	return fmt.Errorf("%T is no list of ids", src)
}

type timeColumn time.Time

func (c *timeColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c = timeColumn{}
	case int64:
		*c = timeColumn(time.UnixMicro(v).UTC())
	case time.Time:
		*c = timeColumn(v.UTC())
	default:
		return fmt.Errorf("%T is no time", src)
	}
	return nil
}

type hashColumn [32]byte

func (c *hashColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c = hashColumn{}
		return nil
	case []byte:
		if len(v) == len(c) {
			copy(c[:], v)
			return nil
		}
	}
	return fmt.Errorf("%T is no hash", src)
}
