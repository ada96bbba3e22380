package rig_test

import (
	"strings"
	"testing"

	"postern/e2e/rig"
)

func TestARedisClusterServesAllSlotsAndMovesOne(t *testing.T) {
	t.Parallel()
	c, err := rig.StartRedisCluster(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, c)
	slot, err := c.Slot(t.Context(), "{p0}")
	if err != nil {
		t.Fatal(err)
	}
	owner, err := c.Owner(t.Context(), "{p0}")
	if err != nil {
		t.Fatal(err)
	}
	to := (owner + 1) % len(c.Masters)
	for i, master := range c.Masters {
		if _, err := master.Do(t.Context(), "SPUBLISH {p0} x"); (err == nil) != (i == owner) {
			t.Errorf("master %d of owner %d: %v", i, owner, err)
		}
	}
	if err := c.MoveSlot(t.Context(), slot, to); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Masters[owner].Do(t.Context(), "SPUBLISH {p0} x"); err == nil || !strings.HasPrefix(err.Error(), "redis SPUBLISH {p0} x: MOVED") {
		t.Errorf("the old owner says %v", err)
	}
	if _, err := c.Masters[to].Do(t.Context(), "SPUBLISH {p0} x"); err != nil {
		t.Error(err)
	}
}

func TestSentinelsAgreeOnTheMaster(t *testing.T) {
	t.Parallel()
	s, err := rig.StartRedisSentinel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, s)
	for _, one := range s.Sentinels {
		answer, err := one.Do(t.Context(), "SENTINEL CKQUORUM postern")
		if err != nil || !strings.HasPrefix(answer, "OK 3 usable Sentinels") {
			t.Errorf("%q, %v", answer, err)
		}
	}
}
