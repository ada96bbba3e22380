package letter

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// verdict says how a charset was found.
type verdict int

const (
	asDeclared verdict = iota
	undeclared         // detected: nothing usable was declared, or nothing had to be
	unknown            // the label means nothing; detected
	wrong              // the label cannot be right; detected
)

// toUTF8 is decodeCharset for those who need the text alone.
func toUTF8(raw []byte, label string) string {
	text, _ := decodeCharset(raw, label)
	return text
}

// decodeCharset makes valid UTF-8 of raw, without NUL. The declared charset is read
// as the superset that senders mean by it (WHATWG Encoding: iso-8859-1 is
// windows-1252, gb2312 is gb18030, ks_c_5601-1987 is windows-949); when it is
// missing, unknown or contradicted by the bytes, UTF-8 if they are that, else
// windows-1252, which has a character for every byte. What still cannot be read
// becomes U+FFFD.
func decodeCharset(raw []byte, label string) (string, verdict) {
	label = cleanLabel(label)
	if isUTF8Label(label) || label == "" {
		return decodeUTF8(raw, label)
	}
	decoder, single := decoderFor(label)
	if decoder == nil {
		text, _ := detect(raw)
		return text, unknown
	}
	if isASCII(raw) && bytes.IndexByte(raw, 0) < 0 && single {
		return string(raw), asDeclared
	}
	// Text in a single-byte charset is practically never valid UTF-8, and in another only
	// a few characters of it.
	if utf8.Valid(raw) && (single || isLongUTF8(raw)) || isWide(label) && isPlainASCII(raw) {
		return dropNUL(string(raw)), wrong
	}
	text := decoder(raw)
	if strings.ContainsRune(text, utf8.RuneError) && utf8.Valid(raw) && !isASCII(raw) {
		return dropNUL(string(raw)), wrong
	}
	return dropNUL(strings.ToValidUTF8(text, "\ufffd")), asDeclared
}

// isLongUTF8: there are more of its characters than chance would make of another
// charset's bytes.
func isLongUTF8(raw []byte) bool {
	const few = 8
	return len(raw)-utf8.RuneCount(raw) >= few
}

func isWide(label string) bool {
	return strings.HasPrefix(label, "utf-16") || strings.HasPrefix(label, "utf-32") || label == "unicode" || strings.Contains(label, "ucs-")
}

// isPlainASCII: no zero where two or four bytes are one character, and a space or a line's end that is one byte.
func isPlainASCII(raw []byte) bool {
	return isASCII(raw) && bytes.IndexByte(raw, 0) < 0 && bytes.ContainsAny(raw, " \n")
}

// decodeUTF8 reads what is declared or presumed to be UTF-8.
func decodeUTF8(raw []byte, label string) (string, verdict) {
	text, valid := detect(raw)
	switch {
	case label == "":
		return text, undeclared
	case valid:
		return text, asDeclared
	case mostlyUTF8(raw):
		return dropNUL(strings.ToValidUTF8(string(raw), "\ufffd")), asDeclared
	}
	return text, wrong
}

// detect reads raw by what it looks like.
func detect(raw []byte) (text string, isUTF8 bool) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	switch {
	case looksISO2022JP(raw):
		return dropNUL(decodeWith(japanese.ISO2022JP, raw)), false
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return dropNUL(decodeUTF16(raw)), false
	}
	if utf8.Valid(raw) {
		return dropNUL(string(raw)), true
	}
	return dropNUL(decodeWith(charmap.Windows1252, raw)), false
}

// looksISO2022JP: its escape sequences are no text in any other charset.
func looksISO2022JP(raw []byte) bool {
	return isASCII(raw) && (bytes.Contains(raw, []byte("\x1b$B")) || bytes.Contains(raw, []byte("\x1b$@")))
}

// mostlyUTF8 tells UTF-8 with some damage from another charset with a wrong label: its
// bytes above ASCII stand together as those of a character do, though it may be none.
func mostlyUTF8(raw []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c < utf8.RuneSelf:
		case c >= 0xc0 && c < 0xf8 && i+1 < len(raw) && !utf8.RuneStart(raw[i+1]):
			good++
			for i+1 < len(raw) && !utf8.RuneStart(raw[i+1]) {
				i++
			}
		default:
			bad++
		}
	}
	return good > bad
}

