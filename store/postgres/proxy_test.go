package postgres_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// proxy stands between a store and PostgreSQL and does harm.
type proxy struct {
	listener net.Listener
	server   string
	running  sync.WaitGroup

	mu    sync.Mutex
	open  map[net.Conn]bool
	away  bool
	fuse  int                   // bytes that still pass; negative: no limit
	blown int                   // how often it has cut
	guard func(out []byte) bool // whether what the server says may pass; nil: it may
}

// newProxy gives a proxy before the database of the URL, and the URL through it.
func newProxy(t *testing.T, database string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, server: u.Host, open: map[net.Conn]bool{}, fuse: -1}
	p.running.Go(p.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		p.cut()
		p.running.Wait()
	})
	u.Host = listener.Addr().String()
	return p, u.String()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server)
		if err != nil || !p.admit(client, server) {
			_ = client.Close()
			continue
		}
		p.running.Go(func() { p.pass(server, client, nil) })
		p.running.Go(func() { p.pass(client, server, p.mayPass) })
	}
}

func (p *proxy) admit(client, server net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away {
		_ = server.Close()
		return false
	}
	p.open[client], p.open[server] = true, true
	return true
}

// pass copies until there is harm to be done or one side is gone.
func (p *proxy) pass(to io.WriteCloser, from io.ReadCloser, may func([]byte) bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		allowed := p.burn(n)
		if n > 0 && may != nil && !may(buf[:n]) {
			return
		}
		if _, failed := to.Write(buf[:allowed]); failed != nil || err != nil {
			return
		}
		if allowed < n {
			p.cut()
			return
		}
	}
}

func (p *proxy) mayPass(out []byte) bool {
	p.mu.Lock()
	guard := p.guard
	p.mu.Unlock()
	return guard == nil || guard(out)
}

// burn gives how many of n bytes pass.
func (p *proxy) burn(n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fuse < 0 {
		return n
	}
	passes := min(n, p.fuse)
	p.fuse -= passes
	if passes < n {
		p.fuse = -1
		p.blown++
	}
	return passes
}

// light cuts all connections after so many more bytes, both ways together.
func (p *proxy) light(bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fuse = bytes
}

// cuts is how often a fuse has blown.
func (p *proxy) cuts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.blown
}

// censor asks the guard about all that the server says; a chunk that may not pass ends its connection.
func (p *proxy) censor(guard func([]byte) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.guard = guard
}

// goAway cuts all connections and takes no new ones, or takes them again.
func (p *proxy) goAway(away bool) {
	p.mu.Lock()
	p.away = away
	p.mu.Unlock()
	if away {
		p.cut()
	}
}

func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close()
	}
	clear(p.open)
}
