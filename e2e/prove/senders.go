package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/dkim"

	"postern/e2e/rig"
)

// What becomes of a letter.
const (
	posted  = "posted"
	waiting = "held"
	refused = "550"
	putOff  = "451"
)

// claim is a letter with what its sender can show, and what its domain asks for. From is carl@client.example.
type claim struct {
	spf    string // of the envelope sender's domain: pass, fail, none, away
	sender string // that domain
	dkim   string // pass, broken, none
	signer string // d=
	policy string // of client.example: empty, none, quarantine, reject, away
}

// claims are all that differ in what matters.
func claims() (all []claim) {
	for _, spf := range []string{"pass", "fail", "none", "away"} {
		for _, sender := range []string{"client.example", "bounces.client.example", "esp.example"} {
			for _, policy := range []string{"", "none", "quarantine", "reject", "away"} {
				all = append(all, claim{spf, sender, "none", "", policy})
				for _, signer := range []string{"client.example", "esp.example"} {
					all = append(all, claim{spf, sender, "pass", signer, policy}, claim{spf, sender, "broken", signer, policy})
				}
			}
		}
	}
	return all
}

// right is what RFC 7489 and F34 ask for, said without looking at how Postern does it.
func (c claim) right() string {
	switch {
	case c.proven():
		return posted
	case c.policy == "away", c.spf == "away" && c.own():
		return putOff
	case c.policy == "reject":
		return refused
	case c.policy != "", c.spf == "fail", c.dkim == "broken" && c.signer == "client.example":
		return waiting
	}
	return posted
}

// proven says that From's own domain answers for the letter.
func (c claim) proven() bool {
	return c.spf == "pass" && c.own() || c.dkim == "pass" && c.signer == "client.example"
}

// own says that the envelope sender is aligned with From. A subdomain's is by a policy that is known.
func (c claim) own() bool {
	return c.sender == "client.example" || c.sender != "esp.example" && c.policy != "away"
}

// texts are the records that make the claim so. Letters come from 127.0.0.1.
func (c claim) texts(key string) map[string]string {
	texts := map[string]string{}
	if spf := map[string]string{"pass": "v=spf1 ip4:127.0.0.0/8 -all", "fail": "v=spf1 -all", "away": rig.Away}[c.spf]; spf != "" {
		texts[c.sender] = spf
	}
	if c.dkim != "none" {
		texts["s._domainkey."+c.signer] = key
	}
	switch c.policy {
	case "":
	case "away":
		texts["_dmarc.client.example"] = rig.Away
	default:
		texts["_dmarc.client.example"] = "v=DMARC1; p=" + c.policy
	}
	return texts
}

// signer signs letters with one key, for whatever domain says that it is its own.
type signer struct {
	key    ed25519.PrivateKey
	record string
}

func newSigner() (signer, error) {
	public, private, err := ed25519.GenerateKey(nil)
	return signer{private, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)}, err
}

