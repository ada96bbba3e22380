package mailgw

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

const aMail = "From: a@mail.example.org\r\nTo: anna@client.example\r\n\r\n.a dot\r\n..\r\nend\r\n"

// TestRelaySecurity: who is spoken to how, and that nothing goes to a relay that cannot be trusted as asked.
func TestRelaySecurity(t *testing.T) {
	t.Parallel()
	config, trusted := certificate(t)
	_, strangers := certificate(t)
	for name, c := range map[string]struct {
		security       Security
		offers         bool // STARTTLS
		implicit       bool
		roots          *x509.CertPool
		user, password string
		sent, secured  bool
	}{
		"plain":                                 {security: Opportunistic, sent: true},
		"opportunistic, offered":                {security: Opportunistic, offers: true, sent: true, secured: true},
		"opportunistic, unknown certificate":    {security: Opportunistic, offers: true, roots: strangers, sent: true, secured: true},
		"required and offered":                  {security: StartTLS, offers: true, roots: trusted, sent: true, secured: true},
		"required and not offered":              {security: StartTLS, roots: trusted},
		"required, unknown certificate":         {security: StartTLS, offers: true, roots: strangers},
		"required, certificate of nobody known": {security: StartTLS, offers: true},
		"at once":                               {security: ImplicitTLS, implicit: true, roots: trusted, sent: true, secured: true},
		"at once, unknown certificate":          {security: ImplicitTLS, implicit: true, roots: strangers},
		"at once, to a relay without":           {security: ImplicitTLS, roots: trusted},
		"login":                                 {security: StartTLS, offers: true, roots: trusted, user: "postern", password: "secret", sent: true, secured: true},
		"wrong login":                           {security: StartTLS, offers: true, roots: trusted, user: "postern", password: "wrong"},
		"login that is not asked for":           {security: Opportunistic, user: "postern", password: "secret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newRelayServer(t, c.implicit, func(s *smtp.Server) {
				if c.offers || c.implicit {
					s.TLSConfig = config
				}
			})
			r := &Relay{Addr: server.addr, Security: c.security, RootCAs: c.roots, Hello: domain, User: c.user, Password: c.password}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			carried, err := r.Send(ctx, "b-x@mail.example.org", "anna@client.example", "id", bytesOnly(aMail))
			if !c.sent {
				if refused, ok := errors.AsType[*RefusedError](err); err == nil || ok && refused.Final {
					t.Errorf("sent with %v", err)
				}
				same(t, "mails", len(server.taken()), 0)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			same(t, "carried", carried, Carried{Code: 250, QueueID: "queued", Peer: server.addr})
			same(t, "mail", server.taken(), []relayed{{"b-x@mail.example.org", "anna@client.example", aMail, false, c.secured, c.user}})
		})
	}
}

// TestRelayUTF8: addresses beyond ASCII go to a relay that takes them, and to no other.
func TestRelayUTF8(t *testing.T) {
	t.Parallel()
	server := newRelayServer(t, false, func(s *smtp.Server) { s.EnableSMTPUTF8 = true })
	r := &Relay{Addr: server.addr, Hello: domain}
	if _, err := r.Send(t.Context(), "b@mail.example.org", "änna@client.example", "id", bytesOnly(aMail)); err != nil {
		t.Fatal(err)
	}
	same(t, "mail", []any{server.taken()[0].to, server.taken()[0].utf8}, []any{"änna@client.example", true})
	server = newRelayServer(t, false, func(*smtp.Server) {})
	r.Addr = server.addr
	_, err := r.Send(t.Context(), "b@mail.example.org", "änna@client.example", "id", bytesOnly(aMail))
	refused, ok := errors.AsType[*RefusedError](err)
	if !ok || !refused.Final || refused.Code != 553 {
		t.Errorf("refused: %v", err)
	}
	same(t, "mails", len(server.taken()), 0)
}

