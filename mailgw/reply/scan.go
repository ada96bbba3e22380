package reply

import (
	"strings"
	"unicode"
)

// scanner walks over the lines once and says of each stretch what it seems to be.
type scanner struct {
	body   *body
	from   int // lines before it are settled
	known  []traits
	looked []bool
	quoted []bool // quoted[i]: the next line with words after i is quoted
}

// blockKind is what a stretch of lines seems to be, before it is decided what of
// it stays.
type blockKind uint8

const (
	words     blockKind = iota // not quoted
	quoted                     // quoted lines, and the lines that introduce them
	rest                       // everything from here on is quote
	forwarded                  // everything from here on is a forwarded mail
)

// block is lines [from, to).
type block struct {
	kind       blockKind
	from, to   int
	introduced bool // an attribution or header lines begin the quote
	cited      bool // a program made the quote
	own        bool // the person made the quote
}

func newScanner(b *body) *scanner {
	s := &scanner{body: b, known: make([]traits, len(b.lines)), looked: make([]bool, len(b.lines)), quoted: make([]bool, len(b.lines))}
	for i := len(b.lines) - 2; i >= 0; i-- {
		next := &b.lines[i+1]
		s.quoted[i] = next.depth > 0 && !s.closesBracket(i+1) || next.blank && s.quoted[i+1]
	}
	return s
}

func (s *scanner) traits(i int) traits {
	if !s.looked[i] {
		s.known[i], s.looked[i] = traitsOf(s.body.lines[i].key), true
	}
	return s.known[i]
}

func (s *scanner) quotedAfter(i int) bool { return s.quoted[i] }

// blocks cuts the body into blocks that follow each other without a gap.
func (s *scanner) blocks() []block {
	var list []block
	b := s.body
	for i := 0; i < len(b.lines); {
		if q, ok := s.quoteAt(i); ok {
			if q.from > s.from {
				list = append(list, block{kind: words, from: s.from, to: q.from})
			}
			list = append(list, q)
			i, s.from = q.to, q.to
			continue
		}
		i++
	}
	if s.from < len(b.lines) {
		list = append(list, block{kind: words, from: s.from, to: len(b.lines)})
	}
	return list
}

// quoteAt looks for quoting that line i reveals; it may have begun some lines
// above i, but never before s.from.
func (s *scanner) quoteAt(i int) (block, bool) {
	b := s.body
	l := &b.lines[i]
	end := len(b.lines)
	switch {
	case l.blank && !l.rest && !l.cited && l.depth == 0:
		return block{}, false
	case (l.depth == 0 || l.intro) && isForwardMarker(l.key):
		return block{kind: forwarded, from: i, to: end}, true
	case l.depth == 0 && isMarker(l.key):
		return block{kind: rest, from: s.introAbove(i), to: end}, true
	case l.rest:
		return block{kind: rest, from: i, to: end}, true
	case l.intro:
		return s.introduced(i, s.endOfIntro(i)), true
	}
	if to, ok := s.pointedIntro(i); ok {
		return s.introduced(i, to), true
	}
	if l.depth > 0 && !s.closesBracket(i) {
		return s.quotedRun(i), true
	}
	if isOriginalMessage(l.key) {
		return s.introduced(i, i+1), true
	}
	if to, ok := s.headerBlock(i); ok && (s.ruledAbove(i) || !s.pasted(i)) {
		return s.introduced(s.aboveRules(i), to), true
	}
	if a, ok := s.attributionEndingAt(i); ok {
		return s.introduced(s.aboveHeaders(a.from), a.to), true
	}
	return block{}, false
}

// introduced is the quote below an attribution or header at [from, to): the
// quoted lines that follow, or if none do, the rest.
func (s *scanner) introduced(from, to int) block {
	if s.quotedAfter(to - 1) {
		return block{kind: quoted, from: from, to: s.endOfRun(to), introduced: true}
	}
	return block{kind: rest, from: from, to: len(s.body.lines), introduced: true}
}

// quotedRun is quoted lines that begin at i. Some programs put the attribution
// inside the quote.
func (s *scanner) quotedRun(i int) block {
	b := s.body
	run := block{kind: quoted, from: i, to: s.endOfRun(i), own: b.lines[i].own, cited: b.lines[i].cited}
	for j, n := i, 0; j < run.to && n < maxWrapped; j++ {
		if b.lines[j].blank {
			continue
		}
		k, t := b.lines[j].key, s.traits(j)
		if n++; n == 1 && isForwardMarker(k) {
			return block{kind: forwarded, from: i, to: len(b.lines)}
		}
		if isMarker(k) {
			run.introduced, run.from = true, s.introAbove(i)
		}
		if isOriginalMessage(k) || t.colon && isAttribution(k, t, true) {
			run.introduced = true
		}
	}
	return run
}

