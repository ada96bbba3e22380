package mailgw

import (
	"crypto/sha256"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"postern/mailgw/address"
)

// Rate is how often something may come: Burst at once, then one each Every. Zero: as often as it likes.
type Rate struct {
	Burst int
	Every time.Duration
}

// Rates bound recipients of letters, on one node; what is past them is answered 451 and may come later. They end whatever no sign of a robot ended: two
// programs that answer each other and say nothing of it.
type Rates struct {
	Client       Rate // from one client address (IPv6: one /64)
	Sender       Rate // from one envelope sender at one client address, as Client has it
	Conversation Rate // into one conversation, from anybody
	Answers      Rate // from one such sender to one reply address
	Desk         Rate // to one office's postmaster, or abuse, from anybody
	Starts       Rate // of conversations by the letters of one contact
}

// UsualRates suit people: nobody writes thirty answers into a conversation at once.
func UsualRates() Rates {
	return Rates{
		Client:       Rate{600, 100 * time.Millisecond},
		Sender:       Rate{120, time.Second},
		Conversation: Rate{200, 2 * time.Second},
		Answers:      Rate{30, 20 * time.Second},
		Desk:         Rate{20, 3 * time.Minute},
		Starts:       Rate{20, 3 * time.Minute},
	}
}

// throttles count by the Rates.
type throttles struct {
	client, sender, conversation, answers, desk, starts *throttle

	begun *throttle // letters that began a conversation: the same again is none
}

func newThrottles(r Rates) throttles {
	return throttles{
		newThrottle(r.Client), newThrottle(r.Sender), newThrottle(r.Conversation), newThrottle(r.Answers), newThrottle(r.Desk), newThrottle(r.Starts),
		newThrottle(Rate{Burst: 1, Every: time.Hour}),
	}
}

// take counts one more letter for a recipient, or says that it must come later.
// client is empty where it says nothing of who sends.
func (t *throttles) take(client, from string, to recipient, now time.Time) bool {
	sender := from
	if key, err := address.Key(from); err == nil {
		sender = key
	}
	if client != "" { // nobody proves it yet: who says they are somebody else is counted apart from them
		sender += " " + network(client)
	}
	seat, conversation := to.Address.Conversation.String()+to.Address.User.String(), to.Address.Conversation.String()
	if to.Return != nil {
		seat, conversation = to.Return.ID.String(), to.Return.Conversation.String()
	}
	taken := client == "" || t.client.take(network(client), now)
	if from != "" { // everybody's reports have the same sender
		taken = t.sender.take(sender, now) && taken
	}
	if to.Desk != "" {
		return t.desk.take(to.Office.ID.String()+string(to.Desk), now) && taken
	}
	if !to.Team.IsZero() { // strangers cannot use up what clients have: those are counted once it is known who wrote
		return t.answers.take(strings.Join([]string{sender, to.Team.String()}, " "), now) && taken
	}
	taken = t.conversation.take(conversation, now) && taken
	return t.answers.take(strings.Join([]string{sender, seat}, " "), now) && taken
}

// counted is how many are counted apart by each throttle, twice over: some 8 MB when full, whatever senders call themselves.
const counted = 20_000

// throttle counts many apart, each by a token bucket. Who is forgotten, for others are counted, starts afresh; who comes often is not.
type throttle struct {
	rate Rate

	mu       sync.Mutex
	now, was map[[sha256.Size]byte]*rate.Limiter // by a hash of who: what is no address may be long
}

func newThrottle(r Rate) *throttle {
	return &throttle{rate: r, now: map[[sha256.Size]byte]*rate.Limiter{}}
}

// has says whether somebody is counted.
func (t *throttle) has(who string) bool {
	key := sha256.Sum256([]byte(who))
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now[key] != nil || t.was[key] != nil
}

func (t *throttle) take(who string, at time.Time) bool {
	if t.rate.Burst == 0 {
		return true
	}
	key := sha256.Sum256([]byte(who))
	t.mu.Lock()
	defer t.mu.Unlock()
	bucket := t.now[key]
	if bucket == nil {
		if bucket = t.was[key]; bucket == nil {
			bucket = rate.NewLimiter(rate.Every(t.rate.Every), t.rate.Burst)
		}
		if len(t.now) >= counted {
			t.was, t.now = t.now, make(map[[sha256.Size]byte]*rate.Limiter, counted)
		}
		t.now[key] = bucket
	}
	return bucket.AllowN(at, 1)
}
