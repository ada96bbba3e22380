package letter

import (
	"html"
	"regexp"
	"strings"
)

// What servers say when they return mail in free text. Each phrase is lower case
// and stands in reports, not in what people write; it counts only in a letter from
// a mail program or without an envelope sender.
var (
	bounceSubjects = []string{
		"delivery status notification", "undeliver", "delivery fail", "mail delivery fail", "failure notice",
		"returned mail", "returned to sender", "mail failure", "delivery failure", "failed delivery",
		"message undeliverable", "mail system error", "could not be delivered", "not delivered", "delivery problem",
		"non delivery", "non-delivery", "nondeliverable", "delivery notification", "delivery error", "delivery report",
		"delivery delay", "delayed mail", "message delayed", "warning: could not send", "delivery incomplete",
		"message status - undeliverable", "rejected mail", "mail not delivered", "delayed:", "wasn't delivered",
		"unzustellbar", "nicht zustellbar", "nicht zugestellt", "unzustellbarkeit", "zustellung", "nicht übermittelt",
		"onbestelbaar", "niet bezorgd", "non remis", "non distribuable", "échec de", "retourné à l'expéditeur",
		"no se puede entregar", "no entregado", "devuelto", "não entregue", "não é possível entregar", "não pôde ser entregue",
		"impossibile recapitare", "non recapitabile", "mancato recapito", "kan inte levereras", "går inte att leverera", "kan ikke leveres", "nu se poate livra", "nu a putut fi livrat",
		"ei voida toimittaa", "nie można dostarczyć", "niedostarczon", "nedoručiteln", "nelze doručit", "kézbesíthetetlen",
		"недостав", "не доставлено", "не удалось доставить", "не удается доставить", "невозможно доставить", "доставка невозможна", "неможливо доставити", "не вдалося доставити", "не може да бъде доставено",
		"αδυναμία παράδοσης", "δεν είναι δυνατή η παράδοση", "ni mogoče dostaviti", "nije moguće isporučiti", "không thể gửi", "tidak terkirim", "tidak dapat dikirim", "ไม่สามารถส่ง", "teslim edilemedi", "iletilemedi", "לא ניתן למסור",
		"تعذر التسليم", "配信不能", "配信できません", "配達できません", "メールエラー通知", "送信できません", "无法投递", "未送达", "未送達", "無法送達", "无法送达", "退信", "無法傳遞", "投递失败", "배달되지 않음", "배달할 수 없",
	}
	bounceTexts = []string{
		"this is the qmail-send program", "created automatically by mail delivery software", "delivery to the following recipient",
		"could not be delivered", "couldn't be delivered", "wasn't able to deliver", "was not delivered to", "unable to deliver",
		"undeliverable", "permanent fatal errors", "delivery has failed", "delivery failed", "this is a permanent error",
		"permanent failure", "user unknown", "unknown user", "mailbox unavailable", "recipient address rejected",
		"no such user", "over quota", "mailbox full", "this is the mail system at host", "message was undeliverable",
		"the following addresses had", "the following address(es) failed", "returned to sender", "smtp error from remote",
		"did not reach the following recipient", "trouble delivering your message",
		"delivery status notification", "invalid user address", "not listed in domino directory", "the error that the other server returned",
		"was blocked by our",
	}
)

// isBounceText looks at the subject and at the first words of the letter.
func isBounceText(l *Letter) bool {
	if l.autoSubject() || l.awaySubject() {
		return false
	}
	if containsAny(strings.ToLower(l.Subject), bounceSubjects) {
		return true
	}
	words := cutRunes(reportWords(l), 4<<10)
	return containsAny(strings.ToLower(words), bounceTexts) || refusal.MatchString(words) && addressRow.MatchString(words)
}

func containsAny(s string, phrases []string) bool {
	for _, phrase := range phrases {
		if strings.Contains(s, phrase) {
			return true
		}
	}
	return false
}

// longestReport bounds what is searched of a report in free text, the mail it
// returns included.
const longestReport = 128 << 10

// reportWords is the report's own text, without the mail it returns.
func reportWords(l *Letter) string {
	text := cutRunes(l.Text, longestReport)
	if text == "" {
		text = html.UnescapeString(htmlTag.ReplaceAllString(cutRunes(l.HTML, longestReport), "\n"))
	}
	words, _ := splitReturned(text)
	return words
}

var htmlTag = regexp.MustCompile(`<[^>]*>`)

// returnMarks are lines above the mail returned.
var returnMarks = regexp.MustCompile(`(?mi)^(?:-{2,}[^\n]{0,10}(?:copy of|original message|below this line|returned message|start of|unsent message|undelivered)[^\n]*|` +
	`original message (?:headers|follows)[^\n]*|.{0,8}this is a copy of (?:the|your) message[^\n]*)$`)

