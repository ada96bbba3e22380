package letter

import "strings"

// Fate is what becomes of a letter, as far as the letter itself decides. Whether
// its author may write here, and whether the author is who they say, is for others.
type Fate string

const (
	AcceptReply           Fate = "accept_reply"            // post the text
	AcceptWithAttachments Fate = "accept_with_attachments" // post the text and list the files
	DropAuto              Fate = "drop_auto"               // record, do not post, never answer
	Bounce                Fate = "bounce"                  // a mail of ours did not arrive, or not yet
	ComplaintFate         Fate = "complaint"               // send no more to that address
	ReportIgnore          Fate = "report_ignore"           // for the administrator's log
	Reject                Fate = "reject_5xx"              // refuse for good, store nothing
	Quarantine            Fate = "quarantine"              // hold for staff
)

// Verdict is a fate with its reason. The reason is a fixed sentence that may go back
// to the sender's server.
type Verdict struct {
	Fate   Fate
	Reason string
	Code   int    // SMTP reply of a Reject, else 0
	Status string // enhanced status of a Reject (RFC 3463), else ""
	Classification
}

// Judge decides the fate of a letter: limits first, then what programs sent, then
// whether one author can be told.
func Judge(l *Letter, e Envelope) Verdict {
	if len(l.Exceeded) > 0 {
		return refusals[l.Exceeded[0]]
	}
	c := Classify(l, e)
	v := Verdict{Reason: c.Reason, Classification: c}
	switch c.Class {
	case ClassOwn, ClassMDN, ClassAutoReply, ClassList:
		v.Fate = DropAuto
	case ClassReport:
		v.Fate = ReportIgnore
	case ClassDSN:
		v.Fate = Bounce
		if !c.DSN.Bad() {
			v.Fate = ReportIgnore
		}
	case ClassARF:
		v.Fate = ComplaintFate
		if !c.Complaint.Unwanted() {
			v.Fate = ReportIgnore
		}
	default:
		v.judgeHuman(l)
	}
	return v
}

var refusals = map[Limit]Verdict{
	LimitBytes:        {Fate: Reject, Code: 552, Status: "5.3.4", Reason: "the message is too big"},
	LimitHeaderBytes:  {Fate: Reject, Code: 554, Status: "5.6.0", Reason: "the header of the message is too big"},
	LimitHeaderFields: {Fate: Reject, Code: 554, Status: "5.6.0", Reason: "the header of the message has too many fields"},
	LimitDepth:        {Fate: Reject, Code: 554, Status: "5.6.0", Reason: "the parts of the message are nested too deeply"},
	LimitParts:        {Fate: Reject, Code: 554, Status: "5.6.0", Reason: "the message has too many parts"},
	LimitHops:         {Fate: Reject, Code: 554, Status: "5.4.6", Reason: "the message has passed too many servers: a loop"},
}

func (v *Verdict) judgeHuman(l *Letter) {
	switch {
	case l.FromErr == ErrFromMissing:
		v.reject("the message has no From field")
	case l.FromErr == ErrFromRepeated:
		v.reject("the message has several From fields")
	case l.FromErr != nil:
		v.hold(l.FromErr.Error())
	case l.IsEmpty() && l.Subject == "":
		v.hold("there is nothing in the message")
	case v.Doubt != "":
		v.hold(v.Doubt)
	case len(l.Files()) > 0:
		v.Fate, v.Reason = AcceptWithAttachments, "a letter with attachments"
	default:
		v.Fate, v.Reason = AcceptReply, "a letter"
	}
}

func (v *Verdict) reject(reason string) {
	v.Fate, v.Reason, v.Code, v.Status = Reject, reason, 550, "5.6.0"
}

func (v *Verdict) hold(reason string) { v.Fate, v.Reason = Quarantine, reason }

// IsEmpty reports whether the body has no word, no picture and no file. People do
// answer in the subject alone; then that is what they said.
func (l *Letter) IsEmpty() bool {
	if len(l.Files()) > 0 || strings.TrimSpace(l.Text) != "" {
		return false
	}
	return !showsHTML(l.HTML)
}

// showsHTML finds text outside tags, or a picture. It errs towards yes.
func showsHTML(html string) bool {
	for html != "" {
		text, tag, _ := strings.Cut(html, "<")
		if strings.TrimSpace(text) != "" {
			return true
		}
		if len(tag) >= 3 && strings.EqualFold(tag[:3], "img") {
			return true
		}
		_, html, _ = strings.Cut(tag, ">")
	}
	return false
}
