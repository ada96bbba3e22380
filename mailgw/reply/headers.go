package reply

import (
	"strings"
	"unicode/utf8"
)

// A block of header lines stands above what programs like Outlook quote without
// quote marks: From, Sent, To, Subject, in the words of its language.

// maxHeaderLines bounds a block, wrapped lists of recipients included.
const maxHeaderLines = 24

// headerLines are the first values of a block's lines.
type headerLines map[role]string

func (seen headerLines) has(r role) bool {
	_, ok := seen[r]
	return ok
}

// headerRole tells what header line a key is, and its value. The label may be
// followed by a space (French).
func headerRole(k string) (role, string) {
	colon := strings.IndexByte(k, ':')
	if colon <= 0 || colon > 60 {
		return roleNone, ""
	}
	label := strings.TrimSpace(strings.TrimLeft(k[:colon], "-_ "))
	return headerLabels[label], strings.TrimSpace(k[colon+1:])
}

// headerBlock looks for a block that begins at line i and gives the line after it. A
// second sender or a rule begins another block; some programs put an empty line
// between all of its lines.
func (s *scanner) headerBlock(i int) (int, bool) {
	b := s.body
	first, value := headerRole(b.lines[i].key)
	switch first {
	case roleFrom, roleDate, roleSent, roleTo, roleSubject:
	default:
		return s.unknownHeaders(i)
	}
	seen := headerLines{first: value}
	end, wrapped, foreign := i+1, 0, false
	spaced := s.spacedHeaders(i)
	for j := i + 1; j < len(b.lines) && j < i+maxHeaderLines; j++ {
		l := &b.lines[j]
		if l.soft || spaced && l.blank && j == end {
			continue
		}
		r, value := headerRole(l.key)
		if l.blank || l.depth != b.lines[i].depth || s.beginsAnother(i, j) || r == roleFrom && seen.has(r) {
			break
		}
		if spaced && (r == roleNone || j != end+1) {
			break
		}
		if r == roleNone {
			if wrapped++; wrapped > 4 || endsSentence(l.key) {
				break
			}
			foreign = foreign || labelled(l.key)
			continue
		}
		wrapped = 0
		if !seen.has(r) {
			seen[r] = value
		}
		end = j + 1
	}
	if seen.enough() && !(foreign && seen.anonymous()) || s.ruledAbove(i) && first == roleFrom && (seen.aboutMail() || emailIn.MatchString(value)) {
		return end, true
	}
	return s.unknownHeaders(i)
}

// pasted reports whether a colon above line i says that the person put there what
// follows, unless it closes the letter ("Üdvözlettel:").
func (s *scanner) pasted(i int) bool {
	above, _ := s.body.above(s.from, i)
	return above >= 0 && s.body.announces(above) && !isFormula(s.body.lines[above].key)
}

// anonymous reports whether no address and no "Sent" tells a mail's header from the
// fields of a form.
func (seen headerLines) anonymous() bool {
	return !seen.has(roleSent) && !emailIn.MatchString(seen[roleFrom]) && !emailIn.MatchString(seen[roleTo])
}

// aboutMail reports whether more is seen than who and to whom, which journeys have too.
func (seen headerLines) aboutMail() bool {
	return seen.has(roleSent) || seen.has(roleDate) || seen.has(roleSubject)
}

// beginsAnother reports whether a program set line j apart from the lines above, which
// begin at i.
func (s *scanner) beginsAnother(i, j int) bool {
	first, l := &s.body.lines[i], &s.body.lines[j]
	return l.rest || l.ruled && !first.ruled
}

// spacedHeaders reports whether two more header lines follow line i, each below an empty
// line. A line of the person's above a block of the usual form has only one.
func (s *scanner) spacedHeaders(i int) bool {
	lines := s.body.lines
	for j := i + 2; j <= i+4; j += 2 {
		if j >= len(lines) || !lines[j-1].blank || lines[j-1].soft || lines[j-1].ruled {
			return false
		}
		if r, _ := headerRole(lines[j].key); r == roleNone || r == roleOther {
			return false
		}
	}
	return true
}

