package reply

import (
	"fmt"
	"strings"
	"testing"
)

// TestBreadth cuts what programs make in every tongue, top, bottom and interleaved,
// wrapped and marked in their ways. The two kinds of error are counted apart: not one
// letter may lose what its author wrote.
func TestBreadth(t *testing.T) {
	t.Parallel()
	var n, right, kept, lost int
	spoken := map[string]bool{}
	for _, g := range tongues(t) {
		spoken[g.language] = true
		for i, m := range g.letters() {
			if i%stride != 0 {
				continue
			}
			n++
			got := Cut(m.text, m.html, Options{}).Reply
			switch compare(m.want, got) {
			case exact:
				right++
			case keptQuote:
				kept++
				t.Logf("%s, %s: kept:\n%s%s\n--- reply:\n%s", g.language, m.kind, m.text, m.html, got)
			case lostWords:
				lost++
				t.Errorf("%s, %s: LOST:\n%s%s\n--- reply:\n%s", g.language, m.kind, m.text, m.html, got)
			}
		}
	}
	fmt.Printf("corpus: tongues=%d letters=%d right=%d left_quotes=%d lost_words=%d\n", len(spoken), n, right, kept, lost)
	if right*1000 < n*995 {
		t.Errorf("%d of %d right", right, n)
	}
}

// compare tells whether got is want, or what it did wrong.
func compare(want, got string) verdict {
	lines := func(s string) []string {
		var out []string
		for l := range strings.SplitSeq(s, "\n") {
			if l = strings.Join(strings.Fields(l), " "); l != "" {
				out = append(out, l)
			}
		}
		return out
	}
	w, g := lines(want), lines(got)
	if strings.Join(w, "\n") == strings.Join(g, "\n") {
		return exact
	}
	flat := strings.Join(strings.Fields(got), "")
	for _, l := range w {
		if !strings.Contains(flat, strings.Join(strings.Fields(l), "")) {
			return lostWords
		}
	}
	return keptQuote
}
