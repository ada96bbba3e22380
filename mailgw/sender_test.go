package mailgw

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/chat"
	"postern/mailgw/letter"
)

// transport is a Transport made of a function.
type transport func(ctx context.Context, from, to, id string, c Content) (Carried, error)

func (f transport) Send(ctx context.Context, from, to, id string, c Content) (Carried, error) {
	return f(ctx, from, to, id, c)
}

// postbox takes mails as a relay would, and says of each what it is told to.
type postbox struct {
	mu    sync.Mutex
	mails []sent
	err   error // of the next attempts
}

type sent struct {
	id, to string
	l      *letter.Letter
}

func (p *postbox) Send(ctx context.Context, _, to, id string, c Content) (Carried, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return Carried{}, p.err
	}
	var raw bytes.Buffer
	if err := c.write(ctx, &raw); err != nil {
		return Carried{}, err
	}
	p.mails = append(p.mails, sent{id, to, letter.Read(raw.Bytes(), letter.DefaultLimits())})
	return Carried{Code: 250, QueueID: "q" + id, Peer: "relay:25"}, nil
}

func (p *postbox) failWith(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

func (p *postbox) taken() []sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.mails)
}

// to are the recipients of what was taken, sorted.
func (p *postbox) to() (to []string) {
	for _, m := range p.taken() {
		name, _, _ := strings.Cut(m.to, "@")
		to = append(to, name)
	}
	slices.Sort(to)
	return to
}

// sender runs one until stop is called, or the test ends.
func (w *world) sender(t Transport, change ...func(*Sender)) (stop func()) {
	s := &Sender{Service: w.Service, Transport: t, Files: w.blobs, Log: w.logger(), Every: 5 * time.Millisecond, Now: time.Now, Patience: time.Second}
	for _, do := range change {
		do(s)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.Errorf("sender: %v", err)
		}
	})
	w.Cleanup(stop)
	return stop
}

// states are how the mails to a user stand, newest first: state, attempts, doubled.
func (w *world) states(u chat.User) (states []string) {
	w.Helper()
	w.view(func(r chat.Reader) error {
		mails, err := r.Mails(w.Context(), w.office.ID, u.ID, chat.ID{}, 100)
		for _, m := range mails {
			states = append(states, fmt.Sprintf("%s %d %d", m.State, m.Attempts, m.Doubled))
		}
		return err
	})
	return states
}

// TestEachRecipientGetsAMail of their own, and the ledger has each.
func TestEachRecipientGetsAMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := &postbox{}
	stop := w.sender(box)
	waitFor(t, func() bool { return len(box.taken()) == 3 })
	stop()
	same(t, "to", box.to(), []string{"anna", "bert", "olga"})
	replies := map[string]bool{}
	for _, m := range box.taken() {
		same(t, "subject", m.l.Subject, "VAT return")
		same(t, "recipients", len(m.l.To)+len(m.l.Cc), 1)
		replies[m.l.ReplyTo[0].Address] = true
	}
	same(t, "reply addresses", len(replies), 3)
	same(t, "ledger", w.ledger(chat.MailOut), []string{"250 accepted", "250 accepted", "250 accepted"})
	for _, u := range []chat.User{w.anna, w.bert, w.olga} {
		same(t, "mails", w.states(u), []string{"accepted 1 0"})
	}
	same(t, "the way back", w.serve().talk(t).post("anna@client.example", plainLetter("back", "Thank you."), w.replyTo(box, w.anna))[:3], "250")
}

func (w *world) replyTo(box *postbox, u chat.User) string {
	w.Helper()
	for _, m := range slices.Backward(box.taken()) {
		if m.to == u.Email {
			return m.l.ReplyTo[0].Address
		}
	}
	w.Fatalf("no mail to %s", u.Name)
	return ""
}

// TestRelayDown: a relay that is down, or says later, loses nothing; each attempt is in the ledger (F28, S20).
func TestRelayDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := &postbox{err: errBroken}
	w.store.wait(-24 * time.Hour) // what is put off is due at once
	w.sender(box)
	attempts := func() int { return len(w.ledger(chat.MailOut)) }
	waitFor(t, func() bool { return attempts() >= 6 })
	box.failWith(&RefusedError{Code: 451, Reason: "greylisted", Peer: "relay:25"})
	before := attempts()
	waitFor(t, func() bool { return attempts() >= before+6 })
	box.failWith(&LostError{Peer: "relay:25", cause: errBroken})
	before = attempts()
	waitFor(t, func() bool { return attempts() >= before+6 })
	box.failWith(nil)
	waitFor(t, func() bool { return len(box.taken()) == 3 })
	waitFor(t, func() bool { return strings.HasPrefix(w.states(w.anna)[0], "accepted") })
	same(t, "to", box.to(), []string{"anna", "bert", "olga"})
	said := map[string]bool{}
	for _, row := range w.ledgerRows(chat.MailOut) {
		said[fmt.Sprintf("%d %s %s", row.Code, row.Fate, row.Reason)] = true
	}
	for _, want := range []string{
		"0 waiting the relay could not be reached", "451 waiting greylisted", "0 waiting the relay's answer was lost: the mail may go twice", "250 accepted ",
	} {
		if !said[want] {
			t.Errorf("the ledger does not say %q: %v", want, said)
		}
	}
}

