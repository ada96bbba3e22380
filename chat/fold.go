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
		if c := w.text[w.from]; c < utf8.RuneSelf && ascii[c] == 0 {
			w.from++
			continue
		}
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
		if c := w.text[w.to]; c < utf8.RuneSelf {
			if size = 1; alone || ascii[c] == 0 {
				return
			}
			if len(w.folded)+utf8.UTFMax <= maxWord {
				w.folded = append(w.folded, ascii[c])
			}
			continue
		}
		r, size = utf8.DecodeRuneInString(w.text[w.to:])
		if !inWord(r) || (alone || unspaced(r)) && !unicode.IsMark(r) {
			return
		}
		if len(w.folded)+utf8.UTFMax <= maxWord {
			w.folded = appendFolded(w.folded, r)
		}
	}
}

// ascii are the letters and digits of ASCII, folded; zero: what is neither.
var ascii = asciiTable()

func asciiTable() (table [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case 'A' <= c && c <= 'Z':
			table[c] = c + 'a' - 'A'
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			table[c] = c
		}
	}
	return table
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return ascii[r] != 0
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

func unspaced(r rune) bool {
	return r > 0xE00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func appendFolded(b []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(b, ascii[r])
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
		s.has = make(map[string]bool, min(len(text)/8, most))
		s.text.Grow(len(text))
	}
	for w := (words{text: text}); s.count < most && w.next(); {
		if !s.has[mark+string(w.folded)] { // looked up without an allocation
			s.write(mark, string(w.folded))
		}
	}
}

func (s *wordSet) put(word string) {
	if !s.has[word] {
		s.write("", word)
	}
}

// write adds a word that is not there yet. What remembers it is the text itself.
func (s *wordSet) write(mark, word string) {
	s.count++
	s.text.WriteByte(' ')
	from := s.text.Len()
	s.text.WriteString(mark)
	s.text.WriteString(word)
	s.has[s.text.String()[from:]] = true
}
