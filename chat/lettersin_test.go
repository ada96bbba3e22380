package chat

import (
	"testing"
)

func letterOf(fate LetterFate, once byte) taking {
	return taking{
		in:   LetterIn{Letter: Letter{Fate: fate, Once: [32]byte{once}, Peer: "192.0.2.1", Reason: "why", RawLetter: RawLetter{Size: 42}}, EnvelopeTo: "x@example.org"},
		text: formatted{html: "<p>by mail</p>", text: "by mail"},
	}
}

// TestAPostedLetter: a message like any other, and the cursor moves to what the mail told of; the receipt does not.
func TestAPostedLetter(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client)
	sc.started(sam, tess, anna)
	sc.sent(sam, "mailed too")
	sc.sent(sam, "not mailed yet")
	file := sc.upload(anna)
	posted := letterOf(LetterPosted, 1)
	posted.mailed, posted.in.Attachments, posted.in.Folded = 2<<20, []ID{file}, "> mailed too"
	l, e, err := sc.letter(anna, posted)
	sc.must("letter", e, err)
	sc.same("events", sc.told(e), []string{"message.created: sam tess | anna ", "cursor.moved: | anna "})
	sc.same("owed", sc.owed(e), "sam tess ")
	sc.same("receipts", len(e.Receipts), 0)
	p := sc.seat(anna)
	if p.LastRead != 2<<20 || p.Opened != 0 || !p.Unread() {
		t.Errorf("row %+v", p)
	}
	m := e.Messages[0]
	if m.Via != ViaLetter || m.Letter != l.ID || l.Entry != m.ID || !m.Folded || len(m.Attachments) != 1 || m.Author.ID != anna.ID || m.Text != "by mail" {
		t.Errorf("message %+v of letter %+v", m, l)
	}
	if row := e.Ledger[0]; row.Fate != "posted" || row.Code != 250 || row.Letter != l.ID || row.Direction != MailIn || row.EnvelopeTo != "x@example.org" {
		t.Errorf("ledger %+v", row)
	}
	sc.changed(anna, func(p *Participant) { p.MarkedUnread = true })
	answer := letterOf(LetterPosted, 2)
	answer.mailed = 99 << 20
	_, e, err = sc.letter(anna, answer)
	sc.must("letter", e, err)
	if p := sc.seat(anna); p.LastRead != 3<<20 || p.MarkedUnread || p.Unread() {
		t.Errorf("row after an answer to all %+v", p)
	}
}

func TestTheSameLetterAgain(t *testing.T) {
	t.Parallel()
	for _, fate := range []LetterFate{LetterPosted, LetterQuarantined, LetterAutoReply, LetterReport, LetterDropped} {
		sc := newScene(t)
		sam, anna := sc.user("sam", Staff), sc.user("anna", Client)
		sc.started(sam, anna)
		first, e, err := sc.letter(anna, letterOf(fate, 1))
		sc.must("letter", e, err)
		last := sc.position()
		again, e, err := sc.letter(anna, letterOf(fate, 1))
		if err != nil || again.ID != first.ID || sc.position() != last {
			t.Errorf("%s again: %s, %v", fate, again.ID, err)
		}
		if len(e.Ledger) != 1 || e.Ledger[0].Fate != "again" || e.Ledger[0].Letter != first.ID {
			t.Errorf("%s again: ledger %+v", fate, e.Ledger)
		}
		e.Ledger = nil
		if !e.Empty() {
			t.Errorf("%s again has effects: %+v", fate, e)
		}
		if other, _, err := sc.letter(anna, letterOf(fate, 2)); err != nil || other.ID == first.ID {
			t.Errorf("%s, another letter: %v", fate, err)
		}
	}
}

// TestLettersThatAreNoMessages: staff alone see a grey line, or the ledger alone says it.
func TestLettersThatAreNoMessages(t *testing.T) {
	t.Parallel()
	for fate, c := range map[LetterFate]struct {
		line   Happening
		events []string
		owed   string
		unread string
	}{
		LetterQuarantined: {LetterHeld, []string{"message.created: sam tess | "}, "sam tess ", "sam tess "},
		LetterAutoReply:   {AutoReplied, []string{"message.created: sam tess | "}, "", ""},
		LetterReport:      {},
		LetterDropped:     {},
	} {
		sc := newScene(t)
		sam, tess, anna, bert := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client), sc.user("bert", Client)
		sc.started(sam, tess, anna, bert)
		for _, u := range []*User{sam, tess, anna, bert} {
			sc.read(u, sc.position(), true)
		}
		public, annas, berts := sc.thread().Conversation, *sc.seat(anna), *sc.seat(bert)
		l, e, err := sc.letter(anna, letterOf(fate, 1))
		sc.must(string(fate), e, err)
		sc.same(string(fate)+" events", sc.told(e), append([]string{}, c.events...))
		sc.same(string(fate)+" owed", sc.owed(e), c.owed)
		sc.same(string(fate)+" unread", sc.unread(), c.unread)
		sc.same(string(fate)+" anna's row", *sc.seat(anna), annas)
		sc.same(string(fate)+" bert's row", *sc.seat(bert), berts)
		if now := sc.thread().Conversation; now.NewestPublic != public.NewestPublic || now.ActivePublic != public.ActivePublic {
			t.Errorf("%s moved what contacts see", fate)
		}
		sc.same(string(fate)+" fate in the ledger", e.Ledger[0].Fate, string(fate))
		sc.same(string(fate)+" letters", len(e.Letters), 1)
		if c.line == "" {
			if len(e.Messages) != 0 || e.Conversation != nil || !l.Entry.IsZero() {
				t.Errorf("%s left a line", fate)
			}
			continue
		}
		if m := e.Messages[0]; m.Happening != c.line || m.Audience != ForStaff || m.Subjects[0].ID != anna.ID || l.Entry != m.ID || m.Text != "" {
			t.Errorf("%s: line %+v", fate, m)
		}
		sc.same(string(fate)+" audit entries", len(e.Audit), len(e.Notices)/2)
	}
}

func TestWhoseLettersAreTaken(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, anna, bert := sc.user("sam", Staff), sc.user("anna", Client), sc.user("bert", Client)
	sc.started(sam, anna)
	_, e, err := sc.letter(bert, letterOf(LetterPosted, 1))
	sc.refused("a stranger's", err, Forbidden)
	anna.MayMessage = false
	_, e, err = sc.letter(anna, letterOf(LetterPosted, 1))
	sc.refused("of somebody without the permission", err, Forbidden)
	anna.MayMessage = true
	sc.removed(sam, anna)
	_, e, err = sc.letter(anna, letterOf(LetterPosted, 1))
	sc.refused("of somebody who left", err, Forbidden)
	if !e.Empty() {
		t.Errorf("effects of a refused letter: %+v", e)
	}
	sc.added(sam, nil, anna)
	_, _, err = sc.letter(anna, letterOf("", 1))
	sc.refused("without a fate", err, Invalid)
}
