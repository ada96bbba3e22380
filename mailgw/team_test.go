package mailgw

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/chat"
)

const tax = "tax@" + domain

// clientsOwn is a DNS in which letters of client.example from this machine are proven.
var clientsOwn = []string{`client.example TXT "v=spf1 ip4:127.0.0.1 -all"`, `_dmarc.client.example TXT "v=DMARC1; p=reject"`}

// taxTeam makes a team of Sam and Olga with an address, in an office that takes its letters.
func (w *world) taxTeam() chat.Roster {
	w.Helper()
	r, err := w.SetRoster(w.Context(), w.office.ID, chat.Team, "Tax", []string{w.sam.Email, w.olga.Email})
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.SetTeamAddress(w.Context(), w.office.ID, "tax", " Tax "); err != nil {
		w.Fatal(err)
	}
	w.teamLetters(true)
	return r
}

func (w *world) teamLetters(on bool) {
	w.Helper()
	if _, err := w.SetTeamLetters(w.Context(), w.office.ID, on); err != nil {
		w.Fatal(err)
	}
}

// begun are the conversations that a user is in, but for the one that the world begins with.
func (w *world) begun(u chat.User) (rows []chat.Row) {
	w.Helper()
	list, err := w.Rows(w.Context(), actor(u), chat.RowsRequest{List: chat.Inbox, Limit: 100})
	if err != nil {
		w.Fatal(err)
	}
	return slices.DeleteFunc(list.Rows, func(r chat.Row) bool { return r.Conversation.Title == "VAT return" })
}

// TestALetterToATeam starts a conversation of its author with the team, once, however often and by however many ways it comes (F36).
func TestALetterToATeam(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.taxTeam()
	s := w.checked(nil, clientsOwn...)
	same(t, "reply", s.talk(t).post("anna@client.example", wholeLetter, "TAX@"+domain), "250 2.0.0 OK: stored")
	for _, u := range []chat.User{w.sam, w.olga, w.anna} {
		rows := w.begun(u)
		if len(rows) != 1 {
			t.Fatalf("%s has %d new conversations", u.Name, len(rows))
		}
		same(t, u.Name+"'s", []any{rows[0].Conversation.Title, rows[0].Conversation.StartedBy, len(rows[0].Members)}, []any{"Re: VAT return", w.anna.ID, 3})
	}
	same(t, "bert's", len(w.begun(w.bert)), 0)
	w.conversation = w.begun(w.sam)[0].Conversation.ID
	m := w.letters()[0]
	same(t, "message", []any{m.HTML, m.Author.ID, m.Folded, len(m.Attachments)}, []any{"<p>Here is the <strong>invoice</strong>.</p>", w.anna.ID, true, 2})
	l := w.letter(m.Letter)
	same(t, "letter", []any{l.Fate, l.Conversation, l.Participant, l.Reply}, []any{chat.LetterPosted, w.conversation, w.anna.ID, 0})
	same(t, "kept", w.raw(l), wholeLetter)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			same(t, "again", s.talk(t).post("anna@client.example", wholeLetter, tax)[:3], "250")
			same(t, "another, at once", s.talk(t).post("anna@client.example", plainLetter("eight", "Once."), tax)[:3], "250")
		})
	}
	all.Wait()
	same(t, "one more conversation", []int{len(w.begun(w.sam)), len(w.begun(w.anna))}, []int{2, 2})
	counts := map[string]int{}
	for _, row := range w.ledger(chat.MailIn) {
		counts[row]++
	}
	same(t, "ledger", counts, map[string]int{"250 posted": 2, "250 again": 15})
	same(t, "an answer", s.talk(t).post("anna@client.example", plainLetter("answer", "And more."), w.reply(w.anna, w.conversation))[:3], "250")
	same(t, "answers", len(w.letters()), 2)
}

