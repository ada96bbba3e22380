package reply

import (
	"html"
	"strings"
	"testing"
)

// introductions are the lines by which mail programs introduce a quote, as they
// write them in each language.
var introductions = map[string][]string{
	"English": {
		"On Tue, May 5, 2020 at 10:30 AM Ann Lee <ann@example.com> wrote:",
		"On 5 May 2020, at 10:30, Ann Lee <ann@example.com> wrote:",
		"On 5/5/20 10:30 AM, Ann Lee wrote:",
		"On Tuesday, May 5th, 2020 at 10:30, Ann Lee <ann@example.com> wrote:",
		"On Tue, 2020-05-05 at 10:30 +0100, Ann Lee wrote:",
		"Ann Lee <ann@example.com> wrote on 05/05/2020 10:30:00 AM:",
		"---- On Tue, 05 May 2020 10:30:00 +0100 Ann Lee <ann@example.com> wrote ----",
		"On Tue, May 5, 2020 at 10:30\u202fAM Ann Lee <\nann.lee.with.a.long.address@example.com>\nwrote:",
	},
	"German": {
		"Am Di., 5. Mai 2020 um 10:30 Uhr schrieb Ann Lee <ann@example.com>:",
		"Am 05.05.2020 um 10:30 schrieb Ann Lee <ann@example.com>:",
		"Am 05.05.20 um 10:30 schrieb Ann Lee:",
		"Ann Lee <ann@example.com> schrieb am Di., 5. Mai 2020,\n10:30:",
		"Ann Lee schrieb am 05.05.2020 um 10:30:",
	},
	"French": {
		"Le mar. 5 mai 2020 à 10:30, Ann Lee <ann@example.com> a écrit :",
		"Le 5 mai 2020 à 10:30, Ann Lee <ann@example.com> a écrit :",
		"Le 05/05/2020 à 10:30, Ann Lee a écrit\u00a0:",
		"Le mar. 5 mai 2020 à 10 h 30, Ann Lee <ann@example.com> a\nécrit :",
	},
	"Spanish": {
		"El mar, 5 may 2020 a las 10:30, Ann Lee (<ann@example.com>) escribió:",
		"El 5 may 2020, a las 10:30, Ann Lee <ann@example.com> escribió:",
		"El 5/5/20 a las 10:30, Ann Lee escribió:",
	},
	"Catalan":    {"Missatge de Ann Lee <ann@example.com> del dia dt., 5 de maig 2020 a les 10:30:", "El 5/5/20 a les 10:30, Ann Lee ha escrit:"},
	"Italian":    {"Il giorno mar 5 mag 2020 alle ore 10:30 Ann Lee <ann@example.com> ha scritto:", "Il giorno 05 mag 2020, alle ore 10:30, Ann Lee <ann@example.com> ha scritto:", "Il 05/05/20 10:30, Ann Lee ha scritto:", "In data 5 maggio 2020 10:30:31 Ann Lee <ann@example.com> ha scritto:"},
	"Portuguese": {"Em ter., 5 de mai. de 2020 às 10:30, Ann Lee <ann@example.com> escreveu:", "Ann Lee <ann@example.com> escreveu no dia terça, 5/05/2020 à(s) 10:30:", "No dia 5 de mai de 2020, às 10:30, Ann Lee <ann@example.com> escreveu:", "Em 05/05/2020 10:30, Ann Lee escreveu:", "Às 10:30 de 05/05/2020, Ann Lee escreveu:"},
	"Dutch":      {"Op di 5 mei 2020 om 10:30 schreef Ann Lee <ann@example.com>:", "Op 5 mei 2020, om 10:30 heeft Ann Lee <ann@example.com> het volgende geschreven:", "Op 05-05-2020 om 10:30 schreef Ann Lee:", "Ann Lee <ann@example.com> schreef op 5 mei 2020 10:30:"},
	"Polish":     {"wt., 5 maj 2020 o 10:30 Ann Lee <ann@example.com> napisał(a):", "Wiadomość napisana przez Ann Lee <ann@example.com> w dniu 05.05.2020, o godz. 10:30:", "W dniu 05.05.2020 o 10:30, Ann Lee pisze:", "Dnia 5 maja 2020 10:30 Ann Lee <ann@example.com> napisał(a):"},
	"Swedish":    {"Den tis 5 maj 2020 kl 10:30 skrev Ann Lee <ann@example.com>:", "5 maj 2020 kl. 10:30 skrev Ann Lee <ann@example.com>:", "Den 2020-05-05 kl. 10:30, skrev Ann Lee:"},
	"Danish":     {"Den tir. 5. maj 2020 kl. 10.30 skrev Ann Lee <ann@example.com>:", "Den 5. maj 2020 kl. 10.30 skrev Ann Lee <ann@example.com>:", "Den 05-05-2020 kl. 10:30 skrev Ann Lee:"},
	"Norwegian":  {"tir. 5. mai 2020 kl. 10:30 skrev Ann Lee <ann@example.com>:", "5. mai 2020 kl. 10:30 skrev Ann Lee <ann@example.com>:", "Den 05.05.2020 10:30, skrev Ann Lee:", "På 5. mai 2020 på 10:30:18, Ann Lee (ann@example.com) skrev:"},
	"Icelandic":  {"þri., 5. maí 2020 kl. 10:30 skrifaði Ann Lee <ann@example.com>:"},
	"Finnish":    {"ti 5. toukok. 2020 klo 10.30 Ann Lee (ann@example.com) kirjoitti:", "Ann Lee <ann@example.com> kirjoitti 5.5.2020 kello 10.30:", "Ann Lee kirjoitti 5.5.2020 klo 10.30:"},
	"Estonian":   {"Kuupäev T, 5. mai 2020 kell 10:30 kirjutas Ann Lee <ann@example.com>:"},
	"Latvian":    {"otrd., 2020. g. 5. maijs, plkst. 10:30 — lietotājs Ann Lee (<ann@example.com>) rakstīja:"},
	"Lithuanian": {"2020-05-05, an, 10:30 Ann Lee <ann@example.com> rašė:"},
	"Russian":    {"вт, 5 мая 2020 г. в 10:30, Ann Lee <ann@example.com>:", "5 мая 2020 г., в 10:30, Ann Lee <ann@example.com> написал(а):", "05.05.2020 10:30, Ann Lee пишет:", "Вторник, 5 мая 2020, 10:30 +03:00 от Ann Lee <ann@example.com>:", "05.05.2020, 10:30, \"Ann Lee\" <ann@example.com>:"},
	"Ukrainian":  {"вт, 5 трав. 2020 р. о 10:30 Ann Lee <ann@example.com> пише:", "5 трав. 2020 р. о 10:30 Ann Lee <ann@example.com> написав(ла):", "05.05.2020 10:30, Ann Lee пише:"},
	"Bulgarian":  {"На вт, 5.05.2020 г. в 10:30 Ann Lee <ann@example.com> написа:", "На 5.5.2020 г. 10:30, Ann Lee написа:"},
	"Serbian":    {"уто, 5. мај 2020. у 10:30 Ann Lee <ann@example.com> је написао/ла:"},
	"Croatian":   {"uto, 5. svi 2020. u 10:30 Ann Lee <ann@example.com> napisao je:", "Dana 5. svi 2020. u 10:30, Ann Lee <ann@example.com> je napisao/la:", "Ann Lee je napisao/la 5.5.2020 u 10:30:"},
	"Slovenian":  {"V V tor., 5. maj 2020 ob 10:30 je oseba Ann Lee <ann@example.com> napisala:"},
	"Czech":      {"út 5. 5. 2020 v 10:30 odesílatel Ann Lee <ann@example.com> napsal:", "5. 5. 2020 v 10:30, Ann Lee <ann@example.com>:", "Dne 05. 05. 20 v 10:30 Ann Lee napsal(a):"},
	"Slovak":     {"ut 5. 5. 2020 o 10:30 Ann Lee <ann@example.com> napísal(a):", "Dňa 5. 5. 2020 o 10:30 Ann Lee napísal(a):"},
	"Hungarian":  {"Ann Lee <ann@example.com> ezt írta (időpont: 2020. máj. 5., K, 10:30):", "2020. május 5. dátummal, 10:30 időpontban Ann Lee <ann@example.com> írta:", "2020. 05. 05. 10:30 keltezéssel, Ann Lee írta:"},
	"Romanian":   {"Pe mar., 5 mai 2020 la 10:30, Ann Lee <ann@example.com> a scris:", "La 05.05.2020 10:30, Ann Lee a scris:"},
	"Turkish":    {"Ann Lee <ann@example.com>, 5 May 2020 Sal, 10:30 tarihinde şunu yazdı:", "Ann Lee <ann@example.com> şunları yazdı (5 May 2020 10:30):", "5.05.2020 10:30 tarihinde Ann Lee yazdı:"},
	"Greek":      {"Στις Τρί 5 Μαΐ 2020 στις 10:30 π.μ., ο χρήστης Ann Lee <ann@example.com> έγραψε:", "Στις 5/5/20 10:30, ο/η Ann Lee έγραψε:"},
	"Arabic":     {"في الثلاثاء، 5 مايو 2020 في 10:30 ص تمت كتابة ما يلي بواسطة \u202aAnn Lee\u202c\u200f <\u202aann@example.com\u202c\u200f>:", "في ٥ مايو ٢٠٢٠، الساعة ١٠:٣٠ ص، كتب Ann Lee <ann@example.com>:", "في 5/5/20 10:30 ص، كتب Ann Lee:"},
	"Hebrew":     {"\u202bבתאריך יום ג׳, 5 במאי 2020 ב-10:30 מאת \u202aAnn Lee\u202c\u200f <\u202aann@example.com\u202c\u200f>:\u202c", "ב-5 במאי 2020, בשעה 10:30, \u200fAnn Lee <ann@example.com> כתב/ה:", "ב-5/5/20 10:30, Ann Lee כתב:"},
	"Persian":    {"در تاریخ سه\u200cشنبه ۵ مهٔ ۲۰۲۰ ساعت ۱۰:۳۰ Ann Lee <ann@example.com> نوشت:"},
	"Hindi":      {"मंगल, 5 मई 2020 को 10:30 am बजे को Ann Lee <ann@example.com> ने लिखा:"},
	"Thai":       {"ในวันที่ อ. 5 พ.ค. 2020 เวลา 10:30 Ann Lee <ann@example.com> เขียนว่า:", "เมื่อ 5 พ.ค. 2563 เวลา 10:30 Ann Lee <ann@example.com> เขียน:"},
	"Indonesian": {"Pada tanggal Sel, 5 Mei 2020 pukul 10.30 Ann Lee <ann@example.com> menulis:", "Pada 05/05/2020 10.30, Ann Lee menulis:"},
	"Malay":      {"Pada Sel, 5 Mei 2020 pada 10:30 PG Ann Lee <ann@example.com> menulis:"},
	"Filipino":   {"Noong Mar, May 5, 2020 nang 10:30 AM, sinulat ni Ann Lee <ann@example.com>:"},
	"Vietnamese": {"Vào Th 3, 5 thg 5, 2020 vào lúc 10:30 Ann Lee <ann@example.com> đã viết:", "Vào 05/05/2020 10:30, Ann Lee đã viết:"},
	"Japanese":   {"2020年5月5日(火) 10:30 Ann Lee <ann@example.com>:", "2020/05/05 10:30、Ann Lee <ann@example.com>のメール:", "2020年5月5日火曜日 10:30 Ann Lee <ann@example.com>："},
	"Chinese":    {"Ann Lee <ann@example.com> 于2020年5月5日周二 10:30写道：", "在 2020年5月5日，上午10:30，Ann Lee <ann@example.com> 写道：", "Ann Lee <ann@example.com> 於 2020年5月5日 週二 上午10:30寫道：", "在 2020/5/5 10:30, Ann Lee 写道:"},
	"Korean":     {"2020년 5월 5일 (화) 오전 10:30, Ann Lee <ann@example.com>님이 작성:", "2020. 5. 5. 오전 10:30, Ann Lee <ann@example.com> 작성:", "20. 5. 5. 오전 10:30에 Ann Lee 이(가) 쓴 글:"},
}

