package api

import (
	"path"
	"strings"
	"unicode"
)

// disposition makes a browser save a file under its name: Content-Disposition with a plain name for old ones and
// the whole one for all others (RFC 6266, appendix D; RFC 8187, section 3.2).
func disposition(name string) string {
	name = safeName(name)
	return `attachment; filename="` + plainName(name) + `"; filename*=UTF-8''` + extValue(name)
}

// longestName is in bytes; file systems end at 255.
const longestName = 200

// safeName takes from a file's name what could lead out of a folder, hide its ending or break a header: control and format
// characters (which turn text around), separators of paths, what Windows reserves, dots and spaces at the ends.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.C, r), r == '\u2028', r == '\u2029', r == unicode.ReplacementChar:
			return -1
		case unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		}
		return r
	}, name)
	name = shorten(strings.Trim(name, " ."))
	if name == "" {
		return "file"
	}
	return name
}

// shorten cuts a name in front of its ending.
func shorten(name string) string {
	if len(name) <= longestName {
		return name
	}
	ending := path.Ext(name)
	if len(ending) > 20 {
		ending = ""
	}
	return strings.TrimRight(strings.ToValidUTF8(name[:longestName-len(ending)], ""), " .") + ending
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
