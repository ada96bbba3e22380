package mailgw

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"postern/chat"
	"postern/mailgw/auth"
	"postern/mailgw/letter"
)

// twoSigners have a key of each kind, and the zone that publishes them.
func twoSigners(t *testing.T) ([]Signer, *auth.Zone) {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signers := []Signer{{"r1", rsaKey}, {"e1", ed}}
	var zone strings.Builder
	for _, s := range signers {
		record, err := DKIMRecord(s.Key)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&zone, "%s._domainkey.%s TXT %q\n", s.Selector, domain, record)
	}
	fmt.Fprintf(&zone, "_dmarc.%s TXT \"v=DMARC1; p=reject\"\n", domain)
	z, err := auth.ReadZone(strings.NewReader(zone.String()))
	if err != nil {
		t.Fatal(err)
	}
	return signers, z
}

// outcomes are what our own checker finds of a mail's signatures, and whether DMARC holds.
func outcomes(t *testing.T, zone *auth.Zone, raw string) (list []auth.Outcome, dmarc auth.Outcome) {
	t.Helper()
	r := NewReader(letter.DefaultLimits()).Read([]byte(raw), letter.Envelope{})
	found := (&auth.Checker{DNS: zone}).Check(t.Context(), []byte(raw), r.Letter, auth.Envelope{MailFrom: "b-x@" + domain})
	for _, s := range found.DKIM {
		same(t, "domain", s.Domain, domain)
		list = append(list, s.Outcome)
	}
	return list, found.DMARC
}

// TestMailsAreSigned: by each key, files included; and whatever is changed or added on the way breaks it.
func TestMailsAreSigned(t *testing.T) {
	t.Parallel()
	s := shelf{}
	signers, zone := twoSigners(t)
	for name, f := range map[string]chat.NoticeFacts{
		"privacy": facts(chat.Privacy), "convenience": facts(chat.Convenience),
		"with a file": enclosing(facts(chat.Convenience), s.put(20, "a.pdf", "application/pdf", strings.Repeat("%PDF-1.7 ", 9000))),
	} {
		composed, err := testComposer(t).Notice(f)
		if err != nil {
			t.Fatal(err)
		}
		content := Content{Mail: chat.Mail{From: composed.From, Raw: composed.Raw, Enclosed: composed.Enclosed}, Files: s}
		if err := content.sign(t.Context(), signers); err != nil {
			t.Fatal(err)
		}
		raw := wholeOf(t, content)
		same(t, name+": size", content.Size(), int64(len(raw)))
		found, dmarc := outcomes(t, zone, raw)
		same(t, name, []any{found, dmarc}, []any{[]auth.Outcome{auth.Pass, auth.Pass}, auth.Pass})
		header, body, _ := strings.Cut(raw, "\r\n\r\n")
		for what, changed := range map[string]string{
			"another From": "From: x@evil.example\r\n" + raw, "another Subject": "Subject: Pay here\r\n" + raw, "another To": "To: x@evil.example\r\n" + raw,
			"a Cc": "Cc: x@evil.example\r\n" + raw, "a second type": "Content-Type: text/html\r\n" + raw, "a word more": raw + "Pay here\r\n",
			"a word changed": header + "\r\n\r\n" + strings.Replace(body, "e", "f", 1), "another way out": header + "\r\nList-Unsubscribe: <https://evil.example>\r\n\r\n" + body,
		} {
			found, _ := outcomes(t, zone, changed)
			for _, o := range found {
				if o == auth.Pass {
					t.Errorf("%s: %s, and a signature holds", name, what)
				}
			}
		}
	}
}

// TestADesksMailIsSigned: its envelope sender is null, and it goes all the same.
func TestADesksMailIsSigned(t *testing.T) {
	t.Parallel()
	signers, zone := twoSigners(t)
	letterRaw := []byte("From: anna@client.example\r\nSubject: Help\r\n\r\nYour mail comes twice.\r\n")
	r := NewReader(letter.DefaultLimits()).Read(letterRaw, letter.Envelope{})
	f := facts(chat.Privacy)
	composed, err := forwarded(recipient{"postmaster@" + domain, chat.Addressee{Office: f.Office, Desk: chat.Postmaster}}, f.To, f.At, f.Mail, &r, letterRaw)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "envelope sender", composed.From, "")
	content := Content{Mail: chat.Mail{From: composed.From, Raw: composed.Raw}}
	if err := content.sign(t.Context(), signers); err != nil {
		t.Fatal(err)
	}
	found, dmarc := outcomes(t, zone, wholeOf(t, content))
	same(t, "signatures", []any{found, dmarc}, []any{[]auth.Outcome{auth.Pass, auth.Pass}, auth.Pass})
}

// TestAMailThatCannotBeSignedWaits: nothing goes unsigned because a file is away.
func TestAMailThatCannotBeSignedWaits(t *testing.T) {
	t.Parallel()
	signers, _ := twoSigners(t)
	composed, err := testComposer(t).Notice(enclosing(facts(chat.Convenience)))
	if err != nil {
		t.Fatal(err)
	}
	content := Content{Mail: chat.Mail{From: composed.From, Raw: composed.Raw, Enclosed: composed.Enclosed}, Files: shelf{}}
	if err := content.sign(t.Context(), signers); err == nil || content.signatures != "" {
		t.Errorf("signed: %v", err)
	}
}

func TestParseDKIMKey(t *testing.T) {
	t.Parallel()
	signers, _ := twoSigners(t)
	for _, s := range signers {
		raw, err := x509.MarshalPKCS8PrivateKey(s.Key)
		if err != nil {
			t.Fatal(err)
		}
		file := "r1._domainkey.x. IN TXT \"v=DKIM1\"\n" + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
		key, err := ParseDKIMKey([]byte(file))
		if err != nil || !key.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(s.Key.Public()) {
			t.Errorf("%s: %v", s.Selector, err)
		}
	}
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := func(key *rsa.PrivateKey) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	}
	if _, err := ParseDKIMKey([]byte(pkcs1(signers[0].Key.(*rsa.PrivateKey)))); err != nil {
		t.Error(err)
	}
	for name, wrong := range map[string]string{"nothing": "", "no key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "weak": pkcs1(weak)} {
		if _, err := ParseDKIMKey([]byte(wrong)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
