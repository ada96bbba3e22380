package auth

import (
	"bytes"
	"slices"
	"strings"

	"postern/mailgw/letter"
)

// once are the fields that make what is shown of a letter. Whoever adds a second one to somebody's letter breaks no signature: the one below it is signed,
// the one above is shown (RFC 6376, section 8.15). Several From are no letter at all. By Message-ID and Date a letter is known as the same again.
var once = []string{"Message-ID", "Date", "Subject", "Content-Type", "Content-Transfer-Encoding"}

// isPlain says whether the header is one that who signs, who verifies and who shows the letter read alike. What is repaired for the reader (RFC 5322 asks for
// nothing else than fields up to an empty line) would let anybody put another letter before a signed one: to the verifier, that line is some field that
// nobody signed; to the reader, the body begins there. Signatures whose lists are long enough to keep a verifier busy are not plain either.
func isPlain(raw []byte, h letter.Header) bool {
	fields, size, ok := headerOf(raw)
	for _, f := range h {
		size -= len(f.Raw)
		if strings.EqualFold(f.Name, "DKIM-Signature") && len(f.Raw) > maxRecord {
			return false
		}
	}
	repeated := func(name string) bool { return h.Count(name) > 1 }
	return ok && fields == len(h) && size == 0 && !slices.ContainsFunc(once, repeated)
}

// headerOf counts the fields and bytes before the first empty line, every line that is not folded as a field.
func headerOf(raw []byte) (fields, size int, ok bool) {
	for rest := raw; ; {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		switch {
		case !found:
			return 0, 0, false
		case len(line) == 0:
			return fields, len(raw) - len(rest), true
		case fields == 0 || line[0] != ' ' && line[0] != '\t':
			fields++
		}
		rest = after
	}
}

// unsign takes back what a relay said by a letter's signatures, which it may have read otherwise.
func (f *Findings) unsign() {
	f.DKIM = nil
	if f.DMARC == Pass {
		f.DMARC = None
	}
}
