package reply

import (
	"regexp"
	"strings"
)

// An attribution is the line by which a mail program introduces a quote: when,
// who, "wrote", and a colon, in the order and words of its language, often
// wrapped over several lines.

// traits are what a line has of an attribution.
type traits struct {
	email, date, clock, verb bool
	starts                   bool // begins as attributions begin: "On ...", a date, a weekday
	colon                    bool // ends with a colon
}

var (
	emailIn = regexp.MustCompile(`[^\s<>"(),;:]@[a-z0-9-]+\.[a-z0-9]|@[^\s<>"(),;:.]+\.\S`)
	dateIn  = regexp.MustCompile(`(?:^|\D)(?:(?:19|20|25|13|14)\d\d(?:\D|$)|\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4})`)
	clockIn = regexp.MustCompile(`(?:^|\D)(?:[01]?\d|2[0-4])(?:[:時时點点시]| ?h ?)[0-5]\d(?:\D|$)|(?:^|[^\d.])(?:[01]?\d|2[0-4])\.[0-5]\d(?:[^\d.]|\.\d\d(?:\D|$)|$)`)
)

func traitsOf(k string) traits {
	var t traits
	if k == "" {
		return t
	}
	t.colon = strings.HasSuffix(k, ":")
	t.email = strings.Contains(k, "@") && emailIn.MatchString(k)
	if strings.ContainsFunc(k, isDigit) {
		t.date = dateIn.MatchString(k)
		t.clock = clockIn.MatchString(k)
		t.starts = startsAttribution(k)
	}
	t.verb, _ = verbIn(k)
	return t
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// inAddress reports whether a rune that stands beside digits makes more of them
// than a date.
func inAddress(r rune) bool { return r >= 'a' && r <= 'z' || r == '@' }

func startsAttribution(k string) bool {
	k = strings.TrimLeft(k, "-_= \"'")
	if strings.HasPrefix(k, "in a message dated ") || strings.HasPrefix(k, "in article <") {
		return true // AOL, news readers
	}
	first, rest, _ := strings.Cut(k, " ")
	if strings.IndexFunc(first, isDigit) == 0 {
		return !strings.ContainsFunc(first, inAddress)
	}
	word := strings.TrimRight(first, ".,:")
	if onWords[word] {
		return true
	}
	for _, glued := range []string{"在", "於", "于", "ב"} { // no space after the word
		if strings.HasPrefix(first, glued) && strings.ContainsFunc(first, isDigit) {
			return true
		}
	}
	return weekdays[word] && strings.IndexFunc(strings.TrimLeft(rest, "( "), isDigit) == 0 || datedStart.MatchString(k)
}

// complete reports whether nothing is missing that a line above could add.
func (t traits) complete() bool { return t.email && t.date && t.clock && t.verb && t.colon }

// strong reports what persons leave out who tell what somebody wrote.
func (t traits) strong() bool { return t.email || t.date && t.clock }

// datedStart is a word and a date, the year included: a weekday in any language.
var datedStart = regexp.MustCompile(`^[\pL\pM.,'’׳-]+ \d{1,2}\D{1,24}(?:19|20|25)\d\d`)

// join puts the traits of lines together that follow each other.
func (t traits) join(next traits) traits {
	return traits{
		email: t.email || next.email, date: t.date || next.date, clock: t.clock || next.clock,
		verb: t.verb || next.verb, starts: t.starts, colon: next.colon,
	}
}

// isAttribution judges lines joined to one. beforeQuote says that a quoted line
// comes next, which makes weaker evidence enough.
func isAttribution(k string, t traits, beforeQuote bool) bool {
	if t.verb && strings.HasPrefix(k, "--") && strings.HasSuffix(k, "--") {
		return true // ---- ann wrote ----
	}
	if !t.email && !t.date && !t.clock || len(k) > maxKey {
		return false
	}
	verb, final := false, false
	if t.verb {
		verb, final = verbIn(k)
	}
	bracketed := t.email && addressEnds(k)
	switch {
	case t.colon && bracketed && isQuoting(k):
		return true
	case t.colon && final && (t.date || bracketed):
		return !personTells(k) && (beforeQuote || t.starts || t.email || nameFirst(k))
	case t.colon && verb && bracketed && (t.clock || t.starts):
		return !personTells(k)
	case t.colon && verb && t.date && t.clock && t.starts:
		return nameAfterVerb(k)
	case t.colon && bracketed && t.date && (t.clock || t.starts):
		return true // in a language that we have no words of
	case t.colon && verb && t.date && t.clock && endsWithClock.MatchString(k):
		return nameBeforeVerb(k)
	case verb && final && t.email && t.date && t.clock && t.starts:
		return true // a program that forgot the colon
	case verb && t.email && t.date && t.clock && datedBehind.MatchString(k):
		return true
	case !beforeQuote:
		return false
	case t.colon:
		return t.date && t.clock || t.starts || verb
	case strings.HasPrefix(k, "\"") && t.email && t.date && t.clock:
		return true // Nextcloud has neither verb nor colon
	default:
		return t.date && (t.starts && (bracketed || t.clock && len(k) < 100) || verb && final)
	}
}

// nameFirst tells "Ann Lee, 5 May 2020, wrote:" from a sentence with a date in it.
func nameFirst(k string) bool {
	name, _, _ := strings.Cut(k[:max(0, strings.IndexFunc(k, isDigit))], "(")
	return isTitle(name)
}

// isQuoting is for "Quoting Ann Lee <ann@example.com>:", by Horde.
func isQuoting(k string) bool {
	for _, word := range quotingWords {
		if author, ok := strings.CutPrefix(strings.TrimSuffix(k, ":"), word); ok {
			name, _, _ := strings.Cut(author, "<")
			return strings.HasSuffix(author, ">") && isTitle(strings.Trim(name, "\" "))
		}
	}
	return false
}

// pointedIntro knows GroupWise's attributions, which begin with what looks like quote
// marks: ">>> Ann Lee <ann@example.com> 5/5/2020 10:30 AM >>>", or ">>> On 5/5/2020 ..."
// wrapped over lines without marks. It gives the line after it.
func (s *scanner) pointedIntro(i int) (int, bool) {
	lines := s.body.lines
	if lines[i].depth != 3 || lines[i].cited || i > 0 && lines[i-1].depth > 0 {
		return 0, false
	}
	k, t := lines[i].key, s.traits(i)
	if strings.HasSuffix(k, ">>>") && (t.email || t.date) {
		return i + 1, true
	}
	for j := i + 1; t.starts && j < len(lines) && j-i < maxWrapped && lines[j].depth == 0 && lines[j].key != ""; j++ {
		k, t = k+" "+lines[j].key, t.join(s.traits(j))
		if t.colon && isAttribution(k, t, true) {
			return j + 1, true
		}
	}
	return 0, false
}

// datedBehind is for "Ann Lee <ann@example.com> skrev: (5 maj 2020 10:30:00 CEST)".
var datedBehind = regexp.MustCompile(`[>)] ?\pL+: ?\([^()]*\d[^()]*\)$`)

// addressEnds reports whether the line's mail address stands in brackets and
// near its end, where programs put it.
func addressEnds(k string) bool {
	at := strings.LastIndexByte(k, '@')
	if at < 0 {
		return false
	}
	tail := k[at:]
	bracket := strings.IndexAny(tail, ">)]")
	return bracket > 0 && len(tail)-bracket <= 60
}

// attribution is where one was found: lines [from, to).
type attribution struct{ from, to int }

// introInline is an attribution with what it introduces behind it on its line.
var introInline = regexp.MustCompile(`^[^:]+\d[:.]\d\d.*?>[^:<>]*:[ \x{a0}]{2,}\S`)

// splitBehind gives where on a line the quote begins that an attribution on the same line
// introduces (Yahoo on phones), or 0.
func splitBehind(words string) int {
	if !strings.Contains(words, ">") {
		return 0
	}
	at := introInline.FindStringIndex(words[:min(len(words), maxKey)])
	if at == nil {
		return 0
	}
	head := strings.TrimRightFunc(words[:strings.LastIndexByte(words[:at[1]], ':')+1], isSpace)
	k := key(head)
	if t := traitsOf(k); !t.complete() || !t.starts {
		return 0
	}
	return len(head)
}

// splitInline finds an attribution that shares its line with words before it,
// and gives where in the line it begins.
func splitInline(words string) (int, bool) {
	if len(words) > maxKey || !strings.HasSuffix(strings.TrimRightFunc(words, isSpace), ":") {
		return 0, false
	}
	for at := 1; at < len(words); at++ {
		if words[at] < 'A' || words[at] > 'Z' || words[at-1] != ' ' && words[at-1] != '-' {
			continue
		}
		word, _, _ := strings.Cut(words[at:], " ")
		if len(word) != 2 || !onWords[strings.ToLower(word)] {
			continue
		}
		k := key(words[at:])
		t := traitsOf(k)
		_, final := verbIn(k)
		if t.starts && t.colon && final && (t.clock || t.date) {
			return len(strings.TrimRight(words[:at], "- ")), true
		}
	}
	return 0, false
}