// enough tells a mail's header from what a person lists with colons ("From:
// Berlin, To: Paris, Date: 5 May"): sender and time of sending, or two of the
// usual with a subject or a mail address among them.
func (seen headerLines) enough() bool {
	address := emailIn.MatchString(seen[roleFrom]) || emailIn.MatchString(seen[roleTo]) || emailIn.MatchString(seen[roleCc])
	when := func(r role) bool { return dateIn.MatchString(seen[r]) || clockIn.MatchString(seen[r]) } // a year or a time of day
	sent := seen.has(roleSent) && when(roleSent)
	dated := sent || seen.has(roleDate) && when(roleDate)
	switch {
	case seen.has(roleFrom):
		return sent || dated && (seen.has(roleSubject) || address) || seen.has(roleSubject) && address
	default:
		return dated && seen.has(roleTo) && address
	}
}

// unknownHeaders finds a block in a language that we have no words of: three or
// more lines with a short label, and what no list of a person's has: a rule above
// and an address or a time, or an address in brackets, a date with its time, and a
// subject that is an answer's.
func (s *scanner) unknownHeaders(i int) (int, bool) {
	b := s.body
	if !labelled(b.lines[i].key) {
		return 0, false
	}
	end, count := i, 0
	var address, bracketed, clock, dated, answers bool
	for j := i; j < len(b.lines) && j < i+maxHeaderLines; j++ {
		l := &b.lines[j]
		if l.soft {
			continue
		}
		if l.blank || !labelled(l.key) || l.depth != b.lines[i].depth || s.beginsAnother(i, j) {
			break
		}
		count++
		t := s.traits(j)
		_, value, _ := strings.Cut(l.key, ":")
		prefix, _, colon := strings.Cut(value, ":")
		address, clock = address || t.email, clock || t.clock
		bracketed = bracketed || t.email && addressEnds(l.key)
		dated = dated || t.date && t.clock
		answers = answers || colon && replyPrefixes[strings.TrimSpace(prefix)]
		end = j + 1
	}
	return end, count >= 3 && (bracketed && dated && answers || (address || clock) && s.ruledAbove(i))
}

func labelled(k string) bool {
	label, value, ok := strings.Cut(k, ":")
	return ok && label != "" && value != "" && len(label) <= 40 && strings.Count(label, " ") <= 3 && !strings.ContainsFunc(label, isDigit)
}

// ruledAbove reports whether a rule stands right above line i: in the HTML, or
// typed as a row of underscores, dashes or the like.
func (s *scanner) ruledAbove(i int) bool {
	b := s.body
	if b.lines[i].ruled {
		return true
	}
	for j := i - 1; j >= s.from; j-- {
		if !b.lines[j].blank {
			return isRule(b.lines[j].key) || b.lines[j].ruled && b.lines[j].blank
		}
		if b.lines[j].ruled {
			return true
		}
	}
	return false
}

// isRule reports whether a line is nothing but a row of one character.
func isRule(k string) bool {
	first, size := utf8.DecodeRuneInString(k)
	if len(k) < 3*size || !strings.ContainsRune("-_=~#━─═＿＝～〜■□◆◇", first) {
		return false
	}
	return strings.Trim(k, k[:size]) == ""
}

// betweenDashes gives the words between dashes: "----- Original Message -----".
func betweenDashes(k string) (string, bool) {
	words := strings.Trim(k, "-_=>< ")
	dashes := strings.Count(k, "-") + strings.Count(k, "_") + strings.Count(k, "=")
	return strings.TrimRight(words, ": "), dashes >= 4 && len(words) > 0 && len(words) <= 80
}

// isDivider is words of any language between dashes, on both sides.
func isDivider(k string) bool {
	_, ok := betweenDashes(k)
	return ok && isRule(k[:min(len(k), 3)]) && isRule(k[max(0, len(k)-3):])
}

func isOriginalMessage(k string) bool {
	words, ok := betweenDashes(k)
	return ok && originalWords[words]
}

func isForwardMarker(k string) bool {
	words, ok := betweenDashes(k)
	if ok && forwardWords[words] {
		return true
	}
	plain, colon := strings.CutSuffix(k, ":")
	return colon && forwardWords[strings.TrimSpace(plain)] // Apple Mail has no dashes
}

func isForwardSubject(subject string) bool {
	prefix, _, ok := strings.Cut(key(subject), ":")
	return ok && forwardPrefixes[strings.Trim(prefix, "[] ")]
}
