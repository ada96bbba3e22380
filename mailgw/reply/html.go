package reply

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlReader reads HTML into lines in one pass over its tokens. It builds no
// tree: what it has to know of the elements around a word is on its stack.
type htmlReader struct {
	body body
	text strings.Builder

	stack    []element
	open     map[string]int // how many of each name are on the stack
	overflow map[string]int // how many more were opened when it was full
	depth    int            // quotes on the stack
	cited    int            // of them, such as a program made
	own      int            // and such as the person made
	signed   int            // signatures on the stack
	frames   int            // frames on the stack, see frame
	frame    []frame

	at        int // where the token begins in the source
	lineAt    int // where the line begins in the source
	textAt    int // and in the text
	space     bool
	gap       bool // a paragraph ended: the next line begins a new one
	ruled     bool
	rest      bool
	intro     bool
	preformat int    // elements on the stack in which line ends count
	pres      int    // of them, <pre>
	item      string // the marker of a list item that begins
	lists     []int  // per list, the number of its last item; -1 without numbers
	skip      string
	skipDepth int
}

// element is an open element that the reader keeps account of.
type element struct {
	name string
	role elementRole
	pre  bool // its style has line ends count
}

// frame is the lines of an element that some programs put around all they add:
// attribution and quote. What stands in it before the first quote introduces it,
// what stands after one was written by the person; where there is no quote
// inside, all of it is one.
type frame struct{ from, to int }

// maxOpen bounds the stack. What is opened beyond it has no role.
const maxOpen = 1000

func readHTML(src string) *body {
	r := &htmlReader{open: map[string]int{}, overflow: map[string]int{}}
	r.body.html = src
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		size := len(z.Raw())
		r.token(kind, z)
		r.at += size
	}
	r.at = len(src)
	r.endLine()
	r.closeTo(0)
	return r.finish()
}

func (r *htmlReader) token(kind html.TokenType, z *html.Tokenizer) {
	switch kind {
	case html.TextToken:
		switch {
		case r.skip != "":
		case r.preformat > 0:
			r.verbatim(string(z.Raw()))
		default:
			r.words(string(z.Text()))
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		name, more := z.TagName()
		r.start(string(name), attributesOf(z, more), kind == html.SelfClosingTagToken)
	case html.EndTagToken:
		name, _ := z.TagName()
		r.end(string(name))
	}
}

// finish settles what only the end can tell.
func (r *htmlReader) finish() *body {
	if n := len(r.body.lines); n > 0 {
		r.body.lines[n-1].htmlEnd = len(r.body.html)
	}
	for _, f := range r.frame {
		r.settle(f)
	}
	r.body.text = r.text.String()
	lines := r.body.lines
	r.body.lines = lines[:0:0]
	for i := range lines {
		r.body.add(lines[i])
	}
	return &r.body
}

// settle gives the lines of a frame their meaning.
func (r *htmlReader) settle(f frame) {
	lines := r.body.lines[f.from:f.to]
	first := -1
	for i := range lines {
		if lines[i].depth > 0 {
			first = i
			break
		}
	}
	for i := range lines {
		switch {
		case first < 0:
			lines[i].depth++
			lines[i].cited = true
		case i < first:
			lines[i].intro = true
		case lines[i].depth > 0:
			lines[i].cited, lines[i].own = true, false
		}
	}
}

func (r *htmlReader) start(name string, attr attributes, selfClosing bool) {
	if r.skip != "" {
		if name == r.skip && !selfClosing {
			r.skipDepth++
		}
		return
	}
	if invisible[name] {
		if !selfClosing || rawText[name] {
			r.skip, r.skipDepth = name, 1
		}
		return
	}
	a := atom.Lookup([]byte(name))
	switch {
	case a == atom.Body && r.text.Len() == 0:
		r.lineAt = r.at // the head, often far larger than the words, is no part of them
	case a == atom.Br:
		r.breakLine()
		return
	case a == atom.Img:
		r.picture(attr["alt"])
		return
	case a == atom.Td || a == atom.Th:
		r.space = true
	case ownLine[a]:
		r.endLine()
	}
	r.layout(a)
	r.enter(name, a, attr, selfClosing)
}

// layout does what an element's start does to the lines.
func (r *htmlReader) layout(a atom.Atom) {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Table, atom.Pre:
		r.gap = r.gap || len(r.body.lines) > 0
		if a == atom.Pre {
			r.pres++
			r.preformat++
		}
	case atom.Hr:
		r.ruled = true
	case atom.Ul:
		r.lists = append(r.lists, -1)
	case atom.Ol:
		r.lists = append(r.lists, 0)
	case atom.Li:
		r.listItem()
	}
}

