package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestGroupsComeOutAsOneAfterTheOther lives random histories in two worlds: in one every decision has a transaction of its own, in the other up to
// eight of them are one group. Afterwards all that is kept must be the same, but for the badges of events, which are those of after their group.
func TestGroupsComeOutAsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	const stories, rounds = 40, 24
	grouped := map[string]int{}
	for seed := range uint64(stories) {
		alone, together := newWorld(t, int(seed%16)), newWorld(t, int(seed%16))
		teller := newTeller(alone, 2_000_000+seed)
		rnd := rand.New(rand.NewPCG(seed, 1))
		n := 0
		for round := range rounds {
			var deeds []deed
			for range 1 + rnd.IntN(8) {
				deeds = append(deeds, teller.deed(n))
				n++
			}
			for _, d := range deeds {
				if d.kind == "mail" { // no decision, but it gives reply addresses
					alone.do(d)
					together.do(d)
				}
			}
			deeds = slices.DeleteFunc(deeds, func(d deed) bool { return !slices.Contains(decisions, d.kind) })
			one, two := alone.decideAll(deeds, 1), together.decideAll(deeds, len(deeds))
			if !slices.Equal(one, two) {
				t.Fatalf("seed %d, round %d, %v:\nalone    %v\ntogether %v", seed, round, deeds, one, two)
			}
			if round%6 == 5 {
				sameKept(t, alone.model, together.model, fmt.Sprintf("seed %d, round %d, %v", seed, round, deeds))
			}
			for i, d := range deeds {
				if one[i] == "" {
					teller.remember(d)
				}
				if one[i] == "" && len(deeds) > 1 {
					grouped[d.kind]++
				}
			}
		}
	}
	for _, kind := range decisions {
		if grouped[kind] < stories/4 {
			t.Errorf("only %d of kind %q came to something within a group", grouped[kind], kind)
		}
	}
}

// decisions are the kinds of deeds that are one decision each.
var decisions = []string{
	"start", "send", "note", "again", "read", "unread", "archive", "delete", "mute", "add", "remove", "title", "important", "letter", "held",
	"auto",
}

// catcher is a store that catches a decision instead of running it.
type catcher struct {
	*model
	caught *Decision
}

var errCaught = errors.New("caught")

func (c *catcher) Decide(_ context.Context, d Decision) ([]Told, error) {
	c.caught = &d
	return nil, errCaught
}

// decideAll decides on deeds in groups of a size, and gives what each of them was refused with, or nothing.
func (w *world) decideAll(deeds []deed, size int) (refused []string) {
	refused = make([]string, len(deeds))
	var caught []Decision
	var at []int
	for i, d := range deeds {
		catch := &catcher{model: w.model}
		w.Service.Store = catch
		w.now = d
		w.scope(d, "")
		if _, err := kinds[d.kind](w, d); !errors.Is(err, errCaught) {
			refused[i] = fmt.Sprint(err)
			continue
		}
		caught, at = append(caught, *catch.caught), append(at, i)
	}
	w.Service.Store = w.model
	for from := 0; from < len(caught); from += size {
		to := min(from+size, len(caught))
		told, errs := w.model.together(caught[from:to]...)
		for i := range told {
			w.now = deeds[at[from+i]]
			w.Announce(w.tb.Context(), told[i])
			if errs[i] != nil {
				refused[at[from+i]] = errs[i].Error()
			}
		}
	}
	return refused
}

func sameKept(t *testing.T, alone, together *model, when string) {
	t.Helper()
	a, b := alone.asText(t), together.asText(t)
	if a == b {
		return
	}
	at := 0
	for a[at] == b[at] {
		at++
	}
	at = max(0, at-300)
	t.Fatalf("%s:\nalone    %.600s\ntogether %.600s", when, a[at:], b[at:])
}

// asText is all that the model keeps, but for the badges of events and the ids that decisions made as they went.
func (m *model) asText(t *testing.T) string {
	t.Helper()
	k := m.kept
	events := map[ID][]StreamEvent{}
	for user, list := range k.events {
		events[user] = slices.Clone(list)
		for i := range events[user] {
			events[user][i].Badge = 0
		}
	}
	var notices, audit, addresses []string
	for _, n := range k.notices {
		n.ID = ID{}
		notices = append(notices, fmt.Sprint(n))
	}
	for _, e := range k.audit {
		e.ID = ID{}
		audit = append(audit, fmt.Sprint(e))
	}
	for seat, a := range k.addresses {
		addresses = append(addresses, fmt.Sprint(seat, a))
	}
	slices.Sort(notices)
	slices.Sort(addresses)
	var threads []string
	for _, th := range k.threads {
		text, err := json.Marshal(th)
		if err != nil {
			t.Fatal(err)
		}
		threads = append(threads, string(text))
	}
	slices.Sort(threads)
	text, err := json.Marshal([]any{threads, k.messages, k.receipts, k.streams, events, k.attachments, k.letters, notices, addresses, k.ledger, audit})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
