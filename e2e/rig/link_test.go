package rig_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/e2e/rig"
)

// echo answers every line with itself, and counts them.
type echo struct {
	net.Listener
	mu    sync.Mutex
	lines int
}

func startEcho(t *testing.T) *echo {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &echo{Listener: listener}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { e.serve(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		running.Wait()
	})
	return e
}

func (e *echo) serve(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		e.mu.Lock()
		e.lines++
		e.mu.Unlock()
		fmt.Fprintln(conn, lines.Text())
	}
}

func (e *echo) heard() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lines
}

func startLink(t *testing.T, e *echo) *rig.Link {
	t.Helper()
	link, err := rig.NewLink(e.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := link.Close(); err != nil {
			t.Error(err)
		}
	})
	return link
}

// caller talks over the link.
type caller struct {
	net.Conn
	in *bufio.Reader
}

func call(t *testing.T, link *rig.Link) *caller {
	t.Helper()
	conn, err := net.Dial("tcp", link.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &caller{conn, bufio.NewReader(conn)}
}

func (c *caller) ask(line string, within time.Duration) error {
	if err := c.SetDeadline(time.Now().Add(within)); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(c, line); err != nil {
		return err
	}
	answer, err := c.in.ReadString('\n')
	if err == nil && strings.TrimSpace(answer) != line {
		err = fmt.Errorf("asked %q, answered %q", line, answer)
	}
	return err
}

func TestLinkCarriesSeversAndRedirects(t *testing.T) {
	t.Parallel()
	one, two := startEcho(t), startEcho(t)
	link := startLink(t, one)
	c := call(t, link)
	if err := c.ask("hello", 10*time.Second); err != nil {
		t.Fatal(err)
	}
	link.Redirect(two.Addr().String())
	if err := c.ask("again", 10*time.Second); err != nil || one.heard() != 2 {
		t.Fatalf("the connection there was: %v, %d lines", err, one.heard())
	}
	link.Sever()
	if err := c.ask("severed", 10*time.Second); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("severed: %v", err)
	}
	if err := call(t, link).ask("new", 10*time.Second); err != nil || two.heard() != 1 {
		t.Errorf("redirected: %v, %d lines", err, two.heard())
	}
	if err := link.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := net.Dial("tcp", link.Address()); err == nil {
		t.Error("a closed link takes connections")
	}
}

func TestLinkBreaksBeforeOrAfterTheServerHears(t *testing.T) {
	t.Parallel()
	e := startEcho(t)
	link := startLink(t, e)
	link.Break(1)
	for range 64 {
		if err := call(t, link).ask("break", 10*time.Second); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("a connection that was to break: %v", err)
		}
	}
	if heard := e.heard(); heard == 0 || heard == 64 {
		t.Errorf("the server heard %d of 64", heard)
	}
	link.Break(0)
	if err := call(t, link).ask("whole", 10*time.Second); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// A lost packet is sent again, so all arrives; where all are lost nothing does, nobody is told, and it comes when the line is good again.
func TestLinkLosesPackets(t *testing.T) {
	t.Parallel()
	link := startLink(t, startEcho(t))
	c := call(t, link)
	if err := link.Lose(0.1); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if err := c.ask(fmt.Sprint("line ", i), 20*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if err := link.Lose(1); err != nil {
		t.Fatal(err)
	}
	if err := c.ask("nobody hears", 300*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("over a dead line: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", link.Address()); err == nil {
		conn.Close()
		t.Error("a dead line takes connections")
	}
	if err := link.Lose(0); err != nil {
		t.Fatal(err)
	}
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if answer, err := c.in.ReadString('\n'); answer != "nobody hears\n" {
		t.Errorf("over the mended line: %q, %v", answer, err)
	}
}

func TestLinkTrickles(t *testing.T) {
	t.Parallel()
	link := startLink(t, startEcho(t))
	link.Trickle(2000)
	c := call(t, link)
	if err := c.ask(strings.Repeat("x", 200), time.Minute); err != nil {
		t.Fatal(err)
	}
	// What may go at once is spent: a second's worth of the rest takes a second.
	if err := c.ask(strings.Repeat("x", 40_000), 300*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("40 kB at 2 kB a second: %v", err)
	}
}

func TestClusterOnRoads(t *testing.T) {
	t.Parallel()
	isolated := rig.CanIsolate() == nil
	d, err := rig.StartCluster(t.Context(), rig.ClusterOptions{Roads: true, Isolated: isolated, Settings: rig.Settings{Binary: standIn(t)}})
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, d)
	roads := d.Nodes[0].Roads
	if got := ask(t, d, "node1", "database"); !strings.Contains(got, roads.Database.Address()) {
		t.Errorf("the database is at %s, the road at %s", got, roads.Database.Address())
	}
	if got := ask(t, d, "node1", "redis"); !strings.Contains(got, roads.Bus.Address()) {
		t.Errorf("Redis is at %s, the road at %s", got, roads.Bus.Address())
	}
	if !isolated {
		t.Log("no namespaces here: ", rig.CanIsolate())
		return
	}
	if err := roads.Namespace.Unplug(t.Context(), rig.WebWire); err != nil {
		t.Fatal(err)
	}
	if err := d.Proxy.AwaitUp(t.Context(), "node2"); err != nil {
		t.Fatal(err)
	}
	if err := roads.Namespace.Plug(t.Context(), rig.WebWire); err != nil {
		t.Fatal(err)
	}
	if err := d.AwaitUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}
