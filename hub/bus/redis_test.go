package bus_test

import (
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"postern/hub/bus"
	"postern/hub/bus/bustest"
)

// go-redis reports every lost connection of these tests; what matters of it is in the nodes' own logs.
func TestMain(m *testing.M) {
	bus.LogThrough(zerolog.Nop())
	os.Exit(m.Run())
}

func TestRedis(t *testing.T) {
	t.Parallel()
	url := sharedRedis(t)
	bustest.Run(t, func(t *testing.T) func() bus.Bus {
		prefix := rand.Text() + ":"
		return func() bus.Bus { return openRedis(t, patient(url), prefix) }
	})
}

// sharedRedis returns the URL of the server that all tests share.
func sharedRedis(t testing.TB) string {
	t.Helper()
	url := os.Getenv("POSTERN_TEST_REDIS")
	if url == "" {
		t.Fatal("run make test, or set POSTERN_TEST_REDIS")
	}
	return url
}

func openRedis(t testing.TB, url, prefix string) *bus.Redis {
	t.Helper()
	b, err := bus.NewRedis(bus.RedisOptions{URL: url, Prefix: prefix, Log: zerolog.New(zerolog.NewTestWriter(t))})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// patient gives the conformance suite a server that is never too slow: what a bus owes while servers keep up is not to hang on how busy this
// machine is. The tests of faults keep the short times.
func patient(url string) string {
	between := "?"
	if strings.Contains(url, "?") {
		between = "&"
	}
	return url + between + "dial_timeout=15s&read_timeout=15s&write_timeout=15s&pool_timeout=15s"
}

func TestPrefixesKeepDeploymentsApart(t *testing.T) {
	t.Parallel()
	url, prefix := sharedRedis(t), rand.Text()
	one := bustest.Start(t, openRedis(t, url, prefix+"1:"))
	two := bustest.Start(t, openRedis(t, url, prefix+"2:"))
	one.Join("office")
	two.Join("office")
	one.Send("office", "from one")
	two.Send("office", "from two")
	if got := two.Next().Payload; got != "from two" {
		t.Errorf("the second deployment heard %q", got)
	}
	if got := one.Next().Payload; got != "from one" {
		t.Errorf("the first deployment heard %q", got)
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	if err := openRedis(t, sharedRedis(t), "").Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if err := openRedis(t, "redis://127.0.0.1:1", "").Ping(t.Context()); err == nil {
		t.Error("nothing listens there, yet it answered")
	}
}
