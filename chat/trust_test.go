package chat

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestDecidedOtherwise: of two decisions that are not the same, also where both say trusted, the second is refused.
func TestDecidedOtherwise(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second LetterDecision
		domain, other string
		want          Kind
	}{
		"the same domain":       {AcceptTrust, AcceptTrust, "esp.example", "esp.example", 0},
		"another domain":        {AcceptTrust, AcceptTrust, "esp.example", "list.example", Conflict},
		"an alias, once":        {AcceptOnce, AcceptAlias, "", "", Conflict},
		"once, an alias":        {AcceptAlias, AcceptOnce, "", "", Conflict},
		"a stray domain is nil": {AcceptOnce, AcceptOnce, "", "esp.example", 0},
	} {
		w := held(t, "anna@home.example", "esp.example", "list.example")
		if h, err := w.decide(t, w.sam, c.first, c.domain); err != nil || h.Trusted != c.domain {
			t.Fatalf("%s: %+v, %v", name, h.Letter, err)
		}
		if _, err := w.decide(t, w.tess, c.second, c.other); KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if got := w.trusted(t, w.anna).Signers; strings.Join(got, " ") != c.domain {
			t.Errorf("%s: %q may sign", name, got)
		}
	}
}

// TestTrustIsTakenBack by those who look after people, in the audit log; letters that went by it wait again.
func TestTrustIsTakenBack(t *testing.T) {
	t.Parallel()
	for how, word := range map[LetterDecision]Word{AcceptAlias: {Alias: "Anna@home.example"}, AcceptTrust: {Signer: "esp.example"}} {
		w := held(t, "anna@home.example", "esp.example")
		domain := word.Signer
		if _, err := w.decide(t, w.tess, how, domain); err != nil {
			t.Fatal(err)
		}
		is, err := w.Trust(t.Context(), actor(w.sam), w.anna.ID)
		if err != nil || len(is.Aliases)+len(is.Signers) != 1 || is.By[w.tess.ID].Name != "tess" {
			t.Fatalf("%s: %+v, %v", how, is, err)
		}
		for name, by := range map[string]*User{"staff": w.tess, "themselves": w.anna, "another contact": w.bert} {
			if _, err := w.Trust(t.Context(), actor(by), w.anna.ID); KindOf(err) != Forbidden {
				t.Errorf("%s may look: %v", name, err)
			}
			if err := w.Distrust(t.Context(), actor(by), w.anna.ID, word); KindOf(err) != Forbidden {
				t.Errorf("%s may take back: %v", name, err)
			}
		}
		if err := w.Distrust(t.Context(), actor(w.sam), w.bert.ID, word); KindOf(err) != NotFound {
			t.Errorf("of somebody else: %v", err)
		}
		if err := w.Distrust(t.Context(), actor(w.sam), w.anna.ID, word); err != nil {
			t.Fatal(err)
		}
		if to := w.trusted(t, w.anna); len(to.Aliases)+len(to.Signers) != 0 {
			t.Errorf("%s: still trusted: %+v", how, to)
		}
		last := w.model.kept.audit[len(w.model.kept.audit)-1]
		if last.Object != w.anna.ID || last.Actor != w.sam.ID || !strings.EqualFold(last.Detail, word.Alias+word.Signer) || last.Act != ActAliasDropped && last.Act != ActSignerDropped {
			t.Errorf("%s: audit %+v", how, last)
		}
		if err := w.Distrust(t.Context(), actor(w.sam), w.anna.ID, word); KindOf(err) != NotFound {
			t.Errorf("twice: %v", err)
		}
	}
}

