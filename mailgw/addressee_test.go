package mailgw

import (
	"bytes"
	"strings"
	"testing"

	"postern/chat"
	"postern/mailgw/address"
)

const noSuch = "550 5.1.1 There is no such address here."

// TestUnknownAddressesLookAlike: never issued, altered, of another office or domain, malformed: the same code and text (S7, S14).
func TestUnknownAddressesLookAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newOffice("other.example.org")
	ours := w.reply(w.anna, w.conversation)
	local, _, _ := strings.Cut(ours, "@")
	foreign, err := address.NewKeys(1, map[uint8][]byte{1: bytes.Repeat([]byte("x"), address.MinSecret)})
	if err != nil {
		t.Fatal(err)
	}
	flip := func(at int) string {
		b := []byte(local)
		if b[at]++; b[at] > 'z' {
			b[at] = 'a'
		}
		return string(b) + "@" + domain
	}
	unknown := map[string]string{
		"a name":                             "anna@" + domain,
		"no-reply":                           "no-reply@" + domain,
		"another domain":                     local + "@elsewhere.example",
		"another office's domain":            local + "@" + other.MailDomain,
		"never issued":                       w.Addresses.Reply(chat.ReplyAddress{Office: w.office.ID, Reply: 4711, Generation: 1}) + "@" + domain,
		"sealed with another key":            foreign.Mint(w.office.ID, 4711, 1) + "@" + domain,
		"cut":                                local[1:] + "@" + domain,
		"longer":                             local + "a@" + domain,
		"a return path of a mail never sent": w.Addresses.Return(w.office.ID, newID()) + "@" + domain,
		"a subdomain":                        local + "@x." + domain,
		"a literal":                          local + "@[127.0.0.1]",
		"quoted":                             `"` + local + ` "@` + domain,
	}
	for i := range local {
		unknown["character "+string(rune('A'+i))+" altered"] = flip(i)
	}
	s := w.serve(func(o *ServerOptions) { o.MaxPerAddress = 100 })
	for name, to := range unknown {
		d := s.talk(t)
		d.run("MAIL FROM:<anna@client.example>", "250")
		same(t, name, d.say("RCPT TO:<"+to+">"), noSuch)
		same(t, name+", null sender", d.say("RSET")[:3]+d.say("MAIL FROM:<>")[:3]+d.say("RCPT TO:<"+to+">"), "250250"+noSuch)
		d.run("QUIT", "221")
	}
	d := s.talk(t)
	d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+ours+">", "250", "RCPT TO:<"+strings.ToUpper(ours)+">", "250")
}

// TestWhoMayAnswer: the address is good, and the answer depends on how things stand now.
func TestWhoMayAnswer(t *testing.T) {
	t.Parallel()
	const (
		left      = "550 5.7.1 This person is no longer in the conversation. Write to the office."
		old       = "550 5.7.1 This reply address is no longer valid. Sign in to answer."
		inPrivate = "550 5.7.1 This office does not take answers by mail. Sign in to answer."
	)
	inbound := func(n *chat.NewOffice) { n.Mode, n.Inbound = chat.Privacy, true }
	for name, c := range map[string]struct {
		office     func(*chat.NewOffice)
		happens    func(*world)
		sender     string
		want, null string
	}{
		"convenience":                    {want: "250"},
		"privacy":                        {office: inPrivacy, want: inPrivate},
		"privacy, answers taken":         {office: inbound, want: "250"},
		"privacy since":                  {happens: func(w *world) { w.mode(chat.Privacy) }, want: inPrivate},
		"the account wants privacy":      {happens: (*world).strictAccount, want: inPrivate},
		"removed":                        {happens: func(w *world) { w.remove(w.anna) }, want: left, null: left},
		"removed and added again":        {happens: func(w *world) { w.remove(w.anna); w.add(w.anna) }, want: old, null: old},
		"without the permission":         {happens: func(w *world) { w.change(w.anna, func(u *chat.User) { u.MayMessage = false }) }, want: left, null: left},
		"deactivated":                    {happens: func(w *world) { w.change(w.anna, func(u *chat.User) { u.Active = false }) }, want: left, null: left},
		"somebody else has been removed": {happens: func(w *world) { w.remove(w.bert) }, want: "250"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := c.office
			if office == nil {
				office = func(*chat.NewOffice) {}
			}
			w := newWorld(t, office)
			to := w.reply(w.anna, w.conversation)
			if c.happens != nil {
				c.happens(w)
			}
			if c.null == "" {
				c.null = "250"
			}
			d := w.serve().talk(t)
			d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<"+to+">", c.want, "RSET", "250",
				"MAIL FROM:<>", "250", "RCPT TO:<"+to+">", c.null, "QUIT", "221")
			for _, row := range w.ledgerRows(chat.MailIn) {
				same(t, "office in the ledger", row.Office, w.office.ID)
			}
		})
	}
}

func (w *world) mode(m chat.Mode) {
	w.Helper()
	if _, err := w.SetMode(w.Context(), actor(w.olga), m, true); err != nil {
		w.Fatal(err)
	}
}

func (w *world) strictAccount() {
	w.Helper()
	account, err := w.CreateAccount(w.Context(), w.office.ID, "Careful", true)
	if err != nil {
		w.Fatal(err)
	}
	w.change(w.bert, func(u *chat.User) { u.Account = account.ID })
}