func (s signer) sign(raw, domain string) (string, error) {
	var signed bytes.Buffer
	err := dkim.Sign(&signed, strings.NewReader(raw), &dkim.SignOptions{
		Domain: domain, Selector: "s", Signer: s.key, HeaderKeys: []string{"From", "Subject", "Date", "Message-ID"},
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	return signed.String(), err
}

// senderBound has letters come with everything that their senders can show or forge; each must meet the fate that is right.
func senderBound(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	key, err := newSigner()
	if err != nil {
		return "", err
	}
	var tried []attempt
	for _, one := range claims() {
		a, err := c.claim(one, key)
		if err != nil {
			return "", err
		}
		tried = append(tried, a)
	}
	s.names.Say(map[string]string{"client.example": "v=spf1 ip4:127.0.0.0/8 -all", "_dmarc.client.example": "v=DMARC1; p=reject", "evil.example": "v=spf1 +all"})
	for name, f := range forgeries() {
		raw, word := c.letter(append(f.header, "Subject: Re: Answered by mail")...)
		code, err := c.post(f.sender, c.to, raw)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		tried = append(tried, attempt{name, f.right, code, word})
	}
	r, err := c.record(ctx)
	if err != nil {
		return "", err
	}
	wrong := 0
	for _, a := range tried {
		got := a.fate(&r)
		if got != a.right {
			wrong++
			err = errors.Join(err, fmt.Errorf("%s: %s, and %s is right", a.what, got, a.right))
		}
	}
	if held := count(tried, waiting); len(r.held) != held {
		err = errors.Join(err, fmt.Errorf("%d letters wait, and %d are right", len(r.held), held))
	}
	return fmt.Sprintf("cases=%d posted=%d held=%d refused=%d put_off=%d wrong=%d", len(tried), count(tried, posted), count(tried, waiting), count(tried, refused), count(tried, putOff), wrong), err
}

// attempt is a letter that was handed over, and what was said.
type attempt struct {
	what, right string
	code        int
	word        string
}

func (a attempt) fate(r *record) string {
	n := r.says(a.word)
	switch {
	case a.code == 250 && n == 1:
		return posted
	case a.code == 250 && n == 0:
		return waiting
	case n > 0:
		return fmt.Sprintf("%d, and posted", a.code)
	}
	return fmt.Sprint(a.code)
}

func count(tried []attempt, fate string) (n int) {
	for _, a := range tried {
		if a.right == fate {
			n++
		}
	}
	return n
}

func (c *correspondence) claim(one claim, key signer) (a attempt, err error) {
	raw, word, err := c.claimed(one, "carl", "Re: Answered by mail", key)
	if err != nil {
		return a, err
	}
	code, err := c.post("carl@"+one.sender, c.to, raw)
	return attempt{fmt.Sprintf("%+v", one), one.right(), code, word}, err
}

// claimed writes the letter of a claim, as from somebody at client.example, and has the name servers say what belongs to it.
func (c *correspondence) claimed(one claim, from, subject string, key signer) (raw, word string, err error) {
	c.names.Say(one.texts(key.record))
	raw, word = c.letter("From: "+from+" <"+from+"@client.example>", "Subject: "+subject)
	if one.dkim != "none" {
		if raw, err = key.sign(raw, one.signer); err != nil {
			return "", "", err
		}
	}
	if one.dkim == "broken" {
		raw = strings.Replace(raw, "This is ", "That is ", 1)
	}
	return raw, word, nil
}

// forgery is a letter that pretends.
type forgery struct {
	sender string
	header []string
	right  string
}

// forgeries come to Carl's reply address while his domain asks to refuse what it does not send, and anybody may send for evil.example.
func forgeries() map[string]forgery {
	from := func(value string) []string { return []string{"From: " + value} }
	const verdict = "Authentication-Results: mx.office.example; dmarc=pass header.from=client.example; spf=pass smtp.mailfrom=carl@client.example"
	return map[string]forgery{
		"his own":                          {"carl@client.example", from("carl@client.example"), posted},
		"his own, in capitals":             {"carl@client.example", from("CARL@Client.EXAMPLE"), posted},
		"another sender":                   {"x@evil.example", from("carl@client.example"), refused},
		"a verdict of one's own":           {"x@evil.example", append([]string{verdict}, from("carl@client.example")...), refused},
		"two Froms, his first":             {"x@evil.example", []string{"From: carl@client.example", "From: x@evil.example"}, refused},
		"two Froms, his last":              {"x@evil.example", []string{"From: x@evil.example", "From: carl@client.example"}, refused},
		"no From":                          {"x@evil.example", nil, refused},
		"his address as a name":            {"x@evil.example", from(`"carl@client.example" <x@evil.example>`), waiting},
		"his address as a name, encoded":   {"x@evil.example", from("=?utf-8?q?carl=40client.example?= <x@evil.example>"), waiting},
		"his address in a comment":         {"x@evil.example", from("x@evil.example (carl@client.example)"), waiting},
		"an encoded address":               {"x@evil.example", from("=?utf-8?q?carl=40client.example?="), waiting},
		"an encoded address in brackets":   {"x@evil.example", from("Carl <=?utf-8?q?carl=40client.example?=>"), waiting},
		"two authors":                      {"x@evil.example", from("carl@client.example, x@evil.example"), waiting},
		"a group":                          {"x@evil.example", from("Carl: carl@client.example;"), waiting},
		"an address before the address":    {"x@evil.example", from("carl@client.example <x@evil.example>"), waiting},
		"his domain below another":         {"x@evil.example", from("carl@client.example.evil.example"), waiting},
		"a lookalike":                      {"x@evil.example", from("cаrl@evil.example"), waiting},
		"a NUL in his address":             {"x@evil.example", from("carl@client.example\x00.evil.example"), waiting},
		"a staff member's address":         {"x@evil.example", from("ada@office.example"), waiting},
		"Sender says it is he":             {"x@evil.example", append(from("x@evil.example"), "Sender: carl@client.example"), waiting},
		"Reply-To says it is he":           {"x@evil.example", append(from("x@evil.example"), "Reply-To: carl@client.example"), waiting},
		"Resent-From says it is he":        {"x@evil.example", append(from("x@evil.example"), "Resent-From: carl@client.example"), waiting},
		"a From of a folded line":          {"x@evil.example", []string{"From: x@evil.example,", " carl@client.example"}, waiting},
		"From hidden behind another field": {"x@evil.example", []string{"X-Y: z", " From: carl@client.example", "From: x@evil.example"}, waiting},
	}
}
