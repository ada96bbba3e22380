package reply

import (
	"regexp"
	"strings"
)

// mobileLine is "Sent from my iPhone" and its kind as the last line.
func (b *body) mobileLine(from, end int) int {
	for i := end - 1; i >= from && end-i <= 2; i-- { // some say it in two languages
		if !isMobileLine(b.lines[i].key, lastWord(b.words(i))) {
			return i + 1
		}
		if i == from || i == end-2 {
			return i
		}
	}
	return end
}

// withoutLink is the address of what a mobile line advertises.
var withoutLink = regexp.MustCompile(`[<(\[]?https?://[^\s>)\]]*[>)\]]?`)

var brackets = strings.NewReplacer("<", "", ">", "", "[", "", "]", "", "(", "", ")", "")

// isMobileLine wants how such a line begins, or in some languages ends, and the
// name of a device or program, or its address. "Sent via the bank" has none.
func isMobileLine(k, last string) bool {
	bare := withoutLink.ReplaceAllString(k, "")
	linked := bare != k
	bare = strings.Trim(brackets.Replace(bare), "-_.!\"' ")
	if bare == "" || len(bare) > 160 {
		return false
	}
	named := linked || containsAny(bare, devices) || containsWords(bare, apps)
	for _, end := range mobileEnds {
		if strings.HasSuffix(bare, end) && named {
			return true
		}
	}
	for _, begin := range mobileBegins {
		tail, ok := strings.CutPrefix(bare, begin)
		if !ok || strings.Contains(tail, ", ") && !containsAny(tail, excuses) || strings.Contains(tail, "?") {
			continue
		}
		if n := len(strings.Fields(tail)); named || begin == "sent from my " && n <= 3 && !startsLower(last) || begin == "sent from " && n == 1 {
			return true
		}
	}
	return false
}

var mobileBegins = keys(
	"sent from my |sent from |sent via |sent using |sent with |sent by |sent on my |sent wirelessly|sent on the go|get outlook for|get bluemail|download outlook|composed on |typed on my|from my ",
	"von meinem |gesendet von |gesendet mit |gesendet über |von unterwegs|diese nachricht wurde von meinem|holen sie sich outlook|outlook für |versendet |versandt von",
	"envoyé |télécharger |obtenir outlook|téléchargez |enviado |obtener outlook|descargar outlook|obtén outlook|enviada |obter o outlook|baixar o outlook|enviat des",
	"inviato |ottieni outlook|scarica outlook|verzonden |verstuurd |outlook voor |skickat |skickades från|hämta outlook|sendt |hent outlook|få outlook|skaff deg outlook|gestuur |last ned outlook|lähetetty |hanki outlook|sent úr",
	"wysłane |wysłano |pobierz outlook|pobierz program outlook|pobierz aplikację outlook|získejte outlook|outlook android-ra|outlook ios-re|odesláno |získat outlook|stáhnout outlook|odoslané |získať outlook|küldve |elküldve |az outlook letöltése|trimis |descărcați outlook|obțineți outlook|poslano |послато са|saadetud |išsiųsta |nosūtīts ",
	"испратено |адпраўлена |послато |отправлено |скачать outlook|получить outlook|надіслано |відправлено |изпратено |στάλθηκε |εστάλη |λήψη του outlook",
	"קבל את outlook|הורד את outlook|الحصول على outlook|ارسال شده از |أرسلت |أُرسلت |مرسل |تم الإرسال |נשלח |ส่งจาก|dikirim |dihantar |dapatkan outlook|được gửi từ|đã gửi từ|gửi từ |tải outlook",
	"发自|从我的|發自|從我的|寄自|來自我的|我的 |나의 |내 |ios용 outlook|android용 outlook",
)

var mobileEnds = keys("से भेजा गया|bidalia|edinin|gesendet|gönderildi|送信|送信されました|에서 보냄|에서 보냈습니다|에서 전송됨|发送|傳送|发出|传送|다운로드|を入手|küldve|送信しました")

var devices = keys(
	"iphon|ipad|ipod|android|blackberry|samsung|galaxy|huawei|xiaomi|redmi|oppo|oneplus|nokia|htc|xperia|motorola|pixel|windows 1|windows 8|windows mail|windows phone|outlook|yahoo|gmail|aol|mailbox|bluemail|proton|airmail|thunderbird|acompli|aqua mail|k-9|mailspring|mail app|mail for |mail für |mail pour |mail para |mail per |mail voor |mail orange|phone|cell|on the go|e-mail-app|smartphone|mobile|verizon|vodafone|sprint|t-mobile|at&t|tablet|handheld|laptop|macbook",
	"mobil|handy|téléphone|portable|móvil|celular|telemóvel|cellulare|smarttelefon|telefoon|mobiel|puhelime|komórk|telefonu|telefon|телефон|смартфон|мобильн|мобілн|κινητό|cep telefon|手机|手機|携帯|スマホ|휴대|điện thoại|ponsel|جوال|هاتف|נייד|มือถือ",
)

