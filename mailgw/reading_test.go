package mailgw

import (
	"strings"
	"testing"

	"postern/mailgw/letter"
)

// TestCardOfSomebodyElse: a visiting card at the end is folded where it is the author's,
// and is what they wrote where it is another's.
func TestCardOfSomebodyElse(t *testing.T) {
	t.Parallel()
	for name, shown := range map[string]bool{"Karl Lee <karl@lee.example>": false, "Tom Becker <tom@client.example>": true} {
		raw := "From: " + name + "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe new landlord is\r\n\r\nKarl Lee\r\nHigh Street 1\r\nTel. 0711 1234567\r\nkarl@lee.example\r\nwww.lee.example\r\n"
		in := NewReader(letter.DefaultLimits()).Read([]byte(raw), letter.Envelope{})
		if got := strings.Contains(in.Text, "0711 1234567"); got != shown {
			t.Errorf("from %s the card is shown: %v\n%s", name, got, in.Text)
		}
	}
}