func isUTF8Label(label string) bool {
	return label == "utf-8" || label == "utf8" || label == "unicode-1-1-utf-8"
}

// cleanLabel returns "" for labels that say nothing.
func cleanLabel(label string) string {
	label = strings.ToLower(strings.Trim(label, " \t\"'<>;,"))
	switch label {
	case "default", "default_charset", "none", "unknown", "x-unknown", "unknown-8bit", "8bit", "binary", "_autodetect", "text", "charset":
		return ""
	}
	return label
}

// decoderFor returns nil when the label is unknown. single tells whether bytes are
// characters, one by one.
func decoderFor(label string) (decode func([]byte) string, single bool) {
	switch label {
	case "utf-7", "unicode-1-1-utf-7", "x-utf-7":
		return decodeUTF7, false
	case "iso-2022-kr", "csiso2022kr":
		return decodeISO2022KR, false
	case "utf-16", "unicode", "ucs-2", "iso-10646-ucs-2":
		return decodeUTF16, false
	}
	enc := encodingFor(label)
	if enc == nil || enc == encoding.Replacement {
		return nil, false
	}
	_, single = enc.(*charmap.Charmap)
	return func(raw []byte) string { return decodeWith(enc, raw) }, single
}

// encodingFor prefers the superset to the letter of the label.
func encodingFor(label string) encoding.Encoding {
	switch label {
	case "gb2312", "gb_2312-80", "gb_2312", "gbk", "cp936", "ms936", "x-gbk", "windows-936", "euc-cn", "x-euc-cn", "chinese", "gb18030":
		return simplifiedchinese.GB18030
	case "hz-gb-2312", "hz":
		return simplifiedchinese.HZGB2312
	case "cp949", "ms949", "uhc", "windows-949", "x-windows-949", "euckr", "ks_c_5601":
		return korean.EUCKR
	case "cp932", "ms932", "x-ms-cp932", "windows-932", "shift-jis", "shiftjis", "sjis":
		return japanese.ShiftJIS
	case "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-3", "iso-2022-jp-2004", "iso-2022-jp-ms", "cp50220", "cp50221", "jis":
		return japanese.ISO2022JP
	case "cp950", "ms950", "big-5", "windows-950":
		return traditionalchinese.Big5
	case "ascii", "us", "7bit", "ansi", "latin-1", "latin1", "iso8859-1", "iso_8859_1", "iso-8859-1-windows-3.1-latin-1":
		return charmap.Windows1252
	case "utf-32", "utf-32be", "ucs-4":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	}
	for _, spelling := range []string{label, "windows-" + strings.TrimPrefix(label, "cp"), "iso-" + strings.TrimPrefix(label, "iso")} {
		if enc, err := htmlindex.Get(spelling); err == nil {
			return enc
		}
	}
	if enc, err := ianaindex.MIME.Encoding(label); err == nil && enc != nil {
		return enc
	}
	return nil
}

func decodeWith(enc encoding.Encoding, raw []byte) string {
	text, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\ufffd")
	}
	return string(text)
}

// decodeUTF16 follows the byte order mark; without one, the half in which text has
// its zeros (RFC 2781 section 4.3 says big-endian, and few heed it).
func decodeUTF16(raw []byte) string {
	order := unicode.BigEndian
	zeros := 0
	for i := 1; i < min(len(raw), 512); i += 2 {
		if raw[i] == 0 {
			zeros++
		}
		if raw[i-1] == 0 {
			zeros--
		}
	}
	if zeros > 0 {
		order = unicode.LittleEndian
	}
	return decodeWith(unicode.UTF16(order, unicode.UseBOM), raw)
}

// decodeISO2022KR (RFC 1557): SO and SI switch between ASCII and KS X 1001, which is
// EUC-KR with the high bits off.
func decodeISO2022KR(raw []byte) string {
	raw = bytes.ReplaceAll(raw, []byte("\x1b$)C"), nil)
	b := make([]byte, 0, len(raw))
	shifted := false
	for _, c := range raw {
		switch {
		case c == 0x0e:
			shifted = true
		case c == 0x0f:
			shifted = false
		case shifted && c > ' ' && c < 0x7f:
			b = append(b, c|0x80)
		default:
			b = append(b, c)
		}
	}
	return decodeWith(korean.EUCKR, b)
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func dropNUL(s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "")
}
