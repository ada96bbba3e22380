package chat

import (
	"context"
	"slices"
	"strings"
	"time"
)

// DecideRequest is what staff want done with a letter in quarantine.
type DecideRequest struct {
	Conversation ID
	Message      ID // the grey line
	Decision     LetterDecision
	Domain       string // with AcceptTrust: one of those that signed it
}

// Decide settles a letter in quarantine: as a message of the participant, with the time it was received, or rejected. Deciding the same again changes
// nothing; another decision is a Conflict.
func (s *Service) Decide(ctx context.Context, a Actor, r DecideRequest) (Held, Place, error) {
	held, err := s.waiting(ctx, a, r.Conversation, r.Message)
	if err != nil {
		return Held{}, Place{}, err
	}
	var t *settling
	err = s.readLetter(ctx, &held, func(files []LetterFile) (err error) {
		t, err = s.settling(ctx, &held, files, r)
		return err
	})
	if err != nil {
		return Held{}, Place{}, err
	}
	told, err := s.updated(ctx, func(tx Tx) error { return t.run(ctx, tx, a) })
	if err != nil {
		return Held{}, Place{}, err
	}
	place, _, err := s.placed(ctx, told, a.User)
	if err != nil {
		return Held{}, Place{}, err
	}
	held, err = s.Held(ctx, a, r.Conversation, r.Message)
	return held, place, err
}

// settling is a decision on a letter, ready to be carried out.
type settling struct {
	DecideRequest
	trusted string // the domain, with AcceptTrust
	letter  Letter
	text    formatted
	folded  bool
	uploads []ID
	entry   ID // of the message
	line    ID
	audit   ID
	at      time.Time
	newID   func() ID
}

func (s *Service) settling(ctx context.Context, h *Held, content []LetterFile, r DecideRequest) (*settling, error) {
	t := &settling{
		DecideRequest: r, letter: h.Letter, folded: h.Content.Folded != "", entry: s.NewID(), line: s.NewID(), audit: s.NewID(), at: s.now(), newID: s.NewID,
		text: formatted{h.Content.HTML, h.Text, textWords(h.Text)},
	}
	switch r.Decision {
	case RejectHeld:
		return t, nil
	case AcceptTrust:
		t.trusted = r.Domain
		if !slices.Contains(h.Signers, r.Domain) {
			return nil, Refuse(Invalid, "Name a domain that has signed this letter.").About("domain")
		}
	case AcceptAlias:
		if h.From == "" {
			return nil, Refuse(Invalid, "The letter has no address that could be added.").About("decision")
		}
	case AcceptOnce:
	default:
		return nil, Refuse(Invalid, "A letter is accepted, aliased, trusted or rejected.").About("decision")
	}
	if h.Decision != "" || h.Barred != "" {
		return t, nil // what comes of it is said below the locks; no files for it
	}
	if t.text.html == "" && len(content) == 0 {
		return nil, Refuse(Invalid, "There is nothing in the letter that can be shown. It can only be rejected.").About("decision")
	}
	files := make([]FileIn, len(content))
	for i, f := range content {
		files[i] = f.FileIn
	}
	to := Addressee{Office: Office{ID: h.Office}, User: User{ID: h.Participant}}
	var err error
	t.uploads, err = s.TakeFiles(ctx, to, files)
	return t, err
}

// run decides under the conversation's lock, so that of two decisions the second sees the first.
func (t *settling) run(ctx context.Context, tx Tx, a Actor) error {
	n := Need{Office: a.Office, Conversation: t.Conversation, Actor: a.User, Users: []ID{t.letter.Participant}, Uploads: t.uploads}
	g, err := tx.Load(ctx, n)
	if err != nil {
		return err
	}
	l, err := tx.Letter(ctx, a.Office, t.letter.ID)
	if err != nil {
		return err
	}
	t.letter = *l
	if l.Decision == t.Decision && l.Trusted == t.trusted {
		return nil
	}
	st := g.State(n)
	if err := t.allowed(ctx, tx, st); err != nil {
		return err
	}
	if err := g.Run(0, Decision{Need: n, Decide: t.decide}); err != nil {
		return err
	}
	if err := t.remember(ctx, tx, st); err != nil {
		return err
	}
	return tx.Write(ctx, g)
}

// allowed holds that staff who are in the conversation decide, once, and not on what is their own.
func (t *settling) allowed(ctx context.Context, rd Reader, st *State) error {
	seat, err := takeOpenSeat(st)
	switch {
	case err != nil:
		return err
	case seat.actor.View() != StaffView:
		return errNotHeld
	case t.letter.Decision != "":
		return errSettled
	}
	if err := mayDecide(ctx, rd, seat.actor, &t.letter); err != nil || t.Decision == RejectHeld {
		return err
	}
	u := st.User(t.letter.Participant)
	if p := st.Thread.Participants[t.letter.Participant]; p == nil || !p.Active || mayMessage(u) != nil {
		return Refuse(Conflict, "This person is no longer in the conversation. Add them again, or reject the letter.")
	}
	if t.Decision == AcceptAlias {
		return mayBeAlias(ctx, rd, u, t.letter.From)
	}
	return nil
}

// decide adds the line that tells of the decision and, accepted, the message.
func (t *settling) decide(st *State) (Effects, error) {
	w := write(st)
	actor, u := st.Actor(), st.User(t.letter.Participant)
	what := LetterTaken
	if t.Decision == RejectHeld {
		what = LetterGone
	}
	if _, err := w.add(Message{Happening: what, Subjects: []Person{u.Person()}, Letter: t.letter.ID}, draft{
		id: t.line, kind: Happen, audience: ForStaff, author: actor, via: ViaSystem, at: t.at,
	}); err != nil {
		return Effects{}, err
	}
	w.audit(t.audit, t.at, actor, ActLetterDecided, t.letter.ID, strings.TrimSpace(string(t.Decision)+" "+t.trusted))
	if t.Decision != RejectHeld {
		_, err := w.post(u, posting{
			text: t.text, uploads: t.uploads, via: ViaLetter, letter: t.letter.ID, folded: t.folded, received: t.letter.ReceivedAt,
			id: t.entry, at: t.at, newID: t.newID,
		}, [32]byte{})
		if err != nil {
			return Effects{}, err
		}
	}
	return w.done(), nil
}

// remember keeps the decision, and what is to be believed from now on.
func (t *settling) remember(ctx context.Context, tx Tx, st *State) (err error) {
	l, by := t.letter, st.Need.Actor
	switch t.Decision {
	case AcceptAlias:
		err = t.addAlias(ctx, tx, by)
	case AcceptTrust:
		err = tx.TrustSigner(ctx, TrustedSigner{Office: l.Office, User: l.Participant, Domain: t.trusted, AddedBy: by, AddedAt: t.at})
	}
	if err != nil {
		return err
	}
	l.Decision, l.Trusted, l.DecidedBy, l.DecidedAt = t.Decision, t.trusted, by, t.at
	return tx.DecideLetter(ctx, l)
}

// addAlias keeps the letter's From as an address of the participant's, unless it is one.
func (t *settling) addAlias(ctx context.Context, tx Tx, by ID) error {
	a := Alias{Office: t.letter.Office, Address: strings.ToLower(t.letter.From), User: t.letter.Participant, AddedBy: by, AddedAt: t.at}
	switch _, err := tx.Alias(ctx, a.Office, a.Address); {
	case err == nil:
		return nil
	case KindOf(err) != NotFound:
		return err
	}
	return tx.AddAlias(ctx, a)
}
