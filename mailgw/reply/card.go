package reply

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// card is a visiting card without a delimiter: the last paragraphs, each with
// contact data, a name on top, at least three lines of data in all. A line above
// that ends with a colon announces the data, and then it is what was asked for.
func (b *body) card(from, end int) int {
	start, items := end, 0
	for at := end; at > max(from, end-maxCard); {
		top, n := b.cardParagraph(from, at)
		if n == 0 {
			break
		}
		if items += n; items >= 3 && isCardName(b.words(top)) {
			start = top
		}
		for at = top; at > from && b.lines[at-1].blank; {
			at--
		}
	}
	above, _ := b.above(from, start)
	if start == end || above < 0 || b.announces(above) || b.isElses(start, end) {
		return end
	}
	return start
}

// isElses reports whether nothing in lines [from, to) is of the author's name or address.
func (b *body) isElses(from, to int) bool {
	lines := strings.ToLower(b.text[b.lines[from].start:b.lines[to-1].end])
	at := strings.LastIndexByte(b.sender, '.') // what follows is a top-level domain
	for word := range strings.FieldsFuncSeq(strings.ToLower(b.sender[:max(at, 0)]), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if utf8.RuneCountInString(word) > 2 && strings.Contains(lines, word) {
			return false
		}
	}
	return at > 0
}

// maxCard is more lines than a card has.
const maxCard = 40

// cardParagraph gives the first line of the paragraph that ends before end, and
// how many of its lines are contact data; 0 when it is no part of a card.
func (b *body) cardParagraph(from, end int) (top, items int) {
	picture := false
	for top = end; top > from && !b.lines[top-1].blank; top-- {
		k := b.lines[top-1].key
		if k == "" || len(k) > 120 || strings.HasSuffix(k, ":") || isSentence(k) || end-top > 15 {
			return top, 0
		}
		for part := range strings.SplitSeq(k, "|") {
			if isContactData(part) {
				items++
			}
		}
		picture = picture || strings.HasPrefix(k, "[image:") || strings.HasPrefix(k, "[cid:")
	}
	if items == 0 && picture {
		items = 1
	}
	return top, items
}

func isSentence(k string) bool {
	return len(strings.Fields(k)) > 5 && strings.HasSuffix(k, ".") || strings.HasSuffix(k, "?") || strings.HasSuffix(k, "!")
}

// contactData is a mail or web address, a number to call, a number that follows a
// label (bank, tax, register), or a postcode with its place.
var contactData = regexp.MustCompile(`\S@\S+\.\S|https?://|www\.|` +
	`(?:^|[^\d/.])\+?\(?\d[\d ()-]{5,}\d(?:\D|$)|` +
	`^[\pL .]{2,20}:? {1,}[a-z]{0,4}[\d][\d a-z.]{6,}$|` +
	`\b\d{4,5} ?[a-z]{0,2} [\pL-]{3,}`)

func isContactData(k string) bool { return contactData.MatchString(k) || containsWords(k, registered) }

// registered is what the law has companies write under their letters.
var registered = keys(
	"geschäftsführer|geschäftsführerin|geschäftsführung|geschäftsleitung|amtsgericht|handelsregister|registergericht|sitz der gesellschaft|aufsichtsrat|vorstand|haftende gesellschafterin|ust-idnr|ust-id|ust-idnr.|hrb|hra|steuernummer|firmenbuch|firmenbuchnummer",
	"registered in|registered office|company no|company number|vat no|vat number|siret|siren|rcs|capital social|tva|p.iva|p. iva|partita iva|kvk|btw|org.nr|org nr|cvr|y-tunnus|nip|regon|krs|ičo|dič|adószám|cégjegyzékszám|cui|oib|matična številka|егрпоу|инн|огрн",
)

// isCardName reports whether a card may begin with this line: a name, perhaps
// with a title beside it.
func isCardName(s string) bool {
	name, _, _ := strings.Cut(s, "|")
	name, _, _ = strings.Cut(name, ",")
	return isName(name, 5)
}
