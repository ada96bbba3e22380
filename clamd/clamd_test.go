package clamd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"postern/e2e/rig"
)

const evil = "this text stands for a virus 3f1c"

func daemon(t *testing.T) (*rig.Clamd, *Client) {
	t.Helper()
	d, err := rig.StartClamd(t.Context(), evil, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	c, err := New(d.Address())
	if err != nil {
		t.Fatal(err)
	}
	return d, c
}

func TestARealDaemonFindsWhatItKnows(t *testing.T) {
	t.Parallel()
	d, c := daemon(t)
	version, err := c.Signatures(t.Context())
	if err != nil || !strings.HasPrefix(version, "ClamAV ") {
		t.Fatalf("%q, %v", version, err)
	}
	padding := bytes.Repeat([]byte("nothing to see here\n"), 10_000) // several chunks
	for _, one := range []struct{ name, content, found string }{
		{"nothing", "", ""},
		{"harmless", "hello", ""},
		{"evil", evil, rig.FoundByClamd},
		{"evil far inside", string(padding) + evil + string(padding), rig.FoundByClamd},
		{"evil across two chunks", string(padding[:chunk-10]) + evil, rig.FoundByClamd},
	} {
		found, err := c.Scan(t.Context(), iotest.HalfReader(strings.NewReader(one.content)), int64(len(one.content)))
		if err != nil || found != one.found {
			t.Errorf("%s: found %q, %v; want %q", one.name, found, err, one.found)
		}
	}
	if found, err := c.Scan(t.Context(), bytes.NewReader(make([]byte, 2<<20)), 2<<20); err == nil {
		t.Errorf("what is larger than the daemon takes passed, found %q", found)
	}
	if found, err := c.Scan(t.Context(), iotest.ErrReader(io.ErrClosedPipe), 1); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("what cannot be read: found %q, %v", found, err)
	}
	if s := c.Stats(); s.Clean != 2 || s.Found != 3 || s.Failed != 2 || s.Scanning != 0 {
		t.Errorf("%+v", s)
	}
	if err := d.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Scan(t.Context(), strings.NewReader("x"), 1); err == nil {
		t.Error("a daemon that is down finds files clean")
	}
}

// TestWhatIsNotUnderstoodIsNotClean: whatever answers on that socket.
func TestWhatIsNotUnderstoodIsNotClean(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		"", "\x00", "stream: OK", "OK\x00", "stream: \x00", "stream:  FOUND\x00", "stream: OK\x00more", "STREAM: OK\x00", "stream: OK\n",
		"INSTREAM size limit exceeded. ERROR\x00", strings.Repeat("stream: OK\x00", 1000),
	} {
		c := answering(t, func(conn net.Conn) {
			_, _ = io.CopyN(io.Discard, conn, int64(len("zINSTREAM\x00")+4+1+4))
			_, _ = io.WriteString(conn, answer)
		})
		if found, err := c.Scan(t.Context(), strings.NewReader("x"), 1); err == nil {
			t.Errorf("%.30q is taken for a verdict: %q", answer, found)
		}
	}
}

// TestOfAPartOnlyWhatWasFoundIsBelieved: a content whose sending broke is not clean, whatever is said of it.
func TestOfAPartOnlyWhatWasFoundIsBelieved(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{"stream: OK\x00": "", "stream: Eicar FOUND\x00": "Eicar"} {
		shut := make(chan struct{})
		c := answering(t, func(conn net.Conn) {
			_, _ = io.CopyN(io.Discard, conn, int64(len("zINSTREAM\x00")))
			_, _ = io.WriteString(conn, answer)
			_ = conn.(*net.UnixConn).CloseRead() // what comes from now on breaks at the sender
			close(shut)
		})
		content := io.MultiReader(strings.NewReader("x"), late(shut), bytes.NewReader(make([]byte, 8*chunk)))
		found, err := c.Scan(t.Context(), content, 1)
		if found != want || (err == nil) != (want != "") {
			t.Errorf("%q: found %q, %v", answer, found, err)
		}
	}
}

// late is empty, once it may be read.
type late chan struct{}

func (l late) Read([]byte) (int, error) { <-l; return 0, io.EOF }

func TestAScanEndsWithItsContext(t *testing.T) {
	t.Parallel()
	c := answering(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }) // never a word
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Scan(ctx, strings.NewReader("x"), 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// answering gives a client of something that takes one connection.
func answering(t *testing.T, serve func(net.Conn)) *Client {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := l.Accept()
		if err == nil {
			serve(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-ended })
	c, err := New("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
