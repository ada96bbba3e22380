package chat

import (
	"slices"
	"testing"
	"time"
)

// A conversation whose first message is undone is gone for everybody; its author has it as a draft.
func TestUndoOfAFirstMessageTakesTheConversationAway(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	file := c.uploaded(t, c.sam, "file").ID
	c.start.Attachments = []ID{file}
	first := c.begun().Message
	conv, copied := first.Conversation, c.made(first.Conversation)[0].Conversation
	c.shows(c.anna, 1, "conversation Accounts") // the premise
	for range 2 {
		if m, err := c.Undo(t.Context(), actor(c.sam), conv, first.ID); err != nil || m.Message.Withdrawn != Undone {
			t.Fatalf("undone: %+v: %v", m, err)
		}
	}
	for _, u := range []*User{c.sam, c.tess, c.anna, c.bert} {
		c.shows(u, 0)
		for _, id := range []ID{conv, copied} {
			c.knowsNothing(u, id)
		}
	}
	if n := len(c.model.kept.messages[conv]); n != 1 {
		t.Errorf("the record holds %d messages of it", n)
	}
	if left, err := (&modelReader{records: c.model.kept}).SoleStaff(t.Context(), c.office.ID, c.sam.ID, 9); err != nil || len(left) > 0 {
		t.Errorf("to be handed over: %v: %v", left, err)
	}
	for _, u := range []*User{c.tess, c.anna, c.bert} {
		if page, err := c.Drafts(t.Context(), actor(u)); err != nil || len(page.Drafts) > 0 {
			t.Errorf("%s has drafts: %v", u.Name, err)
		}
	}
	page, err := c.Drafts(t.Context(), actor(c.sam))
	if err != nil || len(page.Drafts) != 1 {
		t.Fatalf("drafts %+v: %v", page.Drafts, err)
	}
	d := page.Drafts[0]
	if len(d.To) != 2 || !slices.Equal(d.CC, []ID{c.bert.ID}) || d.Unsigned || d.Title != "Accounts" || d.Preview != first.Text || len(d.Files) != 1 || d.Files[0].ID == file {
		t.Errorf("the draft is %+v", d)
	}
	c.next()
	again := StartRequest{To: d.To, CC: d.CC, Title: d.Title, HTML: d.HTML, Key: d.ID.String(), Drafted: true, Attachments: []ID{d.Files[0].ID}, Audience: d.Audience}
	if _, err := c.Start(t.Context(), actor(c.sam), again); err != nil {
		t.Errorf("sent again: %v", err)
	}
}

// knowsNothing: every door says that there is no such conversation.
func (c *copies) knowsNothing(u *User, conversation ID) {
	c.Helper()
	if _, err := c.Conversation(c.Context(), actor(u), conversation); KindOf(err) != NotFound {
		c.Errorf("%s asks for it: %v", u.Name, err)
	}
	if page, err := c.Messages(c.Context(), actor(u), PageRequest{Conversation: conversation}); KindOf(err) != NotFound {
		c.Errorf("%s asks for its messages: %+v: %v", u.Name, page.Messages, err)
	}
	if _, err := c.Send(c.Context(), actor(u), SendRequest{Conversation: conversation, Key: "again", HTML: "x"}); KindOf(err) != NotFound {
		c.Errorf("%s writes in it: %v", u.Name, err)
	}
}

