package hub

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
)

// audienceAt makes this test binary a process that connects to an address and throws away what it is sent. So the CPU that is counted here is
// the hub's own.
const audienceAt = "POSTERN_TEST_AUDIENCE"

// sitIn is that process.
func sitIn(address string) {
	var kind string
	n := 0
	fmt.Sscan(address, &address, &n, &kind)
	for i := range n {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if kind == "people" {
			fmt.Fprintf(conn, handshake, i, "")
		}
		go io.Copy(struct{ io.Writer }{io.Discard}, conn)
	}
	io.Copy(io.Discard, os.Stdin) // until the benchmark closes it
}

// audience is so many people with so many sockets each, connected over loopback and joined.
type audience struct {
	hub    *Hub
	book   *book
	to     []chat.ID
	frames uint64 // of one event to all
	sent   uint64
}

func gather(b *testing.B, people, sockets int) *audience {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	inProcess(b, fmt.Sprint(l.Addr(), " ", people*sockets, " sockets"))
	a := &audience{book: newBook(people), frames: uint64(people * sockets)}
	a.hub = New(Options{Service: &desk{book: a.book}, Bus: alone(), Log: zerolog.Nop()})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.hub.Run(ctx) }()
	b.Cleanup(func() { stop(); <-done })
	for n := range people {
		a.to = append(a.to, person(n).ID)
		for range sockets {
			a.seat(b, l, n)
		}
	}
	return a
}

func inProcess(b *testing.B, arg string) {
	b.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), audienceAt+"="+arg)
	child.Stderr = os.Stderr
	stdin, err := child.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := child.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { stdin.Close(); child.Wait() })
}

// seat takes one socket past the handshake, which is not what is measured.
func (a *audience) seat(b *testing.B, l net.Listener, n int) {
	b.Helper()
	here, err := l.Accept()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { here.Close() })
	c := &conn{hub: a.hub, actor: actor(n)}
	c.out.open(here, a.hub)
	a.hub.join(c)
	c.epoch = 1
	c.stream.greeted(a.hub, c, chat.Place{Epoch: 1})
	c.stream.join(c)
}

// await waits until one more event has gone to everybody.
func (a *audience) await() {
	a.sent += a.frames
	for m := &a.hub.meter; m.frames.Load() < a.sent || m.queued.Load() > 0; {
		time.Sleep(500 * time.Microsecond) // a look costs CPU time too
	}
}

// benchmark measures one kind of fan-out with audiences of several sizes, the last is that of TARGETS.md T1.
func benchmark(b *testing.B, once func(*audience)) {
	for _, size := range []struct{ people, sockets int }{{3, 1}, {50, 10}, {500, 10}} {
		b.Run(fmt.Sprintf("people=%d/sockets=%d", size.people, size.sockets), func(b *testing.B) {
			a := gather(b, size.people, size.sockets)
			a.sent = a.hub.meter.frames.Load()
			b.ReportAllocs()
			began := cpu(b)
			for b.Loop() {
				once(a)
				a.await()
			}
			spent := cpu(b) - began
			deliveries := float64(a.frames) * float64(b.N)
			b.ReportMetric(deliveries/b.Elapsed().Seconds(), "deliveries/s")
			b.ReportMetric(deliveries/cmp.Or(spent.Seconds(), 1), "deliveries/cpu-s")
		})
	}
}

func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSign is one passing frame to everybody.
func BenchmarkSign(b *testing.B) {
	data := json.RawMessage(`{"conversation":"` + conversation.String() + `","person":{"id":"` + person(1).ID.String() +
		`","name":"person 1","kind":"contact"},"on":true}`)
	benchmark(b, func(a *audience) {
		a.hub.passOn(context.Background(), office, sign{typ: "typing", data: data, to: a.to})
	})
}

// BenchmarkMessage is one event with a text of 400 bytes, encoded once a view, published, and shown to everybody under their own number.
func BenchmarkMessage(b *testing.B) {
	ev := message(strings.Repeat("x", 400))
	benchmark(b, func(a *audience) {
		a.hub.Announce(context.Background(), []chat.Told{a.book.write(ev)})
	})
}

// BenchmarkIdle is what signed-in sockets cost in memory (TARGETS.md T2): one each of so many people, greeted and quiet.
func BenchmarkIdle(b *testing.B) {
	const people = 5000
	for b.Loop() {
		n := startNode(b, newBook(people), alone())
		before := resident(b)
		inProcess(b, fmt.Sprint(n.listen.Addr(), " ", people, " people"))
		eventually(b, "all have been greeted", func() bool {
			time.Sleep(10 * time.Millisecond)
			return n.meter.frames.Load() == people
		})
		b.ReportMetric(float64(resident(b)-before)/people, "resident-B/socket")
		n.close()
	}
}

// resident is the memory that this process holds once garbage is gone.
func resident(b *testing.B) int64 {
	b.Helper()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Fatal(err)
	}
	var size, pages int64
	fmt.Sscan(string(text), &size, &pages)
	return pages * int64(os.Getpagesize())
}
