package chat

import (
	"reflect"
	"testing"
)

// answeredIn has a copied contact answer.
func (c *copies) answeredIn(by *User, copied ID) {
	c.Helper()
	c.wrote(c, by, SendRequest{Conversation: copied, HTML: "answer"})
}

// Somebody who left a conversation is shown its copies as they were then.
func TestCopiesDoNotMoveForWhoLeft(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	of := c.begun().Message.Conversation
	copied := c.made(of)[0].Conversation
	look := func() (made []CopyMade, copies int) {
		t.Helper()
		made, err := c.Service.Copies(t.Context(), actor(c.tess), of)
		if err != nil {
			t.Fatal(err)
		}
		page, err := c.Conversation(t.Context(), actor(c.tess), of)
		if err != nil {
			t.Fatal(err)
		}
		return made, page.Row.Conversation.Copies
	}
	c.next()
	if err := c.Remove(t.Context(), actor(c.tess), of, c.tess.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	before, n := look()
	if len(before) != 1 || n != 1 || before[0].Read || before[0].Answered || !before[0].Active {
		t.Fatalf("who left sees %d, %+v", n, before)
	}
	c.next()
	if _, err := c.MarkRead(t.Context(), actor(c.bert), copied, 1<<60, true); err != nil {
		t.Fatal(err)
	}
	c.answeredIn(c.bert, copied)
	later := c.wrote(t, c.sam, SendRequest{Conversation: of, HTML: "later"})
	c.next()
	if _, err := c.CopyMessage(t.Context(), actor(c.sam), of, later.ID, []ID{c.bert.ID, c.user(t, "fred", Client).ID}); err != nil {
		t.Fatal(err)
	}
	c.next()
	if err := c.Remove(t.Context(), actor(c.sam), copied, c.bert.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	after, m := look()
	if !reflect.DeepEqual(before, after) || n != m {
		t.Errorf("moved from %d, %+v to %d, %+v", n, before, m, after)
	}
	if now := c.made(of); len(now) != 2 || !now[0].Answered || now[0].Active {
		t.Errorf("who stayed sees %+v", now)
	}
}

// What was so when they left stays so: read, and answered.
func TestCopiesAsTheyWereLeft(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	of := c.begun().Message.Conversation
	copied := c.made(of)[0].Conversation
	if _, err := c.MarkRead(t.Context(), actor(c.bert), copied, 1<<60, true); err != nil {
		t.Fatal(err)
	}
	c.answeredIn(c.bert, copied)
	c.next()
	if err := c.Remove(t.Context(), actor(c.tess), of, c.tess.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	made, err := c.Service.Copies(t.Context(), actor(c.tess), of)
	if err != nil || len(made) != 1 || !made[0].Read || !made[0].Answered || !made[0].Active {
		t.Errorf("who left sees %+v: %v", made, err)
	}
}

// Nobody stays behind alone in a copy whose other staff have left it: of those who stay in the original somebody takes over.
func TestNobodyStaysBehindInACopy(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	of := c.begun().Message.Conversation
	copied := c.made(of)[0].Conversation
	c.next()
	if err := c.Remove(t.Context(), actor(c.tess), copied, c.tess.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	c.next()
	if err := c.Remove(t.Context(), actor(c.sam), of, c.sam.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	if in := c.in(copied); in != "tess bert " {
		t.Errorf("in the copy: %s", in)
	}
	if _, err := c.Send(t.Context(), actor(c.sam), SendRequest{Conversation: copied, Key: "s", HTML: "x"}); KindOf(err) != Forbidden {
		t.Errorf("who left the original writes in the copy: %v", err)
	}
	c.shows(c.tess, 1, "conversation Accounts")
}

// Who takes over a conversation with copies finds them beneath it, but for those whose contact waits for an answer.
func TestCopiesAreTakenOverBeneath(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	olga, fred := c.user(t, "olga", Owner), c.user(t, "fred", Client)
	c.coordinated(t, c.bert, c.tess) // who is not in the original, and takes over nothing of it
	c.start.To, c.start.CC = []ID{c.anna.ID}, []ID{c.bert.ID, fred.ID}
	sasha := c.user(t, "sasha", Staff)
	s, err := c.Start(t.Context(), actor(sasha), c.start)
	if err != nil {
		t.Fatal(err)
	}
	of := s.Message.Conversation
	for _, made := range c.madeFor(sasha, of) {
		if made.Contact.ID == fred.ID {
			c.answeredIn(fred, made.Conversation)
		}
	}
	c.switched(t, c.sam, sasha, false)
	c.shows(c.sam, 2, "conversation Accounts", "copy Accounts")
	c.shows(c.tess, 0)
	c.shows(olga, 0)
	if made := c.made(of); len(made) != 2 {
		t.Errorf("copies %+v", made)
	}
}

func (c *copies) madeFor(u *User, of ID) []CopyMade {
	c.Helper()
	made, err := c.Service.Copies(c.Context(), actor(u), of)
	if err != nil {
		c.Fatal(err)
	}
	return made
}
