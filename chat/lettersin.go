package chat

import (
	"context"
	"strings"
	"time"
)

// Addressee is whom a letter's recipient address means: a participant's seat in a conversation, or with Return a mail that came back.
type Addressee struct {
	Office  Office
	Address ReplyAddress
	User    User
	Return  *Mail
	Desk    Desk     // not empty: a letter goes to User, an owner, as a mail
	Team    ID       // not zero: a letter starts a conversation with the team; of User, once [Service.Writer] has found who wrote it
	Aliases []string // further addresses of theirs
	Signers []string // domains whose signature staff trust for them, whatever From's own domain says
}

var (
	errNoAddress   = Refuse(NotFound, "There is no such address here.")
	errAddressLeft = Refuse(Forbidden, "This person is no longer in the conversation. Write to the office.")
	errOldAddress  = Refuse(Forbidden, "This reply address is no longer valid. Sign in to answer.")
	errPrivacy     = Refuse(Forbidden, "This office does not take answers by mail. Sign in to answer.")
)

// Addressee says whom an address means, and whether a letter from the envelope sender may be taken for it as things stand now. A null sender
// (empty) passes the rules on answers: what it brings can only become a report or an automatic reply. Refusals:
// NotFound for an address that is not ours or was never issued, Forbidden with a sentence for one that no longer works.
func (s *Service) Addressee(ctx context.Context, local, domain string, nullSender bool) (to Addressee, err error) {
	domain = strings.ToLower(domain)
	err = s.Store.Ask(ctx, func(rd Reader) error {
		to = Addressee{}
		seat, generation, err := s.seatAt(ctx, rd, local, domain)
		if KindOf(err) == NotFound {
			return s.notSeated(ctx, rd, &to, local, domain)
		}
		if err != nil {
			return err
		}
		return to.sit(ctx, rd, seat, generation, nullSender)
	})
	return to, err
}

// seatAt finds the participant of a reply address, by one question: most letters are answers. The generation is the address's own. An address that is
// not ours is not found, as is one that was never issued; it is asked for whatever its form, so that both take the same time.
func (s *Service) seatAt(ctx context.Context, rd Reader, local, domain string) (seat *ReplySeat, generation uint16, err error) {
	claimed, inForm := s.Addresses.Claimed(local)
	if seat, err = rd.ReplySeat(ctx, claimed.Reply); err != nil {
		return nil, 0, err
	}
	if _, ok := s.Addresses.Read(seat.Office.ID, local); !ok || !inForm || seat.Office.MailDomain != domain {
		return nil, 0, errNoAddress
	}
	return seat, claimed.Generation, nil
}

// notSeated finds what an address means that is no participant's.
func (s *Service) notSeated(ctx context.Context, rd Reader, to *Addressee, local, domain string) error {
	office, err := rd.OfficeByMailDomain(ctx, domain)
	if err != nil {
		return notFoundAs(err, errNoAddress)
	}
	to.Office = *office // also of a refusal: the office's ledger has it
	if desk := Desk(strings.ToLower(local)); desk == Postmaster || desk == Abuse {
		return deskOf(ctx, rd, to, desk)
	}
	if ref, ok := s.Addresses.Read(office.ID, local); ok && !ref.Mail.IsZero() {
		to.Return, err = rd.Mail(ctx, office.ID, ref.Mail)
		return notFoundAs(err, errNoAddress)
	}
	return teamAt(ctx, rd, to, local)
}

func notFoundAs(err error, as *Error) error {
	if KindOf(err) == NotFound {
		return as
	}
	return err
}

// sit makes the addressee of a seat, if a letter may be taken for it.
func (to *Addressee) sit(ctx context.Context, rd Reader, seat *ReplySeat, generation uint16, nullSender bool) error {
	to.Office, to.Address, to.User = seat.Office, seat.Address, seat.User
	if seat.Trusted {
		if err := to.trust(ctx, rd); err != nil {
			return err
		}
	}
	switch {
	case !seat.Active:
		return errAddressLeft
	case seat.Address.Generation != generation:
		return errOldAddress
	case mayMessage(&seat.User) != nil:
		return errAddressLeft
	case !nullSender && !to.Office.Inbound && !LetsOut(seat.mode()).Answer:
		return errPrivacy
	}
	return nil
}

// mode is what [modeFor] says of the participant's mail.
func (s *ReplySeat) mode() Mode {
	return EffectiveMode(s.Office.Mode, s.AccountStrict || s.User.Strict, s.ConversationStrict)
}

// TakeLetter takes a letter for one addressee: as a message of the participant, in quarantine, or as a grey event or a ledger row, as its Fate
// says. When it returns without an error the letter is durable and `250` may be said. The same letter again changes nothing, but for one that waits: see
// [Service.release].
func (s *Service) TakeLetter(ctx context.Context, to Addressee, in LetterIn) (Letter, error) {
	t, err := s.taking(to, in)
	if err != nil {
		return Letter{}, err
	}
	t.mailed, t.in.Reply, t.in.Conversation = to.Address.Mailed, to.Address.Reply, to.Address.Conversation
	var taken Letter
	_, err = s.decide(ctx, Decision{
		Need: Need{
			Office: to.Office.ID, Conversation: to.Address.Conversation, Actor: to.User.ID, Uploads: in.Attachments, Once: &in.Once,
		},
		Decide: func(st *State) (e Effects, err error) {
			taken, e, err = decideLetter(st, t)
			return e, err
		},
	})
	if err == nil && t.releasable(&taken) {
		return s.release(ctx, taken, t)
	}
	return taken, err
}