// endOfRun gives the line after the quoted lines that begin at or after i, with
// the empty lines that follow them, and lines between them that were only
// wrapped out of their quote.
func (s *scanner) endOfRun(i int) int {
	b := s.body
	for i < len(b.lines) && b.lines[i].blank && b.lines[i].depth == 0 {
		i++
	}
	for begin := i; i < len(b.lines); {
		switch {
		case i > begin && s.beginsQuote(i):
			return i
		case b.lines[i].depth > 0:
			i++
		case b.lines[i].blank && s.quotedAfter(i):
			i++
		case s.wrappedOut(i):
			i++
		default:
			for i < len(b.lines) && b.lines[i].blank && b.lines[i].depth == 0 && !b.lines[i].rest {
				i++
			}
			return i
		}
	}
	return i
}

// beginsQuote reports whether quoted line i, below others, is the first that a program
// quotes: lines that the person marked by hand end there.
func (s *scanner) beginsQuote(i int) bool {
	l, above := &s.body.lines[i], &s.body.lines[i-1]
	if l.depth == 0 || above.depth > 0 && (above.cited || !l.cited) {
		return false
	}
	return l.cited && !s.citedAbove(i) || above.depth == 0 && !l.blank && s.introducesItself(i)
}

// citedAbove reports whether the last words above line i are of a quote that a program made.
func (s *scanner) citedAbove(i int) bool {
	above, _ := s.body.above(s.from, i)
	return above >= 0 && s.body.lines[above].cited
}

// introducesItself reports whether quoted line i is an attribution inside the quote.
func (s *scanner) introducesItself(i int) bool {
	k, t := s.body.lines[i].key, s.traits(i)
	return t.colon && isAttribution(k, t, true)
}

// wrappedOut reports whether line i, between two quoted lines, is the end of the
// line above, broken off by a program that forgot the quote mark. An answer
// there begins a sentence; a broken end goes on with one.
func (s *scanner) wrappedOut(i int) bool {
	b := s.body
	if i == 0 || i+1 >= len(b.lines) || b.lines[i].blank || b.lines[i-1].depth == 0 || b.lines[i+1].depth == 0 || b.lines[i].cited || b.lines[i-1].cited {
		return false
	}
	above, here := b.words(i-1), b.words(i)
	first, _, more := strings.Cut(here, " ")
	if strings.Contains(first, "http") || !more && strings.Contains(lastWord(above), "/") {
		return true
	}
	return len(above)+len(first) >= 70 && !strings.ContainsAny(above[len(above)-1:], ".?!:;") && startsLower(here)
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

func startsLower(s string) bool {
	for _, r := range s {
		return unicode.IsLower(r)
	}
	return false
}

func isMarker(k string) bool { return strings.HasPrefix(k, markerOpen) }

// endOfIntro gives the line after an attribution that a program marked.
func (s *scanner) endOfIntro(i int) int {
	for i < len(s.body.lines) && s.body.lines[i].intro {
		i++
	}
	return i
}

// aboveRules moves the start of a quote up over a rule that belongs to it, with
// words in it or without.
func (s *scanner) aboveRules(i int) int {
	at := i
	for j := i - 1; j >= s.from; j-- {
		l := &s.body.lines[j]
		if !l.blank && !isRule(l.key) && !isDivider(l.key) {
			break
		}
		if !l.blank {
			at = j
		}
	}
	return at
}

// aboveHeaders moves the start of a quote up over header lines between a rule and the
// attribution (Yandex).
func (s *scanner) aboveHeaders(i int) int {
	for j := i - 1; j >= s.from && i-j <= maxWrapped; j-- {
		k := s.body.lines[j].key
		if isRule(k) && j < i-1 {
			return j
		}
		if r, _ := headerRole(k); r == roleNone {
			break
		}
	}
	return i
}

// introAbove gives where the quote begins whose first words are our marker:
// above it stand the lines by which the program introduced it, in whatever
// language, and they hold a date or an address, or end with a colon.
func (s *scanner) introAbove(i int) int {
	at, seen := i, 0
	for j := i - 1; j >= s.from && seen < 6; j-- {
		l := &s.body.lines[j]
		if l.blank {
			continue
		}
		seen++
		t := s.traits(j)
		r, _ := headerRole(l.key)
		switch {
		case isRule(l.key), r != roleNone, t.email && (t.date || t.clock || t.colon), t.date && t.clock && t.colon:
			at = j
		case seen == 1 && t.colon && strings.ContainsFunc(l.key, isDigit):
			return j
		default:
			return at
		}
	}
	return at
}
