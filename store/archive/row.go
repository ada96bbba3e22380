package archive

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// appendRow appends a row as a line.
func appendRow(line []byte, row Row) ([]byte, error) {
	line = append(line, '[')
	for i, value := range row {
		if i > 0 {
			line = append(line, ',')
		}
		switch v := value.(type) {
		case nil:
			line = append(line, "null"...)
		case int64:
			line = strconv.AppendInt(line, v, 10)
		case []byte:
			line = append(line, '"')
			line = base64.StdEncoding.AppendEncode(line, v)
			line = append(line, '"')
		case string:
			if !utf8.ValidString(v) {
				return nil, fmt.Errorf("column %d holds text that is not UTF-8", i+1)
			}
			var err error
			if line, err = appendText(line, v); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("column %d is a %T", i+1, value)
		}
	}
	return append(line, "]\n"...), nil
}

// appendText leaves the brackets of HTML as they are.
func appendText(line []byte, s string) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(s)
	return append(line, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...), err
}

// parseRow reads what appendRow wrote.
func parseRow(line []byte, columns []Column) (Row, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	if len(raw) != len(columns) {
		return nil, fmt.Errorf("%d values for %d columns", len(raw), len(columns))
	}
	row := make(Row, len(columns))
	for i, c := range columns {
		if bytes.Equal(raw[i], []byte("null")) {
			continue
		}
		value, err := parseValue(c.Kind, raw[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		row[i] = value
	}
	return row, nil
}

func parseValue(kind Kind, raw json.RawMessage) (any, error) {
	switch kind {
	case Number:
		return strconv.ParseInt(string(raw), 10, 64)
	case Text:
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err
	case Bytes:
		value := []byte{}
		err := json.Unmarshal(raw, &value)
		return value, err
	}
	return nil, fmt.Errorf("there is no kind %q", kind)
}
