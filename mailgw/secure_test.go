package mailgw

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"
	"time"
)

// selfSigned is a certificate that nobody trusts.
func selfSigned(tb testing.TB) tls.Certificate {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{domain}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func withTLS(tb testing.TB) func(*ServerOptions) {
	settings := &tls.Config{Certificates: []tls.Certificate{selfSigned(tb)}, MinVersion: tls.VersionTLS12}
	return func(o *ServerOptions) { o.TLS = settings }
}

// secure begins TLS after STARTTLS.
func (d *dialog) secure(settings *tls.Config) *dialog {
	d.Helper()
	d.run("STARTTLS", "220 2.0.0")
	c := tls.Client(d.Conn, settings)
	if err := c.HandshakeContext(d.Context()); err != nil {
		d.Fatal(err)
	}
	return &dialog{d.TB, c, bufio.NewReader(c)}
}

// TestStartTLS: it is offered once, what was said before is forgotten, and letters come through it by DATA and in chunks (S10).
func TestStartTLS(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t, withTLS(t))
	plain := s.ready(t)
	d := plain.secure(&tls.Config{InsecureSkipVerify: true})
	d.run("DATA", "503", "MAIL FROM:<anna@client.example>", "503 5.5.1 Say EHLO first")
	d.write("EHLO x\r\n")
	_, all := d.hear()
	for _, offer := range all {
		if offer == "250-STARTTLS" {
			t.Error("STARTTLS is offered under TLS")
		}
	}
	d.run("STARTTLS", "503 5.5.1")
	letter := letterOf(100_000)
	same(t, "by DATA", d.post("anna@client.example", letter, "x@"+domain)[:3], "250")
	d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<x@"+domain+">", "250")
	d.write("BDAT 100000 LAST\r\n" + letter)
	d.expect("250")
	same(t, "letters", desk.letters(), []string{letter, letter})
	same(t, "the transaction before TLS", desk.fates(), []string{"abandoned"})
}

// TestStartTLSInjected: what was sent in the clear behind STARTTLS is not acted on under TLS (CVE-2011-0411), nor is anything that is no
// handshake, nor an old TLS.
func TestStartTLSInjected(t *testing.T) {
	t.Parallel()
	desk := newDesk()
	s := desk.serve(t, withTLS(t))
	d := s.talk(t)
	d.write("STARTTLS\r\nEHLO evil\r\nMAIL FROM:<boss@client.example>\r\n")
	same(t, "replies", d.rest(), []string{"554 5.5.1 Something was sent in the clear behind STARTTLS"})
	d = s.talk(t)
	d.run("STARTTLS", "220")
	d.write("MAIL FROM:<boss@client.example>\r\nRCPT TO:<x@" + domain + ">\r\nDATA\r\n")
	for _, said := range d.rest() {
		if len(said) > 2 && said[0] == '2' {
			t.Errorf("heard %q", said)
		}
	}
	d = s.talk(t)
	d.run("STARTTLS", "220")
	old := tls.Client(d.Conn, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
	if err := old.HandshakeContext(t.Context()); err == nil {
		t.Error("TLS 1.1 was taken")
	}
	d = s.talk(t)
	d.run("STARTTLS NOW", "501 5.5.4")
	same(t, "letters", len(desk.letters()), 0)
}