// TestRefusedForGood: 5xx about a mail ends it.
func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := &postbox{err: &RefusedError{Code: 550, Reason: "5.1.1 no such user", Final: true, Peer: "relay:25"}}
	w.store.wait(-24 * time.Hour) // as if it could be tried again at once
	stop := w.sender(box)
	waitFor(t, func() bool { return slices.Equal(w.states(w.anna), []string{"failed 1 0"}) })
	box.failWith(nil)
	stop()
	same(t, "ledger", w.ledger(chat.MailOut), []string{"550 failed", "550 failed", "550 failed"})
	same(t, "waiting still", len(w.claimMails()), 0)
}

// TestADesksLetterThatIsRefused: it was answered 250 and is lost, which the ledger says to staff, and the log to the operator.
func TestADesksLetterThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	same(t, "reply", w.serve().talk(t).post("x@elsewhere.example", written("x@elsewhere.example", "", "Spam."), "abuse@"+domain)[:3], "250")
	w.sender(transport(func(context.Context, string, string, string, Content) (Carried, error) {
		return Carried{}, &RefusedError{Code: 550, Reason: "5.7.1 spam", Final: true}
	}))
	waitFor(t, func() bool { return strings.Contains(w.logged(), "a letter to postmaster or abuse is lost") })
	page, err := w.Ledger(t.Context(), actor(w.sam), chat.LedgerRequest{Direction: chat.MailOut, Address: w.olga.Email, Fate: "failed"})
	if err != nil {
		t.Fatal(err)
	}
	var lost int
	for _, row := range page.Rows {
		if row.Reason == "A letter to postmaster or abuse, and lost: 5.7.1 spam" {
			lost++
		}
	}
	same(t, "lost, by the ledger", lost, 1)
}

func (w *world) claimMails() []chat.Mail {
	w.Helper()
	mails, err := w.ClaimMails(w.Context(), 100)
	if err != nil {
		w.Fatal(err)
	}
	return mails
}

// TestTwoSenders share the work: each notice goes once.
func TestTwoSenders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 20
	for i := range n {
		w.start(w.sam, fmt.Sprintf("Conversation %d", i), w.olga, w.anna, w.bert)
	}
	box := &postbox{}
	stops := []func(){w.sender(box), w.sender(box), w.sender(box)}
	waitFor(t, func() bool { return len(box.taken()) >= 3*n+3 })
	for _, stop := range stops {
		stop()
	}
	same(t, "mails", len(box.taken()), 3*n+3)
	once := map[string]int{}
	for _, m := range box.taken() {
		once[m.to+m.l.Subject]++
	}
	same(t, "different ones", len(once), 3*n+3)
	same(t, "left", w.settleAll()+len(w.claimMails()), 0)
}

// TestKilledInMidSend: when a sender dies, its lease lapses; the mail goes again, is counted as possibly double, and the dead one's word counts no more.
func TestKilledInMidSend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store.leases = -time.Hour // they lapse as soon as they are made
	claims, err := w.ClaimNotices(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := w.PrepareMail(t.Context(), claims[0]); m != nil || err != nil {
		t.Fatalf("prepared under a lapsed lease: %v, %v", m, err)
	}
	w.store.leases = 0
	claims, err = w.ClaimNotices(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.store.leases = -time.Hour
	dead, err := w.PrepareMail(t.Context(), claims[0]) // and dies in mid-send
	if err != nil {
		t.Fatal(err)
	}
	w.store.leases = 0
	box := &postbox{}
	stop := w.sender(box)
	waitFor(t, func() bool { return len(box.taken()) == 3 })
	stop()
	same(t, "to", box.to(), []string{"anna", "bert", "olga"})
	var doubled []string
	for _, u := range []chat.User{w.olga, w.anna, w.bert} {
		doubled = append(doubled, w.states(u)...)
	}
	slices.Sort(doubled)
	same(t, "mails", doubled, []string{"accepted 1 0", "accepted 1 0", "accepted 2 1"})
	if err := w.FinishMail(t.Context(), *dead, chat.MailResult{State: chat.MailFailed, Code: 550}); err != nil {
		t.Fatal(err)
	}
	rows := w.ledger(chat.MailOut)
	same(t, "the dead one's word", rows[len(rows)-1], "550 lease_lost")
}

// TestInvitationsAreWiped: the secret in a mail goes with it.
func TestInvitationsAreWiped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.settleAll()
	u, err := w.Invite(t.Context(), actor(w.olga), chat.Invitation{Name: "New", Email: "new@client.example", Role: chat.Client})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	stop := w.sender(Folder{dir})
	waitFor(t, func() bool { return slices.Equal(w.states(u), []string{"accepted 1 0"}) })
	stop()
	names, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	raw, err := os.ReadFile(names[0])
	if err != nil || !strings.Contains(string(raw), "/link#") {
		t.Errorf("mail %s, %v", raw, err)
	}
	w.view(func(r chat.Reader) error {
		mails, err := r.Mails(t.Context(), w.office.ID, u.ID, chat.ID{}, 1)
		if err != nil {
			return err
		}
		m, err := r.Mail(t.Context(), w.office.ID, mails[0].ID)
		if err == nil {
			same(t, "bytes kept", len(m.Raw), 0)
		}
		return err
	})
}
