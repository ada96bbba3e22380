package reply

import "strings"

// The words by which mail programs introduce what they quote, by language. All
// are in the form that key gives. Sources: the programs' own translations, as
// they appear in letters.

func set(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, list := range lists {
		for w := range strings.SplitSeq(list, "|") {
			m[key(w)] = true
		}
	}
	return m
}

// wroteWords are the verbs of attributions: one word each, the decisive one.
var wroteWords = set(
	"wrote|writes|sent|writing",                // en
	"schrieb|schreibt|geschrieben",             // de
	"écrit|ecrit|écrivait",                     // fr
	"escribió|escribio|escrito|escribe",        // es
	"scritto|scrisse|scrive",                   // it
	"escreveu|escreve|escrito",                 // pt
	"schreef|geschreven|schrijft",              // nl
	"skrev|skriver",                            // sv, da, nb
	"skreiv|skrifaði|skrifar",                  // nn, is
	"kirjoitti|kirjutas",                       // fi, et
	"rakstīja|raksta|rašė|parašė",              // lv, lt
	"napisał|napisała|napisano|napisana|pisze", // pl
	"napsal|napsala|napísal|napísala|píše",     // cs, sk
	"napisal|napisala|napisao|napiše|piše|написао|написала|напиша",        // sl, hr, sr, mk
	"написа|написал|писал|пишет|написав|писав|пише|напісаў|напісала|піша", // bg, ru, uk, be
	"írta|írja",   // hu
	"scris|scrie", // ro
	"έγραψε|γράφει|έγραψαν",                    // el
	"yazdı|yazmış|yazdi",                       // tr
	"كتب|كتبت|كتبه|كتابة",                      // ar
	"כתב|כתבה|נכתב",                            // he
	"نوشت|نوشته",                               // fa
	"लिखा",                                     // hi
	"viết",                                     // vi
	"menulis|ditulis",                          // id, ms
	"escrit|escriure|escrigué|escribiu|idatzi", // ca, gl, eu
	"sumulat|isinulat|aliandika|geskryf|skryf", // fil, sw, af
	"shkroi|ysgrifennodd|scríobh|yazıb|жазды|aliandika|isinulat", // sq, cy, ga, az, kk, sw, fil
	"লিখেছেন|წერდა|գրել|எழுதியது|రాశారు|लिहिले",                  // bn, ka, hy, ta, te, mr
)

// medialVerbs are those that a name may follow.
var medialVerbs = set("schrieb|schrieben|schreef|skrev|skreiv|skrifaði|kirjutas|escreveu|escribió|écrit|sinulat|isinulat|skryf|كتب|نوشت|rašė|írta|napsal|napísal")

// pronouns stand where in an attribution a name would: a person tells what was written.
var pronouns = set(
	"i|we|you|he|she|they|it|me|to|ich|wir|er|sie|du|ihr|es|man|ihnen|mir|uns|je|j'ai|nous|vous|il|elle|ils|ik|wij|we|hij|zij|jij|u|jeg|vi|du|han|hun|jag|hon|ni|yo|nosotros|usted|ella|eu|nós|você|ele|ela|io|noi|lei|lui|ja|my|on|ona|já|my",
)

// tellers stand before the verb where a person tells who wrote, and are no names.
var tellers = set("i|we|he|she|they|ich|wir|er|sie|jeg|jag|vi|hun|hon|ik|wij|hij|zij|il|elle|ils|elles|я|мы|он|она|они|ми|він|вона|вони|ja|yo|él|eu|ele|io")

// auxiliaries may stand between.
var auxiliaries = set("a|ont|ha|has|have|had|hat|haben|heeft|hebben|har")

// wroteEndings are the same for scripts that put no spaces between words.
var wroteEndings = []string{
	"写道", "寫道", "写到", "寫到", "写了", "來信", "来信", // zh
	"のメッセージ", "のメール", "書きました", "書いた", // ja
	"작성", "작성했습니다", "썼습니다", "쓴 글", "보냄", "님의 말", // ko
	"เขียน", "เขียนว่า", "ได้เขียนว่า", // th
}

