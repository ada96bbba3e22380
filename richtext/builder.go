package richtext

import "bytes"

// builder grows a document from tokens. At any time text goes to one place: the
// last line of the open paragraph, which is made when it is needed.
type builder struct {
	root     *block
	stack    []*block      // containers from the outermost in; at most maxDepth
	overflow [kinds]int    // containers not opened because the stack was full
	para     *block        // open paragraph, heading or preformatted text, or nil
	newline  bool          // the next text starts a line of para
	depth    [code + 1]int // how often each mark is open
	href     string
	mention  *mention

	space      bool // white space came; it counts once, and only between words
	spaceStyle style
	cell       bool // a table's cell began

	skip      string // the element whose content is being passed over
	skipDepth int
}

const kinds = int(listItem) + 1

func (b *builder) finish() *document {
	b.endMention()
	b.endParagraph()
	doc := &document{blocks: prune(b.root.blocks)}
	doc.trim()
	return doc
}

func (b *builder) open(k kind) {
	b.endMention()
	b.endParagraph()
	switch {
	case !k.isContainer():
		b.startParagraph(k)
	case k == listItem:
		b.openItem()
	default:
		b.needItem()
		b.push(k)
	}
}

func (b *builder) close(k kind) {
	b.endMention()
	b.endParagraph()
	if !k.isContainer() {
		return
	}
	if b.overflow[k] > 0 {
		b.overflow[k]--
		return
	}
	for i := len(b.stack) - 1; i >= 0; i-- {
		if b.stack[i].kind == k {
			b.stack = b.stack[:i]
			return
		}
		if k == listItem && b.stack[i].kind.isList() {
			return
		}
	}
}

// openItem makes a list where an item stands alone.
func (b *builder) openItem() {
	b.closeItem()
	if !b.top().kind.isList() {
		b.push(bulletList)
	}
	if !b.top().kind.isList() { // no room for the list
		b.overflow[listItem]++
		return
	}
	b.push(listItem)
}

// closeItem ends the item that a new one follows.
func (b *builder) closeItem() {
	for i := len(b.stack) - 1; i >= 0 && !b.stack[i].kind.isList(); i-- {
		if b.stack[i].kind == listItem {
			b.stack = b.stack[:i]
			return
		}
	}
}

func (b *builder) top() *block {
	if len(b.stack) == 0 {
		return b.root
	}
	return b.stack[len(b.stack)-1]
}

func (b *builder) push(k kind) {
	limit := maxDepth
	if k.isList() {
		limit-- // room for its items
	}
	if len(b.stack) >= limit {
		b.overflow[k]++
		return
	}
	top := b.top()
	child := &block{kind: k}
	top.blocks = append(top.blocks, child)
	b.stack = append(b.stack, child)
}

// needItem makes a list ready to take what only an item can hold: its last item
// goes on, as browsers show it.
func (b *builder) needItem() {
	top := b.top()
	if !top.kind.isList() {
		return
	}
	if n := len(top.blocks); n > 0 {
		b.stack = append(b.stack, top.blocks[n-1])
		return
	}
	b.push(listItem)
}

func (b *builder) startParagraph(k kind) {
	b.needItem()
	b.para = &block{kind: k}
	b.newline, b.space, b.cell = true, false, false
	top := b.top()
	top.blocks = append(top.blocks, b.para)
}

func (b *builder) endParagraph() {
	if b.para == nil {
		return
	}
	b.para.trim()
	b.para.code = bytes.Trim(b.para.code, "\n")
	b.para, b.space, b.cell = nil, false, false
}

// breakLine is <br>: it ends a line even where nothing is on it.
func (b *builder) breakLine() {
	b.endMention()
	if b.para == nil {
		b.startParagraph(paragraph)
	}
	if b.para.kind == preformatted {
		b.para.code = append(b.para.code, '\n')
		return
	}
	if b.newline {
		b.para.lines = append(b.para.lines, nil)
	}
	b.newline, b.space, b.cell = true, false, false
}

// endLine is the edge of a <div>: it ends a line only where there is one.
func (b *builder) endLine() {
	b.endMention()
	b.space, b.cell = false, false
	if b.para == nil || b.newline {
		return
	}
	if b.para.kind != preformatted {
		b.newline = true
		return
	}
	if n := len(b.para.code); n > 0 && b.para.code[n-1] != '\n' {
		b.para.code = append(b.para.code, '\n')
	}
}

func (b *builder) style() style {
	s := style{href: b.href}
	for m := strong; m <= code; m <<= 1 {
		if b.depth[m] > 0 {
			s.marks |= m
		}
	}
	return s
}
