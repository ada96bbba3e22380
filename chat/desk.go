package chat

import (
	"context"
	"time"
)

// Desk is a mailbox that every mail domain has (RFC 5321, section 4.5.1; RFC 2142): postmaster and abuse.
type Desk string

// The desks.
const (
	Postmaster Desk = "postmaster"
	Abuse      Desk = "abuse"
)

// Forwarding makes the mail that brings a letter to a person.
type Forwarding func(to User, at time.Time, mail ID) (Composed, error)

// deskOf finds who has an office's desks: its owner who is there longest.
func deskOf(ctx context.Context, rd Reader, to *Addressee, desk Desk) error {
	owners, err := rd.Owners(ctx, to.Office.ID)
	switch {
	case err != nil:
		return err
	case len(owners) == 0:
		return Refuse(Unavailable, "Nobody has this mailbox at the moment.")
	}
	to.User, to.Desk = owners[0], desk
	return nil
}

// TakeDesk takes a letter to a desk: it goes to the office's owner as a mail, which is durable when this returns, and whose bytes are wiped once the
// relay has it. The same letter again, or at the same moment, changes nothing. It never becomes a message, and is no way to reach anybody else.
func (s *Service) TakeDesk(ctx context.Context, to Addressee, l Letter, envelopeTo string, forward Forwarding) error {
	take := func(tx Tx) error { return s.takeDesk(ctx, tx, to, l, envelopeTo, forward) }
	err := s.update(ctx, take)
	if KindOf(err) == Conflict { // somebody took the same letter meanwhile
		err = s.update(ctx, take)
	}
	return err
}

func (s *Service) takeDesk(ctx context.Context, tx Tx, to Addressee, l Letter, envelopeTo string, forward Forwarding) error {
	mail, at := deskMail(l.Once), s.now()
	fate := LedgerRow{
		Office: to.Office.ID, ID: s.NewID(), At: at, Direction: MailIn, Peer: l.Peer, EnvelopeFrom: l.EnvelopeFrom, EnvelopeTo: envelopeTo,
		Code: 250, Enhanced: "2.0.0", Fate: string(MailAccepted), Reason: "for " + string(to.Desk) + ", to the owner", Mail: mail, Size: l.Size,
	}
	_, err := tx.Mail(ctx, to.Office.ID, mail)
	switch {
	case err == nil:
		fate.Fate = "again"
		return tx.AddLedger(ctx, fate)
	case KindOf(err) != NotFound:
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	composed, err := forward(to.User.withoutPassword(), at, mail)
	if err != nil {
		return err
	}
	if err := tx.AddMail(ctx, Mail{
		Office: to.Office.ID, ID: mail, Kind: DeskMail, Recipient: to.User.ID, From: composed.From, To: composed.To, MessageID: mail.String(),
		Mode: Privacy, Raw: composed.Raw, State: MailWaiting, NextTry: now, CreatedAt: now,
	}); err != nil {
		return err
	}
	return tx.AddLedger(ctx, fate)
}

// deskMail is the id of the mail that a letter becomes, the same for the same letter (a UUID of version 8, RFC 9562).
func deskMail(once [32]byte) (id ID) {
	copy(id[:], once[:])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return id
}