// What staff have noted meanwhile keeps the conversation for them. A contact cannot tell.
func TestUndoOfAFirstMessageBesideANote(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	s, err := c.Start(t.Context(), actor(c.anna), StartRequest{To: []ID{c.sam.ID, c.tess.ID}, Title: "Question", Key: "q", HTML: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	conv := s.Message.Conversation
	c.wrote(t, c.tess, SendRequest{Conversation: conv, Key: "n", HTML: "note", Note: true})
	if _, err := c.Undo(t.Context(), actor(c.anna), conv, s.Message.ID); err != nil {
		t.Fatal(err)
	}
	c.shows(c.anna, 0)
	c.knowsNothing(c.anna, conv)
	c.shows(c.sam, 1, "conversation Question")
	c.next()
	if _, err := c.Add(t.Context(), actor(c.sam), conv, []ID{c.anna.ID}, nil); err != nil {
		t.Fatal(err)
	}
	c.shows(c.anna, 0, "conversation Question")
}

// A message brings a conversation back; its undo puts it away again, unless something else has come.
func TestUndoPutsAwayAgain(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(c *copies, conv ID){
		"nothing": nil,
		"another message": func(c *copies, conv ID) {
			c.wrote(c, c.tess, SendRequest{Conversation: conv, Key: "else", HTML: "else"})
		},
		"marked unread": func(c *copies, conv ID) {
			if _, err := c.MarkUnread(c.Context(), actor(c.sam), conv); err != nil {
				c.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCopies(t)
			conv := c.begun().Message.Conversation
			if _, err := c.Archive(t.Context(), actor(c.sam), conv, true); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Change(t.Context(), actor(c.sam), conv, Change{State: ptr(Done)}); err != nil {
				t.Fatal(err)
			}
			c.shows(c.sam, 0)
			c.next()
			sent := c.wrote(t, c.anna, SendRequest{Conversation: conv, Key: "a", HTML: "oops"})
			c.shows(c.sam, 1, "conversation Accounts")
			if meanwhile != nil {
				meanwhile(c, conv)
			}
			if _, err := c.Undo(t.Context(), actor(c.anna), conv, sent.ID); err != nil {
				t.Fatal(err)
			}
			titles, _ := c.inbox(c.sam)
			state := c.model.kept.threads[conv].Conversation.State
			switch name {
			case "nothing":
				if len(titles) > 0 || state != Done {
					t.Errorf("in the inbox %q, state %s", titles, state)
				}
			case "marked unread":
				if len(titles) == 0 || state != Done {
					t.Errorf("in the inbox %q, state %s", titles, state)
				}
			default:
				if len(titles) == 0 || state != Open {
					t.Errorf("in the inbox %q, state %s", titles, state)
				}
			}
		})
	}
}

// A copy stands beneath its original again when what its contact answered is undone, and an answer that is all there is takes the copy along.
func TestUndoOfAnAnswerInACopy(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	first := c.begun().Message
	copied := c.made(first.Conversation)[0].Conversation
	answer := c.wrote(t, c.bert, SendRequest{Conversation: copied, Key: "b", HTML: "answer"})
	c.shows(c.tess, 2, "conversation Accounts", "copy Accounts")
	if _, err := c.Undo(t.Context(), actor(c.bert), copied, answer.ID); err != nil {
		t.Fatal(err)
	}
	c.shows(c.tess, 1, "conversation Accounts")

	kept := c.wrote(t, c.anna, SendRequest{Conversation: first.Conversation, Key: "a", HTML: "kept"})
	answer = c.wrote(t, c.bert, SendRequest{Conversation: copied, Key: "b2", HTML: "answer"})
	if _, err := c.Undo(t.Context(), actor(c.sam), first.Conversation, first.ID); err != nil {
		t.Fatal(err)
	}
	c.shows(c.bert, 0, "conversation Accounts")
	if _, err := c.Undo(t.Context(), actor(c.bert), copied, answer.ID); err != nil {
		t.Fatal(err)
	}
	c.shows(c.bert, 0)
	if n := c.model.kept.threads[first.Conversation].Conversation.Copies; n != 0 || len(c.made(first.Conversation)) != 0 {
		t.Errorf("%d copies are counted, there are %+v", n, c.made(first.Conversation))
	}
	if _, err := c.Change(t.Context(), actor(c.sam), first.Conversation, Change{Title: ptr("Goes on")}); err != nil {
		t.Errorf("a change after a copy vanished: %v", err)
	}
	c.next()
	later := c.wrote(t, c.sam, SendRequest{Conversation: kept.Conversation, Key: "s", HTML: "later"})
	made, err := c.CopyMessage(t.Context(), actor(c.sam), kept.Conversation, later.ID, []ID{c.bert.ID})
	if err != nil || len(made) != 1 || made[0].Conversation == copied {
		t.Errorf("copied again: %+v: %v", made, err)
	}
}

// A copy alone is not undone: its original stands.
func TestUndoOfACopyAlone(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	copied := c.made(c.begun().Message.Conversation)[0].Conversation
	m := c.model.kept.messages[copied][0]
	if _, err := c.Undo(t.Context(), actor(c.sam), copied, m.ID); KindOf(err) != Conflict {
		t.Errorf("undone alone: %v", err)
	}
}

// How long a message can be undone is said when it is sent, and goes by the database's clock: neither the clock nor the setting of the node that
// is asked matters.
func TestUndoGoesByTheDatabase(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	conv := c.begun().Message.Conversation
	base := c.steps.at
	database, node := base, base
	c.model.now = func() time.Time { return database }
	sending, lagging := c.node(time.Minute, &node), c.node(1, &node) // which cannot undo, by its own setting
	for _, one := range []struct {
		by, undoer  *Service
		waited, ago time.Duration // by the database's clock, and by the node's
		late        bool
	}{
		{sending, lagging, 50 * time.Second, 0, false},
		{sending, sending, 50 * time.Second, time.Hour, false},
		{sending, sending, 70 * time.Second, -time.Hour, true},
		{lagging, sending, time.Second, 0, true},
	} {
		c.next()
		sent, err := one.by.Send(t.Context(), actor(c.sam), SendRequest{Conversation: conv, Key: c.steps.id().String(), HTML: "x"})
		if err != nil {
			t.Fatal(err)
		}
		database, node = database.Add(one.waited), node.Add(one.ago)
		if _, err := one.undoer.Undo(t.Context(), actor(c.sam), conv, sent.Message.ID); one.late != (KindOf(err) == Conflict) || !one.late && err != nil {
			t.Errorf("waited %s, node's clock %s on: %v, want too late: %t", one.waited, one.ago, err, one.late)
		}
		node = database
	}
}

// node is another node on the same database.
func (c *copies) node(undo time.Duration, clock *time.Time) *Service {
	parts := c.Parts
	parts.UndoFor, parts.Now = undo, func() time.Time { return *clock }
	return New(parts)
}

// A client that comes back hears that the conversation has vanished, and nothing of it.
func TestWhatVanishedIsToldOnResume(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	first := c.begun().Message
	if _, err := c.Undo(t.Context(), actor(c.sam), first.Conversation, first.ID); err != nil {
		t.Fatal(err)
	}
	got, err := c.Follow(t.Context(), c.office.ID, c.bert.ID, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	vanished := 0
	for _, e := range got.Events {
		switch {
		case e.Type == ConversationLeft && e.Body.Vanished:
			vanished++
		case !e.Skipped:
			t.Errorf("also told: %s %+v", e.Type, e.Body)
		}
	}
	if vanished != 1 {
		t.Errorf("told %d times: %+v", vanished, got.Events)
	}
}
