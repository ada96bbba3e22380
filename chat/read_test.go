package chat

import (
	"testing"
)

func TestMarkRead(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	sc.started(sam, anna)
	sc.sent(sam, "two")
	sc.sent(sam, "three")
	e := sc.read(anna, 2<<20, false)
	sc.same("events", sc.told(e), []string{"cursor.moved: | anna ", "receipt.created: sam | "})
	sc.same("unread", sc.unread(), "anna ")
	if r := e.Receipts[0]; r.After != 0 || r.Through != 2<<20 || r.Reader != anna.ID {
		t.Errorf("receipt %+v", r)
	}
	if e := sc.read(anna, 1<<20, false); !e.Empty() {
		t.Errorf("a cursor went back: %+v", e)
	}
	if e := sc.read(anna, 2<<20, false); !e.Empty() {
		t.Errorf("the same again: %+v", e)
	}
	e = sc.read(anna, 99<<20, false)
	if r := e.Receipts[0]; r.After != 2<<20 || r.Through != 3<<20 {
		t.Errorf("past the end: receipt %+v", r)
	}
	sc.same("unread then", sc.unread(), "")
	sc.same("cursor", sc.seat(anna).LastRead, Position(3<<20))
}

func TestMarkedUnread(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	sc.started(sam, anna)
	sc.read(anna, 1<<20, true)
	e := sc.changed(anna, func(p *Participant) { p.MarkedUnread = true })
	sc.same("events", sc.told(e), []string{"cursor.moved: | anna "})
	sc.same("unread", sc.unread(), "anna ")
	if e := sc.read(anna, 1<<20, false); !e.Empty() {
		t.Error("a tab that stays open takes the flag away")
	}
	e = sc.read(anna, 1<<20, true)
	if sc.unread() != "" || len(e.Receipts) != 0 {
		t.Errorf("opened: unread %q, receipts %+v", sc.unread(), e.Receipts)
	}
	sc.changed(anna, func(p *Participant) { p.MarkedUnread = true })
	sc.removed(sam, anna)
	if sc.seat(anna).Unread() {
		t.Error("a left conversation is unread")
	}
}

// TestWhoHearsOfReceipts: all staff of the conversation, and the contacts whose messages were read.
func TestWhoHearsOfReceipts(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess := sc.user("sam", Staff), sc.user("tess", Owner)
	anna, bert := sc.user("anna", Client), sc.user("bert", Client)
	sc.started(sam, tess, anna, bert)
	sc.sent(anna, "two")
	told := func(by *User, to Position) []string { return sc.told(sc.read(by, to, false)) }
	sc.same("tess reads sam's", told(tess, 1<<20), []string{"cursor.moved: tess | ", "receipt.created: sam | "})
	sc.same("tess reads anna's", told(tess, 2<<20), []string{"cursor.moved: tess | ", "receipt.created: sam | anna "})
	sc.same("bert reads both", told(bert, 2<<20), []string{"cursor.moved: | bert ", "receipt.created: sam tess | anna "})
	sc.same("anna reads sam's and her own", told(anna, 2<<20), []string{"cursor.moved: | anna ", "receipt.created: sam tess | "})
	sc.sent(anna, "three")
	sc.removed(sam, anna)
	sc.same("tess reads who left", told(tess, 3<<20), []string{"cursor.moved: tess | ", "receipt.created: sam | "})
}

func TestOnesOwnGiveNoReceipt(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
	sc.started(anna, sam)
	e := sc.read(anna, 1<<20, true)
	sc.same("events", sc.told(e), []string{"cursor.moved: | anna "})
	sc.noted(sam, "a note")
	sc.sent(anna, "two")
	e = sc.read(anna, 2<<20, true)
	sc.same("receipts over one's own and a note", len(e.Receipts), 0)
}

