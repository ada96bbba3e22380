package reply

import (
	"strings"
	"unicode"
)

// signature gives the line of [from, to) where the signature begins, or to. It
// works upwards from the end until nothing more is one.
func (b *body) signature(from, to int, kinds []Kind) int {
	start := b.delimiter(from, to)
	for range maxPeels {
		end := b.lastWordsBefore(from, start, kinds)
		next := start
		for _, peel := range []func(from, end int) int{
			b.mobileLine, b.notice, b.disclaimer, b.listFooter, b.closeDelimiter, b.looseDelimiter, b.dashName, b.closing, b.ruled, b.card,
		} {
			if at := peel(from, end); at < end {
				next = at
				break
			}
		}
		if next == start {
			return start
		}
		start = next
	}
	return start
}

// maxPeels is more pieces than a signature has.
const maxPeels = 32

// lastWordsBefore gives the line after the last one with words in [from, to).
func (b *body) lastWordsBefore(from, to int, kinds []Kind) int {
	for to > from && (b.lines[to-1].blank || kinds[to-1] != Written) {
		to--
	}
	return to
}

// delimiter finds the first "-- " (RFC 3676 section 4.3).
func (b *body) delimiter(from, to int) int {
	for i := from; i < to; i++ {
		if l := strings.TrimRight(b.text[b.lines[i].start:b.lines[i].end], "\n"); l == "-- " || l == "--\u00a0" {
			return i
		}
	}
	return to
}

// looseDelimiter finds a form that "-- " has taken, with lines under it that are
// no prose: the same signs also part the sections of a text.
func (b *body) looseDelimiter(from, end int) int {
	at, count := end, 0
	for i := end - 1; i >= max(from, end-40) && count <= 12; i-- {
		if b.lines[i].blank {
			continue
		}
		switch k := b.lines[i].key; {
		case k == "--" || k == "-" && strings.ContainsAny(b.words(i), "—–") || (k == "---" || k == "__" || k == "___") && i+1 < end && isCardName(b.words(b.below(i, end))):
			at = i
		case k == "" || isProse(k):
			return at
		default:
			count++
		}
	}
	return at
}

// closeDelimiter finds "--" that lost its space on the way: an empty line above,
// and one block of at most five lines right below.
func (b *body) closeDelimiter(from, end int) int {
	for i := end - 2; i > from && end-i <= 6 && !b.lines[i].blank; i-- {
		if b.lines[i].key == "--" && !strings.ContainsAny(b.words(i), "—–") {
			if b.lines[i-1].blank {
				return i
			}
			return end
		}
	}
	return end
}

func isProse(k string) bool {
	n := len(strings.Fields(k))
	return n >= 10 || n > 5 && strings.HasSuffix(k, ".") || strings.HasSuffix(k, "?") || strings.HasSuffix(k, ":")
}

// dashName is "-Ann" or "— Ann Lee" as the last line: a dash and up to three
// words of letters, where no list ends.
func (b *body) dashName(from, end int) int {
	if end-1 < from {
		return end
	}
	name, dashed := afterDash(b.words(end - 1))
	if !dashed || !isName(name, 3) {
		return end
	}
	above, gap := b.above(from, end-1)
	if above < 0 {
		return end
	}
	if _, list := afterDash(b.words(above)); list || b.announces(above) {
		return end
	}
	if item := strings.TrimSpace(name); strings.HasPrefix(name, " ") && (!gap || strings.Contains(item, " ") || answers[strings.Trim(key(item), ".!")]) {
		return end // rather a list of one item
	}
	return end - 1
}

// answers are words that are an answer by themselves.
var answers = set("yes|no|none|agreed|correct|right|done|fine|einverstanden|richtig|erledigt|d'accord|ok|okay|ja|nein|nee|nej|nei|oui|non|si|sí|sì|no|sim|não|tak|nie|ano|áno|ne|igen|nem|da|nu|да|нет|ні|так|не|ναι|όχι|evet|hayır|kyllä|ei|jah|jā|nē|taip|ya|tidak")

