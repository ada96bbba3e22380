package chat

import (
	"maps"
	"slices"
	"testing"
)

// copies is a practice with a conversation of two staff and a contact, and a contact who is copied.
type copies struct {
	*practice
	testing.TB
	sam, tess, anna, bert *User
	start                 StartRequest
}

func newCopies(t *testing.T) *copies {
	p := newPractice(t, NewOffice{Mode: Convenience})
	c := &copies{practice: p, TB: t}
	c.sam, c.tess = p.user(t, "sam", Owner), p.user(t, "tess", Staff)
	c.anna, c.bert = p.user(t, "anna", Client), p.user(t, "bert", Client)
	c.start = StartRequest{To: []ID{c.anna.ID, c.tess.ID}, CC: []ID{c.bert.ID}, Title: "Accounts", Key: "k", HTML: "<p>hello</p>"}
	return c
}

func (c *copies) begun() Started {
	c.Helper()
	s, err := c.Start(c.Context(), actor(c.sam), c.start)
	if err != nil {
		c.Fatal(err)
	}
	return s
}

func (c *copies) made(of ID) []CopyMade {
	c.Helper()
	made, err := c.Service.Copies(c.Context(), actor(c.sam), of)
	if err != nil {
		c.Fatal(err)
	}
	return made
}

func (c *copies) inbox(u *User) (titles []string, badge int) {
	c.Helper()
	page, err := c.Rows(c.Context(), actor(u), RowsRequest{List: Inbox})
	if err != nil {
		c.Fatal(err)
	}
	for _, r := range page.Rows {
		titles = append(titles, string(r.Conversation.Kind)+" "+r.Conversation.Title)
	}
	slices.Sort(titles) // all is of one moment
	return titles, page.Stream.Badge
}

func (c *copies) shows(u *User, badge int, titles ...string) {
	c.Helper()
	if got, n := c.inbox(u); n != badge || !slices.Equal(got, titles) {
		c.Errorf("%s's inbox is %q with badge %d, want %q with %d", u.Name, got, n, titles, badge)
	}
}

// A contact in CC gets a conversation of their own with the staff; it is beneath the original, and read, until they answer.
func TestACopyIsBeneathItsOriginal(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	s := c.begun()
	c.shows(c.sam, 0, "conversation Accounts")
	c.shows(c.tess, 1, "conversation Accounts")
	c.shows(c.bert, 1, "conversation Accounts")
	c.shows(c.anna, 1, "conversation Accounts")
	made := c.made(s.Message.Conversation)
	if len(made) != 1 || made[0].Contact.Name != "bert" || made[0].Answered || made[0].Read || !made[0].Active ||
		len(made[0].Messages) != 1 || made[0].Messages[0].Message != s.Message.ID {
		t.Fatalf("copies %+v", made)
	}
	if s.Row.Conversation.Copies != 1 {
		t.Errorf("the original counts %d copies", s.Row.Conversation.Copies)
	}
	if _, err := c.Send(t.Context(), actor(c.bert), SendRequest{Conversation: made[0].Conversation, Key: "b", HTML: "thanks"}); err != nil {
		t.Fatal(err)
	}
	c.shows(c.sam, 1, "conversation Accounts", "copy Accounts")
	c.shows(c.anna, 1, "conversation Accounts")
	if made := c.made(s.Message.Conversation); !made[0].Answered {
		t.Error("the copy is not shown as answered")
	}
}

