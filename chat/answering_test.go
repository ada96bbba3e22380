package chat

import (
	"testing"
)

// assignee is who is to answer, by name.
func (p *practice) assignee(conversation ID) string {
	return p.model.kept.users[p.model.kept.threads[conversation].Conversation.Assignee].Name
}

func (p *practice) assigned(t *testing.T, by, to *User, conversation ID) {
	t.Helper()
	p.next()
	if _, err := p.Change(t.Context(), actor(by), conversation, Change{Assignee: &to.ID}); err != nil {
		t.Fatal(err)
	}
}

// TestWhoGoesAnswersNothing (F40): what a member of staff was to answer is the successor's to answer, or nobody's; also where others stay.
func TestWhoGoesAnswersNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		successor bool
		leave     func(*practice, *testing.T, *User, *User, ID)
		want      string
	}{
		"deactivated": {false, func(p *practice, t *testing.T, by, u *User, to ID) {
			_, err := p.Deactivate(t.Context(), actor(by), u.ID, to)
			must(t, err)
		}, ""},
		"deactivated, with a successor": {true, func(p *practice, t *testing.T, by, u *User, to ID) {
			_, err := p.Deactivate(t.Context(), actor(by), u.ID, to)
			must(t, err)
		}, "rosa"},
		"without messaging": {false, func(p *practice, t *testing.T, by, u *User, to ID) {
			_, err := p.Grant(t.Context(), actor(by), u.ID, Grants{Message: ptr(false)}, to)
			must(t, err)
		}, ""},
		"without messaging, with a successor": {true, func(p *practice, t *testing.T, by, u *User, to ID) {
			_, err := p.Grant(t.Context(), actor(by), u.ID, Grants{Message: ptr(false)}, to)
			must(t, err)
		}, "rosa"},
	} {
		p := newPractice(t, NewOffice{})
		olga, sam, tess, rosa, anna := p.user(t, "olga", Owner), p.user(t, "sam", Staff), p.user(t, "tess", Staff), p.user(t, "rosa", Staff), p.user(t, "anna", Client)
		with, alone, done := p.started(t, sam, anna, tess), p.started(t, sam, anna), p.started(t, sam, anna, tess)
		for _, conv := range []ID{with, alone, done} {
			p.assigned(t, sam, sam, conv)
		}
		_, err := p.Change(t.Context(), actor(tess), done, Change{State: ptr(Done)})
		must(t, err)
		p.told = nil
		p.next()
		to, next := ID{}, "olga"
		if c.successor {
			to, next = rosa.ID, "rosa"
		}
		c.leave(p, t, olga, sam, to)
		if got := p.assignee(with); got != c.want {
			t.Errorf("%s: %q answers where others stay, want %q", name, got, c.want)
		}
		if got := p.assignee(alone); got != next {
			t.Errorf("%s: %q answers where nobody stays, want %q", name, got, next)
		}
		if got := p.assignee(done); got != "" {
			t.Errorf("%s: %q answers what is done", name, got)
		}
		changed := 0
		for _, told := range p.told {
			if told.Type == ConversationChanged && told.Conversation == with {
				changed++
				if len(told.Contacts) > 0 && !c.successor {
					t.Errorf("%s: contacts hear of it", name)
				}
			}
		}
		if changed != 1 {
			t.Errorf("%s: told %d times", name, changed)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestManyAssignmentsEnd in more than one transaction.
func TestManyAssignmentsEnd(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	olga, sam, tess, anna := p.user(t, "olga", Owner), p.user(t, "sam", Staff), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	for range handedAtOnce + 1 {
		p.assigned(t, tess, sam, p.started(t, sam, anna, tess))
	}
	p.switched(t, olga, sam, false)
	for id := range p.model.kept.threads {
		if got := p.assignee(id); got != "" {
			t.Fatalf("%q answers", got)
		}
	}
}

// TestWithoutMessagingNobodyAnswers: such staff are not asked to answer, and do not count as the staff who stay.
func TestWithoutMessagingNobodyAnswers(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, mute, anna := p.user(t, "sam", Owner), p.user(t, "mute", Staff), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna, mute)
	mute.MayMessage = false
	p.put(t, *mute)
	p.next()
	if _, err := p.Change(t.Context(), actor(sam), conv, Change{Assignee: &mute.ID}); KindOf(err) != Invalid {
		t.Errorf("asked to answer: %v", err)
	}
	if err := p.Remove(t.Context(), actor(sam), conv, sam.ID, ID{}); KindOf(err) != Conflict {
		t.Errorf("the last who can answer left: %v", err)
	}
}

// TestGrants: who may give whom which rights.
func TestGrants(t *testing.T) {
	t.Parallel()
	owner, admin, staff, client := &User{ID: ID{1}, Role: Owner, Active: true}, &User{ID: ID{2}, Role: Admin, Active: true}, &User{ID: ID{3}, Role: Staff, Active: true}, &User{ID: ID{4}, Role: Client, Active: true}
	second, gone := &User{ID: ID{5}, Role: Owner, Active: true}, &User{ID: ID{6}, Role: Staff}
	for name, c := range map[string]struct {
		by, u *User
		g     Grants
		want  Kind
	}{
		"admin makes staff admin":      {admin, staff, Grants{Role: ptr(Admin)}, 0},
		"owner makes an owner":         {owner, admin, Grants{Role: ptr(Owner)}, 0},
		"owner takes that away":        {owner, second, Grants{Role: ptr(Staff)}, 0},
		"a client becomes an employee": {admin, client, Grants{Role: ptr(ClientStaff)}, 0},
		"messaging goes":               {admin, client, Grants{Message: ptr(false)}, 0},
		"admin makes an owner":         {admin, staff, Grants{Role: ptr(Owner)}, Forbidden},
		"admin changes an owner":       {admin, owner, Grants{Message: ptr(false)}, Forbidden},
		"staff change somebody":        {staff, client, Grants{Message: ptr(false)}, Forbidden},
		"staff ask for nobody":         {staff, nil, Grants{Message: ptr(false)}, Forbidden},
		"nobody":                       {admin, nil, Grants{Message: ptr(false)}, NotFound},
		"oneself":                      {owner, owner, Grants{Role: ptr(Staff)}, Forbidden},
		"a client becomes staff":       {owner, client, Grants{Role: ptr(Staff)}, Conflict},
		"staff become clients":         {owner, staff, Grants{Role: ptr(Client)}, Conflict},
		"no such role":                 {owner, staff, Grants{Role: ptr(Role("king"))}, Invalid},
		"somebody who is deactivated":  {owner, gone, Grants{Role: ptr(Admin)}, Conflict},
	} {
		if err := mayGrant(c.by, c.u, c.g); KindOf(err) != c.want && (c.want != 0 || err != nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOwnersOpenAnything (F2), each time on record; nobody else does.
func TestOwnersOpenAnything(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	olga, sam, anna := p.user(t, "olga", Owner), p.user(t, "sam", Staff), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "between us", Note: true})
	p.next()
	p.told = nil
	for range 2 {
		page, err := p.OpenAsOwner(t.Context(), actor(olga), PageRequest{Conversation: conv})
		if err != nil || len(page.Messages) != 2 || page.Summary.Conversation.Title != "Title" {
			t.Fatalf("%+v, %v", page, err)
		}
	}
	opened := 0
	for _, e := range p.model.kept.audit {
		if e.Act == ActOwnerOpened && e.Actor == olga.ID && e.Object == conv {
			opened++
		}
	}
	if opened != 2 || len(p.told) != 0 {
		t.Errorf("on record %d times, %d told", opened, len(p.told))
	}
	for _, u := range []*User{sam, anna} {
		if _, err := p.OpenAsOwner(t.Context(), actor(u), PageRequest{Conversation: conv}); KindOf(err) != Forbidden {
			t.Errorf("%s: %v", u.Name, err)
		}
	}
	list, err := p.OfficeConversations(t.Context(), actor(olga), OfficeRequest{Person: anna.ID})
	if err != nil || len(list.Summaries) != 1 || list.Summaries[0].Conversation.ID != conv {
		t.Errorf("%+v, %v", list, err)
	}
}
