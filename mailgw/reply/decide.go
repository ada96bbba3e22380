package reply

// decide says of each line what it is.
func decide(b *body, opts Options) []Kind {
	d := &decision{body: b, kinds: make([]Kind, len(b.lines))}
	if isForwardSubject(opts.Subject) {
		return d.kinds
	}
	d.blocks = newScanner(b).blocks()
	d.foldSignatures()
	d.last = d.lastWords()
	kept := d.firstInterleaved()
	for i, q := range d.blocks {
		if q.kind == rest || q.kind == quoted && !d.stays(i, kept) {
			d.mark(q.from, q.to, Quote)
		}
	}
	return d.kinds
}

// decision is the state of decide.
type decision struct {
	body   *body
	blocks []block
	kinds  []Kind
	last   int // the last block with words of the person; -1 when there is none
}

func (d *decision) mark(from, to int, k Kind) {
	for i := from; i < to; i++ {
		d.kinds[i] = k
	}
}

// speaks reports whether the person wrote anything in a block.
func (d *decision) speaks(q block) bool {
	for i := q.from; i < q.to; i++ {
		if d.kinds[i] == Written && !d.body.lines[i].blank {
			return true
		}
	}
	return false
}

// foldSignatures folds what programs marked as signature, and peels the words
// that end the letter or stand above a quote that a program made.
func (d *decision) foldSignatures() {
	for i := range d.body.lines {
		if d.body.lines[i].signed {
			d.kinds[i] = Signature
		}
	}
	ends := true // only quotes and signatures follow
	for i := len(d.blocks) - 1; i >= 0; i-- {
		q := d.blocks[i]
		switch {
		case q.kind == forwarded:
			d.mark(q.from, q.to, Written)
			ends = false
			if i > 0 && d.blocks[i-1].kind == words {
				i-- // what stands above it stays with it
			}
		case q.kind == words && (ends || d.blocks[i+1].introduced):
			d.mark(d.body.signature(q.from, q.to, d.kinds), q.to, Signature)
			ends = ends && !d.speaks(q)
		case q.kind == words:
			ends = false
		}
	}
}

func (d *decision) lastWords() int {
	for i := len(d.blocks) - 1; i >= 0; i-- {
		if k := d.blocks[i].kind; k == forwarded || k == words && d.speaks(d.blocks[i]) {
			return i
		}
	}
	return -1
}

// firstInterleaved gives the first quote that goes on after words of the person,
// without being introduced again: they answered inside it.
func (d *decision) firstInterleaved() int {
	open, spoke := -1, false
	for i, q := range d.blocks {
		switch {
		case q.kind == words && open >= 0:
			spoke = spoke || d.speaks(q)
		case q.kind == quoted && q.introduced:
			open, spoke = i, false
		case q.kind == quoted && !q.own && open >= 0 && spoke:
			return open
		}
	}
	return len(d.blocks)
}

// stays reports whether quote i is shown in its place.
func (d *decision) stays(i, interleaved int) bool {
	q := d.blocks[i]
	switch {
	case q.own, !q.introduced && !q.cited && d.introducedAfter(i):
		return true
	case i > d.last:
		return false
	case i >= interleaved:
		return true
	case q.introduced:
		return false
	}
	return !d.alone(i)
}

// introducedAfter reports whether the mail answered is quoted further down. What
// is quoted above it without an introduction was set by the person.
func (d *decision) introducedAfter(i int) bool {
	for _, q := range d.blocks[i+1:] {
		if q.introduced {
			return true
		}
	}
	return false
}

// alone reports whether quote i, which nothing introduces, is the only one of a
// letter in HTML: then a program made it. In text, and where the mail answered is
// quoted as well, the person set it.
func (d *decision) alone(i int) bool {
	if d.body.html == "" {
		return false
	}
	for j, q := range d.blocks {
		if j != i && q.kind != words {
			return false
		}
	}
	return true
}
