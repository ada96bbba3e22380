package letter

import (
	"bytes"
	"slices"
	"strings"
)

// node is an entity of the MIME tree: a multipart with children, or a leaf.
type node struct {
	header      Header
	media       mediaType
	disposition mediaType
	encoding    string
	body        []byte // a leaf's, encoded; a multipart's preamble
	children    []*node
	parent      *node
	unclosed    bool
}

func (n *node) isMultipart() bool { return strings.HasPrefix(n.media.value, "multipart/") }

// frame is a multipart whose end, or that of the one around it, has not been seen.
type frame struct {
	node    *node
	marks   []string // its delimiter lines, as keys of walker.marks
	guessed bool
	closed  bool // its closing delimiter came; what its delimiter begins after that is a part of it all the same
}

// mark says what a delimiter line means to the frame at that depth.
type mark struct {
	depth   int
	closing bool
}

// walker finds the structure in one pass. Invariants: open is the path from the
// root to the innermost multipart; marks holds exactly the delimiters of open, for
// each line those of the innermost frame last; current is the node whose body or
// preamble started at start, nil in an epilogue.
type walker struct {
	raw      []byte
	limits   Limits
	notes    *notes
	exceeded []Limit

	open    []frame
	marks   map[string][]mark
	current *node
	start   int
	parts   int
}

// walk reads the tree below root, whose header has been read and whose body starts
// at pos.
func (w *walker) walk(root *node, pos int) {
	w.marks = map[string][]mark{}
	w.begin(root, pos)
	for len(w.open) > 0 && len(w.exceeded) == 0 {
		start, ok := w.nextDashes(pos)
		if !ok {
			break
		}
		line, next := cutLine(w.raw, start)
		pos = next
		if m, ok := w.lookup(line, next); ok {
			pos = w.cross(m, start, next)
		}
	}
	w.end(len(w.raw))
	for _, f := range w.open {
		if !f.closed {
			w.notes.add(NoteUnclosed)
			f.node.unclosed = true
		}
	}
}

// nextDashes finds the next line that starts with "--", from pos, which is the
// start of a line.
func (w *walker) nextDashes(pos int) (start int, ok bool) {
	if bytes.HasPrefix(w.raw[pos:], []byte("--")) {
		return pos, true
	}
	at := bytes.Index(w.raw[pos:], []byte("\n--"))
	return pos + at + 1, at >= 0
}

// lookup tells whether line is a delimiter of an open multipart; the whole line
// must be (a boundary may be the start of another), but for white space after it.
func (w *walker) lookup(line []byte, next int) (mark, bool) {
	line = bytes.TrimRight(line, " \t")
	if found := w.marks[string(line)]; len(found) > 0 {
		return w.innermost(found), true
	}
	return w.guess(line, next)
}

// innermost is the mark of the innermost frame that is not closed, if there is one.
func (w *walker) innermost(found []mark) mark {
	for _, m := range slices.Backward(found) {
		if !w.open[m.depth].closed {
			return m
		}
	}
	return found[len(found)-1]
}

// guess takes an undeclared delimiter of the innermost multipart, when that has
// seen none of its own and a part's header follows: the boundary was missing,
// mangled, or belongs to a letter this one was made from.
func (w *walker) guess(line []byte, next int) (mark, bool) {
	const longest = 200
	top := &w.open[len(w.open)-1]
	if w.current != top.node || len(top.node.children) > 0 || top.guessed || len(line) < 3 || len(line) > longest {
		return mark{}, false
	}
	after, _ := cutLine(w.raw, next)
	if !strings.HasPrefix(strings.ToLower(fieldName(after)), "content-") {
		return mark{}, false
	}
	top.guessed = true
	w.notes.add(NoteGuessedBoundary)
	w.declare(len(w.open)-1, string(line))
	return mark{depth: len(w.open) - 1}, true
}

// declare adds a delimiter and its closing form.
func (w *walker) declare(depth int, delimiter string) {
	f := &w.open[depth]
	for _, m := range []mark{{depth, false}, {depth, true}} {
		key := delimiter
		if m.closing {
			key += "--"
		}
		f.marks = append(f.marks, key)
		w.marks[key] = append(w.marks[key], m)
	}
}

