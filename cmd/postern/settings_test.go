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
		{"--redis=http://x", "--redis: say redis://HOST:PORT, redis+sentinel://"},
		{"--redis=redis://a,b", "--redis: several servers: say redis+sentinel:// or redis+cluster://"},
		{"--redis=redis+sentinel://a,b", "--redis: name the master"},
		{"--redis-connections=0", "--redis-connections: 1 to 10000"},
		{"--database-connections=-1", "--database-connections: 1 to 10000"},
		{"--database-workers=0", "--database-workers: 1 to 10000"},
		{"--blobs=/srv/files", "--blobs: say s3://BUCKET/PREFIX"},
		{"--blobs=s3://files?endpoint=host", "--blobs: the endpoint is not like https://HOST:PORT"},
		{"--blobs-key=x", "--blobs-secret: give both"},
		{"--blobs-connections=0", "--blobs-connections: 1 to 10000"},
		{"--trusted-proxy=10.0.0.1", "--trusted-proxy:"},
		{"--log-level=loud", "--log-level: say debug"},
		{"--clamd=127.0.0.1:3310", "--clamd: \"127.0.0.1:3310\" is not like unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310"},
		{"--clamd=unix:clamd.ctl", "--clamd:"},
		{"--clamd=tcp://127.0.0.1", "--clamd:"},
		{"--smtp-cert=/nowhere", "--smtp-key: give both"},
		{"--smtp-proxy=10.0.0.1", "--smtp-proxy:"},
		{"--smtp-patience=0s", "--smtp-patience: 1s to 1h"},
		{"--lmtp=0.0.0.0:24", "--lmtp: \"0.0.0.0:24\" is not like"},
		{"--max-letter=1", "--max-letter: 65536 to"},
		{"--smtp-clients=0", "--smtp-clients: at least one"},
		{"--grace=2h", "--grace: 0 to 60m"},
	} {
		var out, errOut bytes.Buffer
		code := run(t.Context(), []string{"serve", "--data", t.TempDir(), c.flag}, nil, strings.NewReader(""), &out, &errOut)
		if code != exitUsage || !strings.Contains(errOut.String(), c.want) {
			t.Errorf("%s: exit code %d, said %q; want %d and %q", c.flag, code, errOut.String(), exitUsage, c.want)
		}
	}
}