// TestWhoMayWriteToATeam: whoever may not hears one and the same, known to the office or not.
func TestWhoMayWriteToATeam(t *testing.T) {
	t.Parallel()
	open := []string{`stranger.example TXT "v=spf1 ip4:127.0.0.1 -all"`}
	stranger, robot, none := errStrangers.Error(), errPrograms.Error(), noSuch
	for name, c := range map[string]struct {
		from    string
		sender  string // of the envelope; empty: from
		headers []string
		records []string
		happens func(*world)
		want    string
	}{
		"a contact":                         {from: "anna@client.example", records: clientsOwn, want: "250 2.0.0 OK: stored"},
		"nobody known":                      {from: "x@stranger.example", records: open, want: stranger},
		"nobody known, unproven":            {from: "x@client.example", want: stranger},
		"a contact, unproven":               {from: "anna@client.example", want: stranger},
		"a contact, doubtful":               {from: "anna@client.example", records: []string{`client.example TXT "v=spf1 -all"`}, want: stranger},
		"nobody known, doubtful":            {from: "x@client.example", records: []string{`client.example TXT "v=spf1 -all"`}, want: stranger},
		"a contact, by another's envelope":  {from: "anna@client.example", sender: "x@stranger.example", records: open, want: stranger},
		"an alias":                          {from: "anna@home.example", records: []string{`home.example TXT "v=spf1 ip4:127.0.0.1 -all"`}, happens: (*world).annasAlias, want: "250 2.0.0 OK: stored"},
		"staff":                             {from: "sam@client.example", records: clientsOwn, want: stranger},
		"deactivated":                       {from: "anna@client.example", records: clientsOwn, happens: func(w *world) { w.change(w.anna, func(u *chat.User) { u.Active = false }) }, want: stranger},
		"without the permission":            {from: "anna@client.example", records: clientsOwn, happens: func(w *world) { w.change(w.anna, func(u *chat.User) { u.MayMessage = false }) }, want: stranger},
		"an automatic reply":                {from: "anna@client.example", headers: []string{"Auto-Submitted: auto-replied"}, records: clientsOwn, want: robot},
		"a stranger's automatic reply":      {from: "x@stranger.example", headers: []string{"Auto-Submitted: auto-replied"}, records: open, want: robot},
		"a list":                            {from: "anna@client.example", headers: []string{"List-Id: <news.client.example>", "Precedence: list"}, records: clientsOwn, want: robot},
		"our own mail":                      {from: "anna@client.example", headers: []string{InstanceHeader + ": " + domain, "Auto-Submitted: auto-generated"}, records: clientsOwn, want: "250 2.0.0 OK: stored"},
		"the switch is off":                 {from: "anna@client.example", records: clientsOwn, happens: func(w *world) { w.teamLetters(false) }, want: none},
		"the address was taken away":        {from: "anna@client.example", records: clientsOwn, happens: (*world).noAddress, want: none},
		"the team has become a circle":      {from: "anna@client.example", records: clientsOwn, happens: (*world).circle, want: none},
		"the office is in privacy mode":     {from: "anna@client.example", records: clientsOwn, happens: func(w *world) { w.mode(chat.Privacy) }, want: "550 5.7.1 This office takes no letters by mail. Sign in to write to it."},
		"a contact who wants privacy":       {from: "anna@client.example", records: clientsOwn, happens: func(w *world) { w.change(w.anna, func(u *chat.User) { u.Strict = true }) }, want: "550 5.7.1 This office takes no letters by mail. Sign in to write to it."},
		"the team is away: the owner":       {from: "anna@client.example", records: clientsOwn, happens: (*world).samAlone, want: "250 2.0.0 OK: stored"},
		"a member without the permission":   {from: "anna@client.example", records: clientsOwn, happens: func(w *world) { w.change(w.sam, func(u *chat.User) { u.MayMessage = false }) }, want: "250 2.0.0 OK: stored"},
		"DNS is away":                       {from: "anna@client.example", records: []string{"client.example SERVFAIL"}, want: errNoAnswer.Error()},
		"DNS is away for a stranger":        {from: "x@client.example", records: []string{"client.example SERVFAIL"}, want: errNoAnswer.Error()},
		"two authors":                       {from: "anna@client.example, bert@client.example", sender: "anna@client.example", records: clientsOwn, want: stranger},
		"trusted signer, whatever From has": {from: "anna@client.example", headers: []string{"Authentication-Results: mx.office.example; dkim=pass header.d=esp.example; dmarc=fail header.from=client.example"}, records: clientsOwn[1:], happens: (*world).annasSigner, want: "250 2.0.0 OK: stored"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.taxTeam()
			if c.happens != nil {
				c.happens(w)
			}
			relays := []string(nil)
			if strings.HasPrefix(name, "trusted") {
				relays = []string{"127.0.0.0/8"}
			}
			sender := c.sender
			if sender == "" {
				sender = c.from
			}
			raw := written(c.from, append(c.headers, "Message-ID: <team@client.example>", "", "Please call me.")...)
			same(t, "reply", w.checked(relays, c.records...).talk(t).post(sender, raw, tax), c.want)
			begun := len(w.begun(w.olga))
			same(t, "conversations", begun, map[bool]int{true: 1}[c.want[:3] == "250" && name != "our own mail"])
			same(t, "ledger rows", len(w.ledger(chat.MailIn)), 1)
		})
	}
}

func (w *world) annasAlias() {
	w.update(func(tx chat.Tx) error {
		return tx.AddAlias(w.Context(), chat.Alias{Office: w.office.ID, Address: "anna@home.example", User: w.anna.ID, AddedBy: w.sam.ID, AddedAt: time.Now()})
	})
}

func (w *world) annasSigner() {
	w.update(func(tx chat.Tx) error {
		return tx.TrustSigner(w.Context(), chat.TrustedSigner{Office: w.office.ID, User: w.anna.ID, Domain: "esp.example", AddedBy: w.sam.ID, AddedAt: time.Now()})
	})
}