// headers are the header lines that programs like Outlook put above a quote.
var headers = map[string][]string{
	"English":    {"From: Ann Lee <ann@example.com>\nSent: Tuesday, May 5, 2020 10:30 AM\nTo: Bob Roe <bob@example.com>\nCc: Eve\nSubject: RE: Report", "From: Ann Lee\nDate: Tuesday, 5 May 2020 at 10:30\nTo: Bob Roe\nSubject: Report", "*From:* Ann Lee [mailto:\nann@example.com]\n*Sent:* Tuesday, May 5, 2020 10:30 AM\n*To:* Bob Roe\n*Subject:* Report"},
	"German":     {"Von: Ann Lee <ann@example.com>\nGesendet: Dienstag, 5. Mai 2020 10:30\nAn: Bob Roe\nBetreff: AW: Bericht", "Gesendet: Dienstag, 05. Mai 2020 um 10:30 Uhr\nVon: \"Ann Lee\" <ann@example.com>\nAn: \"Bob Roe\" <bob@example.com>\nBetreff: Bericht"},
	"French":     {"De : Ann Lee <ann@example.com>\nEnvoyé : mardi 5 mai 2020 10:30\nÀ : Bob Roe\nObjet : RE: Rapport"},
	"Spanish":    {"De: Ann Lee <ann@example.com>\nEnviado el: martes, 5 de mayo de 2020 10:30\nPara: Bob Roe\nAsunto: RE: Informe"},
	"Italian":    {"Da: Ann Lee <ann@example.com>\nInviato: martedì 5 maggio 2020 10:30\nA: Bob Roe\nOggetto: R: Rapporto"},
	"Portuguese": {"De: Ann Lee <ann@example.com>\nEnviada em: terça-feira, 5 de maio de 2020 10:30\nPara: Bob Roe\nAssunto: RES: Relatório"},
	"Dutch":      {"Van: Ann Lee <ann@example.com>\nVerzonden: dinsdag 5 mei 2020 10:30\nAan: Bob Roe\nOnderwerp: RE: Rapport"},
	"Swedish":    {"Från: Ann Lee <ann@example.com>\nSkickat: den 5 maj 2020 10:30\nTill: Bob Roe\nÄmne: SV: Rapport"},
	"Danish":     {"Fra: Ann Lee <ann@example.com>\nSendt: 5. maj 2020 10:30\nTil: Bob Roe\nEmne: SV: Rapport"},
	"Finnish":    {"Lähettäjä: Ann Lee <ann@example.com>\nLähetetty: tiistai 5. toukokuuta 2020 10.30\nVastaanottaja: Bob Roe\nAihe: VS: Raportti"},
	"Polish":     {"Od: Ann Lee <ann@example.com>\nWysłano: wtorek, 5 maja 2020 10:30\nDo: Bob Roe\nTemat: Odp: Raport"},
	"Russian":    {"От: Ann Lee <ann@example.com>\nОтправлено: 5 мая 2020 г. 10:30\nКому: Bob Roe\nТема: RE: Отчёт"},
	"Ukrainian":  {"Від: Ann Lee <ann@example.com>\nНадіслано: 5 травня 2020 р. 10:30\nКому: Bob Roe\nТема: RE: Звіт"},
	"Czech":      {"Od: Ann Lee <ann@example.com>\nOdesláno: úterý 5. května 2020 10:30\nKomu: Bob Roe\nPředmět: RE: Zpráva"},
	"Slovak":     {"Od: Ann Lee <ann@example.com>\nOdoslané: utorok 5. mája 2020 10:30\nKomu: Bob Roe\nPredmet: RE: Správa"},
	"Hungarian":  {"Feladó: Ann Lee <ann@example.com>\nElküldve: 2020. május 5., kedd 10:30\nCímzett: Bob Roe\nTárgy: RE: Jelentés"},
	"Romanian":   {"De la: Ann Lee <ann@example.com>\nTrimis: marți, 5 mai 2020 10:30\nCătre: Bob Roe\nSubiect: RE: Raport"},
	"Turkish":    {"Kimden: Ann Lee <ann@example.com>\nGönderildi: 5 Mayıs 2020 Salı 10:30\nKime: Bob Roe\nKonu: RE: Rapor"},
	"Greek":      {"Από: Ann Lee <ann@example.com>\nΣτάλθηκε: Τρίτη, 5 Μαΐου 2020 10:30\nΠρος: Bob Roe\nΘέμα: RE: Έκθεση"},
	"Bulgarian":  {"От: Ann Lee <ann@example.com>\nИзпратено: вторник, 5 май 2020 г. 10:30\nДо: Bob Roe\nОтносно: RE: Отчет"},
	"Croatian":   {"Šalje: Ann Lee <ann@example.com>\nPoslano: 5. svibnja 2020. 10:30\nPrima: Bob Roe\nPredmet: RE: Izvješće"},
	"Arabic":     {"من: Ann Lee <ann@example.com>\nتم الإرسال: 05/مايو/2020 10:30 ص\nإلى: Bob Roe\nالموضوع: RE: تقرير"},
	"Hebrew":     {"מאת: Ann Lee <ann@example.com>\nנשלח: יום שלישי 05 מאי 2020 10:30\nאל: Bob Roe\nנושא: RE: דוח"},
	"Thai":       {"จาก: Ann Lee <ann@example.com>\nส่ง: 5 พฤษภาคม 2563 10:30\nถึง: Bob Roe\nเรื่อง: RE: รายงาน"},
	"Indonesian": {"Dari: Ann Lee <ann@example.com>\nDikirim: 05 Mei 2020 10:30\nKepada: Bob Roe\nSubjek: RE: Laporan"},
	"Vietnamese": {"Từ: Ann Lee <ann@example.com>\nĐã gửi: 05 Tháng Năm 2020 10:30\nTới: Bob Roe\nChủ đề: RE: Báo cáo"},
	"Japanese":   {"差出人: Ann Lee <ann@example.com>\n送信日時: 2020年5月5日 10:30\n宛先: Bob Roe\n件名: RE: 報告"},
	"Korean":     {"보낸 사람: Ann Lee <ann@example.com>\n보낸 날짜: 2020년 5월 5일 화요일 오전 10:30\n받는 사람: Bob Roe\n제목: RE: 보고서"},
	"Chinese":    {"发件人: Ann Lee <ann@example.com>\n发送时间: 2020年5月5日 10:30\n收件人: Bob Roe\n主题: 答复: 报告", "寄件者: Ann Lee <ann@example.com>\n寄件日期: 2020年5月5日 上午 10:30\n收件者: Bob Roe\n主旨: RE: 報告"},
	"unknown":    {"________________________________\nXyzzy: Ann Lee <ann@example.com>\nPlugh: 5 Foo 2020 10:30\nFrobo: Bob Roe\nQuux: RE: Report"},
}

