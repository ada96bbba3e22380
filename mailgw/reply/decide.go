package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// decide says of each line what it is.
func decide(b *body, opts Options) []Kind {
	d := &decision{body: b, kinds: make([]Kind, len(b.lines))}
	if isForwardSubject(opts.Subject) {
		return d.kinds
	}
	d.blocks = newScanner(b).blocks()
	d.foldSignatures()
	d.last = d.lastBlock(func(q block) bool { return q.kind == forwarded || q.kind == words && d.speaks(q) })
	d.intro = d.lastBlock(func(q block) bool { return q.introduced })
	interleaved := d.firstInterleaved()
	for i, q := range d.blocks {
		if q.kind == rest && !d.answersInside() || q.kind == quoted && !d.stays(i, interleaved) {
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
	intro  int // the last quote with an introduction; -1 when there is none
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

func (d *decision) lastBlock(is func(block) bool) int {
	for i := len(d.blocks) - 1; i >= 0; i-- {
		if is(d.blocks[i]) {
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
	loose := !q.introduced && !q.cited
	switch {
	case q.own:
		return true
	case loose && (i < d.intro || d.announced(q)):
		return true // the person set it, above what their program quotes
	case i > d.last:
		return false
	case i >= interleaved:
		return true
	}
	return loose && !d.alone(i)
}

// answersInside reports whether the person says that their answers stand in the
// mail below, which carries no quote marks to tell them apart.
func (d *decision) answersInside() bool {
	said, size := false, 0
	for i := range d.body.lines {
		l := &d.body.lines[i]
		if d.kinds[i] != Written || d.inRest(i) {
			continue
		}
		said = said || containsWords(l.key, seeBelow)
		size += l.end - l.start
	}
	return said && size < 600
}

// containsWords is containsAny for whole words.
func containsWords(k string, list []string) bool {
	for _, w := range list {
		if i := strings.Index(k, w); i >= 0 && !isLetterAt(k[:i], false) && !isLetterAt(k[i+len(w):], true) {
			return true
		}
	}
	return false
}

func isLetterAt(s string, first bool) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	if first {
		r, _ = utf8.DecodeRuneInString(s)
	}
	return unicode.IsLetter(r)
}

func (d *decision) inRest(i int) bool {
	last := d.blocks[len(d.blocks)-1]
	return last.kind == rest && i >= last.from
}

// seeBelow are the ways to say so.
var seeBelow = keys(
	"answers are below|comments are below|replies are below|responses are below|responses below|remarks below|below, marked|marked below|in bold|in italics|in yellow|highlighted|in between|my comments in|my answers in|im text unten|unten im text|direkt im text|im text beantwortet|weiter unten|darunter|in grün|in fett|fett markiert|gelb markiert|kursiv|in großbuchstaben",
	"en gras|en vert|en italique|en majuscules|réponses dans|en negrita|en verde|en mayúsculas|entre líneas|abajo en|in verde|in grassetto|in maiuscolo|nel testo|em azul|em verde|em negrito|no texto abaixo|in het blauw|in het groen|tussen de regels|i blått|i grönt|i texten|i blåt|i blått|i grønt|i teksten|punaisella|sinisellä|tekstissä alla|na niebiesko|na zielono|w tekście|modře|zeleně|v textu|modro|červeno|kékkel|zölddel|mai jos|cu roșu|cu albastru",
	"синим|зелёным|зеленым|синім|зеленим|нижче|нижче в тексті|по-долу|в червено|u nastavku|crvenom|crveno|spodaj|z rdečo|παρακάτω|με κόκκινο|με μπλε|aşağıda|kırmızı ile|kırmızıyla|mavi ile|allpool|punasega|zemāk|sarkanā krāsā|žemiau|raudonai|בהמשך|באדום|בכחול|أدناه|بالأحمر|بالأزرق|در زیر|با رنگ قرمز|नीचे|लाल रंग|ด้านล่าง|ตัวสีแดง|bên dưới|màu đỏ|di bawah|warna merah|见下|如下|以下|红字|红色|蓝色|見下|紅字|紅色|下記|赤字|インライン|아래에|빨간",
	"see below|answers below|comments below|answer below|reply below|replies below|inline|in-line|in red|in blue|in green|in capitals|siehe unten|s.u|s. u|antworten unten|in rot|in blau|zwischen den zeilen",
	"voir ci-dessous|ci-dessous|en rouge|en bleu|dans le texte|más abajo|ver abajo|en rojo|en azul|vedi sotto|qui sotto|in rosso|in blu|ver abaixo|em vermelho|em azul|zie onder|zie hieronder|hieronder|in het rood|se nedan|i rött|se nedenfor|med rødt|ks. alla|poniżej|na czerwono|см. ниже|ниже в тексте|красным|червоним|viz níže|červeně|lásd alább|pirossal",
)

// announced reports whether the line above a short quote ends with a colon: "Run
// this:".
func (d *decision) announced(q block) bool {
	above, _ := d.body.above(0, q.from)
	return above >= 0 && q.to-q.from <= 12 && d.body.lines[above].depth == 0 && d.body.announces(above)
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
