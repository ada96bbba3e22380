package mailgw

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Security is how the connection to a relay is protected.
type Security int

// The ways, from the weakest on.
const (
	Opportunistic Security = iota // STARTTLS where it is offered, whatever the certificate: against listeners, not against impostors
	StartTLS                      // STARTTLS, with a certificate for the relay's name, or nothing is sent
	ImplicitTLS                   // TLS from the first byte, with a certificate for the relay's name
)

// Relay sends through one SMTP server. Connections are kept for a while and used again.
type Relay struct {
	Addr           string // host:port
	Security       Security
	RootCAs        *x509.CertPool // who may vouch for the relay; nil: whom the system trusts
	Hello          string
	User, Password string        // never shown to a server without a certificate, but on this machine
	Idle           time.Duration // how long a connection waits for another mail; 0: each mail has one of its own

	idle pool
}

// usualIdle is shorter than any server waits.
const usualIdle = 15 * time.Second

const relayForms = "a relay is smtp://host:port, smtp+starttls://host:port or smtps://host:port, with user:password@ before the host if it asks for a login"

// ParseRelay reads smtp://[user:password@]host[:port] (STARTTLS where it is offered), smtp+starttls:// (required), smtps:// (TLS at once). A login
// over smtp:// is taken for a relay on this machine only. Errors never repeat the URL, which may hold a password.
func ParseRelay(raw, hello string) (*Relay, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New(relayForms)
	}
	kinds := map[string]struct {
		security Security
		port     string
	}{"smtp": {Opportunistic, "25"}, "smtp+starttls": {StartTLS, "587"}, "smtps": {ImplicitTLS, "465"}}
	kind, known := kinds[u.Scheme]
	if !known {
		return nil, fmt.Errorf("a relay's scheme is smtp, smtp+starttls or smtps, not %q", u.Scheme)
	}
	if u.Port() != "" {
		kind.port = u.Port()
	}
	r := &Relay{Addr: net.JoinHostPort(u.Hostname(), kind.port), Security: kind.security, Hello: hello, User: u.User.Username(), Idle: usualIdle}
	r.Password, _ = u.User.Password()
	if r.User != "" && r.Security == Opportunistic && !isLocal(u.Hostname()) {
		return nil, errShown
	}
	return r, nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send hands the mail over. The context's deadline is the hard end of the attempt. A kept connection that turns out to be dead before the relay has
// anything of the mail is no failed attempt: another one is taken.
func (r *Relay) Send(ctx context.Context, from, to, _ string, c Content) (Carried, error) {
	for l := r.idle.take(); l != nil; l = r.idle.take() {
		carried, begun, err := r.handOn(ctx, l, from, to, c)
		if begun || ctx.Err() != nil || !isOver(err) {
			return carried, err
		}
	}
	l, err := r.dial(ctx)
	if err != nil {
		return Carried{}, err
	}
	carried, _, err := r.handOn(ctx, l, from, to, c)
	return carried, err
}

// handOn carries a mail over a connection, and keeps or closes that. begun: the relay may have something of the mail.
func (r *Relay) handOn(ctx context.Context, l *link, from, to string, c Content) (carried Carried, begun bool, err error) {
	stop := context.AfterFunc(ctx, func() { l.conn.Close() }) // go-smtp sets deadlines of its own
	carried, begun, err = r.transact(ctx, l.client, from, to, c)
	switch {
	case !stop(), isOver(err):
		_ = l.conn.Close() // without a word: go-smtp would end an open text by the final dot, and what is half would be a mail
	case r.Idle <= 0:
		l.close()
	default:
		r.idle.put(l, r.Idle)
	}
	return carried, begun, err
}

// isOver says whether a connection is of no use after this: the network failed, the relay hangs up (421), or wants a login that it had.
func isOver(err error) bool {
	refused, ok := errors.AsType[*RefusedError](err)
	return err != nil && (!ok || refused.Code == 421 || aboutLogin(refused.Code))
}