// The same start again makes nothing, and a later message goes into the copy that is there, once.
func TestCopyingAgainGoesIntoTheSameCopy(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	of := c.begun().Message.Conversation
	if again := c.begun(); again.Message.Conversation != of || len(c.made(of)) != 1 {
		t.Fatal("a repeated start made another conversation or copy")
	}
	sent, err := c.Send(t.Context(), actor(c.tess), SendRequest{Conversation: of, Key: "l", HTML: "later"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		made, err := c.CopyMessage(t.Context(), actor(c.sam), of, sent.Message.ID, []ID{c.bert.ID})
		if err != nil || len(made) != 1 || len(made[0].Messages) != 2 {
			t.Fatalf("copies %+v: %v", made, err)
		}
	}
	page, err := c.Messages(t.Context(), actor(c.bert), PageRequest{Conversation: c.made(of)[0].Conversation})
	if err != nil || len(page.Messages) != 2 || page.Messages[1].Author.ID != c.tess.ID {
		t.Fatalf("the copy holds %+v: %v", page.Messages, err)
	}
	c.shows(c.sam, 1, "conversation Accounts")
}

func TestWhatCannotBeCopied(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	first := c.begun().Message
	of, copied := first.Conversation, c.made(first.Conversation)[0].Conversation
	answer, err := c.Send(t.Context(), actor(c.anna), SendRequest{Conversation: of, Key: "a", HTML: "answer"})
	if err != nil {
		t.Fatal(err)
	}
	note, err := c.Send(t.Context(), actor(c.sam), SendRequest{Conversation: of, Key: "n", HTML: "note", Note: true})
	if err != nil {
		t.Fatal(err)
	}
	fred := c.user(t, "fred", Client)
	for what, try := range map[string]struct {
		by      *User
		of      ID
		message ID
		to      *User
		want    Kind
	}{
		"by a contact":               {c.anna, of, first.ID, fred, Forbidden},
		"by nobody in it":            {c.user(t, "ulla", Staff), of, first.ID, fred, NotFound},
		"what a contact wrote":       {c.sam, of, answer.Message.ID, fred, Conflict},
		"a note":                     {c.sam, of, note.Message.ID, fred, Conflict},
		"to staff":                   {c.sam, of, first.ID, c.tess, Invalid},
		"to somebody in it":          {c.sam, of, first.ID, c.anna, Conflict},
		"from a copy":                {c.sam, copied, first.ID, fred, NotFound},
		"a message of another place": {c.sam, copied, answer.Message.ID, fred, NotFound},
	} {
		if _, err := c.CopyMessage(t.Context(), actor(try.by), try.of, try.message, []ID{try.to.ID}); KindOf(err) != try.want {
			t.Errorf("%s: %v, want %s", what, err, try.want)
		}
	}
	if _, err := c.Add(t.Context(), actor(c.sam), copied, []ID{fred.ID}, nil); KindOf(err) != Conflict {
		t.Errorf("a second contact in a copy: %v", err)
	}
	if _, err := c.Change(t.Context(), actor(c.sam), copied, Change{Title: ptr("Other")}); KindOf(err) != Conflict {
		t.Errorf("a title of a copy's own: %v", err)
	}
	if list, err := c.Service.Copies(t.Context(), actor(c.anna), of); KindOf(err) != NotFound {
		t.Errorf("a contact asks for copies: %v, %v", list, err)
	}
	if _, err := c.Start(t.Context(), actor(c.anna), StartRequest{To: []ID{c.sam.ID}, CC: []ID{c.tess.ID}, Title: "T", Key: "x", HTML: "x"}); KindOf(err) != Forbidden {
		t.Errorf("a contact puts somebody in CC: %v", err)
	}
	if made := c.made(of); len(made) != 1 || len(made[0].Messages) != 1 {
		t.Errorf("what was refused left %+v", made)
	}
}

// Title and staff of a conversation are its copies'.
func TestCopiesFollow(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	of := c.begun().Message.Conversation
	copied := c.made(of)[0].Conversation
	title := func(u *User) string {
		page, err := c.Conversation(t.Context(), actor(u), copied)
		if err != nil {
			t.Fatal(err)
		}
		return page.Row.Conversation.Title
	}
	if _, err := c.Change(t.Context(), actor(c.sam), of, Change{Title: ptr("Renamed")}); err != nil {
		t.Fatal(err)
	}
	if got := title(c.bert); got != "Renamed" {
		t.Errorf("the copy has title %q", got)
	}
	ulla := c.user(t, "ulla", Staff)
	if _, err := c.Add(t.Context(), actor(c.sam), of, []ID{ulla.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if got := title(ulla); got != "Renamed" {
		t.Errorf("who joined sees title %q", got)
	}
	c.shows(ulla, 1, "conversation Renamed")
	if err := c.Remove(t.Context(), actor(ulla), of, ulla.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Send(t.Context(), actor(ulla), SendRequest{Conversation: copied, Key: "u", HTML: "x"}); KindOf(err) != Forbidden {
		t.Errorf("who left the original writes in the copy: %v", err)
	}
}

// Teams and circles are expanded as the conversation starts; nobody but staff can name one.
func TestStartWithRosters(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	gone := c.user(t, "gone", Staff)
	gone.Active = false
	c.put(t, *gone)
	set := func(kind RosterKind, name string, members ...*User) Roster {
		var addresses []string
		for _, u := range members {
			addresses = append(addresses, u.Email)
		}
		r, err := c.SetRoster(t.Context(), c.office.ID, kind, name, addresses)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	team := set(Team, "Tax", c.sam, c.tess, gone)
	circle := set(Circle, "Guests", c.bert, c.anna)
	if again := set(Circle, "guests", c.bert, c.anna); again.ID != circle.ID {
		t.Error("a circle of the same name is another one")
	}
	if _, err := c.SetRoster(t.Context(), c.office.ID, Team, "T", []string{c.anna.Email}); KindOf(err) != Invalid {
		t.Errorf("a contact in a team: %v", err)
	}
	if _, err := c.Service.Rosters(t.Context(), actor(c.anna)); KindOf(err) != Forbidden {
		t.Errorf("a contact asks for teams: %v", err)
	}
	c.start.To, c.start.CC = []ID{c.anna.ID, team.ID}, []ID{circle.ID}
	s := c.begun()
	var names []string
	for _, m := range s.Row.Members {
		names = append(names, m.Person.Name)
	}
	slices.Sort(names)
	if made := c.made(s.Message.Conversation); !slices.Equal(names, []string{"anna", "sam", "tess"}) || len(made) != 1 || made[0].Contact.Name != "bert" {
		t.Errorf("in it are %q, copies %+v", names, made)
	}
	r := StartRequest{To: []ID{team.ID}, Title: "T", Key: "x", HTML: "x"}
	if _, err := c.Start(t.Context(), actor(c.anna), r); KindOf(err) != NotFound {
		t.Errorf("a contact writes to a team: %v", err)
	}
}

// A contact who may change the title of what they started does not put it before those who were copied.
func TestAContactsTitleStaysOutOfCopies(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	s, err := c.Start(t.Context(), actor(c.anna), StartRequest{To: []ID{c.sam.ID}, Title: "Question", Key: "q", HTML: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	of := s.Message.Conversation
	sent, err := c.Send(t.Context(), actor(c.sam), SendRequest{Conversation: of, Key: "r", HTML: "an answer"})
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.CopyMessage(t.Context(), actor(c.sam), of, sent.Message.ID, []ID{c.bert.ID})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Change(t.Context(), actor(c.anna), of, Change{Title: ptr("From Anna")}); err != nil {
		t.Fatal(err)
	}
	c.shows(c.anna, 1, "conversation From Anna")
	page, err := c.Conversation(t.Context(), actor(c.bert), made[0].Conversation)
	if err != nil || page.Row.Conversation.Title != "Question" {
		t.Errorf("the copy is called %q: %v", page.Row.Conversation.Title, err)
	}
}

// Whom a conversation names is bounded as it is expanded: large circles are refused, not gone through one by one against each other.
func TestStartWithMoreThanThereMayBe(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	named := byRoster{}
	for n := range 4 {
		var members []ID
		for m := range 200 {
			u := User{Office: c.office.ID, ID: ID{1, byte(n), byte(m)}, Role: Client, Active: true, MayMessage: true}
			members, c.model.kept.users[u.ID] = append(members, u.ID), u
		}
		id := ID{2, byte(n), byte(n >> 8)}
		named[id] = members
		c.model.kept.rosters[id] = Roster{Office: c.office.ID, ID: id, Kind: Circle, Members: members}
	}
	for what, r := range map[string]StartRequest{
		"to": {To: slices.Collect(maps.Keys(named))}, "cc": {To: c.start.To, CC: slices.Collect(maps.Keys(named))},
	} {
		r.Title, r.Key, r.HTML = "T", "large", "x"
		if _, err := c.Start(t.Context(), actor(c.sam), r); KindOf(err) != TooLarge {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, few := named.expand(slices.Collect(maps.Keys(named)), map[ID]bool{}, 799); few {
		t.Error("all of them are few")
	}
}
