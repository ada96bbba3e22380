package query

import (
	"database/sql"
	"encoding/json"
	"fmt"
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

// Said binds what may be left unsaid: NULL for nil.
func Said(b *bool) any {
	if b == nil {
		return nil
	}
	return *b
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

// List binds a list of ids within a row: a JSON array.
func List(ids []chat.ID) string {
	if len(ids) == 0 {
		return "[]"
	}
	text, err := json.Marshal(ids)
	if err != nil {
		panic(err) // ids always have a text
	}
	return string(text)
}

// Surfaced binds what a message brought back into view: a JSON object, or no text for nothing.
func Surfaced(s *chat.Surfaced) string {
	if s.Nothing() {
		return ""
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // ids and a word
	}
	return string(text)
}

// surfacedColumn is the destination of what [Surfaced] bound.
type surfacedColumn struct{ s *chat.Surfaced }

func (c surfacedColumn) Scan(src any) error {
	text, ok := src.(string)
	switch {
	case !ok:
		return fmt.Errorf("%T is not what a message brought back", src)
	case text == "":
		*c.s = chat.Surfaced{}
		return nil
	}
	return json.Unmarshal([]byte(text), c.s)
}

// IDs is the destination of a list of ids that [List] wrote.
func IDs(ids *[]chat.ID) sql.Scanner { return (*idsColumn)(ids) }

// Time is the destination of a time, which comes out in UTC.
func Time(t *time.Time) sql.Scanner { return (*timeColumn)(t) }

// Choice is the destination of what [Said] bound.
func Choice(b **bool) sql.Scanner { return choiceColumn{b} }

type choiceColumn struct{ b **bool }

func (c choiceColumn) Scan(src any) error {
	var on bool
	switch v := src.(type) {
	case nil:
		*c.b = nil
		return nil
	case int64:
		on = v != 0
	case bool:
		on = v
	default:
		return fmt.Errorf("%T is no choice", src)
	}
	*c.b = &on
	return nil
}

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
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("%T is no list of ids", src)
	}
	return json.Unmarshal([]byte(text), (*[]chat.ID)(c))
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