func splitReturned(text string) (words, returned string) {
	if at := returnMarks.FindStringIndex(text); at != nil {
		return text[:at[0]], text[at[1]:]
	}
	return text, ""
}

var (
	// A server's answer: a reply code with its enhanced status, whatever the language
	// around it. A status alone may be a date.
	refusal = regexp.MustCompile(`(?:^|[^\d.])[45]\d\d[ -]{1,3}#?([45]\.[0-7]\.\d{1,3})(?:[^\d.]|$)`)

	statusCode   = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	replyCode    = regexp.MustCompile(`(?:^|[^\d.])([45]\d\d)[ -]`)
	messageIDRow = regexp.MustCompile(`(?mi)^[> \t]*message-id:\s*(<[^<>\s]{1,900}>)`)
	// An address by itself on a line, as "addr", "<addr>:", "addr (name)", or with
	// what Exchange's mailto adds.
	addressRow = regexp.MustCompile(`(?m)^[ \t*]*(?:[^<>@\n]{0,60}<(?:mailto:)?)?([^\s<>()\[\]:;,"']{1,64}@[^\s<>()\[\]:;,"']{1,255})>?(?:[ \t]*(?::|\(|<|,)[^\n]*|[ \t]*)$`)
	namedAfter = regexp.MustCompile(`(?i)\b(?:to|recipient|address):?\s*[<\['"]?(?:smtp:)?([^\s<>()\[\]:;,"']{1,64}@[^\s<>()\[\]:;,"']{1,255})`)
)

func isStatus(s string) bool { return s != "" && statusCode.FindString(s) == s }

// findStatus finds an enhanced status, or makes one of an SMTP reply code.
func findStatus(text string) string {
	if m := refusal.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	if s := statusCode.FindString(text); s != "" {
		return s
	}
	if m := replyCode.FindStringSubmatch(text); m != nil {
		return m[1][:1] + ".0.0"
	}
	return ""
}

func findMessageID(text string) string {
	if m := messageIDRow.FindStringSubmatch(cutRunes(text, longestReport)); m != nil {
		return m[1]
	}
	return ""
}

// readText makes what it can of a report in free text: the recipients it names and
// one reason for all of them.
func (d *DSN) readText(l *Letter) {
	words := cutRunes(reportWords(l), 32<<10)
	reason := Delivery{Status: findStatus(words), Diagnostic: diagnosticLine(words), Action: "failed"}
	if isDelay(l.Subject + "\n" + words) {
		reason.Action = "delayed"
	}
	for _, recipient := range failedRecipients(l, words) {
		reason.Recipient = recipient
		d.Deliveries = append(d.Deliveries, reason)
	}
}

func isDelay(text string) bool {
	return containsAny(strings.ToLower(text), []string{
		"delayed", "will be retried", "still being retried", "no action is required", "you do not need to resend",
		"warning only", "has not yet been delivered", "will keep trying", "delivery attempts will continue",
	}) && !containsAny(strings.ToLower(text), []string{"permanent error", "failed permanently", "permanent failure"})
}

// failedRecipients prefers what a header says to what stands in the text.
func failedRecipients(l *Letter, words string) []string {
	var found []string
	add := func(address string) {
		address = strings.TrimRight(strings.TrimSpace(address), ".>")
		for _, have := range found {
			if strings.EqualFold(have, address) {
				return
			}
		}
		if len(found) < maxDeliveries && strings.Contains(address, "@") {
			found = append(found, address)
		}
	}
	for _, value := range l.Header.All("X-Failed-Recipients") {
		for address := range strings.SplitSeq(value, ",") {
			add(decodeText(address, ""))
		}
	}
	if len(found) > 0 {
		return found
	}
	for _, m := range addressRow.FindAllStringSubmatch(words, maxDeliveries) {
		add(m[1])
	}
	if len(found) == 0 {
		if m := namedAfter.FindStringSubmatch(words); m != nil {
			add(m[1])
		}
	}
	return found
}

// diagnosticLine is the line with the status or the reply code in it, or else the one
// that says that there is no such address.
func diagnosticLine(words string) string {
	gone := ""
	for line := range strings.Lines(words) {
		if statusCode.MatchString(line) || replyCode.MatchString(line) {
			return cutRunes(visible(line), 1000)
		}
		if gone == "" && containsAny(strings.ToLower(line), goneWords) {
			gone = cutRunes(visible(line), 1000)
		}
	}
	return gone
}
