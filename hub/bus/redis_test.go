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

func TestRedis(t *testing.T) {
	t.Parallel()
	url := sharedRedis(t)
	bustest.Run(t, func(t *testing.T) func() bus.Bus {
		prefix := rand.Text() + ":"
		return func() bus.Bus { return openRedis(t, url, prefix) }
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

func TestWrongURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "localhost:6379", "http://localhost", "redis://:secret@host:port", "redis://:secret@host/notanumber", "redis://u:secret@h\x7f/"} {
		_, err := bus.NewRedis(bus.RedisOptions{URL: url})
		switch {
		case err == nil:
			t.Errorf("%q was taken", url)
		case strings.Contains(err.Error(), "secret"):
			t.Errorf("the error shows the password: %v", err)
		}
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
