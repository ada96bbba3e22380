package chat

import "context"

// FinishMail settles an attempt and puts it in the ledger. An attempt whose lease was lost changes nothing but the ledger. An address that the relay says is
// none is suppressed. Staff are told of what they would want to know of: that a mail failed, is delayed for the first time, or went after all. That one simply went
// is no news: an event for each mail and each of the staff would cost more than the mail.
func (s *Service) FinishMail(ctx context.Context, m Mail, r MailResult) error {
	r.Reason, r.QueueID = s.Addresses.Conceal(m.Office, r.Reason), s.Addresses.Conceal(m.Office, r.QueueID) // the relay may quote our addresses
	return s.update(ctx, func(tx Tx) error {
		if r.State == MailWaiting {
			now, err := tx.Now(ctx)
			if err != nil {
				return err
			}
			r.NextTry = now.Add(r.Wait)
		}
		var told toldOf
		if news(m, r) {
			var err error
			if told, err = toldBy(ctx, tx, m); err != nil {
				return err
			}
		}
		if len(told.needs) == 0 {
			_, err := s.finish(ctx, tx, m, r)
			return err
		}
		line := unreached(m, r)
		if line {
			told.needs[0].Users = []ID{m.Recipient} // who may have left
		}
		g, err := tx.Load(ctx, told.needs...) // the conversations are locked before the mail is
		if err != nil {
			return err
		}
		held, err := s.finish(ctx, tx, m, r)
		if err != nil || !held {
			return err
		}
		if line {
			if err := g.Run(0, s.refusedLine(told.needs[0], m.Recipient)); err != nil {
				return err
			}
		}
		if err := told.changed(g, 0); err != nil {
			return err
		}
		return tx.Write(ctx, g)
	})
}

// unreached says whether a mail of one conversation ended without reaching anybody, as one that comes back does. A digest belongs to none, and one that was refused for
// its files goes without them.
func unreached(m Mail, r MailResult) bool {
	return r.State == MailFailed && m.Kind != DigestMail && !refusedFiles(m, r)
}

// refusedLine tells staff in the conversation, as of a mail that came back: a relay that says no at once sends no report.
func (s *Service) refusedLine(n Need, recipient ID) Decision {
	t := taking{entry: s.NewID(), at: s.now(), newID: s.NewID}
	return Decision{Need: n, Decide: func(st *State) (Effects, error) {
		u := st.User(recipient)
		if st.Thread == nil || u == nil {
			return Effects{}, nil
		}
		w := write(st)
		err := w.greyLine(MailBounced, u, &Letter{}, t)
		return w.done(), err
	}}
}

// news says whether staff are told.
func news(m Mail, r MailResult) bool {
	switch r.State {
	case MailFailed:
		return true
	case MailWaiting:
		return m.Attempts == 1
	case MailAccepted:
		return m.Attempts > 1 || !m.Again.IsZero()
	}
	return false
}

// finish settles the mail's row, if the attempt still has it.
func (s *Service) finish(ctx context.Context, tx Tx, m Mail, r MailResult) (held bool, err error) {
	wipe := (m.Kind == LinkMail || m.Kind == DeskMail) && r.State != MailWaiting
	if held, err = tx.FinishMail(ctx, m.Office, m.ID, m.Token, r, wipe); err != nil {
		return held, err
	}
	fate := string(r.State)
	if !held {
		fate = "lease_lost"
	}
	if held && r.State == MailFailed && r.Gone {
		if err := s.suppress(ctx, tx, &m, SuppressedByBounce, r.Reason); err != nil {
			return held, err
		}
	}
	if held && refusedFiles(m, r) {
		if err := s.mailWithoutFiles(ctx, tx, m); err != nil {
			return held, err
		}
	}
	if m.Kind == DeskMail && r.State == MailFailed {
		r.Reason = "A letter to postmaster or abuse, and lost: " + r.Reason // it was answered 250, and belongs to no conversation that could say so
	}
	return held, tx.AddLedger(ctx, LedgerRow{
		Office: m.Office, ID: s.NewID(), At: s.now(), Direction: MailOut, Peer: r.Peer, EnvelopeFrom: m.From, EnvelopeTo: m.To,
		Code: r.Code, Fate: fate, Reason: r.Reason, Mail: m.ID, Size: m.Size(),
	})
}