func (r *Relay) dial(ctx context.Context) (*link, error) {
	conn, err := (&net.Dialer{Timeout: 30 * time.Second}).DialContext(ctx, "tcp", r.Addr)
	if err != nil {
		return nil, fmt.Errorf("reach the relay: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	client, err := r.greet(ctx, conn)
	if err != nil {
		// Whatever the code, it is about us and not about this mail: nothing is lost by a relay that is set up wrongly.
		return nil, errors.Join(r.refused(err, false), conn.Close())
	}
	return &link{conn: conn, client: client, hello: r.Hello}, nil
}

// Close ends the connections that wait. Those in use end with their mail.
func (r *Relay) Close() { r.idle.close() }

// greet brings the connection to where mail may be sent.
func (r *Relay) greet(ctx context.Context, conn net.Conn) (*smtp.Client, error) {
	secured, err := r.secure(ctx, conn)
	if err != nil {
		return nil, err
	}
	client := smtp.NewClient(secured)
	if err := client.Hello(r.Hello); err != nil {
		return nil, err
	}
	switch {
	case r.User == "":
		return client, nil
	case r.Security == Opportunistic && !isLocal(r.host()):
		return nil, errShown
	case !client.SupportsAuth(sasl.Plain):
		return nil, errors.New("the relay offers no login by AUTH PLAIN")
	}
	return client, client.Auth(sasl.NewPlainClient("", r.User, r.Password))
}

var errShown = errors.New("a relay that asks for a login needs smtp+starttls:// or smtps://, so that the password is not shown to others")

func (r *Relay) host() string {
	host, _, err := net.SplitHostPort(r.Addr)
	if err != nil {
		return r.Addr
	}
	return host
}

// authNeeded are replies to MAIL that are about our login and not about the mail (RFC 4954, section 6).
func authNeeded(err error) bool {
	answer, ok := errors.AsType[*smtp.SMTPError](err)
	return ok && aboutLogin(answer.Code)
}

func aboutLogin(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

// transact carries the transaction. begun: the text was begun.
func (r *Relay) transact(ctx context.Context, client *smtp.Client, from, to string, c Content) (carried Carried, begun bool, err error) {
	w, err := r.envelope(client, from, to, c.Size())
	if err != nil {
		return Carried{}, false, err
	}
	if err := c.write(ctx, w); err != nil {
		return Carried{}, true, r.refused(err, true) // without the final dot: the relay has nothing
	}
	answer, err := w.CloseWithResponse()
	if _, said := errors.AsType[*smtp.SMTPError](err); err != nil && !said {
		return Carried{}, true, &LostError{Peer: r.Addr, cause: err}
	}
	if err != nil {
		return Carried{}, true, r.refused(err, true)
	}
	return Carried{Code: 250, QueueID: queueID(answer.StatusText), Peer: r.Addr}, true, nil
}

// envelope brings the transaction to where the text goes.
func (r *Relay) envelope(client *smtp.Client, from, to string, size int64) (*smtp.DataCommand, error) {
	options := &smtp.MailOptions{Size: size, UTF8: !isASCII(from) || !isASCII(to)}
	if ok, _ := client.Extension("SMTPUTF8"); options.UTF8 && !ok {
		return nil, &RefusedError{Code: 553, Reason: "5.6.7 the relay takes no addresses beyond ASCII", Final: true, Peer: r.Addr}
	}
	if err := client.Mail(from, options); err != nil {
		return nil, r.refused(err, !authNeeded(err))
	}
	if err := client.Rcpt(to, nil); err != nil {
		return nil, r.refused(err, true)
	}
	w, err := client.Data()
	if err != nil {
		return nil, r.refused(err, true)
	}
	return w, nil
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

func queueID(answer string) string {
	words := strings.Fields(oneLine(answer))
	if len(words) == 0 {
		return ""
	}
	return bounded(words[len(words)-1])
}

// refused turns an SMTP answer into a RefusedError, and leaves what the network did as it is.
func (r *Relay) refused(err error, aboutMail bool) error {
	answer, ok := errors.AsType[*smtp.SMTPError](err)
	if !ok {
		return err
	}
	reason := answer.Message
	if e := answer.EnhancedCode; e != (smtp.EnhancedCode{}) {
		reason = fmt.Sprintf("%d.%d.%d %s", e[0], e[1], e[2], reason)
	}
	return &RefusedError{Code: answer.Code, Reason: bounded(reason), Final: aboutMail && answer.Code/100 == 5, Peer: r.Addr}
}