// onWords begin an attribution, before its date.
var onWords = set(
	"on|at|am|le|el|il|op|em|no|às|den|på|þann|dne|dňa|la|pe|în|στις|на|dana|дана|در|ביום|v|у|в|w|dnia|в|o|më|noong|mnamo",
	"في|ב|בתאריך|vào|pada|tanggal|เมื่อ|ในวันที่|在|於|于|kuupäev|missatge|wiadomość|od",
)

// quotingWords stand before the author where a program says no more.
var quotingWords = keys("quoting |zitat von |citation de |citando a |citando |citazione di |citerar |citat fra |citat af |lainaus |cytowanie |cytat |citace |citát |цитирую |цитат от |aanhalen ")

// weekdays, short, begin attributions of programs that do without such a word.
var weekdays = set(
	"mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
	"mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|gio|sab|seg|ter|qua|qui|sex",
	"man|tir|ons|tor|fre|lør|søn|mån|tis|lör|sön|ma|ti|ke|to|pe|la|su|wo|vr|za|zo|ma",
	"pon|wt|śr|czw|pt|sob|niedz|po|út|st|čt|pá|so|ne|ut|št|pi|uto|sri|čet|pet|ned|tor|sre",
	"пн|вт|ср|чт|пт|сб|вс|нд|пон|уто|сре|чет|пет|суб|нед|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье",
	"pirmd|otrd|trešd|ceturtd|piektd|sestd|svētd|mán|þri|mið|fim|fös|lau|sun|h|k|sze|cs|p|szo|v",
	"pzt|sal|çar|per|cum|cmt|paz|τρί|δευ|τετ|πέμ|παρ|σάβ|κυρ|lu|ma|mi|jo|vi|sâ|du|sen|sel|rab|kam|jum|sab|min|th",
)

// originalWords stand between dashes above a quoted mail.
var originalWords = set(
	"original message|original mail|original email|original e-mail|reply message|original appointment|quoted message|original",
	"ursprüngliche nachricht|original-nachricht|originalnachricht|original nachricht|antwort nachricht|ursprüngliche mail|ursprüngliche e-mail",
	"message d'origine|message d’origine|message original|message initial|mensaje original|mensaje de origen|messaggio originale|mensagem original",
	"oorspronkelijk bericht|origineel bericht|ursprungligt meddelande|originalmeddelande|ursprungligt mejl",
	"oprindelig meddelelse|original meddelelse|oprindelig besked|opprinnelig melding|alkuperäinen viesti",
	"wiadomość oryginalna|oryginalna wiadomość|původní zpráva|původní e-mail|pôvodná správa|eredeti üzenet|mesaj original|mesajul original|mesaj inițial",
	"исходное сообщение|оригинальное сообщение|первоначальное сообщение|оригінальне повідомлення|вихідне повідомлення|оригинално съобщение",
	"orijinal mesaj|özgün ileti|asıl ileti|orijinal ileti|αρχικό μήνυμα|izvorna poruka|originalna poruka|izvirno sporočilo|оригинална порука",
	"jatorrizko mezua|оригинална порака|зыходнае паведамленне|oorspronklike boodskap|mail original|courriel original|邮件原件|algne kiri|algne teade|originalus laiškas|pradinis laiškas|sākotnējais ziņojums|oriģinālais ziņojums|missatge original|mensaxe orixinal",
	"الرسالة الأصلية|رسالة أصلية|הודעה מקורית|ההודעה המקורית|پیام اصلی|मूल संदेश|ข้อความต้นฉบับ|ข้อความเดิม",
	"pesan asli|mesej asal|thư gốc|tin nhắn gốc|元のメッセージ|元のメール|オリジナルメッセージ|원본 메시지|원본 메일|원본메일|original message",
	"原始邮件|原始郵件|原邮件|原郵件|原始信件|原始消息|回复的原邮件|回复的邮件|upprunaleg skilaboð",
)