// scriptedRelay answers each verb as told, "." the end of a mail, "RSET MAIL" a MAIL after a RSET; "hang" says nothing any more.
func scriptedRelay(tb testing.TB, answers map[string]string) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer c.Close()
				answerAs(c, answers)
			})
		}
	})
	tb.Cleanup(func() {
		_ = l.Close()
		open.Wait()
	})
	return l.Addr().String()
}

func answerAs(c net.Conn, answers map[string]string) {
	d := dialog{Conn: c, in: bufio.NewReader(c)}
	usual := map[string]string{
		"": "220 relay", "EHLO": "250 relay", "MAIL": "250 2.1.0 ok", "RCPT": "250 2.1.5 ok", "DATA": "354 go on", ".": "250 2.0.0 ok queued as 4F2A", "QUIT": "221 bye",
		"*": "501 no",
	}
	said := func(verb string) bool {
		a, ok := answers[verb]
		if !ok {
			a = usual[verb]
		}
		if a == "hang" {
			_, _ = io.Copy(io.Discard, d.in) // until the other side gives up
			return false
		}
		_, err := io.WriteString(c, a+"\r\n")
		return err == nil
	}
	if !said("") {
		return
	}
	for data, reset := false, false; ; {
		line, err := d.in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		if data && line != "." {
			continue
		}
		verb := strings.ToUpper(line[:min(4, len(line))])
		data = verb == "DATA" && answers["DATA"] == ""
		if again := "RSET " + verb; reset && answers[again] != "" {
			verb = again
		}
		reset = reset || verb == "RSET"
		if !said(verb) {
			return
		}
	}
}

// TestRelayAnswers: what is about the mail is final with 5xx; what is about us, or said with 4xx, is tried again; an answer that never came is told apart.
func TestRelayAnswers(t *testing.T) {
	t.Parallel()
	for verb, c := range map[string]struct{ temporary, permanent bool }{ // whether 5xx is final
		"": {}, "EHLO": {}, "MAIL": {permanent: true}, "RCPT": {permanent: true}, "DATA": {permanent: true}, ".": {permanent: true},
	} {
		for code, final := range map[string]bool{"421": false, "451": false, "550": c.permanent, "554": c.permanent} {
			r := &Relay{Addr: scriptedRelay(t, map[string]string{verb: code + " 5.7.1 not today"}), Hello: domain}
			_, err := r.Send(t.Context(), "b@mail.example.org", "anna@client.example", "id", bytesOnly(aMail))
			refused, ok := errors.AsType[*RefusedError](err)
			if !ok {
				t.Errorf("%s after %q: %v", code, verb, err)
				continue
			}
			same(t, code+" after "+verb, []any{refused.Final, refused.Peer}, []any{final, r.Addr})
			if !strings.Contains(refused.Reason, "not today") {
				t.Errorf("reason %q", refused.Reason)
			}
		}
	}
	r := &Relay{Addr: scriptedRelay(t, map[string]string{"MAIL": "530 5.7.0 log in first"}), Hello: domain}
	_, err := r.Send(t.Context(), "b@mail.example.org", "anna@client.example", "id", bytesOnly(aMail))
	if refused, ok := errors.AsType[*RefusedError](err); !ok || refused.Final {
		t.Errorf("a login that is missing: %v", err)
	}
	carried, err := (&Relay{Addr: scriptedRelay(t, nil), Hello: domain}).Send(t.Context(), "b@mail.example.org", "anna@client.example", "id", bytesOnly(aMail))
	same(t, "queue id", []any{carried.QueueID, err}, []any{"4F2A", nil})
}