func afterDash(s string) (string, bool) {
	for _, dash := range []string{"--", "-", "—", "–", "~"} {
		if name, ok := strings.CutPrefix(s, dash); ok {
			return name, true
		}
	}
	name := strings.TrimLeft(s, "/") // Swedish
	return name, len(name) < len(s) && strings.IndexFunc(name, unicode.IsUpper) == 0
}

// above gives the line with words above line i, and whether empty lines part them.
func (b *body) above(from, i int) (int, bool) {
	for j := i - 1; j >= from; j-- {
		if !b.lines[j].blank {
			return j, j < i-1
		}
	}
	return -1, false
}

// announces reports whether a line ends with the colon of a sentence: what comes
// below it belongs to it.
func (b *body) announces(i int) bool {
	sentence, ok := strings.CutSuffix(b.words(i), ":")
	return ok && strings.IndexFunc(sentence, unicode.IsLetter) == 0
}

// isName reports whether a line may be a person's name, or what stands under
// one: a few short words without a sentence's marks.
func isName(s string, most int) bool {
	s = strings.Trim(s, " *_.,!")
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > most || len(s) > 60 {
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) && !strings.ContainsRune(" .'’-,", r) {
			return false
		}
	}
	return true
}

// closing is a formula ("Kind regards,") with a name under it: at most two lines,
// or some more where contact data is among them.
func (b *body) closing(from, end int) int {
	titles, data := 0, 0
	for i := end - 1; i > from && titles+data <= maxTitles; {
		switch {
		case isFormula(b.lines[i].key):
			if titles <= 2 || data > 0 {
				return i
			}
			return end
		case isTitle(b.words(i)) && !isPlea(b.words(i)):
			titles++
		case len(b.lines[i].key) <= 80 && isContactData(b.lines[i].key) && !isSentence(b.lines[i].key):
			data++
		default:
			return end
		}
		i, _ = b.above(from, i)
	}
	return end
}

// maxTitles is more lines than stand under a closing formula.
const maxTitles = 16

// isTitle reports whether a line may stand under a closing formula: a name, a
// position, a company.
func isTitle(s string) bool {
	return isName(strings.Map(func(r rune) rune {
		if strings.ContainsRune("@&|/+()", r) || unicode.Is(unicode.So, r) {
			return ' '
		}
		return r
	}, s), 5)
}

// isPlea tells what somebody adds below their name from names, positions and companies.
func isPlea(s string) bool {
	words := strings.Fields(s)
	lower := 0
	for _, w := range words {
		if startsLower(w) {
			lower++
		}
	}
	return len(words) > 3 && 2*lower > len(words) || len(words) > 1 && postscripts[strings.Trim(key(words[0]), ".,")]
}

var postscripts = set("ps|p.s|p. s|pps|nb|n.b|pd|p.d|зы|з.ы")

// ruled is a card under a row of dashes: a name first, contact data in it.
func (b *body) ruled(from, end int) int {
	data := 0
	for i := end - 1; i > from && end-i <= 8; i-- {
		k := b.lines[i].key
		switch {
		case isRule(k):
			if below := b.below(i, end); data > 0 && isCardName(b.words(below)) {
				return i
			}
			return end
		case k == "" && !b.lines[i].blank || isSentence(k):
			return end
		case contactData.MatchString(k):
			data++
		}
	}
	return end
}

func (b *body) below(i, end int) int {
	for i++; i < end-1 && b.lines[i].blank; {
		i++
	}
	return i
}

func isFormula(k string) bool {
	if len(k) > 60 || strings.ContainsFunc(k, isDigit) {
		return false
	}
	for part := range strings.SplitSeq(k, "/") { // in two languages
		if !formulas[strings.TrimFunc(part, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) })] {
			return false
		}
	}
	return true
}

