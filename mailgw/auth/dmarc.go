package auth

import (
	"context"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// policy is a DMARC record as it holds for one From domain (RFC 7489, section 6.3).
type policy struct {
	found         bool
	failing       bool // DNS did not say
	ask           Policy
	dkim, spf     bool // strict alignment
	ofSubdomains  Policy
	organisation  bool // it is that of the organisational domain, and From's is below it
	onlySome      bool // pct is below 100
	recordsAtName int
}

// lookUpPolicy asks for the From domain's record, then for its organisational domain's (RFC 7489, section 6.6.3).
func lookUpPolicy(ctx context.Context, dns Resolver, from string) policy {
	p := policyAt(ctx, dns, from)
	if p.found || p.failing {
		return p
	}
	org := organisation(from)
	if org == from {
		return p
	}
	p = policyAt(ctx, dns, org)
	p.organisation = true
	return p
}

// policyAt takes the one record at a name; several, or one that cannot be read, are none.
func policyAt(ctx context.Context, dns Resolver, domain string) (p policy) {
	texts, err := dns.LookupTXT(ctx, "_dmarc."+domain)
	if err != nil {
		return policy{failing: !isNotFound(err)}
	}
	for _, text := range texts {
		if read, ok := parsePolicy(text); ok {
			n := p.recordsAtName + 1
			p, p.recordsAtName = read, n
		}
	}
	if p.recordsAtName != 1 {
		return policy{}
	}
	return p
}

// maxRecord bounds a record's text.
const maxRecord = 4 << 10

// parsePolicy reads a record; tags it does not know are passed over, and so are values that make no sense.
func parsePolicy(text string) (p policy, ok bool) {
	if len(text) > maxRecord {
		return policy{}, false
	}
	for i, tag := range strings.Split(text, ";") {
		name, value, _ := strings.Cut(tag, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.ToLower(strings.TrimSpace(value))
		if i == 0 {
			if name != "v" || value != "dmarc1" {
				return policy{}, false
			}
			p.found = true
			continue
		}
		p.read(name, value)
	}
	if p.ask == "" { // no p: section 6.6.3 lets a record that asks for reports count as "none"
		p.ask = PolicyNone
	}
	return p, p.found
}

func (p *policy) read(name, value string) {
	switch name {
	case "p":
		p.ask = knownPolicy(value)
	case "sp":
		p.ofSubdomains = knownPolicy(value)
	case "adkim":
		p.dkim = value == "s"
	case "aspf":
		p.spf = value == "s"
	case "pct":
		p.onlySome = value != "100"
	}
}

func knownPolicy(value string) Policy {
	switch p := Policy(value); p {
	case PolicyNone, PolicyQuarantine, PolicyReject:
		return p
	}
	return ""
}

// asked is what is to become of a letter that fails. Of "reject for some" the rest is to be held, so all are.
func (p *policy) asked() Policy {
	ask := p.ask
	if p.organisation && p.ofSubdomains != "" {
		ask = p.ofSubdomains
	}
	if ask == PolicyReject && p.onlySome {
		return PolicyQuarantine
	}
	return ask
}

// organisation is the organisational domain (RFC 7489, section 3.2); a public suffix itself is its own.
func organisation(domain string) string {
	org, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	return org
}

// align says whether a domain answers for From's (RFC 7489, section 3.1).
func align(domain, from string, strict bool) bool {
	switch {
	case domain == "" || from == "":
		return false
	case domain == from:
		return true
	case strict:
		return false
	}
	return organisation(domain) == organisation(from)
}
