package bus_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"postern/e2e/rig"
	"postern/hub/bus"
	"postern/hub/bus/bustest"
)

func startCluster(t *testing.T) *rig.RedisCluster {
	t.Helper()
	c, err := rig.StartRedisCluster(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, c)
	return c
}

func closeAfter(t *testing.T, server interface{ Close() error }) {
	t.Helper()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestRedisCluster(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	bustest.Run(t, func(t *testing.T) func() bus.Bus {
		prefix := rand.Text() + ":"
		return func() bus.Bus { return openRedis(t, patient(c.URL()), prefix) }
	})
	if err := openRedis(t, c.URL(), "").Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// clusterPair is two nodes that share an office in every partition, and the offices.
func clusterPair(t *testing.T, c *rig.RedisCluster) (a, b *bustest.Node, offices []string) {
	t.Helper()
	for i := range 200 { // by chance none of sixteen partitions is left out: 200 draws miss one with less than 1 in 10,000
		offices = append(offices, fmt.Sprint("office ", i))
	}
	a = bustest.Start(t, openRedis(t, c.URL(), ""))
	b = bustest.Start(t, openRedis(t, c.URL(), ""))
	a.Join(offices...)
	b.Join(offices...)
	bustest.Until(t, "every partition is up", func() bool { return a.Stats().Healthy && b.Stats().Healthy })
	exchangeAll(t, a, b, offices)
	a.ForgetGaps()
	b.ForgetGaps()
	return a, b, offices
}

// exchangeAll proves that news of every office reaches both nodes once.
func exchangeAll(t *testing.T, a, b *bustest.Node, offices []string) {
	t.Helper()
	for _, office := range offices {
		a.Send(office, "word of "+office)
	}
	for _, n := range []*bustest.Node{a, b} {
		var heard []string
		for range offices {
			heard = append(heard, n.Next().Payload)
		}
		slices.Sort(heard)
		if double := len(heard) - len(slices.Compact(heard)); double != 0 {
			t.Errorf("%d were heard twice", double)
		}
	}
}

// publishAll makes every partition publish until each does so without a loss, as sending is only known to work by doing it.
func publishAll(t *testing.T, n *bustest.Node, offices []string) {
	t.Helper()
	bustest.Until(t, "every partition publishes", func() bool {
		before := n.Stats()
		for i := range offices {
			n.Send(fmt.Sprint("probe ", i), "x") // nobody hears it
		}
		var after bus.Stats
		bustest.Until(t, "all are sent or lost", func() bool {
			after = n.Stats()
			return after.Published+after.Dropped-before.Published-before.Dropped >= uint64(len(offices))
		})
		return after.Dropped == before.Dropped && after.Healthy
	})
}

// A master dies, its replica takes over: those whose partitions were there are told of the gap, and all is as before.
func TestRedisClusterMasterKilled(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	a, b, offices := clusterPair(t, c)
	if err := c.Masters[0].Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	bustest.Until(t, "the loss is noticed", func() bool { return !a.Stats().Healthy && !b.Stats().Healthy })
	for _, n := range []*bustest.Node{a, b} {
		publishAll(t, n, offices)
	}
	t.Logf("back after %v", time.Since(killed))
	exchangeAll(t, a, b, offices)
	if gaps := a.Gaps(); len(gaps) == 0 || len(gaps) > 2*len(offices)/3 {
		t.Errorf("told of gaps on %d of %d offices; a third of the partitions was hit", len(gaps), len(offices))
	}
}

// A slot goes to another master while both live: the server ends the subscription, and the node finds the new one.
func TestRedisClusterSlotMoved(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	a, b, offices := clusterPair(t, c)
	for _, tag := range []string{"{p0}", "{p60}"} {
		slot, err := c.Slot(t.Context(), tag)
		if err != nil {
			t.Fatal(err)
		}
		owner, err := c.Owner(t.Context(), tag)
		if err != nil {
			t.Fatal(err)
		}
		before := a.Stats().Reconnects
		if err := c.MoveSlot(t.Context(), slot, (owner+1)%len(c.Masters)); err != nil {
			t.Fatal(err)
		}
		moved := time.Now()
		bustest.Until(t, "the subscription is made anew", func() bool { return a.Stats().Reconnects > before && b.Stats().Healthy })
		publishAll(t, a, offices)
		publishAll(t, b, offices)
		t.Logf("%s moved: back after %v", tag, time.Since(moved))
		exchangeAll(t, a, b, offices)
	}
	if gaps := a.Gaps(); len(gaps) == 0 || len(gaps) > len(offices)/3 {
		t.Errorf("told of gaps on %d of %d offices; two partitions of sixteen moved", len(gaps), len(offices))
	}
}

// One master that answers nothing holds up the offices of the others not at all.
func TestRedisClusterMasterPaused(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	a, b, offices := clusterPair(t, c)
	owner, err := c.Owner(t.Context(), "{p0}")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Masters[owner].Pause(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Masters[owner].Continue() }) // or it is gone already
	for range 5 {
		for _, office := range offices {
			a.Send(office, "while one is paused")
		}
	}
	heard := map[string]int{}
	bustest.Until(t, "the other two thirds are heard", func() bool {
		for b.Waiting() {
			heard[b.Next().Channel]++
		}
		whole := 0
		for _, times := range heard {
			if times == 5 {
				whole++
			}
		}
		return whole > len(offices)/3
	})
	if err := c.Masters[owner].Continue(); err != nil {
		t.Fatal(err)
	}
	publishAll(t, a, offices)
	publishAll(t, b, offices)
}
