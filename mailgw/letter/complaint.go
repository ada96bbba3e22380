package letter

import "strings"

// Complaint is an abuse report (RFC 5965).
type Complaint struct {
	Type              string   // Feedback-Type, lower case: "abuse" ...
	Recipients        []string // who complained, when it is said
	OriginalMessageID string   // of the mail complained about, with brackets
}

// Unwanted reports whether somebody does not want our mail; reports about
// authentication and about mail wrongly filtered are of the same form.
func (c *Complaint) Unwanted() bool { return c.Type != "not-spam" && c.Type != "auth-failure" }

// asComplaint knows feedback reports, and those of Outlook.com, which says it in the
// subject and in a field of the mail it returns. The part alone will do: some loops
// send them as multipart/mixed.
func asComplaint(l *Letter, _ Envelope) (Classification, bool) {
	kind, isReport := l.reportType()
	feedback := l.part("message/feedback-report")
	var returned Header
	if p := l.part("message/rfc822", "message/global", "text/rfc822-headers"); p != nil {
		returned = returnedHeader(p)
	}
	recipient := decodeText(returned.Get("X-HmXmrOriginalRecipient"), "")
	outlook := recipient != "" && strings.HasPrefix(strings.ToLower(l.Subject), "complaint about message")
	if feedback == nil && !outlook && !(isReport && kind == "feedback-report") {
		return Classification{}, false
	}
	c := &Complaint{Type: "abuse", OriginalMessageID: messageID(returned.Get("Message-ID"), new(notes))}
	if feedback != nil {
		c.read(feedback)
	}
	if len(c.Recipients) == 0 && recipient != "" {
		c.Recipients = []string{recipient}
	}
	return Classification{Class: ClassARF, Reason: "feedback report", Complaint: c}, true
}

func (c *Complaint) read(p *Part) {
	for _, group := range fieldGroups(p) {
		if kind := keyword(group.Get("Feedback-Type")); kind != "" {
			c.Type = kind
		}
		for _, value := range append(group.All("Original-Rcpt-To"), group.All("Removal-Recipient")...) {
			if len(c.Recipients) < maxDeliveries {
				c.Recipients = append(c.Recipients, decodeText(strings.Trim(value, "<> "), ""))
			}
		}
	}
}
