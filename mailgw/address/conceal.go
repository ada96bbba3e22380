package address

import "strings"

// What is shown of a local part of ours: enough to find it in a mail server's log, and nothing of its MAC.
const shown = 8

var (
	replyLength  = encoding.EncodedLen(replySize)
	returnLength = len(returnMarker) + encoding.EncodedLen(returnSize)
)

// Conceal gives a text with every local part of the office's in it cut to its first characters, whatever stands around it: other servers quote addresses bare,
// in brackets, in capitals, or inside addresses of theirs (SRS, prvs). Whoever knows a reply address whole can write to it in its participant's name, where their
// domain lets anybody. In a text that was itself cut, what stands last may be the beginning of one, which no MAC tells: it is concealed by its shape.
func (k *Keys) Conceal(office [16]byte, text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		n := k.ours(office, text[i:])
		if n == 0 {
			b.WriteByte(text[i])
			i++
			continue
		}
		b.WriteString(text[i:i+shown] + ellipsis)
		i += n
	}
	return concealLast(b.String())
}

const ellipsis = "…"

// ours is the length of the local part of the office's that a text begins with, or 0.
func (k *Keys) ours(office [16]byte, text string) int {
	if len(text) >= returnLength && IsReturn(text) && encoded(text[len(returnMarker):returnLength]) {
		if ref, err := k.ParseReturn(text[:returnLength]); err == nil && k.VerifyReturn(office, ref) {
			return returnLength
		}
	}
	if len(text) >= replyLength && encoded(text[:replyLength]) {
		if ref, err := k.Parse(text[:replyLength]); err == nil && k.Verify(office, ref) {
			return replyLength
		}
	}
	return 0
}

// encoded says whether text has the characters of our base32 alone, in any case.
func encoded(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !isBase32(r) }) < 0
}

func isBase32(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '2' && r <= '7'
}

// concealLast cuts the last word of a text that ends in an ellipsis, where it may be one of ours.
func concealLast(text string) string {
	kept, cut := strings.CutSuffix(text, ellipsis)
	start := strings.LastIndexFunc(kept, func(r rune) bool { return !isBase32(r) && r != '-' }) + 1
	if !cut || len(kept)-start <= shown {
		return text
	}
	return kept[:start+shown] + ellipsis
}
