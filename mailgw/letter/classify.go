package letter

import "strings"

// Class is the kind of a letter.
type Class string

const (
	ClassOwn       Class = "own"       // a mail of ours that came back
	ClassDSN       Class = "dsn"       // delivery report (RFC 3464), or what stands for one
	ClassMDN       Class = "mdn"       // reading receipt (RFC 8098)
	ClassARF       Class = "arf"       // abuse complaint (RFC 5965)
	ClassReport    Class = "report"    // report to a postmaster: DMARC, TLS
	ClassAutoReply Class = "autoreply" // sent by a program in answer (RFC 3834), or by a program at all
	ClassList      Class = "list"      // mailing list, newsletter, bulk
	ClassHuman     Class = "human"     // what is left
)

// Envelope is what a letter does not say itself.
type Envelope struct {
	NullSender bool               // MAIL FROM:<>
	Own        func(*Letter) bool // recognises mail of this installation; may be nil
	Answers    func(*Letter) bool // recognises what answers mail of this installation; may be nil
}

// Classification is a class with what a report holds.
type Classification struct {
	Class     Class
	Reason    string     // what told, for the ledger: a fixed phrase
	Doubt     string     // human, but a person should look: why; else ""
	DSN       *DSN       // of a dsn
	Complaint *Complaint // of an arf
}

// Classify tells a letter's class. The order matters: a delivery report is an
// automatic letter too, and an auto-reply may come through a list.
func Classify(l *Letter, e Envelope) Classification {
	if e.Own != nil && e.Own(l) {
		return Classification{Class: ClassOwn, Reason: "mail of this installation"}
	}
	// A complaint and a receipt are reports of other kinds, told by their parts; a
	// delivery report may have lost its own.
	for _, rule := range []func(*Letter, Envelope) (Classification, bool){
		asComplaint, asReceipt, asDeliveryReport, asPostmasterReport, asAutoReply, asList,
	} {
		if c, ok := rule(l, e); ok {
			return c
		}
	}
	return Classification{Class: ClassHuman, Reason: "no sign of a program", Doubt: doubt(l)}
}

// reportType is the report-type of a multipart/report (RFC 6522), "" when the
// letter is none or does not say.
func (l *Letter) reportType() (kind string, isReport bool) {
	m := parseMediaType(l.Header.Get("Content-Type"), "")
	return strings.ToLower(m.params["report-type"]), m.value == "multipart/report"
}

// part returns the first leaf of one of these types.
func (l *Letter) part(types ...string) *Part {
	for _, p := range l.Parts {
		for _, t := range types {
			if p.Type == t {
				return p
			}
		}
	}
	return nil
}

// fromDaemon holds for senders that are mail programs by name. Their From is often
// no address: "<>", or a name alone.
func (l *Letter) fromDaemon() bool {
	local, name := l.author()
	bare := strings.Map(func(r rune) rune {
		if strings.ContainsRune("-_. \"", r) {
			return -1
		}
		return r
	}, local)
	switch bare {
	case "mailerdaemon", "maildaemon", "mdaemon", "mailsystem", "maildeliverysubsystem", "maildeliverysystem":
		return true
	}
	return l.FromErr == ErrFromMalformed && (name == "<>" || strings.Contains(name, "mailer-daemon") || strings.Contains(name, "mail delivery"))
}

// fromPostmaster holds for an address that programs and people share.
func (l *Letter) fromPostmaster() bool {
	local, name := l.author()
	for _, program := range []string{"postmaster", "post_master", "bounce", "bounces"} {
		if rest, ok := strings.CutPrefix(local, program); ok && !startsWithLetter(rest) {
			return true
		}
	}
	return strings.HasPrefix(local, "microsoftexchange") || name == "postmaster" ||
		containsAny(name, []string{"mail delivery sys", "mail delivery sub", "mail system", "mailer-daemon"})
}

// author returns the local part and the name in From in lower case; what cannot be
// read as a mailbox is all name.
func (l *Letter) author() (local, name string) {
	if l.FromErr != nil {
		return "", strings.ToLower(decodeText(cutRunes(l.Header.Get("From"), 1000), ""))
	}
	local, _, _ = strings.Cut(strings.ToLower(l.From.Address), "@")
	return local, strings.ToLower(l.From.Name)
}

// nullSender: the envelope decides; a Return-Path inside a letter is what the last
// server before us saw, and only a hint.
func nullSender(l *Letter, e Envelope) bool { return e.NullSender || l.NullReturn }

// asReceipt knows reading receipts (RFC 8098).
func asReceipt(l *Letter, _ Envelope) (Classification, bool) {
	kind, isReport := l.reportType()
	if isReport && kind == "disposition-notification" || isReport && l.part("message/disposition-notification") != nil {
		return Classification{Class: ClassMDN, Reason: "disposition notification"}, true
	}
	return Classification{}, false
}

// asPostmasterReport knows DMARC aggregate reports by the subject and file name that
// RFC 7489 section 7.2.1.1 prescribes, and TLS reports (RFC 8460 section 5.3).
func asPostmasterReport(l *Letter, _ Envelope) (Classification, bool) {
	if kind, _ := l.reportType(); kind == "tlsrpt" || l.part("application/tlsrpt+json", "application/tlsrpt+gzip") != nil {
		return Classification{Class: ClassReport, Reason: "TLS report"}, true
	}
	subject := strings.ToLower(l.Subject)
	if strings.HasPrefix(subject, "report domain:") && strings.Contains(subject, "submitter:") {
		return Classification{Class: ClassReport, Reason: "DMARC report"}, true
	}
	for _, p := range l.Files() {
		if isAggregateName(p.Name) && l.Text == "" {
			return Classification{Class: ClassReport, Reason: "DMARC report"}, true
		}
	}
	return Classification{}, false
}

// isAggregateName: receiver!domain!begin!end and an extension, the times in seconds.
func isAggregateName(name string) bool {
	pieces := strings.Split(name, "!")
	if len(pieces) < 4 {
		return false
	}
	end, _, _ := strings.Cut(pieces[3], ".")
	return len(pieces[2]) >= 9 && len(end) >= 9 && strings.Trim(pieces[2]+end, "0123456789") == ""
}

// asList knows lists (RFC 2369, RFC 2919) and bulk mail. What answers a mail of ours by
// way of a list may be a person's who writes from a group's address, so it waits.
func asList(l *Letter, e Envelope) (Classification, bool) {
	switch l.Precedence {
	case "bulk", "junk":
		return Classification{Class: ClassList, Reason: "Precedence"}, true
	}
	if e.Answers != nil && e.Answers(l) {
		return Classification{}, false
	}
	if name := l.listField(); name != "" {
		return Classification{Class: ClassList, Reason: name}, true
	}
	return Classification{}, false
}

// listField finds a sign that the letter came through a list.
func (l *Letter) listField() string {
	if l.Precedence == "list" {
		return "Precedence"
	}
	for _, name := range []string{
		"List-Id", "List-Post", "List-Unsubscribe", "List-Help", "List-Subscribe",
		"Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Mailman-Version", "X-Listname",
	} {
		if l.Header.Get(name) != "" {
			return name
		}
	}
	return ""
}
