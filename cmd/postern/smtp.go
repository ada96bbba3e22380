package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"postern/mailgw"
)

// letterSettings are those of the ports that take letters.
type letterSettings struct {
	SMTPListen     string        `name:"smtp-listen" help:"Address of the SMTP server; --smtp-listen= for none (default: ${default})." default:"127.0.0.1:2525" placeholder:"HOST:PORT"`
	LMTP           string        `name:"lmtp" help:"Address on this machine or in a private network, or unix:PATH, where a mail server of yours hands letters over by LMTP; empty: none." placeholder:"HOST:PORT"`
	SMTPCert       string        `name:"smtp-cert" help:"PEM file of the certificate chain for STARTTLS, read again when it changes; empty: STARTTLS is not offered." type:"path" placeholder:"FILE"`
	SMTPKey        string        `name:"smtp-key" help:"PEM file of its key." type:"path" placeholder:"FILE"`
	SMTPProxy      []string      `name:"smtp-proxy" help:"Networks of proxies before the SMTP server. Their connections, and no others, begin with a PROXY header (version 1 or 2) that says whose they are." placeholder:"CIDR"`
	SMTPPatience   time.Duration `name:"smtp-patience" help:"How long a client may take between two letters; one that hands a letter over slowly has no more before its first byte." default:"5m"`
	SMTPClients    int           `name:"smtp-clients" help:"Connections of mail servers at once." default:"500"`
	SMTPPerAddress int           `name:"smtp-per-address" help:"Of those, from one address (IPv6: one /64)." default:"20"`
	MaxLetter      int64         `help:"Bytes of a letter." default:"37748736"`
}

func (s *letterSettings) check() error {
	if s.SMTPListen != "" {
		if err := checkAddress("smtp-listen", s.SMTPListen); err != nil {
			return err
		}
	}
	if s.LMTP != "" && !strings.HasPrefix(s.LMTP, "unix:") {
		if err := checkPrivate("lmtp", s.LMTP); err != nil {
			return err
		}
	}
	switch {
	case (s.SMTPCert == "") != (s.SMTPKey == ""):
		return &settingError{"smtp-key", "give both, certificate and key"}
	case s.SMTPPatience < time.Second || s.SMTPPatience > time.Hour:
		return &settingError{"smtp-patience", "1s to 1h; RFC 5321 asks for 5m"}
	case s.SMTPClients < 1:
		return &settingError{"smtp-clients", "at least one"}
	case s.SMTPPerAddress < 1:
		return &settingError{"smtp-per-address", "at least one"}
	case s.MaxLetter < 64<<10 || s.MaxLetter > 256<<20:
		return &settingError{"max-letter", "65536 to 268435456 (RFC 5321, section 4.5.3.1.7)"}
	}
	_, err := s.smtpProxies()
	return err
}

func (s *letterSettings) smtpProxies() ([]netip.Prefix, error) {
	return networks("smtp-proxy", s.SMTPProxy)
}

// listenLMTP takes the port or the socket of --lmtp.
func listenLMTP(ctx context.Context, address string) (net.Listener, error) {
	if path, is := strings.CutPrefix(address, "unix:"); is {
		return listenUnix(ctx, path)
	}
	return net.Listen("tcp", address)
}

// openSMTP builds the server behind both ports; nil without either.
func (n *node) openSMTP() (*mailgw.Server, error) {
	if n.smtpListener == nil && n.lmtpListener == nil {
		return nil, nil
	}
	s, log := n.settings, n.core.log
	senders, err := s.senders()
	if err != nil {
		return nil, err
	}
	if senders == nil {
		log.Warn().Msg("the From of letters is believed: --sender-check says how to check it")
	}
	proxies, err := s.smtpProxies()
	if err != nil {
		return nil, err
	}
	o := mailgw.ServerOptions{
		Service: n.metrics.Incoming(n.core.service), Hello: s.MailDomain, Log: log.With().Str("room", "smtp").Logger(), Senders: senders,
		Rates: mailgw.UsualRates(), Proxies: proxies, Patience: s.SMTPPatience, MaxConnections: s.SMTPClients, MaxPerAddress: s.SMTPPerAddress,
		MaxLetter: s.MaxLetter,
	}
	if s.Limits == "off" {
		o.Rates = mailgw.Rates{}
	}
	if s.SMTPCert != "" {
		c, err := openCertificate(s.SMTPCert, s.SMTPKey, o.Log)
		if err != nil {
			return nil, &settingError{"smtp-cert", err.Error()}
		}
		o.TLS = c.settings()
	}
	return mailgw.NewServer(o), nil
}

// checkLetters says of the doctor's what the ports offer.
func (c *doctorCmd) checkLetters(context.Context) (string, error) {
	switch {
	case c.SMTPListen == "" && c.LMTP == "":
		return "none: there is no SMTP port", nil
	case c.SMTPCert == "":
		return "taken in the clear: --smtp-cert offers STARTTLS", nil
	}
	cert, err := readCertificate(c.SMTPCert, c.SMTPKey)
	switch left := time.Until(cert.until); {
	case err != nil:
		return "", &settingError{"smtp-cert", err.Error()}
	case left < 0:
		return "", &settingError{"smtp-cert", "the certificate ended at " + cert.until.Format(time.RFC3339)}
	default:
		return fmt.Sprintf("taken under TLS where senders know STARTTLS; the certificate holds for %d days", int(left.Hours()/24)), nil
	}
}