func TestReadingNotes(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client)
	sc.started(anna, sam, tess)
	sc.noted(sam, "one")
	note := sc.position()
	e := sc.read(anna, note, true)
	if p := sc.seat(anna); p.LastRead != 1<<20 || p.Opened != 1<<20 || len(e.Receipts) != 0 {
		t.Errorf("a contact at a note's place: %+v", p)
	}
	e = sc.read(tess, note, true)
	sc.same("events", sc.told(e), []string{"cursor.moved: tess | ", "receipt.created: sam | anna ", "receipt.created: sam | "})
	if r := e.Receipts; len(r) != 2 || r[0].After != 0 || r[0].Through != 1<<20 || r[1].After != 1<<20 || r[1].Through != note {
		t.Errorf("receipts %+v", r)
	}
	sc.noted(sam, "two")
	e = sc.read(tess, sc.position(), true)
	sc.same("a note alone", sc.told(e), []string{"cursor.moved: tess | ", "receipt.created: sam | "})
}

// TestAuthorsBetween: whoever wrote before and after a stretch, but not in it, has nothing read in it.
func TestAuthorsBetween(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess := sc.user("sam", Staff), sc.user("tess", Owner)
	anna, bert := sc.user("anna", Client), sc.user("bert", Client)
	sc.started(sam, tess, anna, bert)
	row := func(author *User, to Audience, first, last Position) Authored {
		return Authored{Conversation: sc.conv, Reader: tess.ID, Author: author.ID, Audience: to, First: first << 20, Last: last << 20}
	}
	sc.g.Authored = []Authored{row(anna, ForAll, 2, 9), row(bert, ForAll, 4, 4), row(sam, ForStaff, 3, 3), row(tess, ForAll, 5, 5)}
	between := func(reader *User, after, through Position) (who string, any bool) {
		public, any := sc.g.State(Need{Office: sc.office.ID, Conversation: sc.conv}).AuthorsBetween(reader.ID, after<<20, through<<20)
		for _, u := range []*User{sam, tess, anna, bert} {
			if public[u.ID] {
				who += u.Name + " "
			}
		}
		return who, any
	}
	for _, c := range []struct {
		reader         *User
		after, through Position
		who            string
		any            bool
	}{
		{tess, 0, 1, "", false},
		{tess, 0, 2, "anna ", true},
		{tess, 2, 3, "", true},
		{tess, 2, 4, "bert ", true},
		{tess, 4, 8, "", false}, // within a group, after an earlier read of the same reader's
		{tess, 4, 9, "anna ", true},
		{tess, 9, 99, "", false},
		{sam, 0, 99, "", false}, // what was loaded for tess
	} {
		if who, any := between(c.reader, c.after, c.through); who != c.who || any != c.any {
			t.Errorf("%s from %d to %d: %q, %t, want %q, %t", c.reader.Name, c.after, c.through, who, any, c.who, c.any)
		}
	}
}

// TestReceiptsDoNotMoveWithNotes: those that contacts hear of are the same with and without notes before, between and after, also where a grey line
// stands between a message and a note.
func TestReceiptsDoNotMoveWithNotes(t *testing.T) {
	t.Parallel()
	receipts := func(notes bool) (public []Receipt, all int) {
		sc := newScene(t)
		sam, tess, anna := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client)
		note := func() {
			if notes {
				sc.noted(sam, "note")
			}
		}
		read := func() {
			e := sc.read(tess, sc.position(), true)
			all += len(e.Receipts)
			for _, ev := range e.Events {
				if len(ev.Contacts) > 0 {
					public = append(public, ev.Body.For(ContactView).Receipt.Receipt)
				}
			}
		}
		title := func(s string) {
			if _, err := sc.change(sam, Change{Title: &s}); err != nil {
				t.Fatal(err)
			}
		}
		sc.started(anna, sam, tess)
		title("one")
		note()
		read()
		note()
		title("two")
		note()
		sc.sent(anna, "x")
		note()
		sc.sent(anna, "y")
		title("three")
		note()
		read()
		return public, all
	}
	with, many := receipts(true)
	without, few := receipts(false)
	if len(with) != 2 || len(without) != 2 || many != 5 || few != 2 {
		t.Fatalf("%d and %d receipts for contacts, %d and %d in all", len(with), len(without), many, few)
	}
	for i := range with {
		with[i].At, without[i].At, with[i].Reader, with[i].Conversation = firstDay, firstDay, without[i].Reader, without[i].Conversation
		if with[i] != without[i] {
			t.Errorf("with notes %+v, without %+v", with[i], without[i])
		}
	}
}