// samAlone has the team be Sam, who is away.
func (w *world) samAlone() {
	w.Helper()
	if _, err := w.SetRoster(w.Context(), w.office.ID, chat.Team, "Tax", []string{w.sam.Email}); err != nil {
		w.Fatal(err)
	}
	w.change(w.sam, func(u *chat.User) { u.Active = false })
}

func (w *world) noAddress() {
	w.Helper()
	if _, err := w.SetTeamAddress(w.Context(), w.office.ID, "Tax", ""); err != nil {
		w.Fatal(err)
	}
}

func (w *world) circle() {
	w.Helper()
	if _, err := w.SetRoster(w.Context(), w.office.ID, chat.Circle, "Tax", []string{w.sam.Email, w.anna.Email}); err != nil {
		w.Fatal(err)
	}
}

// TestNobodyAsksWhoWrote: where senders are not looked at, no letter starts a conversation.
func TestNobodyAsksWhoWrote(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.taxTeam()
	same(t, "reply", w.serve().talk(t).post("anna@client.example", plainLetter("x", "Hello."), tax), errStrangers.Error())
	same(t, "conversations", len(w.begun(w.sam)), 0)
}

// TestATeamWithOthers: a team asks for more than others, so by SMTP its letter comes alone; by LMTP each has an answer of its own.
func TestATeamWithOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.taxTeam()
	s := w.checked(nil) // nothing is proven
	to := w.reply(w.anna, w.conversation)
	for _, two := range [][]string{{to, tax}, {tax, to}} {
		s.talk(t).run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+two[0]+">", "250", "RCPT TO:<"+two[1]+">", apart)
	}
	s.talk(t).run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+tax+">", "250", "RCPT TO:<TAX@"+domain+">", "250")
	d := s.serveLMTP(t).dial(t)
	d.expect("220")
	d.run("LHLO x", "250", "MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+tax+">", "250", "RCPT TO:<"+to+">", "250", "DATA", "354")
	d.write(dotted(plainLetter("two", "Hi, both.")) + ".\r\n")
	d.expect(errStrangers.Error())
	d.expect("250 2.0.0")
	same(t, "both", []int{len(w.letters()), len(w.begun(w.sam))}, []int{1, 0})
}

// TestTooManyStarts: what a contact's program sends does not fill the office with conversations.
func TestTooManyStarts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.taxTeam()
	s := w.checked(nil, clientsOwn...)
	s.rates = newThrottles(Rates{Starts: Rate{2, time.Hour}})
	var said []string
	for _, id := range []string{"a", "b", "c"} {
		said = append(said, s.talk(t).post("anna@client.example", plainLetter(id, "Again "+id), tax)[:9])
	}
	same(t, "replies", said, []string{"250 2.0.0", "250 2.0.0", "451 4.7.1"})
	same(t, "bert's", s.talk(t).post("bert@client.example", written("bert@client.example", "", "Hello."), tax)[:3], "250")
	same(t, "conversations", len(w.begun(w.sam)), 3)
}

// TestTeamAddresses: what a team may be called, by whom it is had, and what is written down of it.
func TestTeamAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.taxTeam()
	set := func(name, local string) chat.Kind {
		_, err := w.SetTeamAddress(t.Context(), w.office.ID, name, local)
		return chat.KindOf(err)
	}
	reply, _, _ := strings.Cut(w.reply(w.anna, w.conversation), "@")
	for _, local := range []string{
		"postmaster", "ABUSE", "no-reply", "mailer-daemon", reply, strings.ToUpper(reply), strings.Repeat("a", len(reply)), "b-team",
		w.Addresses.Return(w.office.ID, newID()), ".tax", "tax.", "t..x", "-tax", "tax team", "tax@x", "tax+a", "täx", "\x00", strings.Repeat("a", 65),
	} {
		same(t, local, set("Tax", local), chat.Invalid)
	}
	same(t, "no such team", set("Nobody", "nobody"), chat.NotFound)
	for _, r := range []struct {
		kind chat.RosterKind
		name string
	}{{chat.Team, "Payroll"}, {chat.Circle, "Guests"}} {
		if _, err := w.SetRoster(t.Context(), w.office.ID, r.kind, r.name, []string{w.sam.Email}); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "a circle", set("Guests", "guests"), chat.Invalid)
	same(t, "taken", set("Payroll", "tax"), chat.Conflict)
	same(t, "its own again", set("Tax", "tax"), chat.Kind(0))
	same(t, "free", set("Payroll", "pay-roll.2"), chat.Kind(0))
	var acts []string
	w.view(func(r chat.Reader) error {
		log, err := r.Audit(t.Context(), w.office.ID, time.Now().Add(time.Hour), 100)
		for _, e := range slices.Backward(log) {
			if e.Act == chat.ActTeamAddress || e.Act == chat.ActTeamLetters {
				acts = append(acts, string(e.Act)+" "+e.Detail)
			}
		}
		return err
	})
	same(t, "audit log", acts, []string{"team_address tax", "team_letters on", "team_address pay-roll.2"})
}