func (r *htmlReader) end(name string) {
	if r.skip != "" {
		if name == r.skip {
			if r.skipDepth--; r.skipDepth == 0 {
				r.skip = ""
			}
		}
		return
	}
	a := atom.Lookup([]byte(name))
	if ownLine[a] {
		r.endLine()
	}
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Table, atom.Pre:
		r.gap = len(r.body.lines) > 0
		if a == atom.Pre {
			if r.pres > 0 {
				r.pres--
				r.preformat--
			}
		}
	case atom.Ul, atom.Ol:
		if n := len(r.lists); n > 0 {
			r.lists = r.lists[:n-1]
		}
	}
	r.leave(name)
}

// enter puts an element on the stack and notes what a known program means by it.
func (r *htmlReader) enter(name string, a atom.Atom, attr attributes, selfClosing bool) {
	role := roleOf(a, attr)
	if a != atom.Td && a != atom.Th && a != atom.Tr && bordered(attr["style"]) {
		r.ruled = true
	}
	switch role {
	case beginsRest:
		r.endLine()
		r.rest = true
	case isIntro:
		r.endLine()
		r.intro = true
	}
	if selfClosing || !tracked[a] {
		return
	}
	if len(r.stack) >= maxOpen {
		r.overflow[name]++
		return
	}
	switch role {
	case isQuote, isOwnQuote, isSignature, isFrame:
		r.endLine()
	}
	pre := preformatted(attr["style"])
	if pre {
		r.preformat++
	}
	r.stack = append(r.stack, element{name, role, pre})
	r.open[name]++
	r.count(role, 1)
	if role == isFrame && r.frames == 1 {
		r.frame = append(r.frame, frame{from: len(r.body.lines)})
	}
}

func (r *htmlReader) count(role elementRole, n int) {
	switch role {
	case isQuote:
		r.depth += n
		r.cited += n
	case isPlainQuote:
		r.depth += n
	case isOwnQuote:
		r.depth += n
		r.own += n
	case isSignature:
		r.signed += n
	case isFrame:
		r.frames += n
	}
}

// leave takes elements off the stack up to the one that an end tag closes. A
// table closes what was left open in it and keeps what is outside open.
func (r *htmlReader) leave(name string) {
	if r.overflow[name] > 0 {
		r.overflow[name]--
		return
	}
	if r.open[name] == 0 {
		return
	}
	for i := len(r.stack) - 1; i >= 0; i-- {
		if r.stack[i].name == name {
			r.closeTo(i)
			return
		}
		if r.stack[i].name == "table" || name == "span" && r.stack[i].name != "span" {
			return
		}
	}
}

func (r *htmlReader) closeTo(i int) {
	for n := len(r.stack) - 1; n >= i; n-- {
		e := r.stack[n]
		if e.role != noRole {
			r.endLine()
		}
		if e.pre {
			r.preformat--
		}
		r.open[e.name]--
		r.count(e.role, -1)
		switch {
		case e.role == isIntro:
			r.intro = false
		case e.role == isFrame && r.frames == 0:
			r.frame[len(r.frame)-1].to = len(r.body.lines)
		}
	}
	r.stack = r.stack[:i]
}
