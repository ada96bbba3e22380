package chat

import "regexp"

// maxForeignID bounds a foreign Message-ID in a header of ours, in bytes: it fits a line (RFC 5322, section 2.1.1) three times over, and programs make such of 40 to 120.
const maxForeignID = 250

// msgID is what new mail may have for a Message-ID (RFC 5322, section 3.6.4): dot-atoms on both sides, or a literal on the right. What is obsolete (blanks, comments,
// quoted words) is not among it: it would be ours, once it stands in our header.
var msgID = regexp.MustCompile("^<([a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*" +
	"@(?:[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*|\\[[!-Z^-~]*\\]))>$")

// foreignID is a Message-ID that somebody else's program made, with brackets, as a header of ours may name it: without them; empty where it is none.
func foreignID(id string) string {
	if len(id) > maxForeignID {
		return ""
	}
	if found := msgID.FindStringSubmatch(id); found != nil {
		return found[1]
	}
	return ""
}
