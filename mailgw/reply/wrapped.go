package reply

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Attributions are long, and programs wrap them as they wrap all text.

// maxWrapped is over how many lines an attribution may be wrapped.
const maxWrapped = 4

// attributionEndingAt looks for an attribution whose last line is i.
func (s *scanner) attributionEndingAt(i int) (attribution, bool) {
	b := s.body
	last := s.traits(i)
	if !last.colon && !last.verb && !strings.HasSuffix(b.lines[i].key, "-") && !s.quotedAfter(i) {
		return attribution{}, false
	}
	if b.lines[i].key == "" || b.lines[i].depth > 0 && !s.closesBracket(i) {
		return attribution{}, false
	}
	beforeQuote := s.quotedAfter(i) && !s.introducedInside(i)
	found, ok := attribution{}, false
	var best traits
	k, t := b.lines[i].key, last
	for from := i; ; {
		if isAttribution(k, t, beforeQuote) && (from == i || s.begins(from, k, t)) && (beforeQuote || t.email || s.byProgram(attribution{from, i + 1}, k, t)) {
			broken := brokenDate.MatchString(k) || !t.date && !t.email && s.datedAbove(from, i)
			if !broken && (t.starts && (t.email || t.verb) || t.complete()) {
				return s.withName(attribution{from, i + 1}, t), true
			}
			if !ok || t.starts && (t.date && !best.date || t.email && !best.email || t.verb && !best.verb || brokenDate.MatchString(b.lines[found.from].key)) {
				found, ok, best = attribution{from, i + 1}, true, t
			}
		}
		above := s.wrappedAbove(from, i)
		if above < 0 || !beforeQuote && !s.isWrapped(above, from) && !startsBracket(b.lines[from].key) && authorOf(b.words(above)) == "" {
			return s.withName(found, best), ok
		}
		from = above
		k = strings.TrimSpace(b.lines[from].key + " " + k)
		t = s.traits(from).join(t)
		t.starts = t.starts || startsAttribution(k)
		if len(k) > maxKey {
			return s.withName(found, best), ok
		}
	}
}

// introducedInside reports whether the quote below line i begins with an attribution of
// its own.
func (s *scanner) introducedInside(i int) bool {
	for i++; i < len(s.body.lines); i++ {
		if !s.body.lines[i].blank {
			return s.introducesItself(i)
		}
	}
	return false
}

// begins reports whether an attribution of several lines may begin at line from: with
// its date, or with its author.
func (s *scanner) begins(from int, k string, t traits) bool {
	return t.starts || authorOf(s.body.words(from)) != "" || t.verb && endsWithClock.MatchString(k) && nameBeforeVerb(k)
}

// brokenDate is how a line begins whose date begins on the line above: with a time
// of day, or a year.
var brokenDate = regexp.MustCompile(`^(?:\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[^\d./]|$)|(?:19|20|25)\d\d(?:[ ,]|$))`)

// datedAbove reports whether what line i lacks of an attribution stands on the line above.
func (s *scanner) datedAbove(i, last int) bool {
	above := s.wrappedAbove(i, last)
	return above >= 0 && s.isWrapped(above, i) && (s.traits(above).date || s.traits(above).email)
}

// wrappedAbove gives the line that may be the one before line i of the same
// attribution, or -1.
func (s *scanner) wrappedAbove(i, last int) int {
	b := s.body
	above := i - 1
	if above >= 0 && b.lines[above].blank && startsBracket(b.lines[i].key) {
		above-- // some break a line twice before an address
	}
	if above < 0 || above < s.from || last-above > maxWrapped {
		return -1
	}
	l := &b.lines[above]
	if l.blank || l.depth != b.lines[i].depth && b.lines[last].depth == 0 || l.key == "" || strings.HasSuffix(l.key, ":") {
		return -1
	}
	if endsSentence(l.key) || isListItem(b.words(above)) {
		return -1
	}
	return above
}

// authorOf is the name with the address in brackets that words begin with, or "".
func authorOf(words string) string {
	name, rest, bracket := strings.Cut(words, "<")
	address, _, closed := strings.Cut(rest, ">")
	if !bracket || !closed || !strings.Contains(address, "@") {
		return ""
	}
	if bare := strings.Trim(name, "\" ("); bare != "" && !isCapitalised(bare) {
		return ""
	}
	return words[:len(name)+len(address)+2]
}

