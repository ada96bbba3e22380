package chat

import "testing"

func TestWhatWasUndoneGivesItsFilesBack(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, anna := p.user(t, "stan", Staff), p.user(t, "anna", Client)
	conv := p.started(t, stan, anna)
	file := p.uploaded(t, anna, "papers")
	p.next()
	send := SendRequest{Conversation: conv, Key: "a", HTML: "look", Attachments: []ID{file.ID}}
	sent, err := p.Send(t.Context(), actor(anna), send)
	if err != nil {
		t.Fatal(err)
	}
	undone, err := p.Undo(t.Context(), actor(anna), conv, sent.Message.ID)
	if err != nil || len(undone.Files) != 1 || undone.Files[0].ID == file.ID || undone.Files[0].Hash != file.Hash || len(undone.Message.Attachments) != 0 {
		t.Fatalf("undone: %+v, %v", undone, err)
	}
	again, err := p.Undo(t.Context(), actor(anna), conv, sent.Message.ID)
	if err != nil || len(again.Files) != 0 {
		t.Errorf("undone again: %+v, %v", again.Files, err)
	}
	p.next()
	send.Key = "b"
	_, err = p.Send(t.Context(), actor(anna), send)
	refused(t, "the file of before", err, Invalid)
	send.Attachments = []ID{undone.Files[0].ID}
	if _, err := p.Send(t.Context(), actor(anna), send); err != nil {
		t.Errorf("sent after all: %v", err)
	}
}
