package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"postern/e2e/rig"
)

// signing starts two nodes that sign mails with an RSA and an Ed25519 key. What DNS would say of them is in the stage's records.
func signing(mode string) func(context.Context) (*stage, error) {
	return func(ctx context.Context) (*stage, error) {
		dir, err := os.MkdirTemp("", "postern-dkim-")
		if err != nil {
			return nil, err
		}
		paths, records, err := dkimKeys(dir)
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
		s, err := onCluster(mode, 0, "POSTERN_DKIM_KEY="+paths, "POSTERN_DKIM_SELECTOR=r1,e1")(ctx)
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
		s.dir, s.records = dir, records
		return s, nil
	}
}

// dkimKeys makes a key of each kind; the records are as the RFCs say, not as our own code does.
func dkimKeys(dir string) (paths string, records map[string]string, err error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", nil, err
	}
	public, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return "", nil, err
	}
	for name, key := range map[string]crypto.Signer{"r1": private, "e1": ed} {
		raw, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return "", nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600); err != nil {
			return "", nil, err
		}
	}
	zone := "._domainkey." + rig.MailDomain
	return filepath.Join(dir, "r1") + "," + filepath.Join(dir, "e1"), map[string]string{
		"r1" + zone: "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der),
		"e1" + zone: "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public),
	}, nil
}

// signatures has every mail that went verified by another's library: each is signed by both keys, and a mail that was changed on the way by neither.
func (s *stage) signatures(ctx context.Context) (n int, err error) {
	sent, err := s.mails()
	if err != nil {
		return 0, err
	}
	var asked struct {
		Records map[string]string `json:"records"`
		Mails   [][]byte          `json:"mails"`
	}
	asked.Records = s.records
	for _, m := range sent {
		parts := bytes.SplitN(m.raw, []byte("\r\n"), 3) // the envelope stands above
		asked.Mails = append(asked.Mails, parts[2])
	}
	in, err := json.Marshal(asked)
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, "/usr/bin/python3", filepath.Join("e2e", "dkim", "verify.py")) // Debian's, which has its libraries
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("verify the signatures: %w", err)
	}
	var told struct {
		Verified, Forged int
		Wrong            []string
	}
	if err := json.Unmarshal(out, &told); err != nil {
		return 0, fmt.Errorf("verify the signatures: %w", err)
	}
	if len(told.Wrong) > 0 || told.Verified != 2*len(sent) || told.Forged != 2*told.Verified || len(sent) < 3 {
		return 0, fmt.Errorf("of %d mails %d signatures hold, %d forged: %q", len(sent), told.Verified, told.Forged, told.Wrong)
	}
	return told.Verified, nil
}
