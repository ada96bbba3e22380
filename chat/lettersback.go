package chat

import "context"

// Returned is what came to a mail's return path: a delivery report, a complaint, or a robot's answer.
type Returned struct {
	Report     MailReport // what it says of the mail; empty: nothing
	Gone       bool       // with ReportFailed: there is no such address, now or later (a hard bounce)
	Hearsay    bool       // it came to a reply address and names the mail by its Message-ID, which others may know: no address is suppressed for it
	Automatic  bool       // a robot's answer to it
	Reason     string     // what told so, or why it failed
	EnvelopeTo string     // for the ledger
	Letter                // without Office, ID, Reply, Conversation, Participant, Fate, Reason, Entry, ReceivedAt
}

// TakeReturn takes what came back for a mail of ours. The ledger has it always; the mail itself says what was reported; the staff of the conversation see a
// grey line where the mail failed or a robot answered it. A hard bounce and a complaint suppress the address. When it returns without an error it is durable;
// the same again changes nothing.
func (s *Service) TakeReturn(ctx context.Context, to Addressee, r Returned) error {
	l := r.Letter
	r.Reason = s.Addresses.Conceal(to.Office.ID, r.Reason)
	l.Office, l.ID, l.ReceivedAt, l.Reason = to.Office.ID, s.NewID(), s.now(), r.Reason
	l.Conversation, l.Participant = to.Return.Conversation, to.Return.Recipient
	switch {
	case r.Report == ReportFailed:
		l.Fate = LetterBounced
	case r.Automatic:
		l.Fate = LetterAutoReply
	default:
		l.Fate = LetterReport
	}
	t := taking{
		in: LetterIn{Letter: l, EnvelopeTo: r.EnvelopeTo}, id: l.ID, entry: s.NewID(), ledger: s.NewID(), at: l.ReceivedAt,
		newID: s.NewID, mail: to.Return.ID,
	}
	n := Need{Office: l.Office, Conversation: l.Conversation, Users: []ID{l.Participant}, Once: &l.Once}
	return s.update(ctx, func(tx Tx) error {
		var others toldOf // of a digest, which is no conversation's own
		if to.Return.Kind == DigestMail {
			var err error
			if others, err = toldBy(ctx, tx, *to.Return); err != nil {
				return err
			}
		}
		g, err := tx.Load(ctx, append([]Need{n}, others.needs...)...)
		if err != nil {
			return err
		}
		news := false
		if g.State(n).Taken() == nil {
			if news, err = s.report(ctx, tx, to.Return.ID, l, r); err != nil {
				return err
			}
		}
		if err := g.Run(0, Decision{Need: n, Decide: func(st *State) (Effects, error) {
			e, err := decideReturn(st, t)
			if news {
				e.Events = append(e.Events, mailChanged(st, l.Participant, to.Return.Newest).Events...)
			}
			return e, err
		}}); err != nil {
			return err
		}
		if news {
			if err := others.changed(g, 1); err != nil {
				return err
			}
		}
		return tx.Write(ctx, g)
	})
}

// mostNamed is how many mails of a conversation to one recipient a report may name.
const mostNamed = 100

// MailNamed finds one of the latest mails to a participant in a conversation by its Message-ID, without brackets; nil: it is none of them.
func (s *Service) MailNamed(ctx context.Context, to Addressee, messageID string) (found *Mail, err error) {
	if messageID == "" || to.Address.Conversation.IsZero() {
		return nil, nil
	}
	err = s.Store.View(ctx, func(rd Reader) error {
		mails, err := rd.Mails(ctx, to.Office.ID, to.User.ID, to.Address.Conversation, mostNamed)
		for i := range mails {
			if mails[i].MessageID == messageID {
				found = &mails[i]
			}
		}
		return err
	})
	return found, err
}

// report keeps what the letter says of the mail, under the conversation's lock; false: nothing that was not known.
func (s *Service) report(ctx context.Context, tx Tx, mail ID, l Letter, r Returned) (news bool, err error) {
	m, err := tx.Mail(ctx, l.Office, mail)
	if err != nil {
		return false, err
	}
	switch {
	case r.Hearsay:
	case r.Report == ReportFailed && r.Gone:
		err = s.suppress(ctx, tx, m, SuppressedByBounce, r.Reason)
	case r.Report == ReportComplained:
		err = s.suppress(ctx, tx, m, SuppressedByComplaint, r.Reason)
	}
	if err != nil || !r.Report.tells(m.Report) {
		return false, err
	}
	return true, tx.ReportMail(ctx, l.Office, mail, r.Report, r.Reason, l.ReceivedAt)
}

// decideReturn is the rule of what comes back. Whoever the mail was sent to may have left since, and is told nothing.
func decideReturn(st *State, t taking) (Effects, error) {
	if first := st.Taken(); first != nil {
		return Effects{Ledger: []LedgerRow{t.ledgerRow(*first, "again")}}, nil
	}
	l := t.in.Letter
	e, err := t.returnLine(st, &l)
	if err != nil {
		return Effects{}, err
	}
	e.Letters = append(e.Letters, l)
	e.Ledger = append(e.Ledger, t.ledgerRow(l, string(l.Fate)))
	return e, nil
}

// returnLine tells staff; of a mail that belongs to no conversation (an invitation) the ledger alone does.
func (t *taking) returnLine(st *State, l *Letter) (Effects, error) {
	u := st.User(l.Participant)
	if st.Thread == nil || u == nil || l.Fate == LetterReport {
		return Effects{}, nil
	}
	what := AutoReplied
	if l.Fate == LetterBounced {
		what = MailBounced
	}
	w := write(st)
	err := w.greyLine(what, u, l, *t)
	return w.done(), err
}
