package chat

import (
	"context"
	"slices"
	"time"
)

// handing is a group in which conversations get somebody of staff before their last one goes.
type handing struct {
	group *Group
	needs []Need // of the conversations
	gone  Need   // of who goes: with their stream locked nobody joins or leaves a conversation of theirs
}

// handOver has somebody take over each of the conversations: the successor named, else the coordinator of a contact in it, else an owner (F16).
func (s *Service) handOver(ctx context.Context, tx Tx, sw switching, gone *User, conversations []ID) (*handing, error) {
	owner, err := ownerBut(ctx, tx, gone)
	if err != nil {
		return nil, err
	}
	h := &handing{gone: Need{Office: gone.Office, Actor: gone.ID}}
	var originals []Need
	if h.needs, originals, err = handOverNeeds(ctx, tx, gone.Office, conversations, owner, sw.successor); err != nil {
		return nil, err
	}
	if h.group, err = tx.Load(ctx, append(slices.Concat(h.needs, originals), h.gone)...); err != nil {
		return nil, err
	}
	at := s.now()
	for i, n := range h.needs {
		e, err := decideHandOver(h.group.State(n), takeover{gone: gone.ID, to: sw.successor, owner: owner, by: sw.by, at: at, newID: s.NewID})
		if err != nil {
			return nil, err
		}
		if err := h.group.Apply(i, n, e); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// ownerBut is the owner who has been there longest of those who can take over from the user; zero: there is none.
func ownerBut(ctx context.Context, rd Reader, gone *User) (ID, error) {
	owners, err := rd.Owners(ctx, gone.Office)
	for i := range owners {
		if owners[i].ID != gone.ID && mayMessage(&owners[i]) == nil {
			return owners[i].ID, nil
		}
	}
	return ID{}, err
}

// handOverNeeds names, with each conversation, who could take it over: those given, and the coordinators. Copies come last, so that their originals,
// which are to be looked at too, have been taken over.
func handOverNeeds(ctx context.Context, rd Reader, office ID, conversations []ID, others ...ID) (needs, originals []Need, err error) {
	if len(conversations) == 0 {
		return nil, nil, nil
	}
	sums, err := rd.Summaries(ctx, office, conversations)
	if err != nil {
		return nil, nil, err
	}
	contacts := map[ID][]ID{} // by conversation
	var all []ID
	for id, sum := range sums {
		for _, m := range sum.Members {
			if m.Person.View == ContactView {
				contacts[id], all = append(contacts[id], m.User), append(all, m.User)
			}
		}
	}
	people, err := rd.Users(ctx, office, unique(all))
	if err != nil {
		return nil, nil, err
	}
	var copies []Need
	for _, id := range conversations {
		n := Need{Office: office, Conversation: id, Spans: true, Users: slices.Clone(others)}
		for _, contact := range contacts[id] {
			if u := people[contact]; u != nil {
				n.Users = append(n.Users, u.Coordinator)
			}
		}
		n.Users = slices.DeleteFunc(unique(n.Users), ID.IsZero)
		if sum := sums[id]; sum != nil && sum.Conversation.Kind == Copy {
			originals = append(originals, Need{Office: office, Conversation: sum.Conversation.CopyOf})
			copies = append(copies, n)
		} else {
			needs = append(needs, n)
		}
	}
	return append(needs, copies...), originals, nil
}

// takeover is a conversation's handing over, ready to be decided on.
type takeover struct {
	gone, to, owner, by ID // to zero: no successor was named; owner zero: there is none who could
	at                  time.Time
	newID               func() ID
}

var errNoSuccessor = Refuse(Conflict, "Nobody could take over their conversations: an owner with the messaging permission is needed.")

// decideHandOver is the rule of who takes over. The successor has the whole history; what was said is unread for them.
func decideHandOver(st *State, t takeover) (Effects, error) {
	if st.Thread == nil {
		return Effects{}, errNoConversation
	}
	w := write(st)
	staff, _ := st.audience(ForAll)
	staff = slices.DeleteFunc(staff, func(id ID) bool { return id == t.gone || mayMessage(st.User(id)) != nil })
	answers := w.conv.Assignee == t.gone
	var next *User
	switch named := st.User(t.to); {
	case len(staff) == 0:
		if next = st.successor(t); next == nil {
			return Effects{}, errNoSuccessor
		}
	case answers && named != nil && w.conv.State != Done:
		next = named
	case !answers:
		return Effects{}, nil // somebody has joined meanwhile
	}
	if next != nil && !slices.Contains(staff, next.ID) {
		if err := w.replace(next, t); err != nil {
			return Effects{}, err
		}
	}
	if answers {
		if err := w.answersInstead(next, t); err != nil {
			return Effects{}, err
		}
	}
	return w.reshaped(), nil
}

// replace brings in who takes over: into a copy, beneath its original.
func (w *writing) replace(next *User, t takeover) error {
	if heir := w.s.heir(t.gone, next.ID); heir == next {
		w.seatInCopy(next, true, true, t.at)
	} else {
		w.seatUser(next, true, t.at)
	}
	w.tellJoiners([]*User{next})
	w.effects.Audit = append(w.effects.Audit, AuditEntry{
		Office: w.conv.Office, ID: t.newID(), At: t.at, Actor: t.by, Act: ActAdded, Object: w.conv.ID, Detail: "replaces " + t.gone.String(),
	})
	return w.happen(Joined, ForAll, next, []Person{next.Person()}, t.at, t.newID())
}

// answersInstead gives what the leaver was to answer to who takes over; nil: to nobody.
func (w *writing) answersInstead(next *User, t takeover) error {
	w.conv.Assignee = ID{}
	if next == nil {
		return w.happen(Unassigned, ForStaff, nil, nil, t.at, t.newID())
	}
	w.conv.Assignee = next.ID
	return w.happen(Assigned, ForStaff, nil, []Person{next.Person()}, t.at, t.newID())
}

// successor is, of a copy, somebody in its original; else who was named, else the coordinator of whichever contact joined first and has one who can, else the owner.
func (s *State) successor(t takeover) *User {
	can := func(u *User) bool {
		return u != nil && u.ID != t.gone && u.View() == StaffView && mayMessage(u) == nil
	}
	if heir := s.heir(t.gone, t.to); heir != nil {
		return heir
	}
	if named := s.User(t.to); can(named) {
		return named
	}
	for _, id := range s.Thread.Order {
		u := s.User(id)
		if u == nil || u.View() != ContactView || !s.Thread.Participants[id].Active {
			continue
		}
		if coordinator := s.User(u.Coordinator); can(coordinator) {
			return coordinator
		}
	}
	if owner := s.User(t.owner); can(owner) {
		return owner
	}
	return nil
}

// conclude writes the group with the last that who goes is told. It fails when a conversation has come to need somebody, or to be theirs to answer, after
// it was looked for.
func (s *Service) conclude(ctx context.Context, tx Tx, h *handing, gone *User, is User, last []Event) error {
	var left []ID
	if mayMessage(&is) != nil {
		var err error
		if left, err = s.heldBy(ctx, tx, gone); err != nil {
			return err
		}
	}
	for _, id := range left {
		if !slices.ContainsFunc(h.needs, func(n Need) bool { return n.Conversation == id }) {
			return errOvertaken
		}
	}
	if err := h.group.Apply(len(h.needs), h.gone, Effects{Events: last}); err != nil {
		return err
	}
	return tx.Write(ctx, h.group)
}
