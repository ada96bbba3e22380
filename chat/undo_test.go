package chat

import (
	"strconv"
	"testing"
)

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

// What a contact gets back of a conversation that they began must not say whether staff have noted something in it meanwhile.
func TestWhatIsNotSentAfterAllSaysNothingOfNotes(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	for drafts, noted := range []bool{false, true} {
		p.next()
		begun, err := p.Start(t.Context(), actor(anna), StartRequest{To: []ID{sam.ID}, Key: "k" + strconv.FormatBool(noted), Title: "Papers", HTML: "papers"})
		if err != nil {
			t.Fatal(err)
		}
		if conv := begun.Message.Conversation; noted {
			p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "what now?", Note: true})
		}
		if _, err := p.Undo(t.Context(), actor(anna), begun.Message.Conversation, begun.Message.ID); err != nil {
			t.Fatal(err)
		}
		page, err := p.Drafts(t.Context(), actor(anna))
		if err != nil || len(page.Drafts) != drafts+1 {
			t.Errorf("noted %t: %d drafts, want %d: %v", noted, len(page.Drafts), drafts+1, err)
		}
	}
}

// How the mail was to go out comes back with the words: an undone start is a draft as if it had been saved.
func TestWhatIsNotSentAfterAllGoesOutAsChosen(t *testing.T) {
	t.Parallel()
	on, off := true, false
	for name, c := range map[string]struct {
		profile      bool
		chosen, kept *bool
	}{
		"as the profile has it":            {false, nil, nil},
		"a copy, as the profile has it":    {true, nil, nil},
		"a copy":                           {false, &on, &on},
		"no copy":                          {true, &off, &off},
		"a copy, said though it is usual":  {true, &on, nil},
		"no copy, said though it is usual": {false, &off, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPractice(t, NewOffice{})
			sam, anna := p.user(t, "sam", Staff), p.user(t, "anna", Client)
			if _, err := p.SetProfile(t.Context(), actor(sam), Profile{BCC: &c.profile}); err != nil {
				t.Fatal(err)
			}
			for _, secure := range []bool{true, false} {
				p.next()
				begun, err := p.Start(t.Context(), actor(sam), StartRequest{
					To: []ID{anna.ID}, Key: "k" + strconv.FormatBool(secure), Title: "Papers", HTML: "papers", Secure: secure, BCC: c.chosen,
				})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := p.Undo(t.Context(), actor(sam), begun.Message.Conversation, begun.Message.ID); err != nil {
					t.Fatal(err)
				}
				d := p.draftsOf(t, sam)[0]
				if d.Secure != secure || (d.BCC == nil) != (c.kept == nil) || d.BCC != nil && *d.BCC != *c.kept {
					t.Errorf("the draft has secure %t, BCC %v", d.Secure, d.BCC)
				}
			}
		})
	}
}
