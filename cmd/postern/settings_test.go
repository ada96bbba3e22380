package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestWrongSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ flag, want string }{
		{"--limits=none", `--limits must be one of "usual","off"`},
		{"--pprof=0.0.0.0:6060", "--pprof: \"0.0.0.0:6060\" is not like 127.0.0.1:6060"},
		{"--pprof=localhost:6060", "--pprof: \"localhost:6060\" is not like"},
		{"--pprof=127.0.0.1", "--pprof: \"127.0.0.1\" is not like"},
		{"--database=mysql://x", "--database: say sqlite:PATH or postgres://"},
		{"--mail-domain=bad_domain!!", "--mail-domain: \"bad_domain!!\" is no mail domain"},
		{"--public-url=https://u:p@h/?q", "--public-url:"},
		{"--listen=nowhere", "--listen: \"nowhere\" is not HOST:PORT"},
		{"--mode=open", "--mode: say privacy or convenience"},
		{"--relay=ftp://x", "--relay:"},
		{"--redis=http://x", "--redis:"},
		{"--trusted-proxy=10.0.0.1", "--trusted-proxy:"},
		{"--log-level=loud", "--log-level: say debug"},
		{"--grace=2h", "--grace: 0 to 60m"},
	} {
		var out, errOut bytes.Buffer
		code := run(t.Context(), []string{"serve", "--data", t.TempDir(), c.flag}, nil, strings.NewReader(""), &out, &errOut)
		if code != exitUsage || !strings.Contains(errOut.String(), c.want) {
			t.Errorf("%s: exit code %d, said %q; want %d and %q", c.flag, code, errOut.String(), exitUsage, c.want)
		}
	}
}
