package chat

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"
)

// twin is the model with a real store beside it: what is decided or updated is so in both, with the same ids and times, and must come to the same. Whoever
// asks is answered by the real one; a test that looks into the model's rows looks into what the real one's ought to be.
type twin struct {
	*model
	tb    testing.TB
	real  Store
	steps *steps

	turn sync.Mutex
}

func newTwin(tb testing.TB, m *model, real Store, s *steps) *twin {
	m.now = time.Now // the databases have no other clock
	return &twin{model: m, tb: tb, real: real, steps: s}
}

// Decide is chat.Store's.
func (t *twin) Decide(ctx context.Context, d Decision) ([]Told, error) {
	return t.both(func(s Store) ([]Told, error) { return s.Decide(ctx, d) })
}

// Update is chat.Store's.
func (t *twin) Update(ctx context.Context, do func(Tx) error) ([]Told, error) {
	return t.both(func(s Store) ([]Told, error) { return s.Update(ctx, do) })
}

func (t *twin) both(do func(Store) ([]Told, error)) ([]Told, error) {
	t.turn.Lock()
	defer t.turn.Unlock()
	made := t.steps.made // and no more of it: somebody else's mark may be looking at the time
	ought, refusal := do(t.model)
	t.steps.made = made
	told, err := do(t.real)
	if KindOf(refusal) != KindOf(err) || (refusal == nil) != (err == nil) {
		t.tb.Errorf("%s: the store says %v, it ought to %v", t.steps.scope, err, refusal)
	}
	if is, want := t.text(told), t.text(ought); is != want {
		at := 0
		for at < min(len(is), len(want)) && is[at] == want[at] {
			at++
		}
		at = max(0, at-200)
		t.tb.Errorf("%s: the store tells\n%.400s\nit ought to tell\n%.400s", t.steps.scope, is[at:], want[at:])
	}
	return told, err
}

// text is what is told, as staff are shown it.
func (t *twin) text(told []Told) string {
	var list []Told
	for _, one := range told {
		one.Body = one.Body.For(StaffView)
		list = append(list, one)
	}
	text, err := json.Marshal(list)
	if err != nil {
		t.tb.Fatal(err)
	}
	return string(text)
}

// View is chat.Store's.
func (t *twin) View(ctx context.Context, do func(Reader) error) error { return t.real.View(ctx, do) }

// Ask is chat.Store's.
func (t *twin) Ask(ctx context.Context, do func(Reader) error) error { return t.real.Ask(ctx, do) }

// Heads is chat.Store's.
func (t *twin) Heads(ctx context.Context, users []ID) (map[ID]Place, error) {
	return t.real.Heads(ctx, users)
}

// LiveOnStore has histories be lived on stores that open makes, for TestStoresLiveHistories: some of them twice, with and without what a contact may not
// know of, and some while it is counted anew what is unread after each deed.
func LiveOnStore(t *testing.T, open func(testing.TB) Store, histories, recounted int) {
	t.Run("histories", func(t *testing.T) {
		t.Parallel()
		all := tally{open: open, left: map[string]int{}, received: map[string]int{}}
		for seed := range uint64(histories) {
			if all.live(t, 7_000_016+seed, 60); t.Failed() {
				return
			}
		}
		if all.left["note"] == 0 || all.left["copy"] == 0 || all.received["frame"] < histories {
			t.Errorf("left out: %v\ncompared: %v", all.left, all.received)
		}
		t.Logf("histories=%d differ=0", histories)
	})
	t.Run("unread", func(t *testing.T) {
		t.Parallel()
		const length = 150
		compared := 0
		for seed := range recounted {
			setting := seed * 2 % 16 // every other one lets undo, and has no mail
			l := newLedger(t, newWorldOn(t, open, setting))
			tell(l.world, uint64(8_000_000+seed), setting, length, l.check)
			if compared += l.compared; t.Failed() {
				return
			}
		}
		t.Logf("steps=%d differ=0 compared=%d", recounted*length, compared)
	})
}
