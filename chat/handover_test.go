package chat

import (
	"testing"
)

// coordinated gives a contact a coordinator.
func (p *practice) coordinated(t *testing.T, contact, by *User) {
	t.Helper()
	contact.Coordinator = by.ID
	p.put(t, *contact)
}

// in says who is in a conversation.
func (p *practice) in(conversation ID) (s string) {
	t := p.model.kept.threads[conversation]
	for _, id := range t.Order {
		if t.Participants[id].Active && p.model.kept.users[id].Active {
			s += p.model.kept.users[id].Name + " "
		}
	}
	return s
}

// TestWhoTakesOver (F16): a contact's coordinator, else the owner who has been there longest; nobody where other staff stay, or there is no contact.
func TestWhoTakesOver(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(*testing.T, *practice, people)
		with    func(people) []*User
		want    string
	}{
		"the owner": {nil, func(w people) []*User { return []*User{w.anna} }, "anna olga "},
		"the coordinator": {func(t *testing.T, p *practice, w people) { p.coordinated(t, w.anna, w.tess) },
			func(w people) []*User { return []*User{w.anna} }, "anna tess "},
		"the coordinator of the first who has one": {func(t *testing.T, p *practice, w people) { p.coordinated(t, w.bert, w.tess) },
			func(w people) []*User { return []*User{w.anna, w.bert} }, "anna bert tess "},
		"not who goes": {func(t *testing.T, p *practice, w people) { p.coordinated(t, w.anna, w.sam) },
			func(w people) []*User { return []*User{w.anna} }, "anna olga "},
		"not a coordinator who is deactivated": {func(t *testing.T, p *practice, w people) {
			p.coordinated(t, w.anna, w.tess)
			p.switched(t, w.olga, w.tess, false)
		}, func(w people) []*User { return []*User{w.anna} }, "anna olga "},
		"not one without the permission": {func(t *testing.T, p *practice, w people) {
			p.coordinated(t, w.anna, w.tess)
			w.tess.MayMessage = false
			p.put(t, *w.tess)
		}, func(w people) []*User { return []*User{w.anna} }, "anna olga "},
		"nobody, since another stays": {nil, func(w people) []*User { return []*User{w.anna, w.tess} }, "tess anna "},
		"nobody, without a contact":   {nil, func(w people) []*User { return []*User{w.tess} }, "tess "},
	} {
		p := newPractice(t, NewOffice{})
		w := people{p.user(t, "olga", Owner), p.user(t, "oskar", Owner), p.user(t, "sam", Admin), p.user(t, "tess", Staff), p.user(t, "anna", Client), p.user(t, "bert", Client)}
		if c.prepare != nil {
			c.prepare(t, p, w)
		}
		conv := p.started(t, w.sam, c.with(w)...)
		p.switched(t, w.olga, w.sam, false)
		if got := p.in(conv); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

type people struct{ olga, oskar, sam, tess, anna, bert *User }

// TestTakingOver: with the history, unread, by a grey line and an event, in the audit log.
func TestTakingOver(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	olga, sam, anna := p.user(t, "olga", Owner), p.user(t, "sam", Staff), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "between us", Note: true})
	p.switched(t, olga, sam, false)
	var told []string
	for _, ev := range p.told {
		told = append(told, string(ev.Type))
		for _, h := range ev.Staff {
			if h.User == sam.ID {
				t.Errorf("who goes is told of %s", ev.Type)
			}
		}
	}
	if !equal(told, []string{"conversation.joined", "message.created", "conversation.changed"}) {
		t.Errorf("told %v", told)
	}
	page, err := p.Conversation(t.Context(), actor(olga), conv)
	if err != nil {
		t.Fatal(err)
	}
	history, err := p.Messages(t.Context(), actor(olga), PageRequest{Conversation: conv, Limit: 9})
	if err != nil || len(history.Messages) != 3 {
		t.Fatalf("%+v, %v", history, err)
	}
	line := history.Messages[2]
	if line.Happening != Joined || line.Author.ID != olga.ID || !page.Row.Standing.Unread() {
		t.Errorf("%+v", page)
	}
	audit := p.model.kept.audit
	if last := audit[len(audit)-1]; last.Act != ActAdded || last.Actor != olga.ID || last.Object != conv || last.Detail != "replaces "+sam.ID.String() {
		t.Errorf("audit %+v", last)
	}
	p.switched(t, olga, sam, true)
	if got := p.in(conv); got != "sam anna olga " {
		t.Errorf("after he is back: %s", got)
	}
}

// TestManyConversationsAreTakenOver in more than one transaction.
func TestManyConversationsAreTakenOver(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	olga, sam, anna := p.user(t, "olga", Owner), p.user(t, "sam", Staff), p.user(t, "anna", Client)
	for range 2*handedAtOnce + 1 {
		p.started(t, sam, anna)
	}
	p.switched(t, olga, sam, false)
	for id := range p.model.kept.threads {
		if got := p.in(id); got != "anna olga " {
			t.Fatalf("in a conversation: %s", got)
		}
	}
}

// TestNobodyCouldTakeOver: an office of no owner, as the operator may well have made it.
func TestNobodyCouldTakeOver(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Staff), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.next()
	if _, err := p.SetActive(t.Context(), p.office.ID, sam.Email, false); KindOf(err) != Conflict || p.in(conv) != "sam anna " {
		t.Errorf("%v, in it: %s", err, p.in(conv))
	}
}
