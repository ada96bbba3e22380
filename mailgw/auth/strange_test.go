package auth

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// signWith signs Anna's letter as its options say.
func (s signer) signWith(tb testing.TB, raw string, change func(*dkim.SignOptions)) string {
	tb.Helper()
	o := dkim.SignOptions{Domain: "client.example", Selector: "s", Signer: s.key, HeaderKeys: []string{"From", "Subject"}}
	change(&o)
	var signed bytes.Buffer
	if err := dkim.Sign(&signed, strings.NewReader(raw), &o); err != nil {
		tb.Fatal(err)
	}
	return signed.String()
}

// TestStrangeSignatures: of signers that do what few do. The domain asks to refuse all that is not authenticated.
func TestStrangeSignatures(t *testing.T) {
	t.Parallel()
	key, old := newSigner(t), newSigner(t)
	records := []string{
		"s._domainkey.client.example TXT " + key.record, "s._domainkey.mail.client.example TXT " + key.record, "s._domainkey.esp.example TXT " + key.record,
		"old._domainkey.client.example TXT " + strings.Replace(old.record, "p=", "n=retired; p=; x=", 1),
		"two._domainkey.client.example TXT " + old.record, "two._domainkey.client.example TXT " + key.record,
		"text._domainkey.client.example TXT \"hello\"", "away._domainkey.client.example SERVFAIL",
		"web._domainkey.client.example TXT " + strings.Replace(key.record, "k=", "s=web; k=", 1),
		`_dmarc.client.example TXT "v=DMARC1; p=reject"`,
	}
	selector := func(name string) func(*dkim.SignOptions) { return func(o *dkim.SignOptions) { o.Selector = name } }
	domain := func(name string) func(*dkim.SignOptions) { return func(o *dkim.SignOptions) { o.Domain = name } }
	plain := func(*dkim.SignOptions) {}
	good := key.signWith(t, plainLetter, plain)
	for name, c := range map[string]struct {
		raw  string
		want Standing
	}{
		"simple, simple":         {good, Proven},
		"simple, a blank more":   {strings.Replace(good, "Subject: Re:", "Subject:  Re:", 1), Forged},
		"simple, the body's end": {good + "\r\n\r\n", Proven},
		"relaxed, blanks": {strings.Replace(key.signWith(t, plainLetter, func(o *dkim.SignOptions) {
			o.HeaderCanonicalization, o.BodyCanonicalization = dkim.CanonicalizationRelaxed, dkim.CanonicalizationRelaxed
		}), "Subject: Re: VAT", "SUBJECT:   Re:\r\n  VAT", 1), Proven},
		"expired":                     {key.signWith(t, plainLetter, func(o *dkim.SignOptions) { o.Expiration = time.Now().Add(-time.Hour) }), Forged},
		"not yet":                     {key.signWith(t, plainLetter, func(o *dkim.SignOptions) { o.Expiration = time.Now().Add(time.Hour) }), Proven},
		"two, the first is broken":    {strings.Replace(good, "b=", "b=AAAA", 1) + "", Forged},
		"two, another's and its own":  {key.signWith(t, good, domain("esp.example")), Proven},
		"two, its own is broken":      {key.signWith(t, strings.Replace(good, "Yes.", "No.", 1), domain("esp.example")), Forged},
		"of a subdomain":              {key.signWith(t, plainLetter, domain("mail.client.example")), Proven},
		"of a domain that ends alike": {key.signWith(t, plainLetter, domain("esp.example")), Forged},
		"a key that was retired":      {old.signWith(t, plainLetter, selector("old")), Forged},
		"a key that is away":          {key.signWith(t, plainLetter, selector("away")), Later},
		"a key that is text":          {key.signWith(t, plainLetter, selector("text")), Forged},
		"a key for the web":           {key.signWith(t, plainLetter, selector("web")), Forged},
		"a selector that nobody has":  {key.signWith(t, plainLetter, selector("none")), Forged},
		"oversigned, nothing added":   {key.signFields(t, plainLetter, "client.example", []string{"From", "From", "Subject", "Subject", "Reply-To"}), Proven},
		"oversigned, Reply-To added":  {"Reply-To: x@evil.example\r\n" + key.signFields(t, plainLetter, "client.example", []string{"From", "From", "Subject", "Reply-To"}), Forged},
		"From not signed":             {strings.Replace(good, "h=From:Subject", "h=Subject", 1), Forged},
		"i= of another":               {strings.Replace(good, "d=client.example;", "d=client.example; i=@evil.example;", 1), Forged},
		"d= said twice":               {strings.Replace(good, "d=client.example;", "d=esp.example; d=client.example;", 1), Forged},
		"version 2":                   {strings.Replace(good, "v=1;", "v=2;", 1), Forged},
		"sha1":                        {strings.Replace(good, "-sha256", "-sha1", 1), Forged},
	} {
		checker := Checker{DNS: zone(t, records...)}
		f := checker.of(t, c.raw, Envelope{IP: fromAnna.IP, MailFrom: "x@evil.example"})
		if got, why := f.Standing(); got != c.want {
			t.Errorf("%s: %d (%s), want %d: %s", name, got, why, c.want, f.String())
		}
	}
}

