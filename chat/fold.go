package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// folds are letters that are searched as others: without their accents, and ligatures as what they join. It is NFKD with the marks dropped (Unicode 15, UAX
// #15), of Latin and Greek letters in lower case, and what people type who do not have a letter on their keyboard. The databases each fold in a way of their
// own, so it is done here.
var folds = foldTable([][2]string{
	{"a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"}, {"ae", "ǣǽæ"}, {"b", "ḃḅḇ"}, {"c", "çćĉċčḉ"}, {"d", "ďḋḍḏḑḓđð"}, {"dz", "ǆǳ"},
	{"e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"}, {"f", "ḟƒ"}, {"g", "ĝğġģǧǵḡ"}, {"h", "ĥȟḣḥḧḩḫẖħ"}, {"i", "ìíîïĩīĭįǐȉȋḭḯỉịı"}, {"ij", "ĳ"},
	{"j", "ĵǰ"}, {"k", "ķǩḱḳḵ"}, {"l", "ĺļľḷḹḻḽłŀ"}, {"lj", "ǉ"}, {"m", "ḿṁṃ"}, {"n", "ñńņňǹṅṇṉṋŋŉ"}, {"nj", "ǌ"},
	{"o", "òóôõöōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợø"}, {"oe", "œ"}, {"p", "ṕṗ"}, {"r", "ŕŗřȑȓṙṛṝṟ"}, {"s", "śŝşšșṡṣṥṧṩſẛ"},
	{"ss", "ß"}, {"t", "ţťțṫṭṯṱẗŧ"}, {"th", "þ"}, {"u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"}, {"v", "ṽṿ"}, {"w", "ŵẁẃẅẇẉẘ"},
	{"x", "ẋẍ"}, {"y", "ýÿŷȳẏẙỳỵỷỹ"}, {"z", "źżžẑẓẕ"},
	{"α", "άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ"}, {"β", "ϐ"}, {"ε", "έϵἐἑἒἓἔἕὲέ"}, {"η", "ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ"}, {"θ", "ϑ"},
	{"ι", "ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ"}, {"κ", "ϰ"}, {"ο", "όὀὁὂὃὄὅὸό"}, {"π", "ϖ"}, {"ρ", "ϱῤῥ"}, {"σ", "ϲς"},
	{"υ", "ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ"}, {"φ", "ϕ"}, {"ω", "ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ"}, {"е", "ё"},
})

func foldTable(rows [][2]string) map[rune]string {
	table := map[rune]string{}
	for _, row := range rows {
		for _, r := range row[1] {
			table[r] = row[0]
		}
	}
	return table
}

// maxWord bounds a word, in folded bytes: what is longer is searched by its beginning.
const maxWord = 48

// words goes through the words of a text: runs of letters, digits and the marks upon them; of the scripts that are written without spaces each
// letter is a word.
type words struct {
	text     string
	from, to int    // of the word at hand, in bytes of the text
	folded   []byte // the word as it is searched
}

// next goes to the next word; false: there is none.
func (w *words) next() bool {
	for w.from = w.to; w.from < len(w.text); {
		r, size := utf8.DecodeRuneInString(w.text[w.from:])
		if inWord(r) && !unicode.IsMark(r) {
			w.read(r, size)
			return true
		}
		w.from += size
	}
	w.to = w.from
	return false
}

// read takes the word that begins with the letter.
func (w *words) read(r rune, size int) {
	w.to, w.folded = w.from+size, appendFolded(w.folded[:0], r)
	for alone := unspaced(r); w.to < len(w.text); w.to += size {
		r, size = utf8.DecodeRuneInString(w.text[w.to:])
		if !inWord(r) || (alone || unspaced(r)) && !unicode.IsMark(r) {
			return
		}
		if len(w.folded)+utf8.UTFMax <= maxWord {
			w.folded = appendFolded(w.folded, r)
		}
	}
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

func unspaced(r rune) bool {
	return r > 0xE00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func appendFolded(b []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(b, byte(r))
	}
	if unicode.Is(unicode.Mn, r) {
		return b
	}
	r = unicode.ToLower(r)
	if to, ok := folds[r]; ok {
		return append(b, to...)
	}
	return utf8.AppendRune(b, r)
}

// wordSet collects words, each once, in the order they come.
type wordSet struct {
	has   map[string]bool
	text  strings.Builder // " one two three"
	count int
}

// add adds the words of a text behind a mark that says what they are of, at most so many in all.
func (s *wordSet) add(mark, text string, most int) {
	if s.has == nil {
		s.has = map[string]bool{}
	}
	for w := (words{text: text}); s.count < most && w.next(); {
		if mark == "" && s.has[string(w.folded)] { // looked up without an allocation
			continue
		}
		s.put(mark + string(w.folded))
	}
}

func (s *wordSet) put(word string) {
	if !s.has[word] {
		s.has[word] = true
		s.count++
		s.text.WriteByte(' ')
		s.text.WriteString(word)
	}
}
