package auth

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"postern/mailgw/letter"
)

// signer signs with a key of its own, whose record is Record.
type signer struct {
	key    ed25519.PrivateKey
	record string
}

func newSigner(tb testing.TB) signer {
	tb.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return signer{private, `"v=DKIM1; k=ed25519; p=` + base64.StdEncoding.EncodeToString(public) + `"`}
}

func (s signer) sign(tb testing.TB, raw, domain string) string {
	tb.Helper()
	return s.signFields(tb, raw, domain, []string{"From", "Subject"})
}

func (s signer) signFields(tb testing.TB, raw, domain string, fields []string) string {
	tb.Helper()
	var signed bytes.Buffer
	err := dkim.Sign(&signed, strings.NewReader(raw), &dkim.SignOptions{
		Domain: domain, Selector: "s", Signer: s.key, HeaderKeys: fields,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return signed.String()
}

func zone(tb testing.TB, lines ...string) *Zone {
	tb.Helper()
	z, err := ReadZone(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

const plainLetter = "From: Anna <anna@client.example>\r\nSubject: Re: VAT\r\n\r\nYes.\r\n"

var fromAnna = Envelope{IP: netip.MustParseAddr("192.0.2.1"), Hello: "mx.client.example", MailFrom: "anna@client.example"}

func (c *Checker) of(tb testing.TB, raw string, e Envelope) Findings {
	tb.Helper()
	return c.Check(tb.Context(), []byte(raw), letter.Read([]byte(raw), letter.DefaultLimits()), e)
}

// TestMatrix goes through SPF, DKIM, alignment and policy (S13). What is right is said by the columns themselves: the letter passes when a check passes
// for a domain that is aligned as the policy has it.
func TestMatrix(t *testing.T) {
	t.Parallel()
	key := newSigner(t)
	type domainCase struct{ name, relation string } // relation to client.example: same, below, other
	domains := []domainCase{{"client.example", "same"}, {"mail.client.example", "below"}, {"esp.example", "other"}}
	aligned := func(d domainCase, strict bool) bool {
		return d.relation == "same" || d.relation == "below" && !strict
	}
	cases := 0
	for spfName, spfRecord := range map[string]string{"pass": "ip4:192.0.2.0/24 -all", "fail": "-all", "softfail": "~all", "neutral": "?all", "none": "", "temperror": "?"} {
		for _, spfDomain := range domains {
			for _, dkimResult := range []string{"pass", "fail", "none", "temperror", "no key"} {
				for _, dkimDomain := range domains {
					for _, policy := range []string{"", "none", "quarantine", "reject", "reject strict", "servfail"} {
						cases++
						lines := []string{"elsewhere.example A 192.0.2.9"}
						switch spfName {
						case "none":
						case "temperror":
							lines = append(lines, "spf-away.example SERVFAIL", spfDomain.name+` TXT "v=spf1 include:spf-away.example -all"`)
						default:
							lines = append(lines, spfDomain.name+` TXT "v=spf1 `+spfRecord+`"`)
						}
						raw := plainLetter
						if dkimResult != "none" {
							raw = key.sign(t, raw, dkimDomain.name)
						}
						switch dkimResult {
						case "fail":
							raw = strings.Replace(raw, "Yes.", "No.", 1)
							fallthrough
						case "pass":
							lines = append(lines, "s._domainkey."+dkimDomain.name+" TXT "+key.record)
						case "temperror":
							lines = append(lines, "s._domainkey."+dkimDomain.name+" SERVFAIL")
						}
						strict := policy == "reject strict"
						switch policy {
						case "":
						case "servfail":
							lines = append(lines, "_dmarc.client.example SERVFAIL")
						default:
							p, _, _ := strings.Cut(policy, " ")
							record := `_dmarc.client.example TXT "v=DMARC1; p=` + p
							if strict {
								record += "; adkim=s; aspf=s"
							}
							lines = append(lines, record+`"`)
						}
						c := Checker{DNS: zone(t, lines...)}
						e := fromAnna
						e.MailFrom = "anna@" + spfDomain.name
						f := c.of(t, raw, e)
						got, why := f.Standing()
						if want := expected(spfName, aligned(spfDomain, strict || policy == "servfail"), aligned(spfDomain, false), dkimResult, aligned(dkimDomain, strict || policy == "servfail"), aligned(dkimDomain, false), policy); got != want {
							t.Errorf("spf=%s (%s) dkim=%s (%s) p=%q: %d (%s), want %d: %s", spfName, spfDomain.relation, dkimResult, dkimDomain.relation, policy, got, why, want, f.String())
						}
					}
				}
			}
		}
	}
	fmt.Printf("auth: matrix cases=%d\n", cases)
}

// expected says it as RFC 7489 does, without looking at how it is done.
func expected(spf string, spfAligned, spfRelaxed bool, dkim string, dkimAligned, dkimRelaxed bool, policy string) Standing {
	passes := spf == "pass" && spfAligned || dkim == "pass" && dkimAligned
	mayPass := spf == "temperror" && spfAligned || dkim == "temperror" && dkimAligned
	switch {
	case passes:
		return Proven
	case policy == "servfail" || mayPass:
		return Later
	case strings.HasPrefix(policy, "reject"):
		return Forged
	case policy != "":
		return Doubtful
	case spf == "fail" || spf == "softfail" || dkim == "fail" && dkimRelaxed:
		return Doubtful
	}
	return Unproven
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from    string
		records []string
		want    Standing
	}{
		"of the organisation":                {"anna@mail.client.example", []string{`_dmarc.client.example TXT "v=DMARC1; p=reject"`}, Forged},
		"of its subdomains":                  {"anna@mail.client.example", []string{`_dmarc.client.example TXT "v=DMARC1; p=reject; sp=none"`}, Doubtful},
		"its own before that":                {"anna@mail.client.example", []string{`_dmarc.client.example TXT "v=DMARC1; p=reject"`, `_dmarc.mail.client.example TXT "v=DMARC1; p=none"`}, Doubtful},
		"sp is not for the domain itself":    {"anna@client.example", []string{`_dmarc.client.example TXT "v=DMARC1; p=reject; sp=none"`}, Forged},
		"for some letters":                   {"anna@client.example", []string{`_dmarc.client.example TXT "v=DMARC1; p=reject; pct=20"`}, Doubtful},
		"for all letters":                    {"anna@client.example", []string{`_dmarc.client.example TXT "v=DMARC1; p=reject; pct=100"`}, Forged},
		"in other case, with blanks":         {"anna@client.example", []string{`_dmarc.client.example TXT "v = DMARC1 ;P= Reject ; fo=1;"`}, Forged},
		"two records are none":               {"anna@client.example", []string{`_dmarc.client.example TXT "v=DMARC1; p=reject"`, `_dmarc.client.example TXT "v=DMARC1; p=reject"`}, Unproven},
		"another text beside it":             {"anna@client.example", []string{`_dmarc.client.example TXT "v=DMARC1; p=reject"`, `_dmarc.client.example TXT "hello"`}, Forged},
		"no policy in it":                    {"anna@client.example", []string{`_dmarc.client.example TXT "v=DMARC1; rua=mailto:x@client.example"`}, Doubtful},
		"the version is not first":           {"anna@client.example", []string{`_dmarc.client.example TXT "p=reject; v=DMARC1"`}, Unproven},
		"a public suffix is no one's":        {"anna@co.uk", []string{`_dmarc.uk TXT "v=DMARC1; p=reject"`}, Unproven},
		"an international domain":            {"anna@bücher.example", []string{`_dmarc.xn--bcher-kva.example TXT "v=DMARC1; p=reject"`}, Forged},
		"the organisation's does not answer": {"anna@mail.client.example", []string{"_dmarc.client.example SERVFAIL"}, Later},
		"an address literal":                 {"anna@[192.0.2.1]", nil, Unproven},
	} {
		checker := Checker{DNS: zone(t, c.records...)}
		f := checker.of(t, strings.Replace(plainLetter, "anna@client.example", c.from, 1), Envelope{IP: fromAnna.IP, Hello: "x.example"})
		if got, why := f.Standing(); got != c.want {
			t.Errorf("%s: %d (%s), want %d: %s", name, got, why, c.want, f.String())
		}
	}
}

// TestSignatures that look like more than they are.
func TestSignatures(t *testing.T) {
	t.Parallel()
	key := newSigner(t)
	checker := Checker{DNS: zone(t, "s._domainkey.client.example TXT "+key.record, "s._domainkey.evil.example TXT "+key.record,
		`_dmarc.client.example TXT "v=DMARC1; p=reject"`)}
	signed := key.sign(t, plainLetter, "client.example")
	const from = "From: Anna <anna@client.example>\r\n"
	for name, c := range map[string]struct {
		raw  string
		want Standing
	}{
		"it holds":                 {signed, Proven},
		"of another body":          {strings.Replace(signed, "Yes.", "Pay.", 1), Forged},
		"of another From":          {strings.Replace(signed, "From: Anna <anna@", "From: Anna <bert@", 1), Forged},
		"of another domain":        {key.sign(t, plainLetter, "evil.example"), Forged},
		"with a length":            {strings.Replace(signed, "v=1;", "v=1; l=1;", 1), Forged},
		"the name alone":           {"DKIM-Signature: v=1; d=client.example\r\n" + plainLetter, Forged},
		"a forged verdict":         {"Authentication-Results: mx.office.example; dmarc=pass header.from=client.example\r\n" + plainLetter, Forged},
		"another letter before it": {"From: anna@client.example\r\nPay 900 to DE02.\r\nNow.\r\n" + signed, Forged},
		"its From put before that": {from + "Pay 900 to DE02.\r\nNow.\r\n" + strings.Replace(signed, from, "", 1), Forged},
		"a fold that lost itself":  {strings.Replace(signed, "Subject: Re: VAT\r\n", "Subject: Re: VAT\r\nPay 900\r\n", 1), Forged},
		"a From line of a mailbox": {"From anna Mon Nov 23 2026\r\n" + signed, Forged},
		"a Subject before its own": {"Subject: Pay 900\r\n" + signed, Forged},
		"a type before its own":    {"Content-Type: text/plain\r\nContent-Type: text/html\r\n" + signed, Forged},
		"a list without end":       {key.signFields(t, plainLetter, "client.example", slices.Repeat([]string{"From"}, maxRecord/5)), Forged},
		"fields that are added":    {"Received: from x\r\n\tby y\r\nX-Spam: no\r\n" + signed, Proven},
		"beyond those looked at":   {strings.Repeat("DKIM-Signature: v=1; a=x; b=; bh=; d=evil.example; h=from; s=s\r\n", maxSignatures) + signed, Forged},
	} {
		f := checker.of(t, c.raw, Envelope{IP: fromAnna.IP, MailFrom: "x@evil.example"})
		if got, why := f.Standing(); got != c.want {
			t.Errorf("%s: %d (%s), want %d: %s", name, got, why, c.want, f.String())
		}
	}
}

// TestAKeyWithoutEnd is work for whoever verifies by it.
func TestAKeyWithoutEnd(t *testing.T) {
	t.Parallel()
	key := newSigner(t)
	long := strings.Replace(key.record, "k=", "n="+strings.Repeat("x", maxRecord)+"; k=", 1)
	for record, want := range map[string]Outcome{key.record: Pass, long: PermError} {
		checker := Checker{DNS: zone(t, "s._domainkey.client.example TXT "+record)}
		f := checker.of(t, key.sign(t, plainLetter, "client.example"), Envelope{})
		if len(f.DKIM) != 1 || f.DKIM[0].Outcome != want {
			t.Errorf("a record of %d bytes: %+v, want %s", len(record), f.DKIM, want)
		}
	}
}

// TestARelayReadsAnotherLetter: what it said of its signatures is not said of what is shown.
func TestARelayReadsAnotherLetter(t *testing.T) {
	t.Parallel()
	checker := Checker{
		DNS:    zone(t, `_dmarc.client.example TXT "v=DMARC1; p=reject"`),
		Relays: []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32")}, RelayName: "mx.office.example",
	}
	const results = "Authentication-Results: mx.office.example; dkim=pass header.d=client.example; dmarc=pass header.from=client.example\r\n"
	const behind = "From: anna@client.example\r\nPay 900 to DE02.\r\nNow.\r\n"
	for raw, want := range map[string]Standing{results + plainLetter: Proven, results + behind + plainLetter: Forged} {
		f := checker.of(t, raw, Envelope{IP: netip.MustParseAddr("10.0.0.5")})
		if got, why := f.Standing(); got != want {
			t.Errorf("%d (%s), want %d: %s", got, why, want, f.String())
		}
	}
}

func TestNobodysLetter(t *testing.T) {
	t.Parallel()
	c := Checker{DNS: zone(t)}
	f := c.of(t, strings.Replace(plainLetter, "From:", "From: bert@client.example,", 1), fromAnna)
	if got, _ := f.Standing(); got != Doubtful {
		t.Errorf("%d: %s", got, f.String())
	}
}

// TestRelay: a relay's word counts when it signs it with its name, topmost, and comes from its address.
func TestRelay(t *testing.T) {
	t.Parallel()
	records := []string{`_dmarc.client.example TXT "v=DMARC1; p=reject"`, `client.example TXT "v=spf1 -all"`}
	const pass = "mx.office.example; spf=pass smtp.mailfrom=anna@client.example; dmarc=pass (p=reject) header.from=client.example"
	for name, c := range map[string]struct {
		results []string
		from    string // address of the client
		want    Standing
	}{
		"it passes":                    {[]string{pass}, "10.0.0.5", Proven},
		"from elsewhere":               {[]string{pass}, "192.0.2.1", Forged},
		"under another's":              {[]string{"mx.other.example; none", pass}, "10.0.0.5", Forged},
		"another's name":               {[]string{strings.Replace(pass, "office", "evil", 1)}, "10.0.0.5", Forged},
		"none of its own":              {nil, "10.0.0.5", Forged},
		"for another From":             {[]string{"mx.office.example; dmarc=pass header.from=evil.example"}, "10.0.0.5", Forged},
		"spf that is aligned":          {[]string{"mx.office.example; spf=pass smtp.mailfrom=bounce.client.example"}, "10.0.0.5", Proven},
		"spf that is not":              {[]string{"mx.office.example; spf=pass smtp.mailfrom=x@evil.example"}, "10.0.0.5", Forged},
		"dkim that is aligned":         {[]string{"mx.office.example; dkim=pass header.d=client.example"}, "10.0.0.5", Proven},
		"it fails":                     {[]string{"mx.office.example; dmarc=fail header.from=client.example"}, "10.0.0.5", Forged},
		"its name servers did not say": {[]string{"mx.office.example; dmarc=temperror header.from=client.example"}, "10.0.0.5", Later},
		"pass in a comment":            {[]string{"mx.office.example; spf=fail (x; dmarc=pass header.from=client.example) smtp.mailfrom=evil.example"}, "10.0.0.5", Forged},
		"pass in a nested comment":     {[]string{`mx.office.example; spf=fail (a (b) \) ; dmarc=pass header.from=client.example`}, "10.0.0.5", Forged},
		"pass in quotes":               {[]string{`mx.office.example; spf=fail smtp.mailfrom="x; dmarc=pass header.from=client.example"`}, "10.0.0.5", Forged},
		"pass as a reason":             {[]string{`mx.office.example; spf=fail reason="dmarc=pass"; dkim=none`}, "10.0.0.5", Forged},
		"the client's address in IPv6": {[]string{pass}, "::ffff:10.0.0.5", Proven},
	} {
		raw := plainLetter
		for i := len(c.results) - 1; i >= 0; i-- {
			raw = "Authentication-Results: " + c.results[i] + "\r\n" + raw
		}
		checker := Checker{DNS: zone(t, records...), Relays: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/29")}, RelayName: "mx.office.example"}
		f := checker.of(t, raw, Envelope{IP: netip.MustParseAddr(c.from), Hello: "x", MailFrom: "anna@client.example"})
		if got, why := f.Standing(); got != c.want {
			t.Errorf("%s: %d (%s), want %d: %s", name, got, why, c.want, f.String())
		}
	}
}

// TestARelayWithoutResults: then the letter's own signature alone can speak for it.
func TestARelayWithoutResults(t *testing.T) {
	t.Parallel()
	key := newSigner(t)
	checker := Checker{
		DNS:    zone(t, "s._domainkey.client.example TXT "+key.record, `client.example TXT "v=spf1 ip4:10.0.0.5 -all"`, `_dmarc.client.example TXT "v=DMARC1; p=quarantine"`),
		Relays: []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32")},
	}
	e := fromAnna
	e.IP = netip.MustParseAddr("10.0.0.5")
	for raw, want := range map[string]Standing{plainLetter: Doubtful, key.sign(t, plainLetter, "client.example"): Proven} {
		f := checker.of(t, raw, e)
		if got, _ := f.Standing(); got != want || f.SPF != None {
			t.Errorf("%d, want %d: %s", got, want, f.String())
		}
	}
}

func FuzzResults(f *testing.F) {
	f.Add("mx.example; spf=pass (c (d)) smtp.mailfrom=a@b; dkim=fail reason=\"x;y\" header.d=e")
	f.Add(`a;b="c\`)
	f.Add("((((")
	f.Fuzz(func(t *testing.T, value string) {
		id, results := parseResults(value)
		if len(results) > maxResults || len(id) > len(value) {
			t.Fatal(id, results)
		}
		// What a sender says in a comment or in quotes makes no difference.
		inner := strings.NewReplacer("(", "", ")", "", `\`, "", `"`, "").Replace(value)
		id, results = parseResults("mx.example; spf=fail (" + inner + ") smtp.mailfrom=\"" + inner + "\"")
		if id != "mx.example" || len(results) != 1 || results[0].method != "spf" || results[0].outcome != Fail || len(results[0].properties) > 1 {
			t.Fatalf("%q: %q %+v", inner, id, results)
		}
	})
}

func FuzzPolicy(f *testing.F) {
	f.Add("v=DMARC1; p=reject; pct=5")
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := parsePolicy(text)
		if ask := p.asked(); ok && ask != PolicyNone && ask != PolicyQuarantine && ask != PolicyReject {
			t.Fatalf("%q asks for %q", text, ask)
		}
	})
}

func TestReadZone(t *testing.T) {
	t.Parallel()
	z := zone(t, "; comment", "# another", "", `a.example. 300 IN TXT "one " "two"`, "a.example MX 10 mx.a.example.", "mx.a.example AAAA 2001:db8::1",
		"1.2.0.192.in-addr.arpa PTR mx.a.example.", "b.example TXT bare words")
	text, err := z.LookupTXT(t.Context(), "A.example.")
	mx, errMX := z.LookupMX(t.Context(), "a.example")
	ip, errIP := z.LookupIPAddr(t.Context(), "mx.a.example")
	ptr, errPTR := z.LookupAddr(t.Context(), "192.0.2.1")
	bare, errBare := z.LookupTXT(t.Context(), "b.example")
	got := fmt.Sprint(text, err, mx[0].Pref, " ", mx[0].Host, " ", errMX, ip, errIP, ptr, errPTR, bare, errBare)
	if want := "[one two] <nil> 10 mx.a.example. <nil> [{2001:db8::1 }] <nil> [mx.a.example.] <nil> [bare words] <nil>"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, err := z.LookupTXT(t.Context(), "none.example"); !isNotFound(err) {
		t.Error(err)
	}
	for _, wrong := range []string{"a.example", `a.example TXT "open`, "a.example A nowhere"} {
		if _, err := ReadZone(strings.NewReader(wrong)); err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
