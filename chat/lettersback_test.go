package chat

import (
	"testing"
)

// backed is what came back for a mail to the user.
func (sc *scene) back(to *User, fate LetterFate, once byte) (e Effects, err error) {
	sc.Helper()
	t := letterOf(fate, once)
	t.id, t.entry, t.ledger, t.at, t.newID, t.mail = sc.id(), sc.id(), sc.id(), sc.now(), sc.id, sc.id()
	t.in.ID, t.in.Office, t.in.Conversation, t.in.Participant = t.id, sc.office.ID, sc.conv, to.ID
	return sc.run(Need{Users: []ID{to.ID}, Once: &t.in.Once}, func(st *State) (Effects, error) { return decideReturn(st, t) })
}

// TestWhatComesBack: staff see a grey line where a mail failed or a robot answered it, once; nobody else sees anything.
func TestWhatComesBack(t *testing.T) {
	t.Parallel()
	for fate, line := range map[LetterFate]Happening{LetterBounced: MailBounced, LetterAutoReply: AutoReplied, LetterReport: ""} {
		sc := newScene(t)
		sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
		sc.started(sam, anna)
		before := *sc.seat(anna)
		sc.removed(sam, anna)
		gone := *sc.seat(anna)
		e, err := sc.back(anna, fate, 1)
		sc.must(string(fate), e, err)
		sc.same(string(fate)+" letters and ledger", len(e.Letters)*10+len(e.Ledger), 11)
		sc.same(string(fate)+" in the ledger", e.Ledger[0].Fate, string(fate))
		sc.same(string(fate)+" owed", sc.owed(e), "")
		if *sc.seat(anna) != gone || gone.NewestOther != before.NewestOther {
			t.Errorf("%s moved what anna knows", fate)
		}
		if line == "" {
			sc.same(string(fate)+" lines", len(e.Messages), 0)
		} else if m := e.Messages[0]; m.Happening != line || m.Audience != ForStaff || m.Subjects[0].ID != anna.ID || m.Letter != e.Letters[0].ID {
			t.Errorf("%s: line %+v", fate, m)
		}
		e, err = sc.back(anna, fate, 1)
		sc.must(string(fate)+" again", e, err)
		if len(e.Messages)+len(e.Letters) != 0 || e.Ledger[0].Fate != "again" {
			t.Errorf("%s again: %+v", fate, e)
		}
	}
}
