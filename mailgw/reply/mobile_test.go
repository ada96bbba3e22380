package reply

import "testing"

func TestMobileLines(t *testing.T) {
	t.Parallel()
	for _, l := range []string{
		"Sent from my iPhone", "Sent from Outlook for Mac", "Sent from Mail for Windows", "Get Outlook for Android<https://aka.ms/x>", "Get [Outlook for Android](https://aka.ms/x)",
		"(sent from a phone)", "Sent via Superhuman ( https://sprh.mn/?vip=x )", "Sent from myMail for Android", "Sent wirelessly from my BlackBerry device on the Zork network.",
		"Von meinem iPhone gesendet", "Gesendet mit der GMX Mail App", "Diese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.", "Gesendet von Mail für Windows", "Holen Sie sich Outlook für iOS",
		"Envoyé de mon iPhone", "Envoyé depuis mon téléphone", "Envoyé à partir de Outlook pour iOS<https://aka.ms/x>", "Télécharger Outlook pour iOS",
		"Enviado desde mi iPhone", "Enviado desde Yahoo Mail con Android", "Enviado do meu iPhone", "Inviato da iPhone", "Inviato dal mio Galaxy", "Scarica Outlook per Android",
		"Verstuurd vanaf mijn iPad", "Verzonden vanaf mijn Galaxy", "Skickat från min iPhone", "Sendt fra min iPhone", "Lähetetty iPhonesta",
		"Wysłane z iPhone'a", "Wysłano z telefonu Galaxy", "Odesláno z iPhonu", "Odoslané z iPhonu", "Küldve az iPhone-omról", "Trimis de pe iPhone-ul meu", "iPhone'umdan gönderildi", "Poslano s mog iPhonea",
		"Отправлено с iPhone", "Надіслано з iPhone", "Изпратено от моя iPhone", "Στάλθηκε από το iPhone μου", "נשלח מה-iPhone שלי", "أُرسلت من الـ iPhone",
		"iPhoneから送信", "从我的iPhone发送", "發自我的 iPhone", "나의 iPhone에서 보냄", "Dikirim dari iPhone saya", "ส่งจาก iPhone ของฉัน", "Đã gửi từ iPhone của tôi", "Saadetud minu iPhone'ist", "Enviat des del meu iPhone",
	} {
		if r := Cut("Yes.\n\n"+l, "", Options{}); r.Reply != "Yes." || r.Folded != l {
			t.Errorf("%q: %q", l, r.Reply)
		}
	}
}

func TestClosingFormulas(t *testing.T) {
	t.Parallel()
	for _, l := range []string{
		"Best regards,", "Kind regards", "Sincerely,", "Mit freundlichen Grüßen", "Viele Grüße", "MfG", "Cordialement,", "Bien à vous,", "Saludos cordiales,", "Un saludo,",
		"Cordiali saluti", "Atenciosamente,", "Cumprimentos,", "Met vriendelijke groet,", "Med vänliga hälsningar", "Mvh", "Med venlig hilsen", "Vennlig hilsen", "Ystävällisin terveisin,",
		"Pozdrawiam,", "Z poważaniem", "S pozdravem", "S pozdravom,", "Üdvözlettel:", "Cu stimă,", "С уважением,", "З повагою,", "Поздрави,", "Με εκτίμηση,", "Saygılarımla,", "Srdačan pozdrav,", "Lep pozdrav",
		"בברכה,", "مع التحية،", "Salam hormat,", "Trân trọng,", "此致", "以上",
	} {
		for _, under := range []string{"\nAnn Lee", "\n\nAnn Lee", "\nAnn Lee\nDirector", ""} {
			if r := Cut("Yes.\n\n"+l+under, "", Options{}); r.Reply != "Yes." {
				t.Errorf("%q: %q", l+under, r.Reply)
			}
		}
		if r := Cut("Yes.\n\n"+l+"\nAnn\n\nP.S. Please bring the report as well, I need it by Friday.", "", Options{}); r.Folded != "" {
			t.Errorf("%q with a postscript: folded %q", l, r.Folded)
		}
	}
}
