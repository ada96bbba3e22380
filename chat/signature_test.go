package chat

import (
	"strings"
	"testing"
)

func (p *practice) signed(tb testing.TB, u *User, html string) Signature {
	tb.Helper()
	p.next()
	s, err := p.SetSignature(tb.Context(), actor(u), html)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestASignatureStandsBelowWhatWasSentWithIt(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna, bert := p.user(t, "sam", Staff), p.user(t, "anna", Client), p.user(t, "bert", Client)
	p.signed(t, sam, "Sam, Tax")
	conv := p.started(t, sam, anna)
	sent := p.sent(t, sam, conv, "hello")
	p.signed(t, sam, "Sam, Audit")
	later := p.sent(t, sam, conv, "again")
	below := func(who *User, m Message) (string, error) {
		s, err := p.SignatureBelow(t.Context(), actor(who), conv, m.ID)
		return s.Text, err
	}
	for m, want := range map[*Message]string{&sent: "Sam, Tax", &later: "Sam, Audit"} {
		for _, who := range []*User{sam, anna} {
			if text, err := below(who, *m); text != want || err != nil {
				t.Errorf("%s sees %q below %q, %v", who.Name, text, m.Text, err)
			}
		}
		if m.HTML != "<p>"+m.Text+"</p>" {
			t.Errorf("the text itself is %q", m.HTML)
		}
	}
	_, err := below(bert, sent)
	refused(t, "a stranger", err, NotFound)
	for what, r := range map[string]SendRequest{
		"left out": {Conversation: conv, HTML: "x", Unsigned: true}, "a note": {Conversation: conv, HTML: "x", Note: true},
	} {
		if m := p.wrote(t, sam, r); m.Signature != [32]byte{} {
			t.Errorf("%s is signed", what)
		}
	}
	p.signed(t, sam, "  ")
	plain := p.sent(t, sam, conv, "bare")
	_, err = below(anna, plain)
	refused(t, "no signature", err, NotFound)
	if own, err := p.Signature(t.Context(), actor(sam)); own.HTML != "" || err != nil {
		t.Errorf("sam's own: %+v, %v", own, err)
	}
	if text, _ := below(anna, sent); text != "Sam, Tax" {
		t.Errorf("below the first message stands %q now", text)
	}
	if entries := p.model.kept.messages[conv]; len(entries) < 5 {
		t.Errorf("%d entries", len(entries))
	} else if at, ok := VerifyRecord(entries); !ok {
		t.Errorf("the record breaks at %s", at)
	} else {
		entries[1].Signature[0]++
		if _, ok := VerifyRecord(entries); ok {
			t.Error("another signature is not found")
		}
	}
}

func TestMailShowsSignaturesWhereItShowsText(t *testing.T) {
	t.Parallel()
	for mode, want := range map[Mode]string{Privacy: "", Convenience: "Sam, Tax"} {
		p := newPractice(t, NewOffice{Mode: mode})
		sam, anna := p.user(t, "sam", Staff), p.user(t, "anna", Client)
		p.signed(t, sam, "Sam, Tax")
		conv := p.started(t, sam, anna)
		mails := p.mailed(t)
		if len(mails) != 1 || mails[0].Conversation != conv {
			t.Fatalf("%d mails", len(mails))
		}
		got := ""
		if c := mails[0].Content; c != nil {
			got = c.Signatures[0].Text
		}
		if got != want {
			t.Errorf("mode %s shows the signature %q", mode, got)
		}
	}
}

func TestASignatureIsBounded(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam := p.user(t, "sam", Staff)
	_, err := p.SetSignature(t.Context(), actor(sam), strings.Repeat("x", MaxSignature+1))
	refused(t, "too long", err, TooLarge)
	_, err = p.SetSignature(t.Context(), actor(sam), "<broken")
	refused(t, "broken", err, Invalid)
}

// A signature and a letter name nobody by their id, whatever HTML they come with: nobody chose among those who see it.
func TestOnlyWhatIsWrittenHereMentions(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{Mode: Convenience, Inbound: true})
	sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	mention := mentionMark + tess.ID.String() + `">@tess</span>`
	if s := p.signed(t, anna, mention); s.HTML != "<p>@tess</p>" {
		t.Errorf("the signature is %q", s.HTML)
	}
	p.next()
	to, err := p.Addressee(t.Context(), p.replyAddress(t, anna, conv), p.office.MailDomain, false)
	if err != nil {
		t.Fatal(err)
	}
	in := LetterIn{HTML: mention}
	in.Fate, in.Once = LetterPosted, [32]byte{1}
	if _, err := p.TakeLetter(t.Context(), to, in); err != nil {
		t.Fatal(err)
	}
	all := p.model.kept.messages[conv]
	if m := all[len(all)-1]; m.HTML != "<p>@tess</p>" {
		t.Errorf("the letter's message is %q", m.HTML)
	}
}
