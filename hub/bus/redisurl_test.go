package bus

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRedisURLs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		url, addresses, master, user, password, sentinels string
		cluster, tls                                      bool
		db                                                int
	}{
		{url: "redis://h", addresses: "h:6379"},
		{url: "redis://u:p%40w@h:1/3", addresses: "h:1", user: "u", password: "p@w", db: 3},
		{url: "redis://u:p@w@h:1?db=4", addresses: "h:1", user: "u", password: "p@w", db: 4},
		{url: "rediss://[::1]", addresses: "[::1]:6379", tls: true},
		{url: "redis+sentinel://h1/m", addresses: "h1:26379", master: "m"},
		{url: "redis+sentinel://h1:1,h2,[::1]:3/m?db=2", addresses: "h1:1 h2:26379 [::1]:3", master: "m", db: 2},
		{url: "rediss+sentinel://u:p@h1,h2/m?sentinel_username=a&sentinel_password=b", addresses: "h1:26379 h2:26379",
			master: "m", user: "u", password: "p", sentinels: "a:b", tls: true},
		{url: "redis+cluster://h1", addresses: "h1:6379", cluster: true},
		{url: "rediss+cluster://:p@h1:1,h2:2,h3/", addresses: "h1:1 h2:2 h3:6379", password: "p", cluster: true, tls: true},
	} {
		opt, err := parseRedisURL(c.url)
		if err != nil {
			t.Errorf("%s: %v", c.url, err)
			continue
		}
		if c.sentinels == "" {
			c.sentinels = ":"
		}
		if !slices.Equal(opt.Addrs, strings.Fields(c.addresses)) || opt.MasterName != c.master || opt.Username != c.user ||
			opt.Password != c.password || opt.SentinelUsername+":"+opt.SentinelPassword != c.sentinels ||
			opt.IsClusterMode != c.cluster || (opt.TLSConfig != nil) != c.tls || opt.DB != c.db {
			t.Errorf("%s: %+v", c.url, opt)
		}
		if several := len(opt.Addrs) > 1; c.tls && several && opt.TLSConfig.ServerName != "" {
			t.Errorf("%s: every server would have to be %s", c.url, opt.TLSConfig.ServerName)
		}
	}
}

func TestRedisURLParameters(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"redis://h?", "redis+sentinel://h/m?", "redis+cluster://h?"} {
		opt, err := parseRedisURL(kind + "read_timeout=2s&pool_size=7")
		if err != nil || opt.ReadTimeout != 2*time.Second || opt.WriteTimeout != ioTimeout || opt.PoolSize != 7 {
			t.Errorf("%s: %v, %+v", kind, err, opt)
		}
	}
}

func TestWrongURL(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, says string }{
		{"", "say redis://"},
		{"localhost:6379", "say redis://"},
		{"http://:secret@localhost", "say redis://"},
		{"redis+://:secret@h", "say redis://"},
		{"redis+other://:secret@h", "say redis://"},
		{"redis+cluster+sentinel://:secret@h", "say redis://"},
		{"redis://", "not HOST:PORT"},
		{"redis://:secret@host:port", "port"},
		{"redis://:secret@host/notanumber", "database number"},
		{"redis://u:secret@h\x7f/", "control character"},
		{"redis://:secret@h?unknown=1", "unexpected option"},
		{"redis://:secret@h1,h2", "several servers"},
		{"redis+sentinel://:secret@h1,h2", "name the master"},
		{"redis+sentinel://:secret@h1,h2/m/0", "name the master"},
		{"redis+sentinel://:secret@h1,,h2/m", "not HOST:PORT"},
		{"redis+cluster://:secret@h1,h2/0", "no database numbers"},
		{"redis+cluster://:secret@h1?db=0", "no database numbers"},
		{"redis+cluster://:secret@h1?read_only=true", "unexpected option"},
	} {
		_, err := NewRedis(RedisOptions{URL: c.url})
		switch {
		case err == nil:
			t.Errorf("%q was taken", c.url)
		case strings.Contains(err.Error(), "secret"):
			t.Errorf("the error shows the password: %v", err)
		case !strings.Contains(err.Error(), c.says):
			t.Errorf("%q: %v, want %q", c.url, err, c.says)
		}
	}
}

// A cluster of up to sixteen masters with the slots in order has work for each.
func TestClusterTagsAreSpread(t *testing.T) {
	t.Parallel()
	for i, tag := range clusterTags {
		if slot := slotOf(tag); slot*len(clusterTags)/16384 != i {
			t.Errorf("%s has slot %d, outside the sixteenth that is its own (%d)", tag, slot, i)
		}
	}
	r, err := NewRedis(RedisOptions{URL: "redis+cluster://h"})
	if err != nil {
		t.Fatal(err)
	}
	used := map[*partition]bool{}
	for i := range 1000 {
		used[r.partition(fmt.Sprint("office ", i))] = true
	}
	if len(used) != len(clusterTags) {
		t.Errorf("%d of %d partitions are used", len(used), len(clusterTags))
	}
}

// slotOf is CRC16/XMODEM modulo 16384 (Redis Cluster specification, "Key distribution model").
func slotOf(tag string) int {
	var crc uint16
	for _, c := range []byte(tag) {
		crc ^= uint16(c) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return int(crc % 16384)
}
