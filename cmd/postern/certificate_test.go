package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// writeCertificate puts a certificate of a serial number and its key into the folder, as of a moment.
func writeCertificate(t *testing.T, dir string, serial int64, at time.Time) (chain, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: at.Add(48 * time.Hour), DNSNames: []string{"mail.example.org"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	chain, key = filepath.Join(dir, "chain.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{chain: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return chain, key
}

// TestCertificateRenewed: new files are read without a restart; half of a renewal leaves the old certificate.
func TestCertificateRenewed(t *testing.T) {
	t.Parallel()
	dir, began := t.TempDir(), time.Now()
	chain, key := writeCertificate(t, dir, 1, began)
	c, err := openCertificate(chain, key, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	shows := func(want int64) {
		t.Helper()
		c.looked = time.Time{}
		got, err := c.get(nil)
		if err != nil || got.Leaf.SerialNumber.Int64() != want {
			t.Errorf("shows %v, %v; want %d", got.Leaf.SerialNumber, err, want)
		}
	}
	shows(1)
	old, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	writeCertificate(t, dir, 2, began.Add(time.Minute))
	renewed, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, old, 0o600); err != nil { // the new chain with the old key
		t.Fatal(err)
	}
	shows(1)
	if err := os.WriteFile(key, renewed, 0o600); err != nil {
		t.Fatal(err)
	}
	shows(2)
	if err := os.Remove(chain); err != nil {
		t.Fatal(err)
	}
	shows(2)
	if _, err := openCertificate(chain, key, zerolog.Nop()); err == nil {
		t.Error("a certificate that is not there was opened")
	}
}
