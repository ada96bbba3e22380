package mailgw

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/chat"
	"postern/mailgw/auth"
	"postern/mailgw/letter"
)

// checked serves with a check of senders by these records. Letters come from 127.0.0.1.
func (w *world) checked(relays []string, records ...string) *served {
	w.Helper()
	zone, err := auth.ReadZone(strings.NewReader(strings.Join(records, "\n")))
	if err != nil {
		w.Fatal(err)
	}
	checker := &auth.Checker{DNS: zone, RelayName: "mx.office.example"}
	for _, relay := range relays {
		checker.Relays = append(checker.Relays, netip.MustParsePrefix(relay))
	}
	return w.serve(func(o *ServerOptions) { o.Senders = checker })
}

// TestSenders: what a letter's sender is worth decides what becomes of it (F34, S13).
func TestSenders(t *testing.T) {
	t.Parallel()
	const passes, fails = `client.example TXT "v=spf1 ip4:127.0.0.1 -all"`, `client.example TXT "v=spf1 -all"`
	const reject, hold = `_dmarc.client.example TXT "v=DMARC1; p=reject"`, `_dmarc.client.example TXT "v=DMARC1; p=quarantine"`
	for name, c := range map[string]struct {
		records  []string
		relays   []string
		sender   string
		headers  []string
		code     string
		fate     string
		messages int
	}{
		"proven":                      {[]string{passes, reject}, nil, "anna@client.example", nil, "250", "posted", 1},
		"nothing published":           {nil, nil, "anna@client.example", nil, "250", "posted", 1},
		"forged":                      {[]string{fails, reject}, nil, "anna@client.example", nil, "550", "refused", 0},
		"from another's server":       {[]string{passes, reject, `evil.example TXT "v=spf1 +all"`}, nil, "x@evil.example", nil, "550", "refused", 0},
		"doubtful by policy":          {[]string{fails, hold}, nil, "anna@client.example", nil, "250", "quarantined", 0},
		"doubtful by SPF":             {[]string{fails}, nil, "anna@client.example", nil, "250", "quarantined", 0},
		"DNS is away":                 {[]string{"client.example SERVFAIL"}, nil, "anna@client.example", nil, "451", "deferred", 0},
		"a verdict that came with it": {[]string{fails, reject}, nil, "anna@client.example", []string{"Authentication-Results: mx.office.example; dmarc=pass header.from=client.example"}, "550", "refused", 0},
		"the relay's verdict":         {[]string{fails, reject}, []string{"127.0.0.0/8"}, "anna@client.example", []string{"Authentication-Results: mx.office.example; dmarc=pass header.from=client.example"}, "250", "posted", 1},
		"a robot's is not asked for":  {[]string{"client.example SERVFAIL"}, nil, "anna@client.example", []string{"Auto-Submitted: auto-replied"}, "250", "auto_reply", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := w.checked(c.relays, c.records...).talk(t)
			headers := append(c.headers, "Message-ID: <s@client.example>", "", "Yes, please.")
			same(t, "reply", d.post(c.sender, written("anna@client.example", headers...), w.reply(w.anna, w.conversation))[:3], c.code)
			same(t, "ledger", w.ledger(chat.MailIn), []string{c.code + " " + c.fate})
			same(t, "messages", len(w.letters()), c.messages)
		})
	}
}

// TestSendersAreKept: staff can be shown why a letter waits, and who signed it.
func TestSendersAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.checked([]string{"127.0.0.1/32"}).talk(t)
	verdict := "Authentication-Results: mx.office.example; spf=softfail smtp.mailfrom=anna@client.example; dkim=pass header.d=ESP.example"
	d.post("anna@client.example", written("anna@client.example", verdict, "", "Yes."), w.reply(w.anna, w.conversation))
	same(t, "lines", w.lines(), []chat.Happening{chat.LetterHeld})
	lines := w.thread(w.sam)
	l := w.letter(lines[len(lines)-1].Letter)
	same(t, "auth", l.Auth, "spf=softfail (client.example); dkim=pass (esp.example); dmarc=none (client.example); by mx.office.example")
	same(t, "signers", l.Signers, []string{"esp.example"})
}

