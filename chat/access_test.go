package chat

import (
	"slices"
	"testing"
)

// sixSpans are stretches over positions 0 to 6: closed, empty, open.
func sixSpans() []Span {
	var spans []Span
	for after := range Position(6) {
		for through := after; through < 6; through++ {
			spans = append(spans, Span{After: after, Through: through})
		}
		spans = append(spans, Span{After: after, Open: true})
	}
	return spans
}

// TestAccessSees goes through no span, every span and every pair of spans (closed then open, overlapping, twice the same, with the
// history and from now on), every position, audience and view, against the sentence: a viewer reads what one of the spans covers,
// if its audience includes them.
func TestAccessSees(t *testing.T) {
	t.Parallel()
	spans := sixSpans()
	sets := [][]Span{nil}
	for _, one := range spans {
		sets = append(sets, []Span{one})
		for _, two := range spans {
			sets = append(sets, []Span{one, two})
		}
	}
	seen, hidden := 0, 0
	for _, set := range sets {
		for _, view := range []View{StaffView, ContactView} {
			a := Access{View: view, Spans: set}
			if any := slices.ContainsFunc(set, func(s Span) bool { return s.Open || s.Through > s.After }); a.Any() != any {
				t.Fatalf("%+v: any is %t", set, a.Any())
			}
			for p := range Position(8) {
				covered := false
				for _, s := range set {
					first, last := s.After+1, s.Through
					if s.Open {
						last = 1 << 62
					}
					covered = covered || first <= p && p <= last
				}
				for _, to := range []Audience{ForAll, ForStaff} {
					want := covered && (to == ForAll || view == StaffView)
					if got := a.Sees(p, to); got != want {
						t.Fatalf("%+v, view %d, position %d for %s: %t", set, view, p, to, got)
					}
					if want {
						seen++
					} else {
						hidden++
					}
				}
			}
		}
	}
	if seen == 0 || hidden == 0 {
		t.Fatalf("%d seen, %d hidden: nothing is proved", seen, hidden)
	}
}

func TestNothingIsSeenByNobody(t *testing.T) {
	t.Parallel()
	open := Access{Spans: []Span{{Open: true}}} // a view of no role
	if open.Sees(1, ForStaff) {
		t.Error("a view of no role sees what is for staff")
	}
	if (Access{View: StaffView, Spans: []Span{{Open: true}}}).Sees(0, ForAll) {
		t.Error("there is a message before the first")
	}
}

func TestAudiencesIncludeViews(t *testing.T) {
	t.Parallel()
	for a, want := range map[Audience][2]bool{ForAll: {true, true}, ForStaff: {true, false}, "": {true, false}} {
		if got := [2]bool{a.Includes(StaffView), a.Includes(ContactView)}; got != want {
			t.Errorf("%q includes staff, contacts: %v, want %v", a, got, want)
		}
	}
}
