package mailgw

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Transport carries one mail to one recipient. Its answer says whether trying again helps: *RefusedError for what is final, any other error for
// what is not.
type Transport interface {
	Send(ctx context.Context, from, to, id string, raw []byte) (Carried, error)
}

// Carried is what the other side said when it took the mail.
type Carried struct {
	Code    int
	QueueID string // the last word of its answer, as most servers have it
	Peer    string
}

// RefusedError is a refusal by SMTP reply code.
type RefusedError struct {
	Code   int
	Reason string
	Final  bool // 5xx
	Peer   string
}

// Error gives code and reason.
func (e *RefusedError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Reason) }

// Relay sends through one SMTP server, each mail in a transaction of its own.
type Relay struct {
	Addr           string // host:port
	Implicit       bool   // TLS from the first byte (smtps)
	Opportunistic  bool   // STARTTLS where offered; without it, required
	Hello          string
	User, Password string
}

// ParseRelay reads smtp://[user:password@]host[:port] (STARTTLS where it is offered), smtp+starttls:// (required), smtps:// (TLS at once).
func ParseRelay(raw, hello string) (*Relay, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("a relay is smtp://host:port, smtp+starttls://host:port or smtps://host:port")
	}
	ports := map[string]string{"smtp": "25", "smtp+starttls": "587", "smtps": "465"}
	port, known := ports[u.Scheme]
	if !known {
		return nil, fmt.Errorf("a relay's scheme is smtp, smtp+starttls or smtps, not %q", u.Scheme)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	password, _ := u.User.Password()
	return &Relay{
		Addr: net.JoinHostPort(u.Hostname(), port), Implicit: u.Scheme == "smtps", Opportunistic: u.Scheme == "smtp", Hello: hello,
		User: u.User.Username(), Password: password,
	}, nil
}

// Send hands the mail over. The context's deadline is the hard end of the attempt.
func (r *Relay) Send(ctx context.Context, from, to, _ string, raw []byte) (Carried, error) {
	conn, err := (&net.Dialer{Timeout: 30 * time.Second}).DialContext(ctx, "tcp", r.Addr)
	if err != nil {
		return Carried{}, fmt.Errorf("reach the relay: %w", err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return Carried{}, errors.Join(err, conn.Close())
		}
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	client, err := r.greet(conn)
	if err != nil {
		return Carried{}, refusal(errors.Join(err, conn.Close()), r.Addr)
	}
	defer client.Close()
	carried, err := r.hand(client, from, to, raw)
	return carried, refusal(err, r.Addr)
}

func (r *Relay) greet(conn net.Conn) (*smtp.Client, error) {
	host, _, err := net.SplitHostPort(r.Addr)
	if err != nil {
		return nil, err
	}
	settings := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	var client *smtp.Client
	switch {
	case r.Implicit:
		client = smtp.NewClient(tls.Client(conn, settings))
	case !r.Opportunistic:
		if client, err = smtp.NewClientStartTLS(conn, settings); err != nil {
			return nil, err
		}
	default:
		client = smtp.NewClient(conn)
	}
	if err := client.Hello(r.Hello); err != nil {
		return nil, err
	}
	if r.User != "" {
		return client, client.Auth(sasl.NewPlainClient("", r.User, r.Password))
	}
	return client, nil
}

func (r *Relay) hand(client *smtp.Client, from, to string, raw []byte) (Carried, error) {
	if err := client.Mail(from, &smtp.MailOptions{Size: int64(len(raw))}); err != nil {
		return Carried{}, err
	}
	if err := client.Rcpt(to, nil); err != nil {
		return Carried{}, err
	}
	w, err := client.Data()
	if err != nil {
		return Carried{}, err
	}
	if _, err := bytes.NewReader(raw).WriteTo(w); err != nil {
		return Carried{}, err
	}
	answer, err := w.CloseWithResponse()
	if err != nil {
		return Carried{}, err
	}
	_ = client.Quit() // the mail is taken; how the goodbye goes changes nothing
	return Carried{Code: 250, QueueID: queueID(answer.StatusText), Peer: r.Addr}, nil
}

func queueID(answer string) string {
	words := strings.Fields(answer)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// refusal turns an SMTP answer into a RefusedError, and leaves what the network did as it is.
func refusal(err error, peer string) error {
	if answer, ok := errors.AsType[*smtp.SMTPError](err); ok {
		return &RefusedError{Code: answer.Code, Reason: oneLine(answer.Message), Final: !answer.Temporary(), Peer: peer}
	}
	return err
}

// Folder puts each mail into a folder as an .eml file: for a demo, and for looking at what would go out.
type Folder struct{ Dir string }

// Send writes the file whole or not at all. Two lines before the letter say the envelope.
func (f Folder) Send(_ context.Context, from, to, id string, raw []byte) (Carried, error) {
	file, err := os.CreateTemp(f.Dir, ".mail-*")
	if err != nil {
		return Carried{}, fmt.Errorf("put mail into folder: %w", err)
	}
	envelope := "X-Envelope-From: " + oneLine(from) + "\r\nX-Envelope-To: " + oneLine(to) + "\r\n"
	_, err = file.Write(append([]byte(envelope), raw...))
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(f.Dir, id+".eml"))
	}
	if err != nil {
		return Carried{}, errors.Join(fmt.Errorf("put mail into folder: %w", err), os.Remove(file.Name()))
	}
	return Carried{Code: 250, QueueID: id, Peer: "folder"}, nil
}
