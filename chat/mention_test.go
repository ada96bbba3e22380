package chat

import "testing"

// TestWhoWasShutOutCanBeMentioned: they keep their seat, and others in the conversation are not told that they were. Of whoever is not in it, nothing is said.
func TestWhoWasShutOutCanBeMentioned(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna, bert, cora := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client), p.user(t, "cora", Client)
	conversation := p.started(t, sam, anna, bert)
	mention := func(u *User) error {
		p.next()
		_, err := p.Send(t.Context(), actor(anna), SendRequest{
			Conversation: conversation, Key: p.steps.scope, HTML: mentionMark + u.ID.String() + `">@you</span>`,
		})
		return err
	}
	if err := mention(bert); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Deactivate(t.Context(), actor(sam), bert.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	if err := mention(bert); err != nil {
		t.Errorf("anna learns that bert was shut out: %v", err)
	}
	if err := mention(cora); KindOf(err) != Invalid {
		t.Errorf("somebody who is not there is mentioned: %v", err)
	}
}
