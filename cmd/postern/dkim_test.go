package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/mailgw/auth"
)

// TestDKIMKeygen: the record that is printed is the one that doctor wants to see for the key that is kept.
func TestDKIMKeygen(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"rsa", "ed25519"} {
		path := filepath.Join(t.TempDir(), "dkim.pem")
		args := []string{"dkim", "keygen", "--domain", "mail.example.org", "--selector", "2026a", "--type", kind, "--out", path}
		var out, errOut strings.Builder
		if code := run(t.Context(), args, nil, nil, &out, &errOut); code != 0 {
			t.Fatal(errOut.String())
		}
		var again strings.Builder
		if code := run(t.Context(), args, nil, nil, &again, &errOut); code == 0 || again.String() != "" {
			t.Errorf("a key was overwritten, or the record of one that was not kept is printed: %s", again.String())
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the key's file: %v, %v", info.Mode(), err)
		}
		zone, err := auth.ReadZone(strings.NewReader(out.String()))
		if err != nil {
			t.Fatal(err)
		}
		settings := nodeSettings{DKIMKey: []string{path}, DKIMSelector: []string{"2026a"}}
		signers, err := settings.signers()
		if err != nil {
			t.Fatal(err)
		}
		if err := published(t.Context(), zone, signers[0], "mail.example.org"); err != nil {
			t.Error(err)
		}
		if err := published(t.Context(), zone, signers[0], "other.example.org"); err == nil || !strings.Contains(err.Error(), "2026a._domainkey.other.example.org says nothing; publish there: v=DKIM1; ") {
			t.Errorf("not published: %v", err)
		}
		settings.DKIMSelector = nil
		if _, err := settings.signers(); err == nil {
			t.Error("a key without a selector")
		}
	}
	var out strings.Builder
	if code := run(t.Context(), []string{"dkim", "keygen", "--domain", "mail.example.org", "--selector", "s"}, nil, nil, &out, &out); code != 0 || !strings.Contains(out.String(), "\n-----BEGIN PRIVATE KEY-----\n") {
		t.Errorf("%d: %s", code, out.String())
	}
	if code := run(t.Context(), []string{"dkim", "keygen", "--domain", "mail.example.org", "--selector", "a b"}, nil, nil, &out, &out); code == 0 {
		t.Error("a selector with a blank was taken")
	}
}
