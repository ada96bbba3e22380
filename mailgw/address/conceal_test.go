package address

import (
	"bytes"
	"strings"
	"testing"
)

// TestConceal has the wordings of real servers that quote whom they speak of.
func TestConceal(t *testing.T) {
	t.Parallel()
	k, office := keysFor(t), [16]byte{1}
	reply, back := k.Mint(office, 7, 1), k.MintReturn(office, [16]byte{2})
	for name, said := range map[string]string{
		"Postfix, unknown":          `5.1.1 <%@mail.example.org>: Recipient address rejected: User unknown in local recipient table`,
		"Postfix, sender":           `5.7.1 <%@mail.example.org>: Sender address rejected: not owned by user office`,
		"Postfix, in capitals":      `5.1.0 <^@MAIL.EXAMPLE.ORG>: Sender address rejected`,
		"Exim, callout":             `5.1.0 Sender verify failed for <%@mail.example.org>`,
		"Exim, list":                `1uXyZ2-0001Ab-Cd <= %@mail.example.org H=localhost`,
		"Exchange":                  `5.7.60 SMTP; Client does not have permissions to send as this sender [^@mail.example.org]`,
		"Exchange, X.400":           `5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient %@mail.example.org not found by SMTP address lookup`,
		"Sendmail":                  `5.1.8 %@mail.example.org... Domain of sender address %@mail.example.org does not exist`,
		"Gmail, SPF":                `5.7.26 Your email has been blocked because the sender is unauthenticated. mail from=%@mail.example.org`,
		"SPF's explanation":         `5.7.23 Please see http://www.openspf.org/Why?id=%%40mail.example.org&ip=192.0.2.1`,
		"SRS":                       `5.4.1 <SRS0=HHH=TT=mail.example.org=%@forwarder.example>: rejected`,
		"BATV":                      `5.1.1 prvs=0123456789=%@mail.example.org unknown`,
		"without the domain":        `5.1.1 unknown user: "%"`,
		"run into what is before":   `4.2.1 mailbox%@mail.example.org`,
		"twice, and nothing around": `%%`,
	} {
		for kind, ours := range map[string]string{"reply": reply, "return": back} {
			said := strings.NewReplacer("%", ours, "^", strings.ToUpper(ours)).Replace(said)
			got := k.Conceal(office, said)
			if low := strings.ToLower(got); strings.Contains(low, ours[:shown+1]) || strings.Contains(low, ours[len(ours)-macSize:]) {
				t.Errorf("%s, %s: %s", name, kind, got)
			}
			if !strings.Contains(strings.ToLower(got), ours[:shown]+ellipsis) {
				t.Errorf("%s, %s: it cannot be found again: %s", name, kind, got)
			}
			if again := k.Conceal(office, got); again != got {
				t.Errorf("%s, %s: concealed twice %s", name, kind, again)
			}
		}
	}
	for _, said := range []string{
		"", "250 2.0.0 Ok: queued as 4bXk2y3zQ1z", "5.1.1 <anna@client.example>: no such user", "2.0.0 OK 1732357123 d2e1a72fcca58-724de5577cbsi1234567b3a.1 - gsmtp",
		"another office's: " + k.Mint([16]byte{9}, 7, 1), strings.Repeat("é…\xff", 9), "b-", strings.Repeat("a", 200), "cut…",
	} {
		if got := k.Conceal(office, said); got != said {
			t.Errorf("%q became %q", said, got)
		}
	}
	if got := k.Conceal(office, "5.1.1 unknown: "+back[:40]+ellipsis); got != "5.1.1 unknown: "+back[:shown]+ellipsis {
		t.Errorf("of a text that was cut: %s", got)
	}
}

func keysFor(t *testing.T) *Keys {
	t.Helper()
	k, err := NewKeys(1, map[uint8][]byte{1: bytes.Repeat([]byte("k"), MinSecret)})
	if err != nil {
		t.Fatal(err)
	}
	return k
}
