package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Persons tell what somebody wrote, with the date and a colon, and what they tell stands
// below: where no quote mark and no address says otherwise, a program must have left more
// traces than that.

// byProgram reports whether a program wrote the attribution a, of key k, above lines that
// have no quote marks.
func (s *scanner) byProgram(a attribution, k string, t traits) bool {
	if t.strong() {
		return s.named(a) && !s.quotationBelow(a) && !s.belowSalutation(a)
	}
	return t.starts && youWrote(k) && s.belowAnswer(a)
}

// named reports whether beside the verb of an attribution stands what may be a name.
// Who tells what somebody wrote says "the bank wrote" or "schrieb mein Vermieter".
func (s *scanner) named(a attribution) bool {
	var words []string
	for j := a.from; j < a.to; j++ {
		words = append(words, strings.Fields(s.body.words(j))...)
	}
	for i := len(words) - 1; i >= 0; i-- {
		verb, _, _ := strings.Cut(words[i], "(") // "napsal(a)"
		if verb = key(strings.Trim(verb, ":,")); !wroteWords[verb] {
			continue
		}
		if i+1 < len(words) && medialVerbs[verb] && !onWords[key(words[i+1])] {
			return !startsLower(words[i+1]) || nameParticles[words[i+1]]
		}
		return endsWithName(words[:i])
	}
	return true
}

// endsWithName reports whether a name may be among the last words, back to a date or the
// end of a sentence.
func endsWithName(words []string) bool {
	for i := len(words) - 1; i >= 0; i-- {
		switch w := words[i]; {
		case strings.ContainsFunc(w, unicode.IsDigit), i < len(words)-1 && endsSentence(key(w)):
			return i == len(words)-1
		case !startsLower(strings.TrimLeft(w, "\"(")):
			return i == 0 || !endsSentence(key(words[i-1]))
		}
	}
	return len(words) == 0
}

// quotationBelow reports whether quotation marks open what stands below, as programs
// never do.
func (s *scanner) quotationBelow(a attribution) bool {
	for i := a.to; i < len(s.body.lines); i++ {
		if !s.body.lines[i].blank {
			first, _ := utf8.DecodeRuneInString(s.body.words(i))
			return strings.ContainsRune("\"“”„‟«»‹›‘’‚「『《〈", first)
		}
	}
	return false
}

// belowSalutation reports whether the words above end with the comma of "Dear Ann,":
// nobody has answered yet.
func (s *scanner) belowSalutation(a attribution) bool {
	above, _ := s.body.above(s.from, a.from)
	return above >= 0 && strings.HasSuffix(s.body.lines[above].key, ",")
}

// belowAnswer reports whether empty lines part an attribution from all others, and
// what stands above is more than a salutation.
func (s *scanner) belowAnswer(a attribution) bool {
	lines := s.body.lines
	above, gap := s.body.above(s.from, a.from)
	return above >= 0 && gap && !s.belowSalutation(a) && (a.to == len(lines) || lines[a.to].blank)
}

// youWrote is "On Nov 5, 2020 you wrote:", by programs that know no name.
func youWrote(k string) bool {
	at, _ := lastVerb(k)
	return at > 0 && strings.HasSuffix(k[:at], " you ")
}

// personTells is "On 5 May 2020 I wrote:", or "... and he wrote:": a program has a name
// there.
func personTells(k string) bool {
	at, _ := lastVerb(k)
	before := strings.Fields(k[:max(at, 0)])
	if n := len(before); n > 1 && auxiliaries[before[n-1]] {
		before = before[:n-1]
	}
	return len(before) > 0 && tellers[before[len(before)-1]]
}
