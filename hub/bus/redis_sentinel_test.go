package bus_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"postern/e2e/rig"
	"postern/hub/bus"
	"postern/hub/bus/bustest"
)

func startSentinel(t *testing.T) *rig.RedisSentinel {
	t.Helper()
	s, err := rig.StartRedisSentinel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, s)
	return s
}

func TestRedisSentinel(t *testing.T) {
	t.Parallel()
	s := startSentinel(t)
	bustest.Run(t, func(t *testing.T) func() bus.Bus {
		prefix := rand.Text() + ":"
		return func() bus.Bus { return openRedis(t, patient(s.URL()), prefix) }
	})
}

// The master dies, the Sentinels make the replica the master: both nodes find it and are told of the gap.
func TestRedisSentinelMasterKilled(t *testing.T) {
	t.Parallel()
	s := startSentinel(t)
	a, b := pairAt(t, s.URL())
	if err := s.Master.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	a.AwaitGap("office")
	b.AwaitGap("office")
	publishing(t, a, b)
	t.Logf("back after %v", time.Since(killed))
	exchange(t, a, b)
	if role, err := s.Replica.Do(t.Context(), "INFO replication"); err != nil || !strings.Contains(role, "role:master") {
		t.Errorf("the replica is no master: %q, %v", role, err)
	}
}

// An orderly change of master while both live. The Sentinels leave the old one a master for some ten seconds; nobody stays with
// it for so long.
func TestRedisSentinelFailover(t *testing.T) {
	t.Parallel()
	s := startSentinel(t)
	a, b := pairAt(t, s.URL())
	if _, err := s.Sentinels[0].Do(t.Context(), "SENTINEL FAILOVER postern"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	a.AwaitGap("office")
	b.AwaitGap("office")
	took := time.Since(began)
	t.Logf("back after %v", took)
	if took > 8*time.Second {
		t.Errorf("the nodes stayed with the old master for %v", took)
	}
	publishing(t, a, b)
	exchange(t, a, b)
}

// A Sentinel that dies is replaced by another, which the URL need not name.
func TestRedisSentinelsDie(t *testing.T) {
	t.Parallel()
	s := startSentinel(t)
	a, b := pairAt(t, s.URL())
	for _, one := range s.Sentinels[:2] { // those that the URL names
		if err := one.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	exchange(t, a, b) // nothing is asked of them while all is well
	if _, err := s.Master.Do(t.Context(), "CLIENT KILL TYPE pubsub"); err != nil {
		t.Fatal(err)
	}
	a.AwaitGap("office")
	b.AwaitGap("office")
	exchange(t, a, b)
}
