package chat

import (
	"context"
	"slices"
)

// mostNearest bounds the Message-IDs of a letter that are looked up: a program names what it answers, and what that named, so ours are among the nearest.
const mostNearest = 20

// goesOn finds what a letter to a team answers: the nearest of the Message-IDs it names that is of a mail to its writer, or of a letter of theirs to a team. Those
// are their own: an id that is another's is found as little as one that nobody has. Without a conversation: it answers nothing.
func (s *Service) goesOn(ctx context.Context, to Addressee, answers []string) (Named, error) {
	ids := nearestIDs(answers)
	if len(ids) == 0 {
		return Named{}, nil
	}
	found := map[string]Named{}
	err := s.Store.View(ctx, func(rd Reader) error {
		named, err := rd.Named(ctx, to.Office.ID, to.User.ID, ids)
		for _, n := range named {
			found[n.MessageID] = n
		}
		return err
	})
	for _, id := range ids {
		if n, ok := found[id]; ok {
			return n, err
		}
	}
	return Named{}, err
}

// nearestIDs are the first of the ids that can be such as we have written or kept, each once and without brackets.
func nearestIDs(answers []string) (ids []string) {
	seen := map[string]bool{"": true}
	for _, a := range answers {
		if id := foreignID(a); !seen[id] && len(ids) < mostNearest {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// decideGoingOn is the rule of letters to a team that answer something: they go into its conversation as if they had come to the writer's address in it. Forbidden
// where they do not belong there.
func decideGoingOn(st *State, t taking, team []ID) (Letter, Effects, error) {
	if st.Taken() == nil && (t.in.Fate != LetterPosted || !mayGoOn(st, team)) {
		return Letter{}, Effects{}, errAddressLeft
	}
	return decideLetter(st, t)
}

// mayGoOn says whether the actor may answer by mail in the conversation, and it is one of theirs with the team: somebody of the team is in it, since the letter is
// to them, and no other contact, since it is to nobody else.
func mayGoOn(st *State, team []ID) bool {
	seat, err := takeSeat(st) // that they have not left, decideLetter asks
	if err != nil || !mayStartByLetter(seat.actor) || st.Thread.Conversation.Strict && !st.Office.Inbound {
		return false
	}
	ofTeam := false
	for id, p := range st.Thread.Participants {
		u := st.User(id)
		switch {
		case !p.Active || id == seat.actor.ID:
		case u == nil || u.View() == ContactView: // also one who is switched off: they may come back
			return false
		default:
			ofTeam = ofTeam || slices.Contains(team, id)
		}
	}
	return ofTeam
}
