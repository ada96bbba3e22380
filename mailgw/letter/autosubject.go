package letter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// autoSubject holds for subjects that begin as programs begin them: "Automatic
// reply" and a colon or nothing. "Re: Automatic reply: ..." is a person answering
// one.
func (l *Letter) autoSubject() bool {
	rest, ok := cutPhrase(l.Subject, replyPhrases)
	return ok && (rest == "" || startsWithColon(rest) || closesFrame(rest))
}

// awaySubject holds for subjects that programs and people share: somebody writes
// "Out of office: 5 to 9 May" too. It counts only beside other signs.
func (l *Letter) awaySubject() bool {
	rest, ok := cutPhrase(l.Subject, awayPhrases)
	return ok && (startsWithColon(rest) || closesFrame(rest))
}

func startsWithColon(s string) bool {
	for _, mark := range []string{":", "：", "- ", "– ", "— "} {
		if strings.HasPrefix(s, mark) {
			return true
		}
	}
	return false
}

// closesFrame: the phrase stands between brackets or stars: "[Auto-Reply] Keys".
func closesFrame(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("])】*", first)
}

// cutPhrase returns what follows the longest phrase that subject begins with.
func cutPhrase(subject string, phrases []string) (rest string, ok bool) {
	subject = strings.ReplaceAll(strings.ToLower(strings.Join(strings.Fields(subject), " ")), "\u0307", "") // of a Turkish capital
	subject = strings.TrimLeftFunc(subject, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) })
	longest := ""
	for _, phrase := range phrases {
		if len(phrase) > len(longest) && strings.HasPrefix(subject, phrase) {
			longest = phrase
		}
	}
	return strings.TrimLeft(subject[len(longest):], " "), longest != ""
}

// replyPhrases are what Exchange, Gmail, Notes, Apple, Zimbra and national
// providers put before the subject of an automatic answer, in lower case.
var replyPhrases = []string{
	// English
	"automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse",
	"autorespons", "automated reply", "automated response", "automatic response", "out of office autoreply",
	"out of office automatic reply", "out of office reply", "vacation reply", "vacation response", "autoresponder",
	// German, Dutch, Afrikaans
	"automatische antwort", "automatische rückantwort", "automatische abwesenheitsnotiz", "autom. antwort",
	"automatische abwesenheitsmeldung", "automatische e-mail-antwort", "automatisch antwoord",
	"automatische beantwoording", "automatische reactie", "outomatiese antwoord",
	// French, Spanish, Catalan, Galician, Basque, Portuguese, Italian, Romanian
	"réponse automatique", "reponse automatique", "respuesta automática", "respuesta automatica", "resposta automàtica",
	"erantzun automatikoa", "resposta automática", "resposta automatica", "risposta automatica",
	"risponditore automatico", "răspuns automat", "raspuns automat",
	// Swedish, Danish, Norwegian, Finnish, Icelandic
	"autosvar", "automatiskt svar", "automatisk svar", "automaattinen vastaus", "sjálfvirkt svar",
	// Polish, Czech, Slovak, Hungarian, Slovene, Croatian, Serbian, Bulgarian, Macedonian
	"automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź", "automatická odpověď", "automaticka odpoved",
	"automatická odpoveď", "automatikus válasz", "automatikus valasz", "samodejni odgovor", "automatski odgovor",
	"аутоматски одговор", "автоматичен отговор", "автоматски одговор",
	// Russian, Ukrainian, Belarusian
	"автоматический ответ", "автоответ", "автоответчик", "автоматична відповідь", "автовідповідь", "аўтаматычны адказ",
	// Baltic, Greek, Turkish, Albanian
	"automātiska atbilde", "automātiskā atbilde", "automatinis atsakymas", "automaatne vastus", "automaatvastus", "αυτόματη απάντηση",
	"otomatik yanıt", "otomatik yanit", "otomatik cevap", "përgjigje automatike",
	// Hebrew, Arabic, Persian, Hindi
	"תשובה אוטומטית", "מענה אוטומטי", "رد تلقائي", "رد آلي", "الرد التلقائي", "پاسخ خودکار", "स्वचालित उत्तर",
	// Japanese, Chinese, Korean, Vietnamese, Thai, Indonesian, Malay
	"自動応答", "自動返信", "自动答复", "自动回复", "自動回覆", "自動回復", "自動答覆", "자동 회신", "자동 응답", "자동응답",
	"자동회신", "trả lời tự động", "thư trả lời tự động", "ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ",
	"balasan otomatis", "jawaban otomatis", "balasan automatik", "awtomatikong tugon", "jibu otomatiki", "avtomatik cavab",
	// Welsh, Irish, Maltese, Armenian, Georgian, Kazakh, Uzbek, Mongolian, Bengali, Urdu, Tamil
	"ateb awtomatig", "freagra uathoibríoch", "tweġiba awtomatika", "ավտոմատ պատասխան", "ავტომატური პასუხი", "автоматты жауап", "avtomatik javob",
	"автомат хариу", "স্বয়ংক্রিয় উত্তর", "خودکار جواب", "தானியங்கு பதில்",
}

// awayPhrases say that somebody is away.
var awayPhrases = []string{
	"out of office", "out of the office", "out-of-office", "vacation message", "away from the office", "away message", "ooo",
	"abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheitsmeldung", "abwesenheitsbenachrichtigung",
	"abwesenheitsagent", "abwesenheit", "nicht im büro", "außer haus", "afwezigheidsbericht", "afwezig", "niet aanwezig",
	"absence du bureau", "absent du bureau", "absent", "message d'absence", "message d’absence", "réponse d'absence",
	"avis d'absence", "notification d'absence", "fuera de la oficina", "fuera de oficina", "ausente de la oficina",
	"respuesta de ausencia", "fora de l'oficina", "fora do escritório", "ausência temporária", "ausência do escritório",
	"resposta de ausência", "fuori sede", "fuori ufficio", "assente dall'ufficio", "messaggio di assenza", "absent din birou",
	"frånvarande", "frånvaromeddelande", "ikke til stede", "fraværsmeddelelse", "fraværsbesked", "fraværsmelding",
	"ikke på kontoret", "poissaoloilmoitus", "poissaoloviesti", "poissa", "poza biurem", "nieobecność w biurze",
	"mimo kancelář", "nepřítomnost", "mimo kancelárie", "házon kívül", "irodán kívül", "odsoten", "izvan ureda",
	"нет на месте", "отсутствие на рабочем месте", "εκτός γραφείου", "ofis dışında", "מחוץ למשרד", "خارج المكتب",
	"不在通知", "外出", "不在办公室", "不在辦公室", "부재 중", "부재중",
}
