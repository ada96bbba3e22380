package chat

import (
	"strings"
	"testing"
	"time"
)

// saved keeps a draft of somebody.
func (p *practice) saved(tb testing.TB, by *User, r DraftRequest) DraftSaved {
	tb.Helper()
	p.next()
	s, err := p.SaveDraft(tb.Context(), actor(by), r)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func (p *practice) draftsOf(tb testing.TB, u *User) []DraftShown {
	tb.Helper()
	page, err := p.Drafts(tb.Context(), actor(u))
	if err != nil {
		tb.Fatal(err)
	}
	return page.Drafts
}

func refused(tb testing.TB, what string, err error, want Kind) {
	tb.Helper()
	if KindOf(err) != want {
		tb.Errorf("%s: %v, want %s", what, err, want)
	}
}

func TestADraftIsItsAuthorsAlone(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, tess, anna := p.user(t, "stan", Staff), p.user(t, "tess", Owner), p.user(t, "anna", Client)
	conv := p.started(t, stan, tess, anna)
	p.told = nil
	draft := p.saved(t, anna, DraftRequest{ID: p.steps.id(), Conversation: conv, HTML: "half a thought"}).Draft
	if draft.Version != 1 || draft.HTML != "<p>half a thought</p>" || draft.Preview != "half a thought" {
		t.Errorf("saved %+v", draft)
	}
	for _, told := range p.told {
		if told.Type != DraftChanged || len(told.Staff) != 0 || len(told.Contacts) != 1 || told.Contacts[0].User != anna.ID {
			t.Errorf("told %+v", told)
		}
	}
	if len(p.told) != 1 {
		t.Errorf("%d events", len(p.told))
	}
	if list := p.draftsOf(t, anna); len(list) != 1 || list[0].ID != draft.ID || list[0].HTML != "" {
		t.Errorf("anna's drafts: %+v", list)
	}
	for _, other := range []*User{stan, tess} {
		if list := p.draftsOf(t, other); len(list) != 0 {
			t.Errorf("%s has drafts %+v", other.Name, list)
		}
		_, err := p.Draft(t.Context(), actor(other), draft.ID)
		refused(t, "another's draft", err, NotFound)
		p.saved(t, other, DraftRequest{ID: draft.ID, Conversation: conv, HTML: "the same id"})
	}
	page, err := p.Draft(t.Context(), actor(anna), draft.ID)
	if err != nil || page.Draft.HTML != "<p>half a thought</p>" || page.Draft.Version != 1 {
		t.Errorf("after others used the id: %+v, %v", page.Draft, err)
	}
}

// What somebody has set is as much of a draft as its words.
func TestEachThingThatIsSetMakesAnotherVersion(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, anna := p.user(t, "stan", Staff), p.user(t, "anna", Client)
	r := DraftRequest{ID: p.steps.id(), Conversation: p.started(t, stan, anna), HTML: "one", Secure: true}
	p.saved(t, stan, r)
	on, off := true, false
	for i, set := range []func(){
		func() { r.Important = true }, func() { r.Note = true }, func() { r.Unsigned = true }, func() { r.Secure = false },
		func() { r.BCC = &off }, func() { r.BCC = &on },
	} {
		r.BasedOn = int64(i + 1)
		set()
		p.saved(t, stan, r)
		page, err := p.Draft(t.Context(), actor(stan), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		d := page.Draft
		if d.Version != r.BasedOn+1 || d.Important != r.Important || d.Note != r.Note || d.Unsigned != r.Unsigned || d.Secure != r.Secure || d.BCC != r.BCC {
			t.Errorf("change %d: kept %+v of %+v", i, d.Draft, r)
		}
	}
}

func TestAConflictKeepsBoth(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, anna := p.user(t, "stan", Staff), p.user(t, "anna", Client)
	conv := p.started(t, stan, anna)
	first := DraftRequest{ID: p.steps.id(), Conversation: conv, HTML: "one"}
	p.saved(t, anna, first)
	again := p.saved(t, anna, first)
	if again.Draft.Version != 1 || again.Beside != nil {
		t.Errorf("the same again: %+v", again)
	}
	laptop, phone := first, first
	laptop.BasedOn, laptop.HTML = 1, "one, from the laptop"
	phone.BasedOn, phone.HTML = 1, "one, from the phone"
	if s := p.saved(t, anna, laptop); s.Draft.Version != 2 || s.Beside != nil {
		t.Errorf("the laptop: %+v", s)
	}
	second := p.saved(t, anna, phone)
	if second.Draft.ID == first.ID || second.Draft.Version != 1 || second.Draft.Preview != phone.HTML || second.Beside == nil || second.Beside.Preview != laptop.HTML {
		t.Fatalf("the phone: %+v", second)
	}
	repeat := p.saved(t, anna, phone)
	if repeat.Draft.ID != second.Draft.ID || repeat.Draft.Version != 1 || repeat.Beside == nil {
		t.Errorf("the phone again: %+v", repeat)
	}
	phone.HTML = ""
	if s := p.saved(t, anna, phone); s.Draft.ID != first.ID || s.Draft.Preview != laptop.HTML {
		t.Errorf("emptied on the phone: %+v", s)
	}
	if list := p.draftsOf(t, anna); len(list) != 2 {
		t.Errorf("%d drafts", len(list))
	}
	refused(t, "discarding another version", p.DiscardDraft(t.Context(), actor(anna), first.ID, 1), Conflict)
	if err := p.DiscardDraft(t.Context(), actor(anna), first.ID, 2); err != nil {
		t.Error(err)
	}
	_, err := p.SaveDraft(t.Context(), actor(anna), laptop)
	refused(t, "a late save", err, Expired)
	if list := p.draftsOf(t, anna); len(list) != 1 || list[0].ID != second.Draft.ID {
		t.Errorf("left: %+v", list)
	}
}

func TestASentDraftIsGone(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, anna := p.user(t, "stan", Staff), p.user(t, "anna", Client)
	conv := p.started(t, stan, anna)
	file := p.uploaded(t, anna, "papers")
	r := DraftRequest{ID: p.steps.id(), Conversation: conv, HTML: "hello", Attachments: []ID{file.ID}}
	if s := p.saved(t, anna, r); len(s.Draft.Files) != 1 || s.Draft.Files[0].ID != file.ID {
		t.Errorf("saved with %+v", s.Draft.Files)
	}
	p.next()
	p.told = nil
	send := SendRequest{Conversation: conv, Key: r.ID.String(), HTML: "hello", Attachments: r.Attachments, Drafted: true}
	sent, err := p.Send(t.Context(), actor(anna), send)
	if err != nil {
		t.Fatal(err)
	}
	gone := 0
	for _, told := range p.told {
		if told.Type == DraftGone {
			gone += len(told.Contacts) + 10*len(told.Staff)
		}
	}
	if gone != 1 {
		t.Errorf("told %d of the draft's end", gone)
	}
	if again, err := p.Send(t.Context(), actor(anna), send); err != nil || again.Message.ID != sent.Message.ID {
		t.Errorf("sent again from another device: %+v, %v", again, err)
	}
	r.BasedOn, r.HTML = 1, "hello, and"
	_, err = p.SaveDraft(t.Context(), actor(anna), r)
	refused(t, "a save that comes late", err, Expired)
	if list := p.draftsOf(t, anna); len(list) != 0 {
		t.Errorf("left: %+v", list)
	}

	p.next()
	unsaved := p.steps.id() // whose first save is still on its way
	if _, err := p.Send(t.Context(), actor(anna), SendRequest{Conversation: conv, Key: unsaved.String(), HTML: "quick", Drafted: true}); err != nil {
		t.Fatal(err)
	}
	_, err = p.SaveDraft(t.Context(), actor(anna), DraftRequest{ID: unsaved, Conversation: conv, HTML: "quick"})
	refused(t, "the save of what was sent meanwhile", err, Expired)
	_, err = p.Send(t.Context(), actor(anna), SendRequest{Conversation: conv, Key: "no id", HTML: "x", Drafted: true})
	refused(t, "a key that is no draft's", err, Invalid)
}

func TestAConversationIsStartedFromItsDraft(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, anna, bert := p.user(t, "stan", Staff), p.user(t, "anna", Client), p.user(t, "bert", Client)
	r := DraftRequest{ID: p.steps.id(), To: []ID{anna.ID, bert.ID}, Audience: SharedOne, Title: "Plans", Important: true, HTML: "dear both"}
	saved := p.saved(t, stan, r).Draft
	if len(saved.Recipients) != 2 || saved.Recipients[1].Name != "bert" || saved.Title != "Plans" || !saved.Important || saved.Audience != SharedOne {
		t.Errorf("saved %+v", saved)
	}
	p.next()
	_, err := p.Start(t.Context(), actor(stan), StartRequest{To: r.To, Audience: SharedOne, Title: r.Title, Key: r.ID.String(), HTML: r.HTML, Drafted: true})
	if err != nil {
		t.Fatal(err)
	}
	if list := p.draftsOf(t, stan); len(list) != 0 {
		t.Errorf("left: %+v", list)
	}
	// A contact learns no names by naming ids.
	nosy := p.saved(t, anna, DraftRequest{ID: p.steps.id(), To: []ID{bert.ID, stan.ID}, Title: "Who?"}).Draft
	if len(nosy.Recipients) != 1 || nosy.Recipients[0].ID != stan.ID {
		t.Errorf("anna is shown %+v", nosy.Recipients)
	}
}

func TestADraftOutlivesLeaving(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, tess, anna := p.user(t, "stan", Staff), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	conv := p.started(t, stan, tess, anna)
	r := DraftRequest{ID: p.steps.id(), Conversation: conv, HTML: "wait"}
	p.saved(t, anna, r)
	p.next()
	if err := p.Remove(t.Context(), actor(stan), conv, anna.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	p.next()
	_, err := p.Send(t.Context(), actor(anna), SendRequest{Conversation: conv, Key: r.ID.String(), HTML: "wait", Drafted: true})
	refused(t, "sending after leaving", err, Forbidden)
	if list := p.draftsOf(t, anna); len(list) != 1 {
		t.Errorf("drafts after leaving: %+v", list)
	}
	p.next()
	if err := p.DiscardDraft(t.Context(), actor(anna), r.ID, 0); err != nil || len(p.draftsOf(t, anna)) != 0 {
		t.Errorf("discarded: %v", err)
	}
}

func TestDraftsAreBounded(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, tess, anna := p.user(t, "stan", Staff), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	conv := p.started(t, stan, tess)
	p.next()
	for name, c := range map[string]struct {
		by   *User
		r    DraftRequest
		want Kind
	}{
		"no id":                      {anna, DraftRequest{HTML: "x"}, Invalid},
		"a version before the first": {anna, DraftRequest{ID: p.steps.id(), BasedOn: -1}, Invalid},
		"one that was never saved":   {anna, DraftRequest{ID: p.steps.id(), BasedOn: 1}, Expired},
		"a conversation of others":   {anna, DraftRequest{ID: p.steps.id(), Conversation: conv}, NotFound},
		"a contact's note":           {anna, DraftRequest{ID: p.steps.id(), Note: true}, Forbidden},
		"a long title":               {anna, DraftRequest{ID: p.steps.id(), Title: strings.Repeat("x", MaxTitle+1)}, TooLarge},
		"a long text":                {anna, DraftRequest{ID: p.steps.id(), HTML: strings.Repeat("x", MaxBody+1)}, TooLarge},
		"many files":                 {anna, DraftRequest{ID: p.steps.id(), Attachments: make([]ID, MaxAttachments+1)}, TooLarge},
		"an odd audience":            {anna, DraftRequest{ID: p.steps.id(), Audience: "everybody"}, Invalid},
	} {
		_, err := p.SaveDraft(t.Context(), actor(c.by), c.r)
		refused(t, name, err, c.want)
	}
	for range MaxDrafts {
		p.saved(t, anna, DraftRequest{ID: p.steps.id(), HTML: "x"})
	}
	_, err := p.SaveDraft(t.Context(), actor(anna), DraftRequest{ID: p.steps.id(), HTML: "one more"})
	refused(t, "one more", err, TooLarge)
	last := p.draftsOf(t, anna)[0]
	if s := p.saved(t, anna, DraftRequest{ID: last.ID, BasedOn: 1, HTML: "changed"}); s.Draft.Version != 2 {
		t.Errorf("those that are there can be changed: %+v", s)
	}
}

func TestTidyKeepsWhatWaitsInDrafts(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	anna := p.user(t, "anna", Client)
	kept, dropped := p.uploaded(t, anna, "kept"), p.uploaded(t, anna, "dropped")
	r := DraftRequest{ID: p.steps.id(), HTML: "x", Attachments: []ID{kept.ID, dropped.ID}}
	p.saved(t, anna, r)
	r.BasedOn, r.Attachments = 1, []ID{kept.ID}
	p.saved(t, anna, r)
	keep := DefaultKeeping()
	tidy := func() Tidied {
		t.Helper()
		done, due, err := p.Tidy(t.Context(), keep, &removed{})
		if err != nil || !due {
			t.Fatalf("tidy: %v, due %v", err, due)
		}
		return done
	}
	p.later(keep.Uploads + time.Hour)
	if done := tidy(); done.Uploads != 1 || done.Drafts != 0 {
		t.Errorf("after a day: %+v", done)
	}
	p.later(keep.Drafts)
	if done := tidy(); done.Uploads != 1 || done.Drafts != 1 {
		t.Errorf("after a year: %+v", done)
	}
}

func (p *practice) uploaded(tb testing.TB, by *User, content string) Attachment {
	tb.Helper()
	p.next()
	a, err := p.Upload(tb.Context(), actor(by), UploadRequest{Name: content + ".txt", Content: strings.NewReader(content)})
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func TestWhatWasWrittenSinceTheVersionThatIsSentGoesOn(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, anna := p.user(t, "stan", Staff), p.user(t, "anna", Client)
	conv := p.started(t, stan, anna)
	r := DraftRequest{ID: p.steps.id(), Conversation: conv, HTML: "one"}
	p.saved(t, anna, r)
	r.BasedOn, r.HTML = 1, "one, and two from the phone"
	p.saved(t, anna, r)
	p.next()
	p.told = nil
	send := SendRequest{Conversation: conv, Key: r.ID.String(), HTML: "one", Drafted: true, DraftVersion: 1}
	if _, err := p.Send(t.Context(), actor(anna), send); err != nil {
		t.Fatal(err)
	}
	list := p.draftsOf(t, anna)
	if len(list) != 1 || list[0].ID == r.ID || list[0].Version != 1 || list[0].Preview != r.HTML || list[0].Conversation != conv {
		t.Fatalf("left: %+v", list)
	}
	var told []ID
	for _, event := range p.told {
		if event.Type == DraftGone || event.Type == DraftChanged {
			told = append(told, event.Subject)
		}
	}
	if len(told) != 2 || told[0] != r.ID || told[1] != list[0].ID {
		t.Errorf("told %v of %s and %s", told, r.ID, list[0].ID)
	}
	if _, err := p.Send(t.Context(), actor(anna), send); err != nil {
		t.Error(err)
	}
	if again := p.draftsOf(t, anna); len(again) != 1 || again[0].ID != list[0].ID {
		t.Errorf("after the same send again: %+v", again)
	}
	rest := SendRequest{Conversation: conv, Key: list[0].ID.String(), HTML: r.HTML, Drafted: true, DraftVersion: 1}
	p.next()
	if _, err := p.Send(t.Context(), actor(anna), rest); err != nil {
		t.Fatal(err)
	}
	if list := p.draftsOf(t, anna); len(list) != 0 {
		t.Errorf("after the rest was sent: %+v", list)
	}
}

func TestADraftHoldsTeamsAndWhoIsInCC(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, tess, anna := p.user(t, "stan", Staff), p.user(t, "tess", Owner), p.user(t, "anna", Client)
	team, err := p.SetRoster(t.Context(), stan.Office, Team, "Tax", []string{tess.Email, stan.Email})
	if err != nil {
		t.Fatal(err)
	}
	r := DraftRequest{ID: p.steps.id(), To: []ID{anna.ID, team.ID}, CC: []ID{tess.ID, p.steps.id()}}
	d := p.saved(t, stan, r).Draft
	if len(d.Recipients) != 2 || d.Recipients[0].ID != anna.ID || d.Recipients[1] != (Recipient{Person{ID: team.ID, Name: "Tax"}, Team, 2}) {
		t.Errorf("to %+v", d.Recipients)
	}
	if len(d.Besides) != 1 || d.Besides[0].ID != tess.ID || len(d.CC) != 2 {
		t.Errorf("in CC %+v of %v", d.Besides, d.CC)
	}
	p.next()
	_, err = p.SaveDraft(t.Context(), actor(anna), DraftRequest{ID: p.steps.id(), To: []ID{stan.ID}, CC: []ID{tess.ID}})
	refused(t, "a contact's CC", err, Forbidden)
	contacts := p.saved(t, anna, DraftRequest{ID: p.steps.id(), To: []ID{stan.ID, team.ID}}).Draft
	if len(contacts.Recipients) != 1 {
		t.Errorf("a contact is shown %+v", contacts.Recipients)
	}
}