// apps are names that are parts of other words.
var apps = keys("hp saya|ponsel saya|spark|superhuman|missive|canary|fastmail|tutanota|tuta|mailbird|em client|shortwave|edison|zoho mail|fairemail|web.de|gmx|mail.ru|яндекс.почты|яндекс почты|почты mail.ru|seznam|qq邮箱|网易邮箱")

// excuses follow the device's name.
var excuses = keys("excuse|typos|brevity|tippfehler|entschuldig|fautes|errores|erros|fouten|kürze")

func keys(lists ...string) []string {
	var all []string
	for _, list := range lists {
		for w := range strings.SplitSeq(list, "|") {
			k := key(w)
			if strings.HasSuffix(w, " ") {
				k += " "
			}
			all = append(all, k)
		}
	}
	return all
}

// notice is a last line or paragraph that programs put there by themselves, the
// heading above a disclaimer, or a rule under which nothing stands.
func (b *body) notice(from, end int) int {
	if end-1 <= from {
		return end
	}
	k := b.lines[end-1].key
	if isRule(k) || k == "ᐧ" || noticeHeadings[strings.Trim(k, " :_-")] {
		return end - 1
	}
	start := end
	for start > from && !b.lines[start-1].blank && end-start < 4 {
		start--
	}
	if start > from && b.lines[start-1].blank && containsAny(b.lines[start].key, noticeWords) {
		return start
	}
	return end
}

var noticeHeadings = set("disclaimer|confidentiality notice|confidentiality|vertraulichkeitshinweis|avis de confidentialité|aviso legal|aviso de confidencialidad|avvertenza|privileged and confidential|legal notice")

var noticeWords = keys(
	"scanned for viruses|been scanned by|virus-free.|virus-free ·|virenfrei.|virenfrei von|sans virus.|libre de virus.|privo di virus|virusvrij.|livre de vírus|auf viren geprüft|analysé par|checked for viruses|geprüft von avast|consider the environment before|before printing this|think before you print|bevor sie diese e-mail|pensez à l'environnement|avant d'imprimer|antes de imprimir|prima di stampare|denk aan het milieu|tänk på miljön",
)

// disclaimer is a last paragraph of some length that speaks of the message itself, of
// confidence and of those whom it was meant for.
func (b *body) disclaimer(from, end int) int {
	start := end
	size := 0
	for start > from && !b.lines[start-1].blank && end-start < 60 {
		start--
		size += b.lines[start].end - b.lines[start].start
	}
	if size < 100 || start == from {
		return end
	}
	confidence, recipient, message := false, false, false
	for i := start; i < end; i++ {
		k := b.lines[i].key
		if k == "" {
			k = strings.ToLower(b.text[b.lines[i].start:min(b.lines[i].end, b.lines[i].start+4*maxKey)])
		}
		confidence = confidence || containsAny(k, confidenceWords)
		recipient = recipient || containsAny(k, recipientWords)
		message = message || containsAny(k, messageWords)
	}
	if confidence && recipient && message {
		return start
	}
	return end
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

var confidenceWords = keys(
	"confidential|confidentiel|confidencial|confidenziali|privileged|vertraulich|vertrouwelijk|riservat|konfidenti|fortrolig|luottamuksell|poufn|důvěrn|dôvern|bizalmas|gizli|конфиденциальн|конфіденційн|поверителн|εμπιστευτικ|povjerljiv|zaupn|机密|保密|機密|機密情報|기밀|סודי|سري|bảo mật|rahasia|virus-free|virenfrei|virus",
)

var recipientWords = keys(
	"recipient|addressee|intended|destinat|empfänger|adressat|geadresseerde|ontvanger|mottagare|modtager|mottaker|vastaanott|odbiorc|adresat|příjemc|adresát|címzett|alıcı|получател|адресат|одержувач|παραλήπτη|primatelj|prejemnik|收件人|受信者|수신|נמען|المرسل إليه|người nhận|penerima|by mistake|in error|par erreur|irrtümlich|per errore|por error|por engano|avast|avg",
)

var messageWords = keys(
	"mail|message|communication|transmission|nachricht|courriel|mensaje|correo|messaggio|comunicazione|mensagem|bericht|meddelande|meddelelse|melding|besked|viesti|sähköposti|wiadomoś|zpráv|správ|üzenet|levél|mesaj|ileti|posta|сообщени|письм|повідомлен|лист|съобщени|порук|poruk|sporočil|μήνυμα|kiri|teade|laišk|vēstul|ziņojum|邮件|郵件|メール|메일|הודעה|דוא\"ל|رسالة|البريد|پیام|ایمیل|thư|surel|pesan|mesej|อีเมล|ข้อความ|संदेश|ईमेल",
)

// listFooter is what a mailing list puts under every letter: a long rule, and
// under it the list's name and address.
func (b *body) listFooter(from, end int) int {
	listed := false
	for i := end - 1; i >= from && end-i <= 8; i-- {
		k := b.lines[i].key
		switch {
		case strings.Contains(k, "mailing list"), strings.Contains(k, "unsubscribe"), strings.Contains(k, "/listinfo/"), strings.Contains(k, "list-"):
			listed = true
		case listed && isRule(k) && len(k) >= 20:
			return i
		}
	}
	return end
}
