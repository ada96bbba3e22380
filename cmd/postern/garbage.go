package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Go collects garbage when there is as much of it as of what is held. A node holds little and throws away much, so while it is busy
// that is many times a second, and each time the stack of every connection's goroutine is looked through: a quarter of the node's
// CPU. collector gives garbage room while it is made fast, and the memory back when it is not: then it lets only so much gather as is made in two
// seconds, where Go would wait until memory has doubled. It decides nothing where the environment says how to collect (GOGC, GOMEMLIMIT).
type collector struct {
	room      uint64 // bytes of garbage between two collections, while busy
	usual     int    // GOGC, in percent: the most while quiet
	percent   int    // as set now
	allocated uint64 // since the process began
	quiet     int    // seconds of little garbage
}

// collectEvery is how often the collector looks.
const collectEvery = time.Second

// quietSeconds of little garbage give the memory back.
const quietSeconds = 2

// leastPercent is how much garbage is always let be.
const leastPercent = 20

// keepHouse runs the collector until ctx ends, and leaves the process as it was found.
func keepHouse(ctx context.Context, room int64) {
	if room == 0 || os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	c := &collector{room: uint64(room), usual: 100, percent: 100}
	defer debug.SetGCPercent(c.usual)
	tick := time.NewTicker(collectEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			allocated, held := heap()
			c.look(allocated, held)
		}
	}
}

// heap gives the bytes allocated so far, and those that the last collection found held or to be looked through.
func heap() (allocated, held uint64) {
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64(), samples[1].Value.Uint64() + samples[2].Value.Uint64()
}

// look sets the pace of collecting by what was allocated since the last look.
func (c *collector) look(allocated, held uint64) {
	percent, giveBack := c.next(allocated, held)
	if percent != c.percent {
		c.percent = percent
		debug.SetGCPercent(percent)
	}
	if giveBack {
		debug.FreeOSMemory()
	}
}

// next says how many percent of what is held may become garbage, and whether memory goes back to the system.
func (c *collector) next(allocated, held uint64) (percent int, giveBack bool) {
	made := allocated - c.allocated
	c.allocated = allocated
	held = max(held, 1<<20)
	want := max(c.usual, int(100*c.room/held))
	if made < c.room/4 {
		if c.quiet++; c.quiet < quietSeconds {
			return c.percent, false
		}
		want = min(c.usual, max(leastPercent, int(100*2*made/held)))
	} else {
		c.quiet = 0
	}
	if near(want, c.percent) {
		return c.percent, false
	}
	return want, c.quiet == quietSeconds
}

// near says that setting one instead of the other is not worth stopping the world for.
func near(a, b int) bool { return 4*max(a, b) < 5*min(a, b) }
