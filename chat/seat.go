package chat

// seated is what most decisions begin with: the conversation, the actor and their seat in it.
type seated struct {
	*State
	actor *User
	seat  *Participant
}

// takeSeat finds the actor's seat. Somebody who was never in the conversation learns nothing of it.
func takeSeat(s *State) (seated, error) {
	actor := s.Actor()
	if err := mayMessage(actor); err != nil {
		return seated{}, err
	}
	if s.Thread == nil || s.Thread.Participants[actor.ID] == nil || s.Thread.Participants[actor.ID].Vanished() {
		return seated{}, errNoConversation
	}
	return seated{s, actor, s.Thread.Participants[actor.ID]}, nil
}

// takeOpenSeat is takeSeat for what only somebody may do who has not left.
func takeOpenSeat(s *State) (seated, error) {
	seat, err := takeSeat(s)
	if err == nil && !seat.seat.Active {
		return seated{}, Refuse(Forbidden, "You have left this conversation. Ask somebody in it to add you again.")
	}
	return seat, err
}

// place is where the actor's stream stands as the decision is made: what it sees is as of there.
func (s *State) place() (Place, bool) {
	if stream := s.g.Streams[s.Need.Actor]; stream != nil {
		return stream.Place, true
	}
	return Place{}, false
}

// audience lists the active participants who belong to it, staff and contacts apart, in the order they joined.
func (s *State) audience(to Audience) (staff, contacts []ID) {
	for _, id := range s.Thread.Order {
		p, u := s.Thread.Participants[id], s.User(id)
		switch {
		case !p.Active || u == nil || !u.Active:
		case u.View() == StaffView:
			staff = append(staff, id)
		case to == ForAll:
			contacts = append(contacts, id)
		}
	}
	return staff, contacts
}

// tellOne puts a user where an event wants them.
func (ev Event) tellOne(u *User) Event {
	if u.View() == StaffView {
		ev.Staff = append(ev.Staff, u.ID)
	} else {
		ev.Contacts = append(ev.Contacts, u.ID)
	}
	return ev
}

// cursorMoved tells all of the participant's own devices how they stand.
func cursorMoved(u *User, p Participant) Event {
	return Event{Type: CursorMoved, Conversation: p.Conversation, Body: Body{Cursor: &p}}.tellOne(u)
}

// summary is the conversation with its people as they stand in the state, with changes worked in.
func (s *State) summary(c Conversation, changed ...Participant) Summary {
	sum := Summary{Conversation: c}
	replaced := map[ID]*Participant{}
	for i := range changed {
		replaced[changed[i].User] = &changed[i]
	}
	member := func(p *Participant) {
		if u := s.User(p.User); u != nil {
			sum.Members = append(sum.Members, Member{Participant: *p, Person: u.Person()})
		}
	}
	if s.Thread != nil {
		for _, id := range s.Thread.Order {
			if p := replaced[id]; p != nil {
				member(p)
				delete(replaced, id)
			} else {
				member(s.Thread.Participants[id])
			}
		}
	}
	for i := range changed {
		if replaced[changed[i].User] != nil {
			member(&changed[i])
		}
	}
	return sum
}