// TestRelayHangs: an attempt ends with its context, wherever the relay falls silent; after the final dot the mail may have been taken.
func TestRelayHangs(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"", "EHLO", "MAIL", "RCPT", "DATA", "."} {
		r := &Relay{Addr: scriptedRelay(t, map[string]string{verb: "hang"}), Hello: domain}
		limit := 50 * time.Millisecond
		if verb == "." {
			limit = 3 * time.Second // all that goes before must be through, also on a busy machine
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		_, err := r.Send(ctx, "b@mail.example.org", "anna@client.example", "id", bytesOnly(aMail))
		cancel()
		lost, ok := errors.AsType[*LostError](err)
		same(t, "lost, silent after "+verb, ok, verb == ".")
		if err == nil || ok && lost.Peer != r.Addr {
			t.Errorf("silent after %q: %v", verb, err)
		}
	}
	gone := &Relay{Addr: "127.0.0.1:1", Hello: domain}
	if _, err := gone.Send(t.Context(), "a@b.example", "c@d.example", "id", bytesOnly(aMail)); err == nil {
		t.Error("sent to nobody")
	}
}

// TestStartTLSInjection: what an impostor says before TLS is not taken for said under it (S10).
func TestStartTLSInjection(t *testing.T) {
	t.Parallel()
	_, trusted := certificate(t)
	addr := scriptedRelay(t, map[string]string{"EHLO": "250-relay\r\n250 STARTTLS", "STAR": "220 go\r\n250-injected\r\n250 AUTH PLAIN"})
	r := &Relay{Addr: addr, Security: StartTLS, RootCAs: trusted, Hello: domain, User: "postern", Password: "secret"}
	_, err := r.Send(t.Context(), "b@mail.example.org", "anna@client.example", "id", bytesOnly(aMail))
	if err == nil || !strings.Contains(err.Error(), "out of turn") {
		t.Errorf("went on: %v", err)
	}
	flood := scriptedRelay(t, map[string]string{"": strings.Repeat("220-more\r\n", 20_000)})
	if _, err := (&Relay{Addr: flood, Hello: domain}).Send(t.Context(), "b@mail.example.org", "a@b.example", "id", Content{}); err == nil {
		t.Error("listened for ever")
	}
}

func TestParseRelay(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]*Relay{
		"smtp://relay.example":                      {Addr: "relay.example:25"},
		"smtp://relay.example:1025":                 {Addr: "relay.example:1025"},
		"smtp://[2001:db8::1]:1025/":                {Addr: "[2001:db8::1]:1025"},
		"smtp+starttls://user:p%40ss@relay.example": {Addr: "relay.example:587", Security: StartTLS, User: "user", Password: "p@ss"},
		"smtps://relay.example":                     {Addr: "relay.example:465", Security: ImplicitTLS},
		"smtp://user:pass@127.0.0.1:25":             {Addr: "127.0.0.1:25", User: "user", Password: "pass"},
	} {
		got, err := ParseRelay(raw, domain)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		same(t, raw, []any{got.Addr, got.Security, got.User, got.Password, got.Hello}, []any{want.Addr, want.Security, want.User, want.Password, domain})
	}
	for _, raw := range []string{"", "relay.example:25", "http://relay.example", "smtp://", "smtp://relay.example/path", "smtp://user:sEcret@relay.example", "smtp://user:sEcret@re lay"} {
		if _, err := ParseRelay(raw, domain); err == nil || strings.Contains(err.Error(), "sEcret") {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

// TestFolder: whole files or none.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	carried, err := Folder{dir}.Send(t.Context(), "from@mail.example.org", "to@client.example", "id", bytesOnly(aMail))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "carried", carried, Carried{250, "id", "folder"})
	got, err := os.ReadFile(filepath.Join(dir, "id.eml"))
	same(t, "file", string(got), "X-Envelope-From: from@mail.example.org\r\nX-Envelope-To: to@client.example\r\n"+aMail)
	if err != nil {
		t.Error(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "taken.eml"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := (Folder{dir}).Send(t.Context(), "a", "b", "taken", bytesOnly(aMail)); err == nil {
		t.Error("a folder was overwritten")
	}
	left, err := filepath.Glob(filepath.Join(dir, ".mail-*"))
	same(t, "left behind", []any{len(left), err}, []any{0, nil})
	if _, err := (Folder{filepath.Join(dir, "nowhere")}).Send(t.Context(), "a", "b", "id", Content{}); err == nil {
		t.Error("no folder, and no error")
	}
}
