package chat

import (
	"context"
	"strings"
	"unicode/utf8"
)

var (
	errPrivateTeam = Refuse(Forbidden, "This office takes no letters by mail. Sign in to write to it.")
	errNoStart     = Refuse(Forbidden, "You cannot start conversations by mail. Ask the office.")
	errNoTeam      = Refuse(Unavailable, "Nobody can take this letter at the moment.")
)

// teamAt finds the team of a local part. Where the office takes no letters for teams there is none.
func teamAt(ctx context.Context, rd Reader, to *Addressee, local string) error {
	local = strings.ToLower(local)
	if !to.Office.TeamLetters || !isTeamAddress(local) {
		return errNoAddress
	}
	r, err := rd.RosterAt(ctx, to.Office.ID, local)
	switch {
	case err != nil:
		return notFoundAs(err, errNoAddress)
	case r.Kind != Team:
		return errNoAddress
	case !to.Office.Inbound && !LetsOut(to.Office.Mode).Answer:
		return errPrivateTeam
	}
	to.Team = r.ID
	return nil
}

// Writer finds whose address a letter to a team says it is from: User is the contact, or has no id where nobody may start a conversation
// by it. Whether the letter is truly theirs is for the caller to say. Whoever it is, the same is asked of the database: the time of an answer must not tell strangers
// who is known here.
func (s *Service) Writer(ctx context.Context, to Addressee, from string) (Addressee, error) {
	from, err := cleanEmail(from)
	if err != nil {
		return to, nil // no address that anybody here has
	}
	err = s.Store.View(ctx, func(rd Reader) error {
		u, err := userBy(ctx, rd, to.Office.ID, from)
		if err != nil {
			return err
		}
		to.User, to.Aliases, to.Signers = *u, nil, nil
		if err := to.trust(ctx, rd); err != nil {
			return err
		}
		if !mayStartByLetter(u) {
			to.User, to.Aliases, to.Signers = User{}, nil, nil
		}
		return nil
	})
	return to, err
}

// userBy is who has an address, as their own or as an alias; a user without an id: nobody. An address belongs to one person, and whose own it is has it.
func userBy(ctx context.Context, rd Reader, office ID, email string) (*User, error) {
	own, err := rd.UserByEmail(ctx, office, email)
	if err != nil && KindOf(err) != NotFound {
		return nil, err
	}
	alias, err := rd.Alias(ctx, office, strings.ToLower(email))
	if err != nil && KindOf(err) != NotFound {
		return nil, err
	}
	var id ID
	switch {
	case own != nil:
		id = own.ID
	case alias != nil:
		id = alias.User
	}
	u, err := rd.User(ctx, office, id)
	if KindOf(err) == NotFound {
		return &User{Office: office}, nil
	}
	return u, err
}

func mayStartByLetter(u *User) bool {
	return u != nil && !u.ID.IsZero() && u.View() == ContactView && mayMessage(u) == nil
}

// StartByLetter takes a letter to a team that is surely the contact's (F36): it begins a conversation, or goes on with one, see [Service.goesOn]. When it
// returns without an error the letter is durable. The same letter again, or at the same moment, changes nothing.
func (s *Service) StartByLetter(ctx context.Context, to Addressee, in LetterIn) (Letter, error) {
	t, err := s.taking(to, in)
	if err != nil {
		return Letter{}, err
	}
	team, err := s.teamFor(ctx, to)
	if err != nil {
		return Letter{}, err
	}
	on, err := s.goesOn(ctx, to, in.Answers)
	if err != nil {
		return Letter{}, err
	}
	if !on.Conversation.IsZero() {
		t.in.Conversation, t.mailed = on.Conversation, on.told()
		taken, err := s.takeOnce(ctx, t, Need{Conversation: on.Conversation}, func(st *State) (Letter, Effects, error) { return decideGoingOn(st, t, team) })
		if KindOf(err) != Forbidden {
			return taken, err
		}
	}
	t.in.Conversation, t.mailed = s.NewID(), 0
	return s.takeOnce(ctx, t, Need{Users: team}, func(st *State) (Letter, Effects, error) { return decideBegun(st, t, team) })
}

// takeOnce takes a letter by a rule that may find it taken: it is asked again when somebody takes the same letter meanwhile.
func (s *Service) takeOnce(ctx context.Context, t taking, need Need, rule func(*State) (Letter, Effects, error)) (taken Letter, err error) {
	need.Office, need.Actor, need.Uploads, need.Once = t.in.Office, t.in.Participant, t.in.Attachments, &t.in.Once
	d := Decision{Need: need, Decide: func(st *State) (e Effects, err error) {
		taken, e, err = rule(st)
		return e, err
	}}
	_, err = s.decide(ctx, d)
	if KindOf(err) == Conflict {
		_, err = s.decide(ctx, d)
	}
	return taken, err
}

// teamFor are the members of the team as it is now, or where it has none the office's owner, at most as many as a conversation holds beside the contact. Refused
// where mail to the contact says less than an answer by mail would need.
func (s *Service) teamFor(ctx context.Context, to Addressee) (team []ID, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		mode, err := ownMode(ctx, rd, &to.Office, &to.User)
		switch {
		case err != nil:
			return err
		case !to.Office.Inbound && !LetsOut(mode).Answer:
			return errPrivateTeam
		}
		rosters, err := rostersBy(ctx, rd, to.Office.ID, []ID{to.Team})
		if err != nil {
			return err
		}
		if team = rosters[to.Team]; len(team) > 0 {
			return nil
		}
		owners, err := rd.Owners(ctx, to.Office.ID)
		if len(owners) > 0 {
			team = []ID{owners[0].ID}
		}
		return err
	})
	return team[:min(len(team), MaxParticipants-1)], err
}

// decideBegun is the rule of letters that begin a conversation.
func decideBegun(st *State, t taking, team []ID) (Letter, Effects, error) {
	if first := st.Taken(); first != nil {
		return *first, t.again(first), nil
	}
	actor := st.Actor()
	switch {
	case !mayStartByLetter(actor):
		return Letter{}, Effects{}, errNoStart
	case t.in.Fate != LetterPosted:
		return Letter{}, Effects{}, Refuse(Invalid, "Only a person's letter starts a conversation.")
	}
	seats := []sitting{{user: actor}}
	for _, id := range team {
		if u := st.User(id); mayWriteTo(actor, u) == nil && u.View() == StaffView {
			seats = append(seats, sitting{user: u})
		}
	}
	if len(seats) == 1 {
		return Letter{}, Effects{}, errNoTeam
	}
	w := st.open(Conversation{
		Office: actor.Office, ID: t.in.Conversation, Kind: Ordinary, Title: letterTitle(t.in.Subject), State: Open,
		StartedBy: actor.ID, StartedAt: t.at, ActiveAt: t.at, ActivePublic: t.at,
	}, seats)
	w.audit(t.audit, t.at, actor, ActStarted, t.in.Conversation, "by letter")
	return w.take(seated{st, actor, st.Thread.Participants[actor.ID]}, t)
}

// letterTitle is the title of a conversation that a letter begins.
func letterTitle(subject string) string {
	if utf8.RuneCountInString(subject) > MaxTitle {
		subject = string([]rune(subject)[:MaxTitle-1]) + "…"
	}
	title, err := cleanTitle(subject)
	if err != nil {
		return "No subject"
	}
	return title
}
