package sqlite

import (
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"reflect"
	"time"

	"postern/chat"
	"postern/store/query"
)

// bind gives arguments the forms that the columns have (store/migrate says which), until the next statement.
func (c *conn) bind(args []any) ([]driver.NamedValue, error) {
	c.bound = c.bound[:0]
	for i, arg := range args {
		value, err := bindOne(arg)
		if err != nil {
			return nil, err
		}
		c.bound = append(c.bound, driver.NamedValue{Ordinal: i + 1, Value: value})
	}
	return c.bound, nil
}

func bindOne(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case nil:
		return nil, nil
	case string:
		return bindText(v)
	case chat.ID:
		return v[:], nil
	case *chat.ID:
		return v[:], nil
	case int64:
		return v, nil
	case int:
		return int64(v), nil
	case bool:
		return v, nil
	case []byte:
		return v, nil
	case chat.Position:
		return int64(v), nil
	case time.Time:
		return v.UnixMicro(), nil
	case []chat.ID:
		return hexArray(v), nil
	case [32]byte:
		return v[:], nil
	}
	return bindNamed(reflect.ValueOf(arg))
}

func bindText(s string) (driver.Value, error) {
	if !query.Keepable(s) {
		return nil, query.Unkeepable()
	}
	return s, nil
}

// bindNamed takes the named types of chat.
func bindNamed(v reflect.Value) (driver.Value, error) {
	switch {
	case v.Kind() == reflect.String:
		return bindText(v.String())
	case v.CanInt():
		return v.Int(), nil
	case v.CanUint() && v.Kind() != reflect.Uint64:
		return int64(v.Uint()), nil
	}
	return nil, fmt.Errorf("%s is nothing to bind", v.Type())
}

// hexArray is a JSON array of hex digits, as query.SQLite's In reads it.
func hexArray(ids []chat.ID) string {
	text := make([]byte, 0, 2+35*len(ids))
	text = append(text, '[')
	for i := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, '"')
		text = hex.AppendEncode(text, ids[i][:])
		text = append(text, '"')
	}
	return string(append(text, ']'))
}
