package auth

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"blitiri.com.ar/go/spf"
	"github.com/emersion/go-msgauth/dkim"

	"postern/mailgw/address"
	"postern/mailgw/letter"
)

// Checker finds out who wrote letters. It is safe for concurrent use.
type Checker struct {
	DNS       Resolver
	Relays    []netip.Prefix // servers of ours that hand letters on: their address says nothing of a sender
	RelayName string         // by which they sign their Authentication-Results (authserv-id); empty: they add none
	Time      time.Duration  // for all questions about one letter; default 20 s
}

// Envelope is what the letter does not say itself.
type Envelope struct {
	IP       netip.Addr // of the client; invalid: not known
	Hello    string     // what it said in EHLO
	MailFrom string     // envelope sender, empty: the null sender
}

// maxSignatures of a letter are looked at, the topmost ones.
const maxSignatures = 8

// Check asks about a letter. raw are its bytes with CRLF line ends, as they came.
func (c *Checker) Check(ctx context.Context, raw []byte, l *letter.Letter, e Envelope) Findings {
	limit := c.Time
	if limit == 0 {
		limit = 20 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	dns := rooted{c.DNS}
	f := Findings{SPF: None, DMARC: None}
	if l.FromErr == nil {
		_, f.From, _ = address.Split(l.From.Address)
	}
	relay, plain := c.IsRelay(e.IP), isPlain(raw, l.Header)
	believed := relay && f.believe(l.Header, c.RelayName)
	if !relay && e.IP.IsValid() {
		f.checkSPF(ctx, dns, e)
	}
	switch {
	case believed && !plain:
		f.unsign()
	case !believed && plain:
		f.checkDKIM(ctx, dns, raw)
	}
	f.checkDMARC(ctx, dns)
	return f
}

// IsRelay says whether the address is that of a server of ours.
func (c *Checker) IsRelay(ip netip.Addr) bool {
	return ip.IsValid() && slices.ContainsFunc(c.Relays, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

// checkSPF asks whether the client sends for the envelope sender's domain, or for what it calls itself (RFC 7208, section 2.4).
func (f *Findings) checkSPF(ctx context.Context, dns Resolver, e Envelope) {
	sender := e.MailFrom
	if sender == "" {
		sender = "postmaster@" + e.Hello
	}
	local, domain, err := address.Split(sender)
	if err != nil || strings.HasPrefix(domain, "[") {
		return
	}
	f.SPFDomain = domain
	ip := e.IP.Unmap()
	result, _ := spf.CheckHostWithSender(net.IP(ip.AsSlice()), e.Hello, local+"@"+domain, spf.WithContext(ctx), spf.WithResolver(dns))
	f.SPF = Outcome(result)
	if ctx.Err() != nil {
		f.SPF = TempError
	}
}

// checkDKIM verifies the letter's signatures. One with a length (l=) counts as broken: what stands behind that length is anybody's. One whose key says
// that its domain only tries it out (t=y) counts as any other: a failure is no worse than none.
func (f *Findings) checkDKIM(ctx context.Context, dns Resolver, raw []byte) {
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) { return lookUpKey(ctx, dns, name) }, MaxVerifications: maxSignatures,
	})
	if err != nil && !errors.Is(err, dkim.ErrTooManySignatures) {
		return // no header that could be read: nothing is signed
	}
	for _, v := range found {
		domain, err := address.Domain(v.Domain)
		if err != nil {
			continue
		}
		f.DKIM = append(f.DKIM, Signature{Domain: domain, Outcome: dkimOutcome(v.Err)})
	}
}

// lookUpKey leaves out keys so long that to verify by them is work: 4,096 bits need 800 characters.
func lookUpKey(ctx context.Context, dns Resolver, name string) ([]string, error) {
	texts, err := dns.LookupTXT(ctx, name)
	return slices.DeleteFunc(texts, func(text string) bool { return len(text) > maxRecord }), err
}

func dkimOutcome(err error) Outcome {
	switch {
	case err == nil:
		return Pass
	case dkim.IsTempFail(err):
		return TempError
	case dkim.IsPermFail(err):
		return PermError
	}
	return Fail
}

// checkDMARC aligns what was found with From, and asks what its domain wants.
func (f *Findings) checkDMARC(ctx context.Context, dns Resolver) {
	if f.From == "" || strings.HasPrefix(f.From, "[") {
		return
	}
	if f.DMARC == Pass || f.DMARC == TempError { // a relay's word: there is no more to ask
		f.align(policy{})
		return
	}
	p := lookUpPolicy(ctx, dns, f.From)
	if p.failing {
		f.withoutPolicy()
		return
	}
	f.align(p)
	if p.found && f.DMARC != Fail {
		f.DMARC = Fail
		if f.aligned(Pass) {
			f.DMARC = Pass
		}
	}
	if f.DMARC == Fail {
		f.Policy = p.asked()
	}
}

// withoutPolicy judges where DNS did not say what the domain wants: what From's very domain answers for passes under any policy.
func (f *Findings) withoutPolicy() {
	f.align(policy{dkim: true, spf: true})
	if f.DMARC != Fail && f.aligned(Pass) {
		f.DMARC = Pass
		return
	}
	f.DMARC = TempError
}

func (f *Findings) align(p policy) {
	f.SPFAligned = align(f.SPFDomain, f.From, p.spf)
	for i := range f.DKIM {
		f.DKIM[i].Aligned = align(f.DKIM[i].Domain, f.From, p.dkim)
	}
}
