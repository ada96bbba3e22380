package mailgw

import (
	"fmt"
	"testing"
	"time"

	"postern/chat"
)

// TestRates: who sends too many is told to come later, and nobody else is (S15).
func TestRates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.serve(func(o *ServerOptions) { o.Rates = Rates{Sender: Rate{3, time.Hour}} })
	annas, berts := w.reply(w.anna, w.conversation), w.reply(w.bert, w.conversation)
	var said []string
	for i := range 5 {
		said = append(said, server.talk(t).post("Anna@client.example", plainLetter(fmt.Sprint("a", i), fmt.Sprint("letter ", i)), annas)[:3])
	}
	same(t, "anna's", said, []string{"250", "250", "250", "451", "451"})
	same(t, "bert's", server.talk(t).post("bert@client.example", written("bert@client.example", "", "Hello."), berts)[:3], "250")
	same(t, "ledger", w.ledger(chat.MailIn)[3], "451 deferred")
	same(t, "messages", len(w.letters()), 4)
}

// TestWhatIsCounted: each bound counts its own.
func TestWhatIsCounted(t *testing.T) {
	t.Parallel()
	one := Rate{1, time.Hour}
	conv := func(n byte) recipient {
		return recipient{"", chat.Addressee{Address: chat.ReplyAddress{Conversation: chat.ID{n}, User: chat.ID{9}}}}
	}
	for name, c := range map[string]struct {
		rates        Rates
		client, from string
		to           recipient
		taken        bool
	}{
		"the same again":                  {Rates{Client: one, Sender: one, Conversation: one, Answers: one}, "192.0.2.1", "a@x.example", conv(1), false},
		"no bounds":                       {Rates{}, "192.0.2.1", "a@x.example", conv(1), true},
		"another sender, by sender":       {Rates{Sender: one}, "192.0.2.1", "b@x.example", conv(1), true},
		"the sender in capitals":          {Rates{Sender: one}, "192.0.2.1", "A@X.example", conv(2), false},
		"who says the same, elsewhere":    {Rates{Sender: one, Answers: one}, "192.0.2.2", "a@x.example", conv(1), true},
		"relays of ours":                  {Rates{Sender: one}, "", "a@x.example", conv(1), true},
		"another client, by client":       {Rates{Client: one}, "192.0.2.2", "a@x.example", conv(1), true},
		"a relay of ours":                 {Rates{Client: one}, "", "a@x.example", conv(1), true},
		"another sender, by conversation": {Rates{Conversation: one}, "192.0.2.2", "b@x.example", conv(1), false},
		"another conversation":            {Rates{Conversation: one, Answers: one}, "192.0.2.1", "a@x.example", conv(2), true},
		"another sender to one address":   {Rates{Answers: one}, "192.0.2.1", "b@x.example", conv(1), true},
		"reports, by sender":              {Rates{Sender: one}, "192.0.2.1", "", conv(1), true},
		"the same sender to one address":  {Rates{Answers: one}, "192.0.2.1", "a@x.example", conv(1), false},
	} {
		throttles, now := newThrottles(c.rates), time.Now()
		from := "a@x.example"
		if c.from == "" {
			from = ""
		}
		if !throttles.take("192.0.2.1", from, conv(1), now) {
			t.Errorf("%s: the first was refused", name)
		}
		if got := throttles.take(c.client, c.from, c.to, now); got != c.taken {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestThrottleIsBounded: however many senders there are, only so many are remembered; who comes often is.
func TestThrottleIsBounded(t *testing.T) {
	t.Parallel()
	throttle, now := newThrottle(Rate{2, time.Hour}), time.Now()
	throttle.take("often", now)
	throttle.take("often", now)
	for i := range 3 * counted {
		throttle.take(fmt.Sprint(i), now)
		if i%1000 == 0 && throttle.take("often", now) {
			t.Fatalf("forgotten after %d others", i)
		}
	}
	if n := len(throttle.now) + len(throttle.was); n > 2*counted {
		t.Errorf("%d are remembered", n)
	}
}
