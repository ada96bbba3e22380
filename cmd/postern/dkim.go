package main

import (
	"cmp"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"

	"postern/chat"
	"postern/mailgw"
	"postern/mailgw/auth"
)

type dkimCmd struct {
	Keygen dkimKeygenCmd `cmd:"" help:"Make a key, and say which TXT record publishes it."`
}

type dkimKeygenCmd struct {
	Domain   string `help:"Mail domain of the office." required:"" placeholder:"DOMAIN"`
	Selector string `help:"Name of the key in DNS, a new one for each key: letters, digits, - and dots between." required:"" placeholder:"NAME"`
	Type     string `help:"rsa, which everybody reads, or ed25519, as a second signature." default:"rsa" enum:"rsa,ed25519"`
	Out      string `help:"File for the private key, which must not be there yet (default: it is printed)." type:"path" placeholder:"FILE"`
}

// A selector is a row of labels (RFC 6376, section 3.1).
var isSelector = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`).MatchString

// Run prints the record as a line of a zone file, and the key below it unless it has a file.
func (c *dkimKeygenCmd) Run(_ context.Context, io streams) error {
	if !isSelector(c.Selector) {
		return &settingError{"selector", "a name such as 2026a"}
	}
	key, err := newDKIMKey(c.Type)
	if err != nil {
		return err
	}
	record, err := mailgw.DKIMRecord(key)
	if err != nil {
		return err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("write the key: %w", err)
	}
	file := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
	if c.Out != "" { // a record without its key must not be published
		if err := writeNew(c.Out, file); err != nil {
			return err
		}
		file = nil
	}
	_, err = fmt.Fprintf(io.out, "%s. IN TXT %s\n%s", keyName(c.Selector, c.Domain), inStrings(record), file)
	return err
}

func writeNew(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return &settingError{"out", err.Error()}
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}

func newDKIMKey(kind string) (crypto.Signer, error) {
	if kind == "ed25519" {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}

func keyName(selector, domain string) string { return selector + "._domainkey." + domain }

// inStrings quotes a text as TXT has it: pieces of 255 bytes at most (RFC 1035, section 3.3.14).
func inStrings(text string) string {
	var pieces []string
	for ; len(text) > 255; text = text[255:] {
		pieces = append(pieces, `"`+text[:255]+`"`)
	}
	return strings.Join(append(pieces, `"`+text+`"`), " ")
}

// signers are what mails are signed by.
func (s *nodeSettings) signers() (list []mailgw.Signer, err error) {
	if len(s.DKIMKey) != len(s.DKIMSelector) {
		return nil, &settingError{"dkim-selector", fmt.Sprintf("%d selectors for %d keys: say one for each", len(s.DKIMSelector), len(s.DKIMKey))}
	}
	for i, path := range s.DKIMKey {
		if !isSelector(s.DKIMSelector[i]) {
			return nil, &settingError{"dkim-selector", "a name such as 2026a"}
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, &settingError{"dkim-key", err.Error()}
		}
		key, err := mailgw.ParseDKIMKey(raw)
		if err != nil {
			return nil, &settingError{"dkim-key", fmt.Sprintf("%s: %v", path, err)}
		}
		list = append(list, mailgw.Signer{Selector: s.DKIMSelector[i], Key: key})
	}
	return list, nil
}

// checkSignatures holds what DNS publishes for every office against the keys.
func (c *doctorCmd) checkSignatures(ctx context.Context, io streams) (string, error) {
	signers, err := c.signers()
	if err != nil || len(signers) == 0 {
		return "none: mails are not signed, which many servers mind unless the relay does it (--dkim-key)", err
	}
	domains, err := c.mailDomains(ctx, io)
	if err != nil {
		return "", err
	}
	dns := auth.System(c.DNS)
	for _, domain := range domains {
		for _, s := range signers {
			err = errors.Join(err, published(ctx, dns, s, domain))
		}
	}
	return fmt.Sprintf("%d keys, published by %s", len(signers), strings.Join(domains, ", ")), err
}

// mailDomains are those of the offices; of the one that the first start would make, where there are none yet.
func (c *doctorCmd) mailDomains(ctx context.Context, io streams) (domains []string, err error) {
	offices, err := c.officesYet(ctx, io)
	for _, o := range offices {
		domains = append(domains, o.MailDomain)
	}
	if len(domains) == 0 {
		domains = []string{c.MailDomain}
	}
	return domains, err
}

// officesYet are the offices; none before the first start.
func (c *doctorCmd) officesYet(ctx context.Context, io streams) (list []chat.Office, err error) {
	if file, ok := strings.CutPrefix(c.Database, "sqlite:"); ok && absent(file) || absent(c.Data) {
		return nil, nil
	}
	err = withCore(ctx, &c.baseSettings, io, func(core *core) (err error) {
		list, err = core.offices(ctx)
		return err
	})
	return list, err
}

// published fails with what is to be done where DNS does not have the key.
func published(ctx context.Context, dns auth.Resolver, s mailgw.Signer, domain string) error {
	right, err := mailgw.DKIMRecord(s.Key)
	if err != nil {
		return err
	}
	name := keyName(s.Selector, domain)
	texts, err := dns.LookupTXT(ctx, name)
	if failed, ok := errors.AsType[*net.DNSError](err); err != nil && (!ok || !failed.IsNotFound) {
		return fmt.Errorf("ask for %s: %w", name, err)
	}
	for _, text := range texts {
		if publicKey(text) == publicKey(right) {
			return nil
		}
	}
	return fmt.Errorf("%s says %s; publish there: %s", name, cmp.Or(strings.Join(texts, " and "), "nothing"), right)
}

// publicKey is the p= of a record.
func publicKey(record string) string {
	for tag := range strings.SplitSeq(record, ";") {
		name, value, _ := strings.Cut(tag, "=")
		if strings.TrimSpace(name) == "p" {
			return strings.Join(strings.Fields(value), "")
		}
	}
	return ""
}