// isCapitalised tells a name, a company's as well ("Lee & Sons gGmbH"), from the words
// of a sentence, in scripts that have capitals.
func isCapitalised(name string) bool {
	if !isTitle(name) {
		return false
	}
	for word := range strings.FieldsSeq(name) {
		first, _ := utf8.DecodeRuneInString(word)
		if unicode.IsLower(first) && !strings.ContainsFunc(word, unicode.IsUpper) && !nameParticles[word] {
			return false
		}
	}
	return true
}

var nameParticles = set("und|and|et|of|for|für|e.v.|van|von|vom|zu|de|der|den|del|della|di|da|do|dos|das|du|des|la|le|el|al|bin|binti|bint|ben|ter|ten|af|av|y|e|i")

// isWrapped reports whether the first word of line i had no room on the line above.
func (s *scanner) isWrapped(above, i int) bool {
	first, _, _ := strings.Cut(s.body.lines[i].key, " ")
	return utf8.RuneCountInString(s.body.lines[above].key)+utf8.RuneCountInString(first) >= narrowest
}

// narrowest is the width to which few programs wrap.
const narrowest = 38

// numbered is how an item of a list begins, unless it is the day of a date.
var (
	numbered   = regexp.MustCompile(`^\d{1,2}[.)] +\pL`)
	dayOfMonth = regexp.MustCompile(`^\d{1,2}\. *(?:\pL+\.?|\d{1,2}\.) *\d{2,4}`)
)

// isListItem knows what a person's list has and no attribution begins with.
func isListItem(words string) bool {
	if numbered.MatchString(words) && !dayOfMonth.MatchString(words) {
		return true
	}
	for _, bullet := range []string{"- ", "* ", "• ", "– ", "— ", "· ", "+ "} {
		if strings.HasPrefix(words, bullet) {
			return true
		}
	}
	return false
}

// withName adds the lines above that hold the author, where a program puts that
// first and breaks the line behind it: "Ann Lee / <ann@example.com>, 5 May ...".
func (s *scanner) withName(a attribution, t traits) attribution {
	if a.to == 0 {
		return a
	}
	b := s.body
	if above := a.from - 1; !t.email && above >= s.from && b.lines[above].depth == b.lines[a.from].depth {
		words := b.words(above)
		if author := authorOf(words); author != "" && strings.Trim(words[len(author):], ",، )於于在") == "" {
			a.from = above
		}
	}
	above := a.from - 1
	if above < s.from || !startsBracket(b.lines[a.from].key) || b.lines[above].depth != b.lines[a.from].depth {
		return a
	}
	if alone := above == s.from || b.lines[above-1].blank; alone && isCapitalised(strings.Trim(b.words(above), "\"")) && !endsSentence(b.lines[above].key) {
		a.from = above
	}
	return a
}

// endsSentence does not take the full stop of an ordinal, an abbreviated month or
// "p.m." for one.
func endsSentence(k string) bool {
	last, size := utf8.DecodeLastRuneInString(k)
	if strings.ContainsRune("!?;！？；。।؟؛։", last) {
		return true
	}
	if last != '.' {
		return false
	}
	word := k[strings.LastIndexByte(k, ' ')+1 : len(k)-size]
	before := strings.TrimRight(k[:len(k)-size-len(word)], " .")
	return utf8.RuneCountInString(word) > 2 && !strings.Contains(word, ".") && (before == "" || !isDigit(rune(before[len(before)-1])))
}

func startsBracket(k string) bool {
	return strings.HasPrefix(k, "<") || strings.HasPrefix(k, "(<") || strings.HasPrefix(k, "mailto:")
}

// closesBracket reports whether the ">" that line i begins with ends an address
// wrapped from the lines above, and is no quote mark.
func (s *scanner) closesBracket(i int) bool {
	b := s.body
	l := &b.lines[i]
	if l.depth != 1 || l.cited || len(l.key) > 40 || !strings.HasSuffix(l.key, ":") {
		return false
	}
	if _, final := verbIn(l.key); !final && l.key != ":" {
		return false
	}
	open := 0
	for j := max(s.from, i-3); j < i; j++ {
		if b.lines[j].depth == 0 {
			open += strings.Count(b.lines[j].key, "<") - strings.Count(b.lines[j].key, ">")
		}
	}
	return open > 0
}
