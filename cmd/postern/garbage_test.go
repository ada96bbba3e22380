package main

import "testing"

func TestGarbageHasRoomWhileItIsMadeFast(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	c := &collector{room: 64 * mb, usual: 100, percent: 100}
	for i, second := range []struct {
		made, held uint64
		percent    int
		giveBack   bool
	}{
		{made: 1 * mb, held: 8 * mb, percent: 100},
		{made: 1 * mb, held: 8 * mb, percent: 25, giveBack: true},
		{made: 200 * mb, held: 16 * mb, percent: 400},
		{made: 200 * mb, held: 18 * mb, percent: 400}, // near enough
		{made: 200 * mb, held: 32 * mb, percent: 200},
		{made: 200 * mb, held: 200 * mb, percent: 100}, // what is held is room enough
		{made: 200 * mb, held: 16 * mb, percent: 400},
		{made: 2 * mb, held: 16 * mb, percent: 400}, // one quiet second is a pause
		{made: 90 * mb, held: 16 * mb, percent: 400},
		{made: 2 * mb, held: 16 * mb, percent: 400},
		{made: 2 * mb, held: 16 * mb, percent: 25, giveBack: true},
		{made: 4 * mb, held: 16 * mb, percent: 50},
		{made: 12 * mb, held: 16 * mb, percent: 100}, // as Go has it, and no more
		{made: 1 * mb, held: 80 * mb, percent: 20},
		{made: 1 * mb, held: 80 * mb, percent: 20},
	} {
		percent, giveBack := c.next(c.allocated+second.made, second.held)
		if percent != second.percent || giveBack != second.giveBack {
			t.Errorf("second %d: %d %%, give back %v, want %d %%, %v", i, percent, giveBack, second.percent, second.giveBack)
		}
		c.percent = percent
	}
}
