package mailgw

import (
	"context"
	"slices"
	"strings"

	"postern/chat"
	"postern/mailgw/address"
	"postern/mailgw/letter"
)

// Reports belong to a return path. Some servers send theirs to the reply address all the same, and complaints come to where the operator had them sent when
// signing up for a feedback loop: abuse@ or postmaster@. They count for the mail that they name, if they prove that they had it.

// reported finds the mail of the office's that a report is about, which came to a reply address or a desk; nil: none, or it is no report. A return path of ours
// in it proves it, by its MAC. A Message-ID does not quite: answers and forwarded mails show it to others. So at a reply address it counts, for the
// mail's own recipient, and nothing is suppressed for it (hearsay).
func (s *session) reported(ctx context.Context, to recipient, r *Reading) (about *chat.Addressee, hearsay bool, err error) {
	if v := r.Verdict; v.Class != letter.ClassDSN && v.Class != letter.ClassARF {
		return nil, false, nil
	}
	for _, from := range r.Letter.ReportedFrom() {
		local, domain, err := address.Split(from)
		if err != nil || !address.IsReturn(local) || !strings.EqualFold(domain, to.Office.MailDomain) {
			continue
		}
		found, err := s.server.Service.Addressee(ctx, local, domain, true)
		switch {
		case err == nil && found.Return != nil && found.Office.ID == to.Office.ID:
			return &found, false, nil
		case err != nil && chat.KindOf(err) != chat.NotFound:
			return nil, false, err
		}
	}
	if to.Desk != "" {
		return nil, false, nil
	}
	mail, err := s.server.Service.MailNamed(ctx, to.Addressee, r.original())
	if mail == nil || err != nil || !r.concerns(mail.To) {
		return nil, false, err
	}
	back := to.Addressee
	back.Return = mail
	return &back, true, nil
}

// original is the Message-ID of the mail that a report is about, without brackets.
func (r *Reading) original() (id string) {
	if r.Verdict.DSN != nil {
		id = r.Verdict.DSN.OriginalMessageID
	}
	if r.Verdict.Complaint != nil {
		id = r.Verdict.Complaint.OriginalMessageID
	}
	return strings.Trim(id, "<>")
}

// concerns says whether a report is about a recipient: one of a delivery names them.
func (r *Reading) concerns(to string) bool {
	return r.Verdict.DSN == nil || slices.ContainsFunc(r.Verdict.DSN.Deliveries, func(d letter.Delivery) bool {
		return address.Equal(d.Recipient, to) || address.Equal(d.OriginalRecipient, to)
	})
}
