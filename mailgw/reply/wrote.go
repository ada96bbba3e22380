package reply

import (
	"regexp"
	"strings"
	"unicode"
)

// Where "wrote" stands in an attribution, and who stands beside it.

// verbIn looks for the last "wrote" in k and says whether it ends the line, but
// for a "me" or "(a)" of its grammar, or a date in brackets.
func verbIn(k string) (found, final bool) {
	trimmed := strings.TrimRight(k, ":-_ .")
	for _, ending := range wroteEndings {
		if strings.HasSuffix(trimmed, ending) {
			return true, true
		}
	}
	at, end := lastVerb(k)
	if at < 0 {
		return false, false
	}
	return true, endsAfterVerb(k[end:])
}

func lastVerb(k string) (at, end int) {
	at = -1
	word := -1
	for i, r := range k + " " {
		isWord := unicode.IsLetter(r) || unicode.Is(unicode.M, r)
		switch {
		case isWord && word < 0:
			word = i
		case !isWord && word >= 0:
			if wroteWords[k[word:i]] && (word == 0 || !strings.ContainsRune("-/._", rune(k[word-1]))) { // not in a web address
				at, end = word, i
			}
			word = -1
		}
	}
	return at, end
}

func endsAfterVerb(rest string) bool {
	rest = strings.TrimRight(rest, ":-_ .")
	if open := strings.IndexByte(rest, '('); open >= 0 && strings.HasSuffix(rest, ")") {
		rest = rest[:open]
	}
	rest = strings.Trim(rest, "/(), :")
	return len(rest) <= 12 && !strings.Contains(rest, " ") && !strings.ContainsFunc(rest, isDigit) && !strings.Contains(rest, "@")
}

// endsWithClock is for "Ann Lee schrieb am 05.05.2020 um 10:30:".
var endsWithClock = regexp.MustCompile(`\d[:.h]\d\d(?::\d\d)?(?: ?(?:uhr|h|am|pm|a\.m\.|p\.m\.))?:$`)

func nameBeforeVerb(k string) bool {
	at, _ := lastVerb(k)
	if at <= 0 || strings.ContainsFunc(k[:at], isDigit) {
		return false
	}
	before := strings.Fields(k[:at])
	return len(before) <= 5 && !pronouns[before[0]]
}

// nameAfterVerb is for "Am 05.05.20 um 10:30 schrieb Ann Lee:", in languages that
// put the name there.
func nameAfterVerb(k string) bool {
	at, end := lastVerb(k)
	if at < 0 || !medialVerbs[k[at:end]] {
		return false
	}
	after := strings.Fields(k[end:])
	return len(after) > 0 && len(after) <= 8 && !pronouns[strings.Trim(after[0], ",:")]
}