const (
	answer = "Yes, on Friday.\nAll 3 of them."
	old    = "Can you come on Friday?\n\nAnn"
)

func marked(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") }

func TestIntroductionsInAllLanguages(t *testing.T) {
	t.Parallel()
	for language, lines := range introductions {
		for _, intro := range lines {
			t.Run(language, func(t *testing.T) {
				t.Parallel()
				mustCut(t, "above what is not marked", answer+"\n\n"+intro+"\n\n"+old)
				mustCut(t, "without an empty line", answer+"\n"+intro+"\n"+old)
				mustCut(t, "above what is marked", answer+"\n\n"+intro+"\n\n"+marked(old))
				mustCut(t, "marked itself", answer+"\n\n"+marked(intro+"\n\n"+old))
				mustCut(t, "answered below", intro+"\n\n"+marked(old)+"\n\n"+answer)
				mustCutHTML(t, "in HTML", paragraphs(answer)+"<div>"+html.EscapeString(strings.ReplaceAll(intro, "\n", " "))+"</div>"+paragraphs(old))
				mustCutHTML(t, "above a blockquote", paragraphs(answer)+html.EscapeString(intro)+"<br><blockquote>"+paragraphs(old)+"</blockquote>")
			})
		}
	}
}

func TestHeaderLinesInAllLanguages(t *testing.T) {
	t.Parallel()
	for language, blocks := range headers {
		for _, block := range blocks {
			t.Run(language, func(t *testing.T) {
				t.Parallel()
				mustCut(t, "above what is not marked", answer+"\n\n"+block+"\n\n"+old)
				mustCut(t, "under a rule", answer+"\n\n________________________________\n"+block+"\n\n"+old)
				mustCutHTML(t, "in HTML", paragraphs(answer)+"<hr><div>"+strings.ReplaceAll(html.EscapeString(block), "\n", "<br>")+"</div>"+paragraphs(old))
			})
		}
	}
}

func paragraphs(s string) string {
	return "<div>" + strings.ReplaceAll(html.EscapeString(s), "\n", "</div><div>") + "</div>"
}

func mustCut(t *testing.T, how, text string) {
	t.Helper()
	if got := Cut(text, "", Options{}); got.Reply != answer || got.Whole {
		t.Errorf("%s:\n%s\n--- reply:\n%s", how, text, got.Reply)
	}
}

func mustCutHTML(t *testing.T, how, src string) {
	t.Helper()
	if got := Cut("", src, Options{}); got.Reply != answer || got.Whole {
		t.Errorf("%s:\n%s\n--- reply:\n%s", how, src, got.Reply)
	}
}