// cross ends what the delimiter at pos ends and begins what it begins. It returns
// where to read on.
func (w *walker) cross(m mark, pos, next int) int {
	w.end(pos)
	for len(w.open) > m.depth+1 {
		w.pop()
	}
	w.open[m.depth].closed = m.closing
	if m.closing {
		return next
	}
	return w.part(w.open[m.depth].node, next)
}

func (w *walker) pop() {
	f := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	if !f.closed {
		w.notes.add(NoteUnclosed)
	}
	for _, key := range f.marks {
		if rest := w.marks[key][:len(w.marks[key])-1]; len(rest) > 0 {
			w.marks[key] = rest
		} else {
			delete(w.marks, key)
		}
	}
}

// part reads the header of a new part at pos.
func (w *walker) part(parent *node, pos int) int {
	r := headerReader{
		raw: w.raw, pos: pos, notes: w.notes,
		maxBytes: w.limits.PartBytes, maxFields: w.limits.HeaderFields,
		delimiter: func(line []byte) bool {
			return bytes.HasPrefix(line, []byte("--")) && len(w.marks[string(bytes.TrimRight(line, " \t"))]) > 0
		},
	}
	r.read()
	if r.exceeded != "" {
		w.notes.add(NotePartHeaderLong) // the rest of it is taken for the body
	}
	n := newNode(r.fields, parent, w.notes)
	parent.children = append(parent.children, n)
	w.begin(n, r.pos)
	return r.pos
}

// begin starts n's body, or its preamble, at pos.
func (w *walker) begin(n *node, pos int) {
	w.current, w.start = n, pos
	w.parts++
	switch {
	case w.parts > w.limits.Parts:
		w.exceeded = append(w.exceeded, LimitParts)
	case !n.isMultipart():
	case len(w.open) == w.limits.Depth:
		w.exceeded = append(w.exceeded, LimitDepth)
	default:
		w.open = append(w.open, frame{node: n})
		boundary := strings.TrimRight(n.media.params["boundary"], " \t")
		if boundary == "" {
			w.notes.add(NoteNoBoundary)
			return
		}
		w.declare(len(w.open)-1, "--"+boundary)
	}
}

// end gives the current node what lies between its start and pos. The line break
// before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1).
func (w *walker) end(pos int) {
	if w.current == nil {
		return
	}
	body := w.raw[w.start:max(pos, w.start)]
	if pos < len(w.raw) {
		body = bytes.TrimSuffix(bytes.TrimSuffix(body, []byte("\n")), []byte("\r"))
	}
	w.current.body = body
	w.current = nil
}

// newNode reads what the header says of a part.
func newNode(h Header, parent *node, n *notes) *node {
	p := &node{header: h, parent: parent}
	if h.Count("Content-Type") > 1 {
		n.add(NoteContentTypes)
	}
	p.media = parseMediaType(h.Get("Content-Type"), "")
	p.disposition = parseMediaType(h.Get("Content-Disposition"), "")
	var known bool
	if p.encoding, known = transferEncoding(h.Get("Content-Transfer-Encoding")); !known {
		n.add(NoteEncoding)
	}
	p.media.value = mediaValue(p, n)
	return p
}

// mediaValue completes or replaces what is no type and subtype.
func mediaValue(p *node, n *notes) string {
	value := p.media.value
	kind, subtype, ok := strings.Cut(value, "/")
	if ok && isToken([]byte(kind)) && isToken([]byte(subtype)) && subtype != "*" {
		return value
	}
	if p.header.Has("Content-Type") {
		n.add(NoteContentType)
	}
	switch {
	case value == "" && p.parent != nil && p.parent.media.value == "multipart/digest":
		return "message/rfc822"
	case value == "" || kind == "text" || value == "plain":
		return "text/plain"
	case value == "html":
		return "text/html"
	case kind == "multipart":
		return "multipart/mixed"
	}
	return "application/octet-stream"
}
