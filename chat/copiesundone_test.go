package chat

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"
)

// Whoever asks for a copy without the right to must not learn from the refusal who has one.
func TestRefusedCopyingSaysNothingOfCopies(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	first, fred := c.begun().Message, c.user(t, "fred", Client)
	var said []string
	for _, to := range []*User{c.bert, fred} {
		_, err := c.CopyMessage(t.Context(), actor(c.anna), first.Conversation, first.ID, []ID{to.ID})
		if KindOf(err) != Forbidden {
			t.Fatalf("copying to %s: %v", to.Name, err)
		}
		said = append(said, err.Error())
	}
	if said[0] != said[1] {
		t.Errorf("who has a copy shows: %q and %q", said[0], said[1])
	}
}

// A copied contact has to be somebody who can be written to, like all others.
func TestStartRefusesCopiesThatNobodyCouldRead(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	gone := *c.bert
	gone.Active = false
	c.put(t, gone)
	if _, err := c.Start(t.Context(), actor(c.sam), c.start); KindOf(err) != Conflict {
		t.Errorf("a copy for somebody deactivated: %v", err)
	}
	c.shows(c.sam, 0)
}

// In an office without a grace time a copy's mail waits, too, as long as the message can be undone.
func TestACopysMailWaitsForUndo(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	c.next()
	sent := c.begun().Message
	c.turn += 5
	c.next()
	claims, err := c.ClaimNotices(t.Context(), 100)
	if err != nil || len(claims) != 0 {
		t.Fatalf("mail is due while the message can be undone: %+v: %v", claims, err)
	}
	if _, err := c.Undo(t.Context(), actor(c.sam), sent.Conversation, sent.ID); err != nil {
		t.Fatal(err)
	}
	if mails := c.mailed(t); len(mails) != 0 {
		t.Errorf("mails of what was undone, to %v", recipients(mails))
	}
	c.shows(c.bert, 0)
}

// What was looked at before the conversation was locked is looked at again: a message that was taken back meanwhile is not copied.
func TestCopyingWhatIsTakenBackMeanwhile(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	of := c.begun().Message.Conversation
	later := c.sent(t, c.sam, of, "later")
	if _, err := c.Retract(t.Context(), actor(c.sam), of, later.ID); err != nil {
		t.Fatal(err)
	}
	c.Service.Store = &outdated{model: c.model, message: &later}
	if _, err := c.CopyMessage(t.Context(), actor(c.sam), of, later.ID, []ID{c.bert.ID}); KindOf(err) != NotFound {
		t.Errorf("copied what was retracted: %v", err)
	}
}

// Two who copy the same message to the same contact at once copy it once.
func TestCopyingWhatIsCopiedMeanwhile(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	of := c.begun().Message.Conversation
	before := c.made(of)
	later := c.sent(t, c.sam, of, "later")
	var made []CopyMade
	for range 2 {
		var err error
		if made, err = c.CopyMessage(t.Context(), actor(c.sam), of, later.ID, []ID{c.bert.ID}); err != nil {
			t.Fatal(err)
		}
		c.Service.Store = &outdated{model: c.model, copies: before}
	}
	if len(made) != 1 || len(made[0].Messages) != 2 {
		t.Errorf("copies %+v", made)
	}
}

// outdated is a store whose updates, the first time, see before their locks what was so a moment ago, as with a database that locks rows.
type outdated struct {
	*model
	message *Message
	copies  []CopyMade
	again   bool
}

func (o *outdated) Update(ctx context.Context, do func(Tx) error) ([]Told, error) {
	return o.model.Update(ctx, func(tx Tx) error {
		if o.again {
			return do(tx)
		}
		err := do(&outdatedTx{Tx: tx, was: o})
		o.again = errors.Is(err, errMoved)
		return err
	})
}

type outdatedTx struct {
	Tx
	was    *outdated
	locked bool
}

func (o *outdatedTx) Load(ctx context.Context, needs ...Need) (*Group, error) {
	o.locked = true
	return o.Tx.Load(ctx, needs...)
}

func (o *outdatedTx) Message(ctx context.Context, office, id ID) (*Message, error) {
	if was := o.was.message; was != nil && !o.locked {
		return was, nil
	}
	return o.Tx.Message(ctx, office, id)
}

func (o *outdatedTx) Copies(ctx context.Context, office, of ID) ([]CopyMade, error) {
	if was := o.was.copies; was != nil && !o.locked {
		return was, nil
	}
	return o.Tx.Copies(ctx, office, of)
}

// What a copied contact is shown of a message is what the others are shown of the original, but for when and where it stands.
func TestACopiedMessageLooksLikeAnyOther(t *testing.T) {
	t.Parallel()
	c := newCopies(t)
	of := c.begun().Message.Conversation
	later := c.sent(t, c.tess, of, "later")
	c.next()
	fred := c.user(t, "fred", Client)
	made, err := c.CopyMessage(t.Context(), actor(c.sam), of, later.ID, []ID{fred.ID})
	if err != nil || len(made) != 2 || made[1].Contact.ID != fred.ID {
		t.Fatalf("copies %+v: %v", made, err)
	}
	shown := func(u *User, in ID) Message {
		t.Helper()
		page, err := c.Messages(t.Context(), actor(u), PageRequest{Conversation: in})
		if err != nil {
			t.Fatal(err)
		}
		m := page.Messages[len(page.Messages)-1]
		m.Conversation, m.ID, m.Position, m.At, m.Sent = ID{}, ID{}, 0, time.Time{}, [32]byte{} // Sent is nobody's to see
		return m
	}
	original, copied := shown(c.anna, of), shown(fred, made[1].Conversation)
	if !reflect.DeepEqual(original, copied) {
		t.Errorf("the original is %+v, the copy %+v", original, copied)
	}
	page, err := c.Conversation(t.Context(), actor(fred), made[1].Conversation)
	if by := page.Row.Conversation.StartedBy; err != nil || by != copied.Author.ID {
		t.Errorf("begun by %s, not by the author of its first message: %v", by, err)
	}
}
