package letter

import (
	"strings"
	"unicode/utf16"
)

// decodeUTF7 reads UTF-7 (RFC 2152), which x/text does not have and old Microsoft
// servers still write reports in. What is not valid stays as it is.
func decodeUTF7(raw []byte) string {
	var b strings.Builder
	b.Grow(len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '+' {
			b.WriteByte(raw[i])
			continue
		}
		end := i + 1
		for end < len(raw) && base64Value[raw[end]] != 0xff {
			end++
		}
		switch {
		case end < len(raw) && raw[end] == '-' && end == i+1:
			b.WriteByte('+')
			i = end
		case end == i+1:
			b.WriteByte('+')
		default:
			b.WriteString(utf7Run(string(raw[i+1 : end])))
			i = end
			if end < len(raw) && raw[end] != '-' {
				i = end - 1
			}
		}
	}
	return b.String()
}

func utf7Run(s string) string {
	bytes := looseBase64(s)
	units := make([]uint16, len(bytes)/2)
	for i := range units {
		units[i] = uint16(bytes[2*i])<<8 | uint16(bytes[2*i+1])
	}
	return string(utf16.Decode(units))
}
