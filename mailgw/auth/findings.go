package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Outcome is the result of one check, in the words of RFC 8601, section 2.7.
type Outcome string

// The outcomes.
const (
	None      Outcome = "none"
	Neutral   Outcome = "neutral"
	Pass      Outcome = "pass"
	Fail      Outcome = "fail"
	SoftFail  Outcome = "softfail"
	TempError Outcome = "temperror"
	PermError Outcome = "permerror"
)

// Policy is what a domain asks receivers to do with what fails its DMARC check.
type Policy string

// The policies.
const (
	PolicyNone       Policy = "none"
	PolicyQuarantine Policy = "quarantine"
	PolicyReject     Policy = "reject"
)

// Signature is one DKIM signature and what became of it.
type Signature struct {
	Domain  string // d=, lower case
	Outcome Outcome
	Aligned bool // with From, as its DMARC record has it
}

// Findings are what was found out about a letter's author.
type Findings struct {
	From       string // domain of the From address, lower-case A-labels; empty: there is no single one
	SPF        Outcome
	SPFDomain  string // of the envelope sender, or of HELO
	SPFAligned bool
	DKIM       []Signature
	DMARC      Outcome // none: the domain publishes no policy
	Policy     Policy  // of a DMARC fail
	Relay      string  // whose word this is, when it is a relay's
}

// Standing is what findings amount to.
type Standing int

// The standings.
const (
	Proven   Standing = iota // the domain in From answers for the letter
	Unproven                 // nothing speaks for it or against it: the domain publishes nothing
	Doubtful                 // something speaks against it: a person should look
	Forged                   // its domain asks to refuse it
	Later                    // DNS did not say; the sender must come again
)

// Standing says what the findings amount to, and in a few words why.
func (f *Findings) Standing() (Standing, string) {
	switch {
	case f.From == "":
		return Doubtful, "no domain answers for the letter"
	case f.DMARC == Pass, f.DMARC != Fail && f.DMARC != TempError && f.aligned(Pass):
		return Proven, "authenticated by " + f.From
	case f.DMARC == TempError, f.aligned(TempError): // another answer could make it pass
		return Later, "the name servers of the sender's domain do not answer"
	case f.DMARC == Fail && f.Policy == PolicyReject:
		return Forged, "the letter is not authenticated, and " + f.From + " asks to refuse such letters (DMARC p=reject)"
	case f.DMARC == Fail:
		return Doubtful, "not authenticated as its domain asks for (DMARC)"
	case f.SPF == Fail || f.SPF == SoftFail:
		return Doubtful, "sent by a server that its domain does not send from (SPF)"
	case f.aligned(Fail):
		return Doubtful, "the signature of its domain does not hold (DKIM)"
	}
	return Unproven, "its domain publishes nothing to authenticate it by"
}

// aligned says whether a check that counts for the domain in From came out so.
func (f *Findings) aligned(o Outcome) bool {
	return f.SPFAligned && f.SPF == o || slices.ContainsFunc(f.DKIM, func(s Signature) bool { return s.Aligned && s.Outcome == o })
}

// Signers are the domains whose signatures hold, each once.
func (f *Findings) Signers() (domains []string) {
	for _, s := range f.DKIM {
		if s.Outcome == Pass && !slices.Contains(domains, s.Domain) {
			domains = append(domains, s.Domain)
		}
	}
	return domains
}

// String is the findings in the form of Authentication-Results, short.
func (f *Findings) String() string {
	words := []string{word("spf", f.SPF, f.SPFDomain)}
	for _, s := range f.DKIM {
		words = append(words, word("dkim", s.Outcome, s.Domain))
	}
	if len(f.DKIM) == 0 {
		words = append(words, word("dkim", None, ""))
	}
	dmarc := word("dmarc", f.DMARC, f.From)
	if f.DMARC == Fail && f.Policy != "" { // a relay may not say it
		dmarc += " p=" + string(f.Policy)
	}
	words = append(words, dmarc)
	if f.Relay != "" {
		words = append(words, "by "+f.Relay)
	}
	return strings.Join(words, "; ")
}

func word(check string, o Outcome, domain string) string {
	if o == "" {
		o = None
	}
	if domain == "" {
		return fmt.Sprintf("%s=%s", check, o)
	}
	return fmt.Sprintf("%s=%s (%s)", check, o, domain)
}
