package richtext

import (
	"strings"
	"unicode"
)

// Excerpt gives the beginning of a text on one line, of at most n runes with the
// "…" that stands for the rest. It ends at a word where one ends nearby, and
// never inside a character that is made of several runes.
func Excerpt(text string, n int) string {
	if n <= 0 {
		return ""
	}
	if limit := 16 * (n + 1); len(text) > limit { // more than n words' worth, white space included
		if short := strings.Join(strings.Fields(text[:limit]), " "); len([]rune(short)) > n+1 {
			text = short
		}
	}
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= n {
		return string(runes)
	}
	cut := n - 1
	for cut > 0 && joins(runes[cut-1], runes[cut]) {
		cut--
	}
	for i := cut; i > cut-cut/4; i-- {
		if runes[i] == ' ' {
			cut = i
			break
		}
	}
	return strings.TrimRight(string(runes[:cut]), " ,;:") + "…"
}

// joins reports whether two runes are parts of one character.
func joins(before, after rune) bool {
	const joiner = '\u200d'
	return before == joiner || after == joiner || unicode.In(after, unicode.Mn, unicode.Me, unicode.Mc) ||
		after >= 0xfe00 && after <= 0xfe0f || after >= 0x1f3fb && after <= 0x1f3ff ||
		isFlag(before) && isFlag(after)
}

func isFlag(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }
