package richtext

// document is formatted text as Postern knows it. What it cannot express
// cannot come out of this package.
type document struct {
	blocks []*block
}

type kind uint8

const (
	paragraph kind = iota
	heading1
	heading2
	heading3
	preformatted
	quote
	bulletList
	orderedList
	listItem
)

var kindTags = [...]string{
	paragraph: "p", heading1: "h1", heading2: "h2", heading3: "h3", preformatted: "pre",
	quote: "blockquote", bulletList: "ul", orderedList: "ol", listItem: "li",
}

// isContainer tells blocks that hold blocks from those that hold lines. Lists
// hold only items, items and quotes hold anything but items.
func (k kind) isContainer() bool { return k >= quote }

func (k kind) isList() bool { return k == bulletList || k == orderedList }

// block holds blocks when its kind is a container, code when it is
// preformatted, else lines.
type block struct {
	kind   kind
	blocks []*block
	lines  []line
	code   []byte
}

// line is what stands between two line breaks.
type line []run

// run is text in one style. Neighbours in a line differ in style, but for
// mentions, which never merge.
type run struct {
	text []byte
	style
}

type style struct {
	marks   marks
	href    string
	mention string // the user's id; the text is the name shown
}

// marks is a set; its order of bits is the order of nesting in the output.
type marks uint8

const (
	strong marks = 1 << iota
	emphasis
	underline
	strike
	code
)

var markTags = [...]string{"strong", "em", "u", "s", "code"}

// trim empties lines on which nothing shows, and drops the empty ones at both ends
// of a paragraph.
func (b *block) trim() {
	for i := range b.lines {
		if !b.lines[i].shows() {
			b.lines[i] = nil
		}
	}
	for len(b.lines) > 0 && len(b.lines[0]) == 0 {
		b.lines = b.lines[1:]
	}
	for n := len(b.lines); n > 0 && len(b.lines[n-1]) == 0; n = len(b.lines) {
		b.lines = b.lines[:n-1]
	}
}

func (l line) shows() bool {
	for _, r := range l {
		if visible(r.text) {
			return true
		}
	}
	return false
}

func (b *block) isEmpty() bool {
	return !b.kind.isContainer() && len(b.lines) == 0 && len(b.code) == 0
}

// trim drops empty paragraphs before the first and after the last words.
func (d *document) trim() {
	for len(d.blocks) > 0 && d.blocks[0].isEmpty() {
		d.blocks = d.blocks[1:]
	}
	for n := len(d.blocks); n > 0 && d.blocks[n-1].isEmpty(); n = len(d.blocks) {
		d.blocks = d.blocks[:n-1]
	}
}

// prune drops lists and quotes that hold nothing; an empty item stays, with its
// marker.
func prune(list []*block) []*block {
	kept := list[:0]
	for _, b := range list {
		b.blocks = prune(b.blocks)
		if b.kind.isContainer() && b.kind != listItem && len(b.blocks) == 0 {
			continue
		}
		kept = append(kept, b)
	}
	return kept
}
