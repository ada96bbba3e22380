package chat

import "context"

// release gives a letter that waits its place as a message: it has come again, and this time nothing speaks against who wrote it. What staff, or an
// earlier copy, decided meanwhile stands.
func (s *Service) release(ctx context.Context, waits Letter, t taking) (Letter, error) {
	r := releasing{taking: t, line: s.NewID(), letter: waits}
	err := s.update(ctx, func(tx Tx) error { return r.run(ctx, tx) })
	return r.letter, err
}

// releasable says whether a letter that was taken before waits for what this copy of it brings.
func (t *taking) releasable(first *Letter) bool {
	return first.Fate == LetterQuarantined && first.Decision == "" && t.in.Fate == LetterPosted
}

type releasing struct {
	taking
	line   ID
	letter Letter // that waits
}

func (r *releasing) run(ctx context.Context, tx Tx) error {
	n := Need{Office: r.letter.Office, Conversation: r.letter.Conversation, Actor: r.letter.Participant, Uploads: r.in.Attachments}
	g, err := tx.Load(ctx, n)
	if err != nil {
		return err
	}
	l, err := tx.Letter(ctx, n.Office, r.letter.ID)
	if err != nil {
		return err
	}
	if r.letter = *l; !r.releasable(l) {
		return nil
	}
	if err := g.Run(0, Decision{Need: n, Decide: r.decide}); err != nil {
		return err
	}
	r.letter.Decision, r.letter.DecidedAt = ProvenAgain, r.at
	if err := tx.DecideLetter(ctx, r.letter); err != nil {
		return err
	}
	return tx.Write(ctx, g)
}

// decide adds the line that tells staff, and the message, as [settling.decide] does for a member of staff.
func (r *releasing) decide(st *State) (Effects, error) {
	seat, err := takeSeat(st)
	if err != nil || !seat.seat.Active {
		return Effects{}, errAddressLeft
	}
	w := write(st)
	if _, err := w.add(Message{Happening: LetterTaken, Subjects: []Person{seat.actor.Person()}, Letter: r.letter.ID}, draft{
		id: r.line, kind: Happen, audience: ForStaff, via: ViaSystem, at: r.at,
	}); err != nil {
		return Effects{}, err
	}
	w.audit(r.audit, r.at, nil, ActLetterDecided, r.letter.ID, string(ProvenAgain))
	_, err = w.post(seat.actor, posting{
		text: r.text, uploads: r.in.Attachments, via: ViaLetter, letter: r.letter.ID, folded: r.in.Folded != "", received: r.letter.ReceivedAt,
		id: r.entry, at: r.at, newID: r.newID,
	}, [32]byte{})
	return w.done(), err
}
