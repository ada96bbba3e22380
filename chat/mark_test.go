package chat

import (
	"slices"
	"testing"
)

func TestManyAreMarkedAtOnce(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	var conversations []ID
	for range 20 {
		conversations = append(conversations, p.started(t, sam, anna))
	}
	foreign := ID{9}
	for _, c := range []struct {
		as    Marking
		badge int
		stand func(Participant) bool
	}{
		{AsRead, 0, func(p Participant) bool { return !p.Unread() && p.LastRead == p.Newest && p.Opened == p.Newest }},
		{AsUnread, 20, func(p Participant) bool { return p.Unread() && p.MarkedUnread }},
		{AsArchived, 0, func(p Participant) bool { return p.Archived && p.Unread() }},
		{AsInbox, 20, func(p Participant) bool { return !p.Archived }},
		{AsRead, 0, func(p Participant) bool { return !p.Unread() && !p.MarkedUnread }},
	} {
		p.next()
		all, err := p.Mark(t.Context(), actor(anna), append(slices.Clone(conversations), foreign, conversations[0]), c.as)
		if err != nil {
			t.Fatal(err)
		}
		if len(all.Standings) != len(conversations) || !slices.Equal(all.Refused, []ID{foreign}) || all.Stream.Badge != c.badge {
			t.Errorf("%s: %d marked, refused %v, badge %d", c.as, len(all.Standings), all.Refused, all.Stream.Badge)
		}
		for i, standing := range all.Standings {
			if standing.Conversation != conversations[i] || !c.stand(standing) {
				t.Errorf("%s: %+v", c.as, standing)
			}
		}
	}
}

func TestMarkingManyIsRefused(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam := p.user(t, "sam", Owner)
	for name, c := range map[string]struct {
		conversations []ID
		as            Marking
		want          Kind
	}{
		"none":     {nil, AsRead, Invalid},
		"too many": {make([]ID, MaxMarked+1), AsRead, TooLarge},
		"nonsense": {[]ID{{1}}, "nonsense", Invalid},
	} {
		for i := range c.conversations {
			c.conversations[i] = ID{1, byte(i), byte(i >> 8)}
		}
		if _, err := p.Mark(t.Context(), actor(sam), c.conversations, c.as); KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnseenIsCountedWithinTheCursor(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	unseen := func(u *User) int {
		t.Helper()
		list, err := p.Rows(t.Context(), actor(u), RowsRequest{List: Recent})
		if err != nil {
			t.Fatal(err)
		}
		one, err := p.Conversation(t.Context(), actor(u), conv)
		if err != nil {
			t.Fatal(err)
		}
		if one.Row.Unseen != list.Rows[0].Unseen {
			t.Errorf("%d in the list, %d alone", list.Rows[0].Unseen, one.Row.Unseen)
		}
		return one.Row.Unseen
	}
	want := func(what string, u *User, n int) {
		t.Helper()
		if got := unseen(u); got != n {
			t.Errorf("%s: %d unseen, want %d", what, got, n)
		}
	}
	p.next()
	if _, err := p.Add(t.Context(), actor(sam), conv, []ID{tess.ID}, nil); err != nil {
		t.Fatal(err)
	}
	want("who joined with the history", tess, 1)
	second := p.sent(t, sam, conv, "two")
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "between us", Note: true})
	p.sent(t, anna, conv, "three")
	want("a contact, without the note and their own", anna, 2)
	want("staff, with the note", tess, 4)
	want("who wrote nearly all of it", sam, 1)
	if _, err := p.MarkRead(t.Context(), actor(tess), conv, second.Position, true); err != nil {
		t.Fatal(err)
	}
	want("read in part", tess, 2)
	if _, err := p.MarkUnread(t.Context(), actor(sam), conv); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Mark(t.Context(), actor(tess), []ID{conv}, AsRead); err != nil {
		t.Fatal(err)
	}
	if _, err := p.MarkUnread(t.Context(), actor(tess), conv); err != nil {
		t.Fatal(err)
	}
	want("marked unread, with nothing new in it", tess, 0)
}