// taking cleans a letter of the addressee's.
func (s *Service) taking(to Addressee, in LetterIn) (taking, error) {
	text, err := s.cleanUnnamed(in.HTML)
	in.Reason = s.Addresses.Conceal(to.Office.ID, in.Reason)
	t := taking{
		in: in, text: text, id: s.NewID(), entry: s.NewID(), ledger: s.NewID(), audit: s.NewID(), at: s.now(), newID: s.NewID,
	}
	t.in.Office, t.in.ID, t.in.ReceivedAt, t.in.Participant = to.Office.ID, t.id, t.at, to.User.ID
	return t, err
}

// taking is a letter ready to be decided on.
type taking struct {
	in                       LetterIn
	text                     formatted
	id, entry, ledger, audit ID
	at                       time.Time
	mailed                   Position // newest message that a mail told the participant of
	mail                     ID       // of ours that came back
	newID                    func() ID
}

// decideLetter is the rule of letters.
func decideLetter(st *State, t taking) (Letter, Effects, error) {
	if first := st.Taken(); first != nil {
		return *first, t.again(first), nil
	}
	seat, err := takeSeat(st)
	if err != nil || !seat.seat.Active {
		return Letter{}, Effects{}, errAddressLeft
	}
	return write(st).take(seat, t)
}

// take does with the letter what its fate asks for, and keeps it.
func (w *writing) take(seat seated, t taking) (Letter, Effects, error) {
	l := t.in.Letter
	if err := w.takeLetter(seat, &l, t); err != nil {
		return Letter{}, Effects{}, err
	}
	w.effects.Letters = append(w.effects.Letters, l)
	w.effects.Ledger = append(w.effects.Ledger, t.ledgerRow(l, string(l.Fate)))
	if len(w.effects.Messages) == 0 {
		return l, w.effects, nil // the conversation stays as it was
	}
	return l, w.done(), nil
}

// again are the effects of a letter that was taken before.
func (t *taking) again(first *Letter) Effects {
	return Effects{Ledger: []LedgerRow{t.ledgerRow(*first, "again")}}
}

func (t *taking) ledgerRow(l Letter, fate string) LedgerRow {
	return LedgerRow{
		Office: l.Office, ID: t.ledger, At: t.at, Direction: MailIn, Peer: t.in.Peer, EnvelopeFrom: t.in.EnvelopeFrom,
		EnvelopeTo: t.in.EnvelopeTo, Code: 250, Enhanced: "2.0.0", Fate: fate, Reason: l.Reason, Letter: l.ID, Mail: t.mail,
		Size: l.Size,
	}
}

// takeLetter does what the letter's fate asks for.
func (w *writing) takeLetter(seat seated, l *Letter, t taking) error {
	switch l.Fate {
	case LetterPosted:
		return w.postLetter(seat, l, t)
	case LetterQuarantined:
		w.audit(t.audit, t.at, nil, ActLetterHeld, l.ID, "")
		return w.greyLine(LetterHeld, seat.actor, l, t)
	case LetterAutoReply:
		return w.greyLine(AutoReplied, seat.actor, l, t)
	case LetterBounced:
		return w.greyLine(MailBounced, seat.actor, l, t)
	case LetterReport, LetterDropped:
		return nil // the ledger says it
	}
	return Refuse(Invalid, "A letter needs a fate.")
}

// postLetter makes the letter a message of the participant. Answering shows that they know what the mail told of: the cursor moves to its
// newest message, the receipt does not (F20).
func (w *writing) postLetter(seat seated, l *Letter, t taking) error {
	m, err := w.post(seat.actor, posting{
		text: t.text, uploads: t.in.Attachments, via: ViaLetter, letter: l.ID, folded: l.Folded != "",
		id: t.entry, at: t.at, newID: t.newID,
	}, [32]byte{})
	if err != nil {
		return err
	}
	l.Entry = m.ID
	p := w.participant(seat.actor.ID)
	if to := min(t.mailed, p.NewestOther); to > p.LastRead {
		p.LastRead, p.MarkedUnread = to, false
		w.people[seat.actor.ID] = p
		w.effects.Events = append(w.effects.Events, cursorMoved(seat.actor, p))
	}
	return nil
}

// greyLine tells staff, and nobody else, of a letter that is no message.
func (w *writing) greyLine(what Happening, from *User, l *Letter, t taking) error {
	m, err := w.add(Message{Happening: what, Subjects: []Person{from.Person()}, Letter: l.ID}, draft{
		id: t.entry, kind: Happen, audience: ForStaff, via: ViaSystem, at: t.at, noticeID: t.newID, grace: w.s.Office.Grace,
	})
	l.Entry = m.ID
	return err
}

// LogMail puts an SMTP transaction in the ledger that ended before a letter was taken.
func (s *Service) LogMail(ctx context.Context, row LedgerRow) error {
	row.ID, row.At = s.NewID(), s.now()
	return s.update(ctx, func(tx Tx) error { return tx.AddLedger(ctx, row) })
}
