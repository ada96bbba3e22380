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

// checkSenders says how letters' senders are checked, whether the name servers answer, and where a team waits for letters that nobody can prove.
func (c *doctorCmd) checkSenders(ctx context.Context, io streams) (string, error) {
	checker, err := c.senders()
	if err == nil && checker == nil && (c.SMTPListen != "" || c.LMTP != "") {
		if err := c.checkTeams(ctx, io); err != nil {
			return "", err
		}
	}
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

// checkTeams fails where an office takes letters for teams: while nobody's sender is proven, none starts anything.
func (c *doctorCmd) checkTeams(ctx context.Context, io streams) error {
	offices, err := c.officesYet(ctx, io)
	for _, o := range offices {
		if o.TeamLetters {
			err = errors.Join(err, fmt.Errorf("not checked, so letters to the teams of %s are all refused: name the mail server before the SMTP port by --trusted-relay, or see --sender-check", o.Name))
		}
	}
	return err
}
