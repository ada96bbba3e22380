package address

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// MaxLength bounds an address in bytes: 64 for the local part, '@', 255 for the
// domain (RFC 5321 section 4.5.3.1). Only the sum is enforced; real local parts
// exceed 64.
const MaxLength = 64 + 1 + 255

// ErrMalformed says that something is not one mailbox address.
var ErrMalformed = errors.New("not a mailbox address")

// Split takes addr, an addr-spec without display name, angle brackets or comments,
// apart. A quoted local part comes back without its quotes. The domain comes back
// in lower-case ASCII (A-labels, RFC 5890); a literal such as [192.0.2.1] keeps its
// brackets. The local part keeps its case. The error is [ErrMalformed].
func Split(addr string) (local, domain string, err error) {
	if len(addr) > MaxLength || !utf8.ValidString(addr) {
		return "", "", ErrMalformed
	}
	rest := ""
	if strings.HasPrefix(addr, `"`) {
		local, rest, err = quotedLocal(addr)
	} else {
		local, rest, err = dottedLocal(addr)
	}
	if err != nil {
		return "", "", err
	}
	domain, err = Domain(rest)
	return local, domain, err
}

// dottedLocal reads up to the '@'. Dots may stand anywhere, which RFC 5321 forbids
// and large providers hand out.
func dottedLocal(addr string) (local, rest string, err error) {
	local, rest, ok := strings.Cut(addr, "@")
	if !ok || local == "" || strings.ContainsFunc(local, notAtext) {
		return "", "", ErrMalformed
	}
	return local, rest, nil
}

func notAtext(r rune) bool {
	return r <= ' ' || r == 0x7f || strings.ContainsRune(`"(),:;<>@[\]`, r) || isHidden(r)
}

// isHidden holds for what a reader cannot see, and so cannot tell from nothing:
// controls, format characters (direction overrides, joiners), separators.
func isHidden(r rune) bool {
	return r >= 0x80 && (unicode.In(r, unicode.C, unicode.Z) || r == utf8.RuneError)
}

func quotedLocal(addr string) (local, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(addr); i++ {
		switch c := addr[i]; {
		case c < ' ' || c == 0x7f:
			return "", "", ErrMalformed
		case c == '"':
			if b.Len() == 0 || i+1 >= len(addr) || addr[i+1] != '@' || strings.ContainsFunc(b.String(), isHidden) {
				return "", "", ErrMalformed
			}
			return b.String(), addr[i+2:], nil
		case c == '\\':
			i++
			if i == len(addr) || addr[i] < ' ' || addr[i] == 0x7f {
				return "", "", ErrMalformed
			}
			b.WriteByte(addr[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", ErrMalformed
}

// Domain returns the one form that domains are compared and looked up in:
// lower-case A-labels, or a literal. The error is [ErrMalformed].
func Domain(domain string) (string, error) {
	if strings.HasPrefix(domain, "[") {
		return literal(domain)
	}
	ascii, err := toASCII(domain)
	if err != nil || len(ascii) > 255 {
		return "", ErrMalformed
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, notLabel) {
			return "", ErrMalformed
		}
	}
	return ascii, nil
}

// toASCII leaves ASCII to notLabel, which lets the underscores pass that real hosts
// carry and IDNA forbids.
func toASCII(domain string) (string, error) {
	if isASCII(domain) {
		return strings.ToLower(domain), nil
	}
	return idna.Lookup.ToASCII(domain)
}

func notLabel(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

func literal(domain string) (string, error) {
	inner, ok := strings.CutSuffix(domain[1:], "]")
	if !ok || inner == "" || strings.ContainsFunc(inner, notLiteral) {
		return "", ErrMalformed
	}
	return strings.ToLower(domain), nil
}

func notLiteral(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`[\]@`, r)
}

// Equal reports whether two addresses name one mailbox, as F34 asks: domains by
// [Domain], local parts without regard to case, as every large provider has it
// though RFC 5321 leaves it to the host. Two addresses that do not parse are never
// equal, not even to themselves.
func Equal(a, b string) bool {
	ka, err := Key(a)
	if err != nil {
		return false
	}
	kb, err := Key(b)
	return err == nil && ka == kb
}

// Key returns a string that is the same for two addresses exactly when they are
// [Equal], fit for an index. It is no address to send to. The error is
// [ErrMalformed].
func Key(addr string) (string, error) {
	local, domain, err := Split(addr)
	if err != nil {
		return "", err
	}
	return foldLocal(local) + "@" + domain, nil
}

// foldLocal folds case. A local part beyond ASCII is normalised too (RFC 6532
// section 3.1) and marked, by a character that Split refuses, so that normalising
// cannot make it an ASCII one: the Kelvin sign becomes a K.
func foldLocal(local string) string {
	if isASCII(local) {
		return strings.ToLower(local)
	}
	return "\u2060" + norm.NFC.String(strings.ToLower(norm.NFC.String(local)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
