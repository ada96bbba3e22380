package mailgw

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-msgauth/dkim"
)

// Signer signs mails (DKIM, RFC 6376), with From's domain, which is the envelope sender's too unless that is null: DMARC then holds.
type Signer struct {
	Selector string
	Key      crypto.Signer // RSA, or Ed25519 (RFC 8463), which not everybody reads: have both
}

// signedFields are all that a mail of ours may have, each named once more than it is there: whoever adds one breaks the signature (RFC 6376, section
// 5.4.2). So does who adds one of those that we never write. RFC 8058 asks for the last two.
var signedFields = []string{
	"From", "From", "Reply-To", "Reply-To", "To", "To", "Cc", "Sender", "Subject", "Subject", "Date", "Date", "Message-ID", "Message-ID",
	"In-Reply-To", "In-Reply-To", "References", "References", "MIME-Version", "MIME-Version", "Content-Type", "Content-Type",
	"Content-Transfer-Encoding", "Content-Transfer-Encoding", "Auto-Submitted", "Auto-Submitted", "Importance", "Importance",
	"List-Unsubscribe", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Unsubscribe-Post",
}

func (s Signer) begin(domain string) (*dkim.Signer, error) {
	return dkim.NewSigner(&dkim.SignOptions{
		Domain: domain, Selector: s.Selector, Signer: s.Key, HeaderKeys: signedFields,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
}

// sign puts a signature of each signer above the mail. It reads the files once more than the sending does, and keeps nothing.
func (c *Content) sign(ctx context.Context, signers []Signer) error {
	if len(signers) == 0 {
		return nil
	}
	domain := c.domain()
	var begun []*dkim.Signer
	var all []io.Writer
	var err error
	for _, s := range signers {
		one, notBegun := s.begin(domain)
		if notBegun != nil {
			err = errors.Join(err, notBegun)
			continue
		}
		begun, all = append(begun, one), append(all, one)
	}
	if err == nil {
		err = c.write(ctx, io.MultiWriter(all...))
	}
	for _, one := range begun { // also after an error: it ends its goroutine
		err = errors.Join(err, one.Close())
	}
	if err != nil {
		return &unsignedError{domain, err}
	}
	for _, one := range begun {
		c.signatures += one.Signature()
	}
	return nil
}

// domain is the envelope sender's; where that is null, as of a letter to postmaster that goes on, it is From's own.
func (c *Content) domain() string {
	from := c.Mail.From
	if from == "" {
		from = author(c.Mail.Raw)
	}
	return from[strings.LastIndexByte(from, '@')+1:]
}

// author is the address in From of a mail of ours; empty: it cannot be read.
func author(raw []byte) string {
	read, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return ""
	}
	h := mail.Header{Header: read.Header}
	from, err := h.AddressList("From")
	if err != nil || len(from) == 0 {
		return ""
	}
	return from[0].Address
}

// unsignedError says that a mail did not go because it could not be signed.
type unsignedError struct {
	domain string
	cause  error
}

// Error says as whom.
func (e *unsignedError) Error() string { return "sign a mail as " + e.domain + ": " + e.cause.Error() }

// Unwrap gives what was in the way: the key, or a file of the mail.
func (e *unsignedError) Unwrap() error { return e.cause }

// leastRSA is what receivers take (RFC 8301 asks signers for 2,048 bits).
const leastRSA = 2048

// ParseDKIMKey reads a private key: PEM of PKCS #8, or of PKCS #1 for RSA. What stands before it is skipped.
func ParseDKIMKey(raw []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, errors.New("there is no PEM block in it; postern dkim keygen makes one")
	}
	var key any
	var err error
	if block.Type == "RSA PRIVATE KEY" {
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	} else {
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, errors.New("it is no private key") // the parser's words could quote it
	}
	switch key := key.(type) {
	case ed25519.PrivateKey:
		return key, nil
	case *rsa.PrivateKey:
		if key.N.BitLen() < leastRSA {
			return nil, fmt.Errorf("an RSA key of %d bits: receivers want %d", key.N.BitLen(), leastRSA)
		}
		return key, nil
	}
	return nil, errors.New("it is neither an RSA nor an Ed25519 key")
}

// DKIMRecord is what SELECTOR._domainkey.DOMAIN is to say as TXT for a key (RFC 6376, section 3.6.1; RFC 8463, section 4.2).
func DKIMRecord(key crypto.Signer) (string, error) {
	if public, ok := key.Public().(ed25519.PublicKey); ok {
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public), nil
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", fmt.Errorf("write a public key: %w", err)
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(public), nil
}