// forwardWords stand above a forwarded mail.
var forwardWords = set(
	"forwarded message|begin forwarded message|forwarded mail|forwarded email|forwarded by|start of forwarded message",
	"weitergeleitete nachricht|anfang der weitergeleiteten nachricht|weitergeleitete e-mail|weitergeleitete mail",
	"message transféré|message transmis|début du message réexpédié|début du message transféré|message réexpédié|courriel transféré",
	"mensaje reenviado|inicio del mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato",
	"mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada|início de mensagem reencaminhada",
	"doorgestuurd bericht|begin doorgestuurd bericht|vidarebefordrat meddelande|vidarebefordrat mejl|vidarebefordrat brev|vidarebefordrat e-postmeddelande",
	"videresendt meddelelse|videresendt besked|start på videresendt besked|videresendt melding|videresendt e-post|videresend melding",
	"välitetty viesti|edelleenlähetetty viesti|edelleen lähetetty viesti|przekazana wiadomość|wiadomość przekazana dalej|początek przekazywanej wiadomości",
	"přeposlaná zpráva|preposlaná správa|továbbított üzenet|továbbított levél|mesaj redirecționat|mesaj transmis|iletilmiş mesaj|iletilen mesaj|yönlendirilmiş ileti|yönlendirilen ileti",
	"пересылаемое сообщение|пересланное сообщение|переадресованное сообщение|перенаправленное сообщение|начало переадресованного сообщения|переслане повідомлення|препратено съобщение",
	"προωθημένο μήνυμα|proslijeđena poruka|prosleđena poruka|posredovano sporočilo|edastatud kiri|persiųstas laiškas|pārsūtīts ziņojums|missatge reenviat",
	"الرسالة المعاد توجيهها|رسالة معاد توجيهها|رسالة مُعاد توجيهها|הודעה שהועברה|הודעה מועברת|ข้อความที่ส่งต่อ|अग्रेषित संदेश",
	"pesan terusan|pesan yang diteruskan|mesej dimajukan|thư đã chuyển tiếp|tin nhắn đã chuyển tiếp|thư được chuyển tiếp",
	"転送されたメッセージ|転送されたメール|転送メッセージ|전달된 메시지|전달된 메일|전달 메시지|转发的邮件|转发邮件信息|已转发邮件|转发邮件|轉寄的郵件|轉寄郵件|转发的消息",
)

// forwardPrefixes begin the subject of a forwarded mail.
var forwardPrefixes = set("fw|fwd|wg|tr|rv|i|enc|doorst|vs|vb|vl|pd|továbbítás|пересл|fwd:|转发|轉寄|転送|전달|ilt|πρθ|הועבר|إعادة توجيه")

// replyPrefixes begin the subject of an answer.
var replyPrefixes = set(
	"re|aw|antw|antwort|sv|vs|odp|odpowiedź|ynt|yan|res|resp|rif|r|rép|ref|bls|vá|válasz|ats|atb|noi|на|відповідь|ответ|отг|одг|απ|σχετ",
	"תגובה|השב|رد|پاسخ|ตอบ|ตอบกลับ|bals|trả lời|回复|回覆|答复|答覆|返信|답장|회신",
)

// role is what a header line in a quoted mail tells.
type role uint8

const (
	roleNone role = iota
	roleFrom
	roleDate
	roleSent
	roleTo
	roleCc
	roleSubject
	roleOther
)