// TestTrustOfAnotherOffice is nobody's business.
func TestTrustOfAnotherOffice(t *testing.T) {
	t.Parallel()
	w := held(t, "anna@home.example")
	if _, err := w.decide(t, w.sam, AcceptAlias, ""); err != nil {
		t.Fatal(err)
	}
	w.next()
	other, err := w.CreateOffice(t.Context(), NewOffice{Name: "Other", URL: "https://other.example.org", MailDomain: "mail.other.example.org", Mode: Privacy})
	if err != nil {
		t.Fatal(err)
	}
	w.next()
	eve, _, err := w.CreateUser(t.Context(), other.ID, Invitation{Name: "eve", Email: "eve@example.org", Role: Owner}, ResetLink, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Trust(t.Context(), actor(&eve), w.anna.ID); KindOf(err) != NotFound {
		t.Errorf("shown: %v", err)
	}
	if err := w.Distrust(t.Context(), actor(&eve), w.anna.ID, Word{Alias: "anna@home.example"}); KindOf(err) != NotFound {
		t.Errorf("taken back: %v", err)
	}
}

// TestAnAddressIsOnePersons: who comes with an address takes it from whose alias it was; where both happened at once, the alias counts for nothing.
func TestAnAddressIsOnePersons(t *testing.T) {
	t.Parallel()
	w := held(t, "Carl@Home.example")
	if _, err := w.decide(t, w.tess, AcceptAlias, ""); err != nil {
		t.Fatal(err)
	}
	if to := w.trusted(t, w.anna); !slices.Equal(to.Aliases, []string{"carl@home.example"}) {
		t.Fatalf("aliases %q", to.Aliases)
	}
	w.next()
	carl, err := w.Invite(t.Context(), actor(w.sam), Invitation{Name: "carl", Email: "CARL@home.example", Role: Client})
	if err != nil {
		t.Fatal(err)
	}
	if to := w.trusted(t, w.anna); len(to.Aliases) != 0 {
		t.Errorf("anna writes as carl: %q", to.Aliases)
	}
	if !slices.ContainsFunc(w.model.kept.audit, func(e AuditEntry) bool {
		return e.Act == ActAliasDropped && e.Object == w.anna.ID && e.Actor == w.sam.ID && e.Detail == "carl@home.example"
	}) {
		t.Error("the audit log does not say that anna's alias went")
	}
	at := Alias{Office: w.office.ID, Address: strings.ToLower(carl.Email), User: w.anna.ID, AddedBy: w.sam.ID, AddedAt: w.now()}
	if _, err := w.model.Update(t.Context(), func(tx Tx) error { return tx.AddAlias(t.Context(), at) }); err != nil {
		t.Fatal(err)
	}
	if to := w.trusted(t, w.anna); len(to.Aliases) != 0 {
		t.Errorf("raced, anna writes as carl: %q", to.Aliases)
	}
}

// again has the letter that waits come once more, as another way brought it.
func (w *quarantine) again(t *testing.T, fate LetterFate) Letter {
	t.Helper()
	w.next()
	in := LetterIn{HTML: "Pay me"}
	in.Fate, in.Once, in.Raw, in.Size = fate, w.letter.Once, w.letter.Raw, w.letter.Size
	l, err := w.TakeLetter(t.Context(), w.trusted(t, w.anna), in)
	if err != nil || l.ID != w.letter.ID {
		t.Fatalf("again: %+v, %v", l, err)
	}
	return l
}

// TestProvenAgain: a letter that waits has its place once it comes on a way that says who wrote it, and only once; what was decided stands.
func TestProvenAgain(t *testing.T) {
	t.Parallel()
	said := func(w *quarantine, by *User) (n int) {
		for _, m := range w.seen(t, by) {
			if m.Text == "Pay me" && m.Author.ID == w.anna.ID {
				n++
			}
		}
		return n
	}
	w := held(t, "anna@example.org")
	w.again(t, LetterQuarantined)
	if said(&w, w.sam) != 0 {
		t.Fatal("it is shown, and nothing has proven it")
	}
	for range 3 {
		if l := w.again(t, LetterPosted); l.Decision != ProvenAgain || !l.DecidedBy.IsZero() {
			t.Errorf("letter %+v", l)
		}
		for _, u := range []*User{w.sam, w.anna, w.bert} {
			if n := said(&w, u); n != 1 {
				t.Fatalf("%s sees it %d times", u.Name, n)
			}
		}
	}
	if _, err := w.decide(t, w.sam, RejectHeld, ""); KindOf(err) != Conflict {
		t.Errorf("decided after it was proven: %v", err)
	}
	if h, err := w.Held(t.Context(), actor(w.sam), w.conversation, w.line); err != nil || h.Decision != ProvenAgain {
		t.Errorf("shown %+v, %v", h, err)
	}
	w = held(t, "anna@example.org")
	if _, err := w.decide(t, w.sam, RejectHeld, ""); err != nil {
		t.Fatal(err)
	}
	if w.again(t, LetterPosted); said(&w, w.sam) != 0 {
		t.Error("what was rejected came back")
	}
}

// slowFiles reads a letter as one with a file whose bytes come when they are let.
type slowFiles struct {
	plain
	reads chan<- struct{} // told of each file that begins to be read
	let   <-chan struct{}
}

func (s slowFiles) ReadLetter(raw []byte) LetterContent {
	return LetterContent{HTML: string(raw), Files: []LetterFile{{FileIn: FileIn{Name: "a.txt", Content: s}}}}
}

func (s slowFiles) Read([]byte) (int, error) {
	s.reads <- struct{}{}
	<-s.let
	return 0, io.ErrClosedPipe
}

// TestFewLettersAreInMemory: who decides holds a letter for as long as its files are kept, and others wait meanwhile.
func TestFewLettersAreInMemory(t *testing.T) {
	t.Parallel()
	w := held(t, "anna@home.example")
	reads, let := make(chan struct{}), make(chan struct{})
	w.Letters = slowFiles{reads: reads, let: let}
	var turn sync.Mutex
	now := w.now()
	w.Now = func() time.Time { return now }
	w.NewID = func() ID { turn.Lock(); defer turn.Unlock(); return w.steps.id() }
	done := make(chan error, maxReading)
	for range maxReading {
		go func() {
			_, _, err := w.Decide(context.WithoutCancel(t.Context()), actor(w.tess), DecideRequest{Conversation: w.conversation, Message: w.line, Decision: AcceptOnce})
			done <- err
		}()
		<-reads
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 { // where there is room, one of two ways is taken by chance
		if _, err := w.Held(gone, actor(w.sam), w.conversation, w.line); err == nil {
			t.Fatal("one letter more is read, and all are in use")
		}
	}
	close(let)
	for range maxReading {
		if err := <-done; err == nil {
			t.Error("a file that breaks off is kept")
		}
	}
	if h, err := w.Held(t.Context(), actor(w.sam), w.conversation, w.line); err != nil || len(h.Content.Files) != 1 || h.Content.Files[0].Content != nil {
		t.Errorf("what is shown holds the letter's bytes: %+v, %v", h.Content.Files, err)
	}
}
