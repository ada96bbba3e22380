package main

import (
	"slices"
	"time"
)

// tally is what became of the messages. Lost, duplicated and reordered count appearances on one screen, over warm-up and measurement;
// times are of what was measured.
type tally struct {
	acknowledged, unanswered    int // of those measured
	lost, duplicated, reordered int
	errors                      int
	took                        time.Duration   // from the first that was due to the last acknowledgement
	toScreen, toAck             []time.Duration // ascending; toScreen to those of the readers
}

// faults are what must never be.
func (t *tally) faults() faults {
	return faults{Lost: t.lost, Duplicated: t.duplicated, Reordered: t.reordered, Errors: t.errors + t.unanswered}
}

// count holds what was shown against what was acknowledged, once every goroutine of the run has ended. Messages are measured from one
// number up to another.
func (r *run) count(from, to int) tally {
	t := tally{errors: len(r.failed)}
	acked := map[*group]int{}
	for number, g := range r.writer {
		if g != nil && r.acked[number] > 0 {
			acked[g]++
		}
	}
	for _, g := range r.groups {
		for i, s := range g.screens {
			seen := t.countShown(r, s)
			t.lost += acked[g] - seen
			if i > 0 || len(g.screens) == 1 {
				t.toScreen = r.latencies(t.toScreen, s, from, to)
			}
		}
	}
	t.countAcks(r, from, to)
	slices.Sort(t.toScreen)
	slices.Sort(t.toAck)
	return t
}

// countShown gives how many acknowledged messages the screen was shown. A writer's messages are numbered, and sent, in ascending order.
func (t *tally) countShown(r *run, s *screen) (acknowledged int) {
	seen, highest := map[int32]bool{}, int32(-1)
	for _, one := range s.shown {
		switch {
		case seen[one.message]:
			t.duplicated++
			continue
		case one.message < highest:
			t.reordered++
		}
		seen[one.message], highest = true, max(highest, one.message)
		if r.acked[one.message] > 0 {
			acknowledged++
		}
	}
	return acknowledged
}

// latencies adds those of what appeared on a screen for the first time. What appeared before it was due took no time: a letter is due
// when its sender hears that it was taken.
func (r *run) latencies(list []time.Duration, s *screen, from, to int) []time.Duration {
	seen := map[int32]bool{}
	for _, one := range s.shown {
		if n := int(one.message); n >= from && n < to && !seen[one.message] {
			seen[one.message] = true
			list = append(list, max(0, one.at-r.due[n]))
		}
	}
	return list
}

func (t *tally) countAcks(r *run, from, to int) {
	first, last := time.Duration(-1), time.Duration(0)
	for number := from; number < to; number++ {
		if r.writer[number] == nil || r.acked[number] == 0 {
			t.unanswered++
			continue
		}
		t.acknowledged++
		t.toAck = append(t.toAck, r.acked[number]-r.due[number])
		if first < 0 || r.due[number] < first {
			first = r.due[number]
		}
		last = max(last, r.acked[number])
	}
	if t.acknowledged > 0 {
		t.took = last - first
	}
}
