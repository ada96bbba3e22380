package letter

import "strings"

// maxReportedFrom bounds the addresses that a report is asked for.
const maxReportedFrom = 4

// ReportedFrom gives what a report says was the envelope sender of the mail that it is about, as addresses, at most four: a complaint's Original-Mail-From
// (RFC 5965, section 3.2), Postfix's X-Postfix-Sender, and the Return-Path of the mail that is returned. Whoever sends the report may have made them up.
func (l *Letter) ReportedFrom() (addresses []string) {
	add := func(values ...string) {
		for _, value := range values {
			if a := strings.Trim(typedValue(value), "<> "); a != "" && len(addresses) < maxReportedFrom {
				addresses = append(addresses, a)
			}
		}
	}
	for _, p := range l.Parts {
		switch p.Type {
		case "message/feedback-report", "message/delivery-status", "message/global-delivery-status":
			for _, group := range fieldGroups(p) {
				add(group.All("Original-Mail-From")...)
				add(group.All("X-Postfix-Sender")...)
			}
		case "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers":
			add(returnedHeader(p).All("Return-Path")...)
		}
	}
	return addresses
}