// TestStrangeRecords: SPF as few write it (RFC 7208, sections 4.6.4, 5, 6 and 7).
func TestStrangeRecords(t *testing.T) {
	t.Parallel()
	chain := func(n int) (records []string) {
		for i := range n {
			records = append(records, "i"+strconv.Itoa(i)+`.example TXT "v=spf1 include:i`+strconv.Itoa(i+1)+`.example -all"`)
		}
		return append(records, "i"+strconv.Itoa(n)+`.example TXT "v=spf1 ip4:192.0.2.1 -all"`)
	}
	for name, c := range map[string]struct {
		spf     string
		records []string
		want    Outcome
	}{
		"a redirect":                  {"redirect=_spf.example", []string{`_spf.example TXT "v=spf1 ip4:192.0.2.1 -all"`}, Pass},
		"a redirect to nothing":       {"redirect=_none.example", nil, PermError},
		"all before a redirect":       {"-all redirect=_spf.example", []string{`_spf.example TXT "v=spf1 +all"`}, Fail},
		"a redirect to itself":        {"redirect=client.example", nil, PermError},
		"nine includes":               {"include:i0.example -all", chain(8), Pass},
		"eleven includes":             {"include:i0.example -all", chain(11), PermError},
		"an include of itself":        {"include:client.example -all", nil, PermError},
		"an include of nothing":       {"include:none.example -all", nil, PermError},
		"one void look-up":            {"a:none1.example ip4:192.0.2.1 -all", nil, Pass},
		"many void look-ups":          {"a:none1.example a:none2.example a:none3.example a:none4.example ip4:192.0.2.1 -all", nil, PermError},
		"a macro of the address":      {"exists:%{i}._spf.client.example -all", []string{"192.0.2.1._spf.client.example A 127.0.0.2"}, Pass},
		"a macro turned round":        {"exists:%{ir}.%{v}._spf.%{d2} -all", []string{"1.2.0.192.in-addr._spf.client.example A 127.0.0.2"}, Pass},
		"a macro of the local part":   {"exists:%{l}._spf.client.example -all", []string{"anna._spf.client.example A 127.0.0.2"}, Pass},
		"a macro that is none":        {"exists:%{z}._spf.client.example -all", nil, PermError},
		"mx":                          {"mx -all", []string{"client.example MX 10 mx.client.example", "mx.client.example A 192.0.2.1"}, Pass},
		"a with a length":             {"a:w.client.example/24 -all", []string{"w.client.example A 192.0.2.200"}, Pass},
		"a length of nonsense":        {"ip4:192.0.2.0/99 -all", nil, PermError},
		"a mechanism nobody knows":    {"zot:x -all", nil, PermError},
		"a modifier nobody knows":     {"zot=x ip4:192.0.2.1 -all", nil, Pass},
		"capitals":                    {"IP4:192.0.2.1 -ALL", nil, Pass},
		"IPv6 for another":            {"ip6:2001:db8::/32 -all", nil, Fail},
		"nothing that matches":        {"ip4:198.51.100.1", nil, Neutral},
		"an include that is away":     {"include:away.example -all", []string{"away.example SERVFAIL"}, TempError},
		"all":                         {"+all", nil, Pass},
		"two records":                 {"-all", []string{`client.example TXT "v=spf1 +all"`}, PermError},
		"a record of another version": {"-all", []string{`client.example TXT "v=spf10 +all"`}, Fail},
	} {
		checker := Checker{DNS: zone(t, append(c.records, `client.example TXT "v=spf1 `+c.spf+`"`)...)}
		if f := checker.of(t, plainLetter, fromAnna); f.SPF != c.want {
			t.Errorf("%s: %s, want %s", name, f.SPF, c.want)
		}
	}
}

