package mailgw

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"

	"github.com/emersion/go-smtp"
)

// secure brings the connection to where TLS has begun, or is not wanted, as the relay's Security has it. go-smtp's client can only
// require STARTTLS, and says EHLO as "localhost" before it.
func (r *Relay) secure(ctx context.Context, conn net.Conn) (net.Conn, error) {
	settings := &tls.Config{ServerName: r.host(), MinVersion: tls.VersionTLS12, RootCAs: r.RootCAs}
	if r.Security == ImplicitTLS {
		return handshake(ctx, conn, settings)
	}
	offered, err := r.askStartTLS(conn)
	switch {
	case err != nil:
		return nil, err
	case offered:
		settings.InsecureSkipVerify = r.Security == Opportunistic
		if conn, err = handshake(ctx, conn, settings); err != nil {
			return nil, err
		}
	case r.Security == StartTLS:
		return nil, errors.New("the relay offers no STARTTLS, and it is required")
	}
	return &greeted{Conn: conn, greeting: bytes.NewReader([]byte("220 as greeted before\r\n"))}, nil
}

func handshake(ctx context.Context, conn net.Conn, settings *tls.Config) (net.Conn, error) {
	c := tls.Client(conn, settings)
	if err := c.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("begin TLS with the relay: %w", err)
	}
	return c, nil
}

// maxHello bounds what a relay says before it is trusted with anything.
const maxHello = 64 << 10

// askStartTLS reads the greeting, says EHLO, and STARTTLS where it is offered; then nothing that the relay said in the clear is left unread (what
// an impostor put there would be taken for said under TLS).
func (r *Relay) askStartTLS(conn net.Conn) (offered bool, err error) {
	text := textproto.NewConn(struct {
		io.Reader
		io.WriteCloser
	}{io.LimitReader(conn, maxHello), conn})
	if _, _, err := text.ReadResponse(220); err != nil {
		return false, said(err)
	}
	extensions, err := ask(text, 250, "EHLO "+oneLine(r.Hello))
	if err != nil {
		return false, err
	}
	for line := range strings.Lines(extensions) {
		offered = offered || strings.EqualFold(strings.TrimSpace(line), "STARTTLS")
	}
	if offered {
		if _, err := ask(text, 220, "STARTTLS"); err != nil {
			return false, err
		}
	}
	if text.R.Buffered() > 0 {
		return false, errors.New("the relay spoke out of turn before TLS")
	}
	return offered, nil
}

func ask(text *textproto.Conn, want int, command string) (string, error) {
	if err := text.PrintfLine("%s", command); err != nil {
		return "", err
	}
	_, answer, err := text.ReadResponse(want)
	return answer, said(err)
}

// said makes a reply what go-smtp's client makes of one.
func said(err error) error {
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		return &smtp.SMTPError{Code: answer.Code, Message: answer.Msg}
	}
	return err
}

// greeted is a connection whose greeting was read already, for go-smtp's client, which waits for one.
type greeted struct {
	net.Conn
	greeting *bytes.Reader
}

// Read gives a greeting, then what comes.
func (g *greeted) Read(p []byte) (int, error) {
	if g.greeting.Len() > 0 {
		return g.greeting.Read(p)
	}
	return g.Conn.Read(p)
}
