package api

import (
	"strings"

	"postern/chat"
)

// disposition makes a browser save a file under its name: Content-Disposition with a plain name for old ones and
// the whole one for all others (RFC 6266, appendix D; RFC 8187, section 3.2).
func disposition(name string) string {
	name = chat.SafeName(name)
	return `attachment; filename="` + plainName(name) + `"; filename*=UTF-8''` + extValue(name)
}

// plainName is ASCII, without what a quoted-string or an old browser would read otherwise.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r > 0x7e || r == '%' || r == ';' || r == '\\' || r == '"' {
			return '_'
		}
		return r
	}, name)
}

// extValue percent-encodes all but attr-char (RFC 8187, section 3.2.1).
func extValue(name string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(name) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
