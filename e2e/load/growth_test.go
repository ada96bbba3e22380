package main

import (
	"testing"
	"time"
)

func TestGrowthIsLateOverEarly(t *testing.T) {
	t.Parallel()
	s := time.Second
	for name, c := range map[string]struct {
		marks [4]mark
		want  float64
	}{
		"steady":       {[4]mark{{0, 5 * s}, {1000, 7 * s}, {9000, 20 * s}, {10_000, 22 * s}}, 1},
		"dearer":       {[4]mark{{0, 0}, {1000, 2 * s}, {9000, 20 * s}, {10_000, 23 * s}}, 1.5},
		"uneven marks": {[4]mark{{0, 0}, {2000, 2 * s}, {9000, 20 * s}, {10_000, 22 * s}}, 2},
		"too short":    {[4]mark{{0, 0}, {1000, s / 2}, {9000, 4 * s}, {10_000, 6 * s}}, 0},
		"nothing came": {[4]mark{{0, 0}, {1000, 2 * s}, {10_000, 20 * s}, {10_000, 23 * s}}, 0},
	} {
		if got := growthRatio(c.marks); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
