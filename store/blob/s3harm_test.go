package blob_test

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// harmful stands before a server and does harm to what passes.
type harmful struct {
	addr     string
	up, down atomic.Pointer[harm] // towards the server, and back

	mu   sync.Mutex
	away bool
	open map[net.Conn]struct{}
}

// harm is done once so many bytes of a connection have passed in one direction, on so many connections.
type harm struct {
	after int64
	left  atomic.Int64
	flip  bool // change a byte, rather than cut the connection
}

func cut(after, times int64) *harm {
	h := &harm{after: after}
	h.left.Store(times)
	return h
}

func newHarmful(t *testing.T, server string) *harmful {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &harmful{addr: l.Addr().String(), open: map[net.Conn]struct{}{}}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.serve(client, server) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		p.goAway(true)
		serving.Wait()
	})
	return p
}

// goAway cuts every connection, and each new one, or serves again.
func (p *harmful) goAway(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
	if away {
		for conn := range p.open {
			conn.Close()
		}
	}
}

func (p *harmful) admit(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.away {
		p.open[conn] = struct{}{}
	}
	return !p.away
}

func (p *harmful) forget(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, conn)
}

func (p *harmful) serve(client net.Conn, address string) {
	defer client.Close()
	if !p.admit(client) {
		return
	}
	defer p.forget(client)
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	both.Go(func() { pass(server, client, &p.up) })
	both.Go(func() { pass(client, server, &p.down) })
	both.Wait()
}

// pass copies until an end, and ends both.
func pass(to, from net.Conn, harms *atomic.Pointer[harm]) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 16<<10)
	for passed := int64(0); ; {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		before := passed
		passed += int64(n)
		if h := harms.Load(); h != nil && before < h.after && passed >= h.after && h.left.Add(-1) >= 0 {
			if !h.flip {
				return
			}
			buffer[h.after-before-1] ^= 1
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
