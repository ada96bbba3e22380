package main

import (
	"context"
	"errors"
	"fmt"

	"postern/e2e/rig"
)

// teamLetters has letters come to a team's address with everything that their senders can show: from a client, and from somebody who is none. What is
// surely the client's starts one conversation each, though it comes twice; all others are answered alike, so that nobody learns who is a client.
func teamLetters(ctx context.Context, s *stage) (string, error) {
	c, err := s.correspond(ctx)
	if err != nil {
		return "", err
	}
	for _, args := range [][]string{
		{"roster", "set", "Tax", "ada@office.example", "bob@office.example"}, {"roster", "address", "Tax", "tax"}, {"office", "set", "--team-letters", "on"},
	} {
		if _, err := s.tell(ctx, args...); err != nil {
			return "", err
		}
	}
	key, err := newSigner()
	if err != nil {
		return "", err
	}
	var tried []attempt
	for _, one := range claims() {
		if one.spf == "away" || one.policy != "" && one.policy != "reject" {
			continue // sender-bound has them, and each takes its time
		}
		writers := []string{"carl"}
		if one.proven() || one.policy == "" {
			writers = append(writers, "nobody")
		}
		for _, from := range writers {
			a, err := c.toTeam(one, from, key)
			if err != nil {
				return "", err
			}
			tried = append(tried, a)
		}
	}
	wrong, err := c.begun(ctx, tried)
	return fmt.Sprintf("cases=%d started=%d refused=%d wrong=%d", len(tried), count(tried, posted), count(tried, refused), wrong), err
}

// toTeam hands a claim over as from somebody at client.example; twice where it is to start something.
func (c *correspondence) toTeam(one claim, from string, key signer) (a attempt, err error) {
	a.what, a.right = from+fmt.Sprintf(" %+v", one), one.atTeam(from == "carl")
	a.word = fmt.Sprintf("Start %d", c.number+1) // its title
	raw, _, err := c.claimed(one, from, a.word, key)
	if err != nil {
		return a, err
	}
	times := 1
	if a.right == posted {
		times = 2
	}
	codes, err := c.postTimes(times, from+"@"+one.sender, "tax@"+rig.MailDomain, raw)
	if err != nil {
		return a, err
	}
	if a.code = codes[0]; codes[times-1] != a.code {
		err = fmt.Errorf("%s: %d, and %d the second time", a.what, a.code, codes[times-1])
	}
	return a, err
}

// atTeam is what is right at an address that anybody may know.
func (c claim) atTeam(known bool) string {
	if known && c.proven() {
		return posted
	}
	return refused
}

// begun compares what was tried with the conversations that Ada has.
func (c *correspondence) begun(ctx context.Context, tried []attempt) (wrong int, err error) {
	rows, err := (&member{Client: c.ada}).rows(ctx, "inbox")
	if err != nil {
		return 0, err
	}
	titled := map[string]int{}
	for _, row := range rows {
		titled[row.Conversation.Title]++
	}
	started := 0
	for _, a := range tried {
		got := fmt.Sprint(a.code)
		n := titled[a.word]
		started += n
		if a.code == 250 && n == 1 {
			got = posted
		}
		if got != a.right || n > 1 {
			wrong++
			err = errors.Join(err, fmt.Errorf("%s: %s, started %d times, and %s is right", a.what, got, n, a.right))
		}
	}
	if all := len(rows) - 1; all != started { // one was there before
		err = errors.Join(err, fmt.Errorf("%d conversations have begun, and %d have a letter's title", all, started))
	}
	return wrong, err
}
