package reply

import (
	"strings"
)

// Kind says what a part of a letter is.
type Kind uint8

// Kinds.
const (
	Written   Kind = iota // what the person wrote, with quotes that stay in place
	Quote                 // the mail being answered, with its attribution or header lines
	Signature             // signature, disclaimer, list footer, "Sent from my ..."
)

// String gives the kind's name in lower case.
func (k Kind) String() string { return [...]string{"written", "quote", "signature"}[k] }

// Part is a run of lines of one kind. Text ends with its line feed.
type Part struct {
	Kind Kind
	Text string
}

// Result is a letter cut up.
type Result struct {
	Reply  string // what the person wrote, as text without empty lines at its ends
	HTML   string // the same as slices of the letter's HTML, NOT sanitised, tags not balanced; "" when text was read
	Folded string // all other parts, as text
	Parts  []Part // all parts in order; their texts together are the body
	Whole  bool   // nothing would have remained, so everything is shown
}

// Options help to cut.
type Options struct {
	Subject string // decoded; "Fwd:" and the like tell a forwarded mail from an answer
	From    string // the author's name and address, where known: the card of somebody else is no signature
}

// Cut cuts a letter's body, given as text, HTML or both. The strings are valid
// UTF-8, as the letter's parser gives them. Neither is bounded here.
func Cut(text, html string, opts Options) Result {
	if html == "" {
		return cutText(text, opts)
	}
	fromHTML := cut(readHTML(html), opts)
	if strings.TrimSpace(text) == "" {
		return fromHTML
	}
	if fromHTML.Reply == "" || fromHTML.Whole || fromHTML.Folded == "" {
		if fromText := cutText(text, opts); fromText.Reply != "" && !fromText.Whole &&
			(fromHTML.Reply == "" || fromText.Folded != "") {
			return fromText
		}
	}
	return fromHTML
}

func cutText(text string, opts Options) Result { return cut(readText(text), opts) }

// cut decides on each line and gathers the parts.
func cut(b *body, opts Options) Result {
	b.sender = opts.From
	kinds := decide(b, opts)
	whole := unfold(b, kinds)
	return gather(b, kinds, whole)
}

// unfold shows again what should not have been folded: signatures where nothing
// else was written, then everything. It reports whether everything is shown.
func unfold(b *body, kinds []Kind) bool {
	if b.says(kinds, Written) {
		return false
	}
	show := func(k Kind) {
		for i := range kinds {
			if kinds[i] == k {
				kinds[i] = Written
			}
		}
	}
	if b.says(kinds, Signature) {
		show(Signature)
		return false
	}
	whole := b.says(kinds, Quote)
	show(Quote)
	return whole
}

func gather(b *body, kinds []Kind, whole bool) Result {
	r := Result{Whole: whole}
	var written, html, folded strings.Builder
	for i := 0; i < len(b.lines); {
		start := i
		for i < len(b.lines) && kinds[i] == kinds[start] {
			i++
		}
		part := Part{Kind: kinds[start], Text: b.text[b.lines[start].start:b.lines[i-1].end]}
		r.Parts = append(r.Parts, part)
		if part.Kind == Written {
			written.WriteString(part.Text)
			html.WriteString(b.html[b.lines[start].htmlStart:b.lines[i-1].htmlEnd])
		} else {
			folded.WriteString(part.Text)
		}
	}
	r.Reply = trimLines(written.String())
	r.Folded = trimLines(folded.String())
	r.HTML = html.String()
	return r
}

// trimLines drops white space at the ends of lines and empty lines at both ends.
func trimLines(s string) string {
	var out strings.Builder
	empty := 0
	for l := range strings.SplitSeq(s, "\n") {
		l = strings.TrimRight(l, " \t\r\u00a0")
		if l == "" {
			empty++
			continue
		}
		if out.Len() > 0 {
			out.WriteString(strings.Repeat("\n", min(empty, 2)+1))
		}
		empty = 0
		out.WriteString(l)
	}
	return out.String()
}

const (
	markerOpen  = "##~"
	markerClose = "~##"
)

// MarkerLine gives the line that a mail of ours carries above everything else,
// so that the answer to it can be told apart: the sentence, in the reader's
// language, between two tokens that are the same in all.
func MarkerLine(sentence string) string {
	return markerOpen + " " + sentence + " " + markerClose
}