// headerLabels are the words before the colon in the header lines that programs
// put above a quoted mail.
var headerLabels = labels(map[role]string{
	roleFrom: "from|von|absender|de|expéditeur|remitente|remetente|mittente|da|van|afzender|från|avsändare|fra|avsender|afsender|lähettäjä|keneltä|" +
		"od|nadawca|odesílatel|odosielateľ|от|отправитель|від|від кого|відправник|от кого|feladó|küldő|expeditor|de la|kimden|gönderen|" +
		"από|αποστολέας|šalje|pošiljatelj|pošiljatelj|пошиљалац|saatja|kellelt|nuo|siuntėjas|no|sūtītājs|remitent|" +
		"од|шаље|ад|адпраўнік|nork|გამგზავნი|kutoka|mula kay|من|المرسل|מאת|از|प्रेषक|จาก|dari|daripada|từ|người gửi|差出人|送信者|送信元|보낸사람|보낸 사람|发件人|发信人|寄件者|寄件人|發件人|frá|nga",
	roleSent: "sent|date sent|sent at|sent on|gesendet|gesendet am|envoyé|envoyé le|date d'envoi|message du|enviado|enviado el|enviado em|enviada|enviada em|enviado a|fecha de envío|data de envio|" +
		"inviato|inviato il|data invio|verzonden|verzonden op|skickat|skickades|sendt|lähetetty|lähetettiin|wysłano|wysłane|wysłany|odesláno|odesláno dne|odoslané|odoslaná|elküldve|küldve|küldés dátuma|" +
		"trimis|data trimiterii|gönderildi|gönderilme tarihi|gönderme tarihi|gönderim|отправлено|дата отправки|послано|надіслано|відправлено|изпратено|στάλθηκε|εστάλη|poslano|datum slanja|poslato|послато|saadetud|išsiųsta|nosūtīts|enviat|" +
		"испратено|адпраўлена|bidalia|გაგზავნილია|imetumwa|ipinadala|gestuur|dërguar|भेजा गया|تم الإرسال|أرسل|تاريخ الإرسال|נשלח|فرستاده شد|ส่ง|ส่งเมื่อ|dikirim|terkirim|dihantar|đã gửi|gửi|送信日時|送信日|보낸날짜|보낸 날짜|보냄|发送时间|发送日期|發送時間|發送日期|寄件日期|传送日期|傳送日期|sent:",
	roleDate: "date|datum|datum/zeit|fecha|data|dato|päivämäärä|päiväys|pvm|dátum|tarih|дата|ημερομηνία|датум|kuupäev|data ir laikas|datums|" +
		"التاريخ|תאריך|تاریخ|दिनांक|วันที่|tanggal|tarikh|ngày|日付|日時|날짜|日期|时间|時間|dags|dagsetning",
	roleTo: "to|an|empfänger|à|a|pour|destinataire|destinataires|para|destinatario|destinatarios|per|aan|ontvanger|till|mottagare|til|modtager|mottaker|vastaanottaja|kenelle|do|adresat|komu|pro|příjemce|" +
		"кому|получатель|одержувач|címzett|către|catre|kime|alıcı|до|получател|προς|παραλήπτης|prima|za|primatelj|primalac|за|kellele|saaja|kam|adresāts|" +
		"каму|nori|მიმღები|kwa|kay|për|per a|adressaat|إلى|المستلم|אל|به|प्रति|ถึง|kepada|untuk|ke|tới|đến|gửi tới|宛先|받는사람|받는 사람|收件人|收件者|收信人|til:|viðtakandi|për",
	roleCc: "cc|kopie|kopie an|copie|copie à|copia|cópia|copia a|con copia|kopia|kopi|kopio|tiedoksi|dw|do wiadomości|kópia|kópie|másolat|másolatot kap|copie carbon|bilgi|karbon kopya|копия|копія|κοιν|κοινοποίηση|" +
		"koopia|kopija|نسخة|نسخة إلى|עותק|העתק|رونوشت|สำเนา|สำเนาถึง|tembusan|참조|抄送|副本|副本抄送|bcc",
	roleSubject: "subject|betreff|betr|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|věc|predmet|tárgy|subiect|konu|тема|относно|предмет|θέμα|naslov|zadeva|teema|tema|temats|assumpte|" +
		"наслов|тэма|gaia|თემა|mada|paksa|الموضوع|נושא|הנדון|موضوع|विषय|เรื่อง|หัวเรื่อง|subjek|perihal|hal|perkara|chủ đề|tiêu đề|v/v|件名|제목|主题|主旨|主題|标题|efni|lënda",
	roleOther: "reply-to|reply to|antwort an|répondre à|responder a|rispondi a|importance|wichtigkeit|priorität|priority|importancia|importanza|belang|attachments|attachment|anlagen|anlage|pièces jointes|pièce jointe|" +
		"archivos adjuntos|allegati|bijlagen|bilagor|vedhæftet|liitteet|załączniki|přílohy|вложения|message-id|organization|on behalf of|sensitivity|size|mailing list|list",
})

func labels(byRole map[role]string) map[string]role {
	m := map[string]role{}
	for r, list := range byRole {
		for w := range strings.SplitSeq(list, "|") {
			k := strings.TrimSuffix(key(w), ":")
			if had, taken := m[k]; !taken || r < had {
				m[k] = r
			}
		}
	}
	return m
}
