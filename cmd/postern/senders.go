package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"postern/mailgw/auth"
)

// senders are who finds out who wrote a letter, as the settings have it; nil: nobody.
func (s *nodeSettings) senders() (*auth.Checker, error) {
	relays, err := networks("trusted-relay", s.TrustedRelay)
	switch {
	case err != nil:
		return nil, err
	case s.TrustedRelayName != "" && len(relays) == 0:
		return nil, &settingError{"trusted-relay-name", "say by --trusted-relay where it is"}
	case s.SenderCheck == "off" && len(relays) > 0:
		return nil, &settingError{"trusted-relay", "it is not asked while --sender-check is off"}
	case s.SenderCheck == "off", s.SenderCheck == "auto" && len(relays) == 0 && s.LMTP == "" && checkLoopback("smtp-listen", s.SMTPListen) == nil:
		return nil, nil
	}
	if s.DNS != "" {
		if err := checkAddress("dns", s.DNS); err != nil {
			return nil, err
		}
	}
	return &auth.Checker{DNS: auth.System(s.DNS), Relays: relays, RelayName: s.TrustedRelayName}, nil
}

// probe is a name that every name server must be able to say something about: nobody has it (RFC 2606).
const probe = "_dmarc.postern.invalid."

// checkSenders says how letters' senders are checked, and whether the name servers answer.
func (c *doctorCmd) checkSenders(ctx context.Context) (string, error) {
	checker, err := c.senders()
	switch {
	case err != nil:
		return "", err
	case c.SMTPListen == "" && c.LMTP == "":
		return "none to check: there is no SMTP port", nil
	case checker == nil && c.SenderCheck == "off":
		return "not checked: the From of letters is believed", nil
	case checker == nil:
		return "not checked: only this machine reaches the SMTP port. Name the mail server before it by --trusted-relay", nil
	}
	_, err = checker.DNS.LookupTXT(ctx, probe)
	if failed, ok := errors.AsType[*net.DNSError](err); err != nil && (!ok || !failed.IsNotFound) {
		return "", fmt.Errorf("the name servers do not answer, so letters are put off: %w", err)
	}
	switch {
	case len(checker.Relays) == 0:
		return "checked by SPF, DKIM and DMARC", nil
	case checker.RelayName == "":
		return "checked by DKIM and DMARC where a trusted relay hands them on, else by SPF too", nil
	}
	return "checked by " + checker.RelayName + " where a trusted relay hands them on, else here by SPF, DKIM and DMARC", nil
}
