package letter

import (
	"bytes"
	"io"
	"strings"
)

// DSN is what a delivery report says.
type DSN struct {
	EnvelopeID        string // Original-Envelope-Id (RFC 3464 section 2.2.1), "" when missing
	OriginalMessageID string // Message-ID of the mail it is about, with brackets, "" when not returned
	Deliveries        []Delivery
}

// Delivery is the fate of one recipient.
type Delivery struct {
	Recipient         string // final recipient, an address
	OriginalRecipient string // where the mail was sent to, when forwarded since
	Action            string // failed, delayed, delivered, relayed or expanded
	Status            string // RFC 3463: "5.1.1"; "" when not said
	Diagnostic        string // the words of the server that refused, one line
	RemoteMTA         string
}

// Failed reports whether the mail will not arrive.
func (d Delivery) Failed() bool { return d.Action == "failed" }

// Gone reports whether there is no such address, now or later: a hard bounce. A full mailbox, a letter that is too large and a server's policy say
// nothing about the address.
func (d Delivery) Gone() bool { return d.Failed() && NoSuchAddress(d.Status, d.Diagnostic) }

// Bad reports whether a report tells of a failure or a delay; one that names no
// recipient does.
func (d *DSN) Bad() bool {
	for _, delivery := range d.Deliveries {
		if delivery.Action == "failed" || delivery.Action == "delayed" {
			return true
		}
	}
	return len(d.Deliveries) == 0
}

// asDeliveryReport knows RFC 3464 reports, whole or in pieces, and the free text
// that servers sent before it and still do.
func asDeliveryReport(l *Letter, e Envelope) (Classification, bool) {
	kind, isReport := l.reportType()
	status := l.part("message/delivery-status", "message/global-delivery-status")
	fromProgram := l.fromDaemon() || l.fromPostmaster() || nullSender(l, e)
	var reason string
	switch {
	case isReport && (kind == "delivery-status" || status != nil):
		reason = "multipart/report"
	case status != nil && fromProgram:
		reason = "delivery-status part"
	case l.Header.Get("X-Failed-Recipients") != "":
		reason = "X-Failed-Recipients"
	case l.fromDaemon() && !l.autoSubject():
		reason = "sent by a mailer daemon"
	case fromProgram && isBounceText(l):
		reason = "the words of a delivery report"
	default:
		return Classification{}, false
	}
	c := Classification{Class: ClassDSN, Reason: reason, DSN: &DSN{}}
	for _, p := range l.Parts {
		if p.Type == "message/delivery-status" || p.Type == "message/global-delivery-status" {
			c.DSN.readStatus(p)
		}
	}
	if len(c.DSN.Deliveries) == 0 {
		c.DSN.readText(l)
	}
	c.DSN.readReturned(l)
	return c, true
}

// maxDeliveries bounds the recipients of one report; ours are about one mail to one
// person.
const maxDeliveries = 100

// readStatus reads a message/delivery-status: groups of fields, the first about the
// message, each other about one recipient. Some servers make one group of all.
func (d *DSN) readStatus(p *Part) {
	for _, group := range fieldGroups(p) {
		if id := group.Get("Original-Envelope-Id"); id != "" {
			d.EnvelopeID = decodeText(id, "")
		}
		if id := group.Get("X-Original-Message-ID"); id != "" {
			d.OriginalMessageID = messageID(id, new(notes))
		}
		delivery := Delivery{
			Recipient:         typedValue(group.Get("Final-Recipient")),
			OriginalRecipient: typedValue(group.Get("Original-Recipient")),
			Action:            keyword(group.Get("Action")),
			Status:            keyword(group.Get("Status")),
			Diagnostic:        typedValue(group.Get("Diagnostic-Code")),
			RemoteMTA:         typedValue(group.Get("Remote-MTA")),
		}
		if delivery.Recipient == "" {
			delivery.Recipient = delivery.OriginalRecipient
		}
		if delivery.Recipient == "" && delivery.Action == "" {
			continue
		}
		if len(d.Deliveries) < maxDeliveries {
			d.Deliveries = append(d.Deliveries, delivery.complete())
		}
	}
}

// complete fills in what servers leave out.
func (d Delivery) complete() Delivery {
	if !isStatus(d.Status) {
		d.Status = findStatus(d.Diagnostic)
	}
	switch d.Action {
	case "failed", "delayed", "delivered", "relayed", "expanded":
	case "failure", "fail":
		d.Action = "failed"
	default:
		switch {
		case strings.HasPrefix(d.Status, "4"):
			d.Action = "delayed"
		case strings.HasPrefix(d.Status, "2"):
			d.Action = "delivered"
		default:
			d.Action = "failed"
		}
	}
	return d
}

// fieldGroups splits a part's content at empty lines.
func fieldGroups(p *Part) []Header {
	const most = maxDeliveries + 20
	raw, _, _ := decodeAll(p.encoding, p.raw, 256<<10)
	var groups []Header
	for pos := 0; pos < len(raw) && len(groups) < most; {
		line, next := cutLine(raw, pos)
		if len(bytes.TrimSpace(line)) == 0 {
			pos = next
			continue
		}
		r := headerReader{raw: raw, pos: pos, notes: new(notes), maxBytes: len(raw), maxFields: 100}
		r.read()
		if r.pos == pos { // not a field at all
			r.pos = next
		}
		if len(r.fields) > 0 {
			groups = append(groups, r.fields)
		}
		pos = r.pos
	}
	return groups
}

// typedValue reads "rfc822; address" (RFC 3464 section 2.1.2) and unwraps the
// address.
func typedValue(value string) string {
	if kind, rest, ok := strings.Cut(value, ";"); ok && !strings.ContainsAny(kind, " @<") {
		value = rest
	}
	value = decodeText(value, "")
	if strings.HasPrefix(value, "<") && strings.HasSuffix(value, ">") {
		value = value[1 : len(value)-1]
	}
	return cutRunes(strings.TrimSpace(value), 1000)
}

// readReturned finds the Message-ID of the mail reported about: in the part that
// returns it, or below the report's own words.
func (d *DSN) readReturned(l *Letter) {
	if d.OriginalMessageID != "" {
		return
	}
	if p := l.part("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers"); p != nil {
		d.OriginalMessageID = messageID(returnedHeader(p).Get("Message-ID"), new(notes))
	}
	if d.OriginalMessageID == "" {
		_, returned := splitReturned(cutRunes(l.Text, longestReport))
		d.OriginalMessageID = findMessageID(returned)
	}
}

// returnedHeader reads the header of a letter within a letter.
func returnedHeader(p *Part) Header {
	raw, err := io.ReadAll(io.LimitReader(p.Open(), 256<<10))
	if err != nil {
		return nil
	}
	r := headerReader{raw: raw, root: true, notes: new(notes), maxBytes: len(raw), maxFields: 2000}
	r.read()
	return r.fields
}
