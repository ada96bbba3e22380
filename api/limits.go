package api

import (
	"net/http"
	"strings"
	"time"

	"postern/api/session"
)

// Limits says how often what may be done, on one node. A Rate without a Burst is as DefaultLimits has it.
type Limits struct {
	SignInHere      Rate          // tries for one account from one network (IPv4 address, IPv6 /64)
	SignInNetwork   Rate          // tries from one network
	SignInAccount   Rate          // tries for one account from networks that never signed in to it
	Forgotten       Rate          // asks from one network
	ForgottenTo     Rate          // mails for one address; past it the answer is the same and no mail goes
	ForgottenAnswer time.Duration // how long every answer takes, so that it tells nothing
	Link            Rate          // looks and uses from one network
	Invite          Rate          // per user
	Send            Rate          // messages and conversations per user
	Upload          Rate          // per user
	Draft           Rate          // saves per user
	Search          Rate          // per user
	Ledger          Rate          // pages per user
	Change          Rate          // marks in bulk, messages taken back, trust taken back, per user
	Look            Rate          // letters that wait, conversations opened as owner, mails: what is read from its bytes or audited, per user
}

// DefaultLimits suits an office whose people share one address.
func DefaultLimits() Limits {
	return Limits{
		SignInHere:      Rate{10, 30 * time.Second},
		SignInNetwork:   Rate{100, time.Second},
		SignInAccount:   Rate{100, 6 * time.Second},
		Forgotten:       Rate{20, 10 * time.Second},
		ForgottenTo:     Rate{3, 5 * time.Minute},
		ForgottenAnswer: 300 * time.Millisecond,
		Link:            Rate{60, time.Second},
		Invite:          Rate{60, 5 * time.Second},
		Send:            Rate{100, 50 * time.Millisecond},
		Upload:          Rate{100, 500 * time.Millisecond},
		Draft:           Rate{60, 500 * time.Millisecond},
		Search:          Rate{60, 200 * time.Millisecond},
		Ledger:          Rate{60, 200 * time.Millisecond},
		Change:          Rate{100, 100 * time.Millisecond},
		Look:            Rate{60, 200 * time.Millisecond},
	}
}

// Unlimited lets everybody do everything as often as they like: for load tests alone.
func Unlimited() Limits {
	always := Rate{Burst: 1} // the next one at once
	return Limits{
		SignInHere: always, SignInNetwork: always, SignInAccount: always, Forgotten: always, ForgottenTo: always, Link: always,
		Invite: always, Send: always, Upload: always, Draft: always, Search: always, Ledger: always, Change: always, Look: always,
	}
}

// filled gives what was not said its usual value.
func (l Limits) filled() Limits {
	usual := DefaultLimits()
	for _, one := range []struct{ set, usual *Rate }{
		{&l.SignInHere, &usual.SignInHere}, {&l.SignInNetwork, &usual.SignInNetwork}, {&l.SignInAccount, &usual.SignInAccount},
		{&l.Forgotten, &usual.Forgotten}, {&l.ForgottenTo, &usual.ForgottenTo}, {&l.Link, &usual.Link},
		{&l.Invite, &usual.Invite}, {&l.Send, &usual.Send}, {&l.Upload, &usual.Upload},
		{&l.Draft, &usual.Draft}, {&l.Search, &usual.Search}, {&l.Ledger, &usual.Ledger}, {&l.Change, &usual.Change}, {&l.Look, &usual.Look},
	} {
		if one.set.Burst == 0 {
			*one.set = *one.usual
		}
	}
	if l.ForgottenAnswer == 0 {
		l.ForgottenAnswer = usual.ForgottenAnswer
	}
	return l
}

// throttles are the limits at work.
type throttles struct {
	signInHere, signInNetwork, signInAccount *throttle
	forgotten, forgottenTo, link             *throttle
	invite, send, upload, draft, search      *throttle
	change, look, ledger                     *throttle
	known                                    *acquaintances
}

func newThrottles(l Limits) *throttles {
	return &throttles{
		signInHere: newThrottle(l.SignInHere), signInNetwork: newThrottle(l.SignInNetwork), signInAccount: newThrottle(l.SignInAccount),
		forgotten: newThrottle(l.Forgotten), forgottenTo: newThrottle(l.ForgottenTo), link: newThrottle(l.Link),
		invite: newThrottle(l.Invite), send: newThrottle(l.Send), upload: newThrottle(l.Upload),
		draft: newThrottle(l.Draft), search: newThrottle(l.Search), change: newThrottle(l.Change), look: newThrottle(l.Look), ledger: newThrottle(l.Ledger),
		known: newAcquaintances(),
	}
}

// byNetwork counts where a request comes from.
func byNetwork(r *http.Request) counted { return count("network", network(visitOf(r).client, 32, 64)) }

// byUser counts who asks.
func byUser(r *http.Request) counted {
	a, _ := session.Of(r.Context())
	return count("user", string(a.Actor.User[:]))
}

// byAccount counts what somebody typed as an address of the office, whether it is one or not.
func byAccount(r *http.Request, email string) counted {
	v := visitOf(r)
	return count("account", string(v.office.ID[:]), strings.ToLower(strings.TrimSpace(email)))
}

// byAccountHere counts an account's tries from one network.
func byAccountHere(r *http.Request, email string) counted {
	account, from := byAccount(r, email), byNetwork(r)
	return count("here", string(account[:]), string(from[:]))
}

// maySignIn counts a try. Others' tries never lock out somebody who has signed in from the same network before.
func (t *throttles) maySignIn(r *http.Request, email string) error {
	now, here := time.Now(), byAccountHere(r, email)
	if err := t.signInNetwork.take(byNetwork(r), now); err != nil {
		return err
	}
	if err := t.signInHere.take(here, now); err != nil {
		return err
	}
	if t.known.has(here) {
		return nil
	}
	return t.signInAccount.take(byAccount(r, email), now)
}

// signedIn remembers from where somebody signed in.
func (t *throttles) signedIn(r *http.Request, email string) { t.known.add(byAccountHere(r, email)) }

// atMost is what a user does, as often as the limit allows.
func atMost(limit *throttle, do handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := limit.take(byUser(r), time.Now()); err != nil {
			return err
		}
		return do(w, r)
	}
}