// TestStrangeVerdicts: of Authentication-Results only the topmost counts, and only as the relay's.
func TestStrangeVerdicts(t *testing.T) {
	t.Parallel()
	const relays, evil = "Authentication-Results: mx.office.example;", "header.from=client.example"
	for name, c := range map[string]struct {
		header string
		want   Standing
	}{
		"a pass":                         {relays + " dmarc=pass " + evil, Proven},
		"a forged one below":             {relays + " dmarc=fail " + evil + "\r\n" + relays + " dmarc=pass " + evil, Forged},
		"a forged one above, of another": {"Authentication-Results: mx.evil.example; dmarc=pass " + evil + "\r\n" + relays + " dmarc=pass " + evil, Forged},
		"a name that begins alike":       {"Authentication-Results: mx.office.example.evil.example; dmarc=pass " + evil, Forged},
		"a name in a comment":            {"Authentication-Results: (mx.office.example;) evil.example; dmarc=pass " + evil, Forged},
		"a name in quotes":               {"Authentication-Results: \"mx.office.example; x\"; dmarc=pass " + evil, Forged},
		"a version":                      {"Authentication-Results: mx.office.example 1; dmarc=pass " + evil, Proven},
		"a fold":                         {"Authentication-Results:\r\n mx.office.example;\r\n dmarc=pass\r\n " + evil, Proven},
		"a pass in a comment":            {relays + " dmarc=fail (dmarc=pass " + evil + ") " + evil, Forged},
		"a pass in a reason":             {relays + ` dmarc=fail reason="; dmarc=pass ` + evil + `" ` + evil, Forged},
		"a pass in an envelope sender":   {relays + ` spf=pass smtp.mailfrom="x; dmarc=pass ` + evil + `"@evil.example; dmarc=fail ` + evil, Forged},
		"a pass for another From":        {relays + " dmarc=pass header.from=evil.example", Forged},
		"a pass without a From":          {relays + " dmarc=pass", Forged},
		"an aligned SPF":                 {relays + " spf=pass smtp.mailfrom=bounce@mail.client.example", Proven},
		"SPF of another":                 {relays + " spf=pass smtp.mailfrom=client.example@evil.example", Forged},
		"SPF of what HELO says":          {relays + " spf=pass smtp.helo=mx.evil.example", Forged},
		"HELO behind that":               {relays + " spf=pass smtp.mailfrom=anna@client.example; spf=none smtp.helo=mx.evil.example", Proven},
		"an aligned signature":           {relays + " dkim=pass header.d=client.example", Proven},
		"a signature by i=":              {relays + " dkim=pass header.i=@client.example", Proven},
		"a signature of another, by i=":  {relays + " dkim=pass header.d=evil.example header.i=@client.example", Forged},
		"a signature that failed":        {relays + " dkim=fail header.d=client.example; dkim=pass header.d=evil.example", Forged},
		"none":                           {relays + " none", Forged},
		"ARC":                            {"ARC-Authentication-Results: i=1; mx.office.example; dmarc=pass " + evil, Forged},
		"two for DMARC":                  {relays + " dmarc=fail " + evil + "; dmarc=pass " + evil, Forged},
	} {
		checker := Checker{DNS: zone(t, `_dmarc.client.example TXT "v=DMARC1; p=reject"`), Relays: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, RelayName: "mx.office.example"}
		f := checker.of(t, c.header+"\r\n"+plainLetter, fromAnna)
		if got, why := f.Standing(); got != c.want {
			t.Errorf("%s: %d (%s), want %d: %s", name, got, why, c.want, f.String())
		}
	}
}
