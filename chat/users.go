package chat

import (
	"context"
	"slices"
	"strings"
)

// Those who look after the office's people: owners and admins.

// UsersRequest asks for a page of the office's users, by name. Next is the last page's, or empty.
type UsersRequest struct {
	Views       []View // which; nil: all
	Deactivated bool   // those, and not the active ones
	Prefix      string // of any word of the name, or of the address; then there is one page, and more is found by more letters
	Next        string
	Limit       int
}

// UsersPage is a page of users.
type UsersPage struct {
	Users []Listed
	Next  string // empty: the end
}

// Users gives the office's users, the asker among them.
func (s *Service) Users(ctx context.Context, a Actor, r UsersRequest) (page UsersPage, err error) {
	q := PeopleQuery{Office: a.Office, Views: r.Views, Deactivated: r.Deactivated, Prefix: strings.TrimSpace(r.Prefix), Limit: pageSize(r.Limit)}
	if q.Views == nil {
		q.Views = []View{StaffView, ContactView}
	}
	if len(q.Prefix) > 200 {
		return UsersPage{}, Refuse(TooLarge, "The search is too long.").About("q")
	}
	after, err := parsePageKey[nameKey](r.Next)
	q.AfterName, q.AfterID = after.Name, after.ID
	if err != nil {
		return UsersPage{}, err
	}
	err = s.Store.View(ctx, func(rd Reader) error {
		if err := maySeePeople(ctx, rd, a); err != nil {
			return err
		}
		page.Users, err = rd.People(ctx, q)
		return err
	})
	for i := range page.Users {
		page.Users[i] = page.Users[i].For(StaffView)
	}
	if n := len(page.Users); n == q.Limit && q.Prefix == "" {
		page.Next = pageKey(nameKey{page.Users[n-1].Name, page.Users[n-1].ID})
	}
	return page, err
}

// maySeePeople holds that the actor looks after the office's people.
func maySeePeople(ctx context.Context, rd Reader, a Actor) error {
	u, err := rd.User(ctx, a.Office, a.User)
	if err == nil && !maySwitch(u) {
		err = Refuse(Forbidden, "Only an owner or admin looks after the office's people.")
	}
	return err
}

// Grants are what a user may do; nil leaves as it is.
type Grants struct {
	Role    *Role
	Message *bool // the messaging permission (F1)
	Strict  *bool // what the mail to them may say (F25)
}

// Grant changes what a user may do. A member of staff who may no longer message hands over as if they were deactivated: to the successor, where one
// is named. What the user's clients have kept is void.
func (s *Service) Grant(ctx context.Context, a Actor, user ID, g Grants, successor ID) (User, error) {
	return s.switchUser(ctx, switching{office: a.Office, by: a.User, find: userOf(a.Office, user), successor: successor, rights: &g})
}

// may says whether the actor may do this to the user; nil: nobody known, which is told to those alone who may at all.
func (sw *switching) may(actor, u *User) error {
	if sw.rights == nil {
		return mayDeactivate(actor, u)
	}
	return mayGrant(actor, u, *sw.rights)
}

// mayGrant says whether the actor may give a user other rights; nil: as for mayDeactivate.
func mayGrant(actor, u *User, g Grants) error {
	switch {
	case !maySwitch(actor):
		return Refuse(Forbidden, "Only an owner or admin says what people may do.")
	case u == nil:
		return Refuse(NotFound, "There is no such user.")
	case actor.ID == u.ID:
		return Refuse(Forbidden, "You cannot change your own rights. Ask another owner or admin.")
	case !u.Active:
		return Refuse(Conflict, "They are deactivated. Bring them back first.")
	case g.Role != nil && !g.Role.Valid():
		return Refuse(Invalid, "A role is owner, admin, staff, client, client_staff or prospect.").About("role")
	case g.Role != nil && g.Role.View() != u.View():
		return Refuse(Conflict, "Nobody changes between staff and contact. Deactivate them, and invite them anew.").About("role")
	case actor.Role != Owner && (u.Role == Owner || g.Role != nil && *g.Role == Owner):
		return Refuse(Forbidden, "Only an owner makes owners, or changes them.")
	}
	return nil
}

// rightsInWords are for the audit log.
func (u *User) rightsInWords() string {
	if u.MayMessage {
		return string(u.Role)
	}
	return string(u.Role) + ", no messaging"
}

// Sitting is somebody in a conversation, as staff in it see them.
type Sitting struct {
	Listed
	Participant
	From Span // the first: what they may read begins after it
}

// Company gives everybody who is or was in a conversation, to staff who are in it, in the order they joined: who they are, since when they are in
// it, and from where on they read.
func (s *Service) Sittings(ctx context.Context, a Actor, conversation ID) (list []Sitting, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		row, err := oneRow(ctx, rd, a, conversation)
		if err != nil {
			return err
		}
		if a.View != StaffView || !row.Standing.Active {
			return Refuse(Forbidden, "Only staff who are in the conversation see that.")
		}
		list, err = sittings(ctx, rd, a.Office, row.Members)
		return err
	})
	return list, err
}

func sittings(ctx context.Context, rd Reader, office ID, members []Member) ([]Sitting, error) {
	var ids []ID
	var seats []Seat
	for _, m := range members {
		ids, seats = append(ids, m.User), append(seats, Seat{m.Conversation, m.User})
	}
	people, err := rd.People(ctx, PeopleQuery{Office: office, Among: ids, Limit: len(ids)})
	if err != nil {
		return nil, err
	}
	spans, err := rd.SpansOf(ctx, office, seats)
	if err != nil {
		return nil, err
	}
	list := make([]Sitting, 0, len(members))
	for i, m := range members {
		at := slices.IndexFunc(people, func(l Listed) bool { return l.ID == m.User })
		if own := spans[seats[i]]; at >= 0 && len(own) > 0 {
			list = append(list, Sitting{Listed: people[at].For(StaffView), Participant: m.Participant, From: own[0]})
		}
	}
	return list, nil
}