func (w *world) change(u chat.User, do func(*chat.User)) {
	w.Helper()
	do(&u)
	w.update(func(tx chat.Tx) error { return tx.PutUser(w.Context(), u) })
}

func (w *world) remove(u chat.User) {
	w.Helper()
	if err := w.Remove(w.Context(), actor(w.sam), w.conversation, u.ID, chat.ID{}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) add(u chat.User) {
	w.Helper()
	if _, err := w.Add(w.Context(), actor(w.sam), w.conversation, []chat.ID{u.ID}, nil); err != nil {
		w.Fatal(err)
	}
}

// TestDesks: postmaster and abuse are there (RFC 5321, section 4.5.1), in privacy mode too, and what comes goes to the owner, once, as a mail with the
// null sender; it is never a message, and brings nothing to anybody else.
func TestDesks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, inPrivacy)
	d := w.serve().talk(t)
	letter := written("stranger@elsewhere.example", "Message-ID: <desk@elsewhere.example>", "", "Your server sends spam.")
	for range 2 {
		same(t, "reply", d.post("stranger@elsewhere.example", letter, "Abuse@"+domain)[:3], "250")
	}
	same(t, "postmaster alone, from nobody", d.post("", letter, "postmaster")[:3], "250")
	same(t, "both at once", d.post("x@elsewhere.example", letter, "postmaster@"+domain, "abuse@"+domain)[:3], "250")
	d.run("MAIL FROM:<x@elsewhere.example>", "250", "RCPT TO:<postmaster@elsewhere.example>", "550 5.1.1", "RSET", "250")
	same(t, "too large", d.post("x@elsewhere.example", letterOf(maxDesk+1), "postmaster@"+domain)[:9], "552 5.3.4")
	same(t, "too large, with others", d.post("x@elsewhere.example", letterOf(maxDesk+1), "postmaster@"+domain, "abuse@"+domain)[:9], "552 5.3.4")
	elsewhere := written("no-reply@other.example", "Auto-Submitted: auto-generated", InstanceHeader+": other.example", "", "A letter to postmaster@other.example.")
	same(t, "from another office's desk", d.post("", elsewhere, "postmaster@"+domain)[:9], "554 5.4.6")
	same(t, "ledger", w.ledger(chat.MailIn), []string{
		"250 accepted", "250 again", "250 accepted", "250 again", "250 again", "550 refused", "552 refused", "552 refused", "552 refused", "554 refused",
	})
	var mails []chat.Mail
	w.view(func(r chat.Reader) (err error) {
		mails, err = r.Mails(t.Context(), w.office.ID, w.olga.ID, chat.ID{}, 10)
		return err
	})
	desks := 0
	for _, m := range mails {
		if m.Kind == chat.DeskMail {
			desks++
			same(t, "envelope", []string{m.From, m.To}, []string{"", w.olga.Email})
		}
	}
	same(t, "mails", desks, 2)
	same(t, "messages", len(w.letters()), 0)
}

// TestTwentyRefusals end the connection, and what was sent ahead of it is not acted on (S7).
func TestTwentyRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.serve().talk(t)
	d.run("MAIL FROM:<x@client.example>", "250")
	d.write(strings.Repeat("RCPT TO:<guess@"+domain+">\r\n", 50))
	heard := d.rest()
	same(t, "replies", len(heard), maxRefused)
	same(t, "the last", heard[len(heard)-1], "421 4.7.0 Too many recipients refused")
	same(t, "the one before", heard[len(heard)-2], noSuch)
	same(t, "in the ledger", len(w.ledger(chat.MailIn)), maxRefused)
}

// TestBusy: a database that is away is never the sender's fault (S17).
func TestBusy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	to := w.reply(w.anna, w.conversation)
	letter := plainLetter("later", "Later.")
	for name, fail := range map[string]error{
		"451 4.3.0 The server is busy; try again in a moment.": chat.Refuse(chat.Unavailable, "The server is busy; try again in a moment."),
		"451 4.3.0 Something went wrong here; try again later": errBroken,
		"451 4.7.1 Slowly, please.":                            chat.Refuse(chat.TooMany, "Slowly, please."),
	} {
		for _, phase := range []string{"ask", "update", "decide"} {
			d := w.serve().talk(t)
			w.store.failWith(func(call string) error {
				if call == phase {
					return fail
				}
				return nil
			})
			got := d.post("anna@client.example", letter, to)
			w.store.failWith(nil)
			if phase == "update" { // only the ledger and files need it; this letter has none
				same(t, phase, got[:3], "250")
			} else {
				same(t, phase, got, name)
			}
		}
	}
	w.blobs.failWith(errBroken)
	d, long := w.serve().talk(t), plainLetter("disk", strings.Repeat("Later. ", 5000)) // a file of its own
	same(t, "disk full", d.post("anna@client.example", long, to), "451 4.3.0 Something went wrong here; try again later")
	w.blobs.failWith(nil)
	same(t, "messages", len(w.letters()), 1)
	if !strings.Contains(w.logged(), errBroken.Error()) {
		t.Error("what went wrong is not in the log")
	}
	same(t, "afterwards", d.post("anna@client.example", long, to)[:3], "250")
}