// formulas close a letter. Thanks are not among them: they are said to somebody.
var formulas = set(
	"regards|best regards|kind regards|kindest regards|warm regards|warmest regards|with best regards|with kind regards|with regards|best wishes|with best wishes|all the best|sincerely|sincerely yours|yours sincerely|yours faithfully|yours truly|respectfully|respectfully yours|cheers|best|cordially|rgds|brgds|br|kr",
	"mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß|mit freundlichem gruss|freundliche grüße|freundliche grüsse|freundlichen gruß|viele grüße|viele grüsse|beste grüße|beste grüsse|mit besten grüßen|mit besten grüssen|mit vielen grüßen|herzliche grüße|herzliche grüsse|herzlichst|liebe grüße|liebe grüsse|schöne grüße|schöne grüsse|grüße|grüsse|gruß|gruss|mfg|mit freundlichen grüßen aus|lg|vg|hochachtungsvoll",
	"cordialement|bien cordialement|très cordialement|bien à vous|salutations|meilleures salutations|sincères salutations|salutations distinguées|respectueusement|amicalement|bien amicalement|cdt|cdlt|bien à toi",
	"saludos|un saludo|saludos cordiales|un cordial saludo|reciba un cordial saludo|cordialmente|atentamente|muy atentamente|atte|salutacions|salutacions cordials|atentament|agur bero bat|saúdos",
	"cordiali saluti|distinti saluti|saluti|un saluto|un cordiale saluto|i migliori saluti|cari saluti|cordialità",
	"cumprimentos|com os melhores cumprimentos|melhores cumprimentos|os melhores cumprimentos|atenciosamente|atentamente|att|abraço|abraços|um abraço|cordiais saudações|saudações",
	"met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|hartelijke groet|hartelijke groeten|met hartelijke groet|groet|groeten|groetjes|mvg|hoogachtend|vriendelijke groete",
	"med vänlig hälsning|med vänliga hälsningar|vänliga hälsningar|vänlig hälsning|hälsningar|vänligen|mvh|m.v.h|bästa hälsningar|med venlig hilsen|kh|kærlig hilsen|dbh|venlig hilsen|med venlige hilsner|de bedste hilsner|med vennlig hilsen|vennlig hilsen|beste hilsen|hilsen|vh|kveðja|bestu kveðjur|með kveðju",
	"ystävällisin terveisin|terveisin|parhain terveisin|yst. terv|t|lugupidamisega|parimate soovidega|tervitades|ar cieņu|pagarbiai|su pagarba|geriausi linkėjimai",
	"pozdrawiam|pozdrawiam serdecznie|serdecznie pozdrawiam|z poważaniem|pozdrowienia|z wyrazami szacunku|łączę pozdrowienia",
	"s pozdravem|s přátelským pozdravem|hezký den|s úctou|s pozdravom|s priateľským pozdravom|s úctou",
	"üdvözlettel|tisztelettel|üdv|üdvözlettel és tisztelettel|cu stimă|cu respect|cu considerație|toate cele bune|numai bine",
	"с уважением|всего доброго|всего наилучшего|с наилучшими пожеланиями|с почтением|з повагою|з найкращими побажаннями|поздрави|с поздрав|сърдечни поздрави|з павагай|срдачан поздрав|с поштовањем|поздрав|со почит",
	"srdačan pozdrav|lijep pozdrav|pozdrav|s poštovanjem|lp|lep pozdrav|s spoštovanjem",
	"με εκτίμηση|φιλικά|χαιρετισμούς|με φιλικούς χαιρετισμούς|με τιμή|saygılarımla|saygılarımızla|iyi çalışmalar|sevgiler|selamlar|hörmətlə|me respekt",
	"בברכה|בכבוד רב|בברכה רבה|مع التحية|تحياتي|مع أطيب التحيات|مع خالص التحية|وتفضلوا بقبول فائق الاحترام|با احترام|با تشکر و احترام|सादर|ขอแสดงความนับถือ|ด้วยความเคารพ",
	"শুভেচ্ছান্তে|პატივისცემით|հարգանքով|vriendelike groete|wako mwaminifu|lubos na gumagalang|salam|salam hormat|hormat saya|hormat kami|yang benar|trân trọng|kính thư|此致|敬礼|祝好|顺颂商祺|順頌商祺|此致敬礼|以上|敬具|草々|드림|올림",
)