// TestTrustedSigner: staff's trust in who signs for somebody outweighs what From's domain says; for nobody else's address.
func TestTrustedSigner(t *testing.T) {
	t.Parallel()
	var r Reading
	r.Letter = readLetter("anna@client.example")
	r.Findings = &auth.Findings{
		From: "client.example", DMARC: auth.Fail, Policy: auth.PolicyReject, DKIM: []auth.Signature{{Domain: "esp.example", Outcome: auth.Pass}, {Domain: "evil.example", Outcome: auth.Fail}},
	}
	anna := chat.Addressee{User: chat.User{Email: "Anna@client.example"}}
	for name, c := range map[string]struct {
		from    string
		aliases []string
		signers []string
		doubt   bool
	}{
		"nobody trusted":          {"anna@client.example", nil, nil, true},
		"the signer":              {"anna@client.example", nil, []string{"esp.example"}, false},
		"a broken signature's":    {"anna@client.example", nil, []string{"evil.example"}, true},
		"another domain":          {"anna@client.example", nil, []string{"client.example"}, true},
		"another's address":       {"bert@client.example", nil, []string{"esp.example"}, true},
		"an alias, by the signer": {"anna@home.example", []string{"anna@HOME.example"}, []string{"esp.example"}, false},
		"an alias alone":          {"anna@home.example", []string{"anna@home.example"}, nil, true},
	} {
		r.Letter = readLetter(c.from)
		to := anna
		to.Aliases, to.Signers = c.aliases, c.signers
		if got := r.doubt(to); (got != "") != c.doubt {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestTrustIsEachRecipients: who trusts a signer lifts nothing for another, who has a transaction of their own then.
func TestTrustIsEachRecipients(t *testing.T) {
	t.Parallel()
	const reject = `_dmarc.client.example TXT "v=DMARC1; p=reject"`
	for name, c := range map[string]struct {
		dmarc    string
		trusting int      // of anna, who writes, and bert
		codes    []string // to both, or to anna and then to bert
	}{
		"forged, nobody trusts":     {"fail", 0, []string{"550"}},
		"forged, anna trusts":       {"fail", 1, []string{"452", "250", "550"}},
		"forged, both trust":        {"fail", 2, []string{"250"}}, // bert's waits: it is not from him
		"DNS was away, anna trusts": {"temperror", 1, []string{"452", "250", "451"}},
		"DNS was away, both trust":  {"temperror", 2, []string{"250"}},
		"proven, anna trusts":       {"pass", 1, []string{"452", "250", "250"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, u := range []chat.User{w.anna, w.bert}[:c.trusting] {
				w.update(func(tx chat.Tx) error {
					return tx.TrustSigner(t.Context(), chat.TrustedSigner{Office: u.Office, User: u.ID, Domain: "esp.example", AddedBy: w.sam.ID, AddedAt: time.Now()})
				})
			}
			s := w.checked([]string{"127.0.0.0/8"}, reject)
			verdict := "Authentication-Results: mx.office.example; dkim=pass header.d=esp.example; dmarc=" + c.dmarc + " header.from=client.example"
			raw := written("anna@client.example", verdict, "Message-ID: <s@client.example>", "", "Yes, please.")
			annas, berts := w.reply(w.anna, w.conversation), w.reply(w.bert, w.conversation)
			codes := []string{s.talk(t).post("anna@client.example", raw, annas, berts)[:3]}
			if codes[0] == "452" {
				codes = append(codes, s.talk(t).post("anna@client.example", raw, annas)[:3], s.talk(t).post("anna@client.example", raw, berts)[:3])
			}
			same(t, "replies", codes, c.codes)
			same(t, "posted", len(w.letters()) == 1, slices.Contains(codes, "250"))
			same(t, "held", len(w.lines()) == 1, codes[len(codes)-1] == "250")
		})
	}
}

func readLetter(from string) *letter.Letter {
	return letter.Read([]byte("From: "+from+"\r\n\r\nHello.\r\n"), letter.DefaultLimits())
}
