package main

import (
	"testing"
	"time"
)

func TestQuantileIsTheNearestRank(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, c := range []struct {
		list []time.Duration
		q    float64
		want time.Duration
	}{
		{nil, 0.5, 0},
		{hundred[:1], 0.99, 1},
		{hundred[:2], 0.5, 1},
		{hundred[:3], 0.5, 2},
		{hundred, 0.5, 50},
		{hundred, 0.99, 99},
		{hundred, 0.991, 100},
		{hundred, 1, 100},
		{hundred, 0, 1},
	} {
		if got := quantile(c.list, c.q); got != c.want {
			t.Errorf("%v of %d: %d, want %d", c.q, len(c.list), got, c.want)
		}
	}
}

// sent is a run of one group whose messages were due a second apart, the first at one second, and acknowledged 5 ms after, but for those named.
func sent(messages int, unanswered ...int) (*run, *group) {
	g := &group{screens: []*screen{{}, {}, {}}}
	r := &run{
		groups: []*group{g}, due: make([]time.Duration, messages), acked: make([]time.Duration, messages), writer: make([]*group, messages),
	}
	for i := range messages {
		r.writer[i], r.due[i] = g, time.Duration(i+1)*time.Second
		r.acked[i] = r.due[i] + 5*time.Millisecond
	}
	for _, i := range unanswered {
		r.acked[i] = 0
	}
	return r, g
}

// show has messages appear on a screen, each so long after it was due.
func (r *run) show(s *screen, after time.Duration, messages ...int32) {
	for _, m := range messages {
		s.shown = append(s.shown, showing{m, r.due[m] + after})
	}
}

func TestTallyOfAGoodRun(t *testing.T) {
	t.Parallel()
	r, g := sent(4)
	for i, s := range g.screens {
		r.show(s, time.Duration(i)*10*time.Millisecond, 0, 1, 2, 3)
	}
	got := r.count(1, 4)
	if got.acknowledged != 3 || got.lost+got.duplicated+got.reordered+got.errors+got.unanswered != 0 {
		t.Errorf("counted %+v", got)
	}
	if len(got.toScreen) != 6 || got.toScreen[0] != 10*time.Millisecond || got.toScreen[5] != 20*time.Millisecond {
		t.Errorf("to the readers' screens: %v; want three of 10 ms and three of 20", got.toScreen)
	}
	if len(got.toAck) != 3 || got.toAck[0] != 5*time.Millisecond || got.took != 2*time.Second+5*time.Millisecond {
		t.Errorf("to the acknowledgement %v, all in %v", got.toAck, got.took)
	}
}

func TestTallySeesWhatMustNeverBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		unanswered []int
		shown      []int32 // on one of the readers' screens; the others are right
		want       tally
	}{
		"lost":                       {shown: []int32{0, 2, 3}, want: tally{acknowledged: 4, lost: 1}},
		"duplicated":                 {shown: []int32{0, 1, 1, 2, 3, 0}, want: tally{acknowledged: 4, duplicated: 2}},
		"reordered":                  {shown: []int32{0, 2, 1, 3}, want: tally{acknowledged: 4, reordered: 1}},
		"shown but not acknowledged": {unanswered: []int{3}, shown: []int32{0, 1, 2, 3}, want: tally{acknowledged: 3, unanswered: 1}},
		"neither":                    {unanswered: []int{3}, shown: []int32{0, 1, 2}, want: tally{acknowledged: 3, unanswered: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, g := sent(4, c.unanswered...)
			r.show(g.screens[0], 0, 0, 1, 2, 3)
			r.show(g.screens[1], 0, 0, 1, 2, 3)
			r.show(g.screens[2], 0, c.shown...)
			got := r.count(0, 4)
			got.toScreen, got.toAck, got.took = nil, nil, 0
			if got.acknowledged != c.want.acknowledged || got.lost != c.want.lost || got.duplicated != c.want.duplicated ||
				got.reordered != c.want.reordered || got.unanswered != c.want.unanswered {
				t.Errorf("counted %+v, want %+v", got, c.want)
			}
		})
	}
}
