package postgres

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"postern/chat"
)

// Patient decisions wait for each other, but not longer than they may, not with a whole group, and not where somebody hurries.
func TestThePatientWaitForCompany(t *testing.T) {
	t.Parallel()
	type comer struct {
		after   time.Duration // the one before
		patient bool
	}
	for name, c := range map[string]struct {
		come []comer
		last int           // how many there were the last time
		size int           // of the next group
		at   time.Duration // when it is taken
	}{
		"alone, as the last time":  {[]comer{{0, true}}, 1, 1, 0},
		"for the first time":       {[]comer{{0, true}}, 0, 1, 0},
		"alone":                    {[]comer{{0, true}}, 3, 1, company},
		"with who comes meanwhile": {[]comer{{0, true}, {company / 2, true}}, 3, 2, company},
		"until all are there":      {[]comer{{0, true}, {company / 2, true}, {company / 4, true}}, 3, 3, company * 3 / 4},
		"without who is too late":  {[]comer{{0, true}, {company + 1, true}}, 3, 1, company},
		"with who hurries":         {[]comer{{0, true}, {company / 2, false}}, 3, 2, company / 2},
		"not at all, who hurries":  {[]comer{{0, false}}, 3, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				q, taken := recordQueue(t, c.last)
				began := time.Now()
				for i, next := range c.come {
					time.Sleep(next.after)
					put(q, i, next.patient)
				}
				first := <-taken
				if first.size != c.size || first.at.Sub(began) != c.at {
					t.Errorf("a group of %d after %v, want %d after %v", first.size, first.at.Sub(began), c.size, c.at)
				}
			})
		})
	}
}

// A whole group of patient decisions waits for nobody.
func TestAWholeGroupWaitsForNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, taken := recordQueue(t, 2*maxGroup)
		began := time.Now()
		for i := range maxGroup + 1 {
			put(q, i, true)
		}
		for i, want := range []struct {
			size int
			at   time.Duration
		}{{maxGroup, 0}, {1, company}} {
			if got := <-taken; got.size != want.size || got.at.Sub(began) != want.at {
				t.Errorf("group %d: %d after %v, want %v", i, got.size, got.at.Sub(began), want)
			}
		}
	})
}

// Senders that wait for their answers before they come again share a group, though one half came while the other half's was under way.
func TestTwoHalvesBecomeOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const senders, rounds, takes = enough, 8, 2 * time.Millisecond
		var sizes []int
		q := startQueue(t, 0, func(group []*job) {
			time.Sleep(takes)
			sizes = append(sizes, len(group))
		})
		var all sync.WaitGroup
		for i := range senders {
			all.Go(func() {
				time.Sleep(time.Duration(i/(senders/2)) * takes / 2)
				for range rounds {
					<-put(q, i, true).done
					time.Sleep(company / 2)
				}
			})
		}
		all.Wait()
		if got := sizes[2:rounds]; slices.Min(got) != senders {
			t.Errorf("groups of %v, want them of %d", sizes, senders)
		}
	})
}

// startQueue has a worker do its work on each group, after a time when so many were there.
func startQueue(t *testing.T, expected int, work func([]*job)) *queue {
	q, stopped := newQueue(), make(chan struct{})
	q.expected = expected
	go func() {
		defer close(stopped)
		for group := q.take(); group != nil; group = q.take() {
			work(group)
			for _, j := range group {
				close(j.done)
			}
			q.done(group)
		}
	}()
	synctest.Wait() // it rests
	t.Cleanup(func() {
		q.close()
		<-stopped
	})
	return q
}

// recordQueue is startQueue with a worker who only says what it takes, and when.
func recordQueue(t *testing.T, expected int) (*queue, <-chan takenGroup) {
	taken := make(chan takenGroup, maxGroup)
	return startQueue(t, expected, func(group []*job) { taken <- takenGroup{len(group), time.Now()} }), taken
}

type takenGroup struct {
	size int
	at   time.Time
}

// put adds a decision about the conversation of that number.
func put(q *queue, conversation int, patient bool) *job {
	j := &job{Decision: chat.Decision{Need: chat.Need{Conversation: chat.ID{byte(conversation + 1)}}, Patient: patient}, done: make(chan struct{})}
	q.room <- struct{}{}
	q.add(j)
	return j
}
