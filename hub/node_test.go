package hub

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/rs/zerolog"

	"postern/chat"
	"postern/hub/bus"
	"postern/hub/wire"
)

// TestMain fails when a test leaves one of our goroutines behind.
func TestMain(m *testing.M) {
	if address := os.Getenv(audienceAt); address != "" {
		sitIn(address)
		return
	}
	code := m.Run()
	if left := leftBehind(); code == 0 && left != "" {
		fmt.Fprintln(os.Stderr, "goroutines left behind:\n"+left)
		code = 1
	}
	os.Exit(code)
}

// leftBehind waits a little for those that are just ending.
func leftBehind() (left string) {
	for range 100 {
		left = ""
		buf := make([]byte, 1<<20)
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(g, "postern/hub") && !strings.Contains(g, "postern/hub.TestMain") {
				left += g + "\n\n"
			}
		}
		if left == "" {
			return ""
		}
		time.Sleep(20 * time.Millisecond) // the process is about to end: nothing else can be waited for
	}
	return left
}

// node is a hub behind an HTTP server.
type node struct {
	*Hub
	t      testing.TB
	book   *book
	listen net.Listener
	dial   func(ctx context.Context, network, address string) (net.Conn, error)
	close  func()
}

// startNode starts a node on a real socket.
func startNode(t testing.TB, b *book, on bus.Bus, change ...func(*Options)) *node {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var d net.Dialer
	return serveOn(t, b, on, l, func(ctx context.Context, _, _ string) (net.Conn, error) {
		return d.DialContext(ctx, "tcp", l.Addr().String())
	}, change)
}

// startInMemory starts a node that is reached by pipes, for tests within synctest.
func startInMemory(t testing.TB, b *book, on bus.Bus, change ...func(*Options)) *node {
	t.Helper()
	l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	return serveOn(t, b, on, l, l.dial, change)
}

func serveOn(t testing.TB, b *book, on bus.Bus, l net.Listener, dial func(context.Context, string, string) (net.Conn, error), change []func(*Options)) *node {
	t.Helper()
	d := &desk{book: b}
	o := Options{Service: d, Bus: on, Log: zerolog.Nop(), DrainOver: 200 * time.Millisecond}
	for _, f := range change {
		f(&o)
	}
	n := &node{Hub: New(o), t: t, book: b, listen: l, dial: dial}
	d.hub = n.Hub
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := n.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	server := &http.Server{Handler: n}
	running.Go(func() { server.Serve(l) })
	n.close = sync.OnceFunc(func() {
		now, cancel := context.WithCancel(context.Background())
		cancel()
		n.Drain(now)
		if s := n.Stats(); s.Sockets != 0 || s.Outboxes.Holds != 0 {
			t.Errorf("after the last connection stats are %+v", s)
		}
		server.Close()
		stop()
		running.Wait()
	})
	t.Cleanup(n.close)
	return n
}

// ServeHTTP stands for the API: whoever names themselves is believed.
func (n *node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	number, _ := strconv.Atoi(q.Get("actor"))
	a := actor(number)
	if session := q.Get("session"); session != "" {
		k, _ := strconv.Atoi(session)
		a.Session = id(8, k)
	}
	var since *chat.Place
	if text := q.Get("since"); text != "" {
		place, err := chat.ParsePlace(text)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		since = &place
	}
	n.Serve(w, r, a, since)
}

// pipeListener accepts in-memory connections.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// client is a person's browser: it keeps what it was shown and insists on the order.
type client struct {
	t     testing.TB
	ws    *websocket.Conn
	actor int

	patience time.Duration

	hello  wire.Hello
	at     chat.Place // the last number worked in
	badge  int
	texts  []string // of messages shown, in order
	frames []wire.Frame
	wait   []wire.Frame // of an array, not looked at yet
}

// connect opens a connection and reads hello, and reset if one follows.
func (n *node) connect(who int, query ...string) *client {
	n.t.Helper()
	c, err := n.tryConnect(who, query...)
	if err != nil {
		n.t.Fatalf("connect %d: %v", who, err)
	}
	return c
}

func (n *node) open(who int, query ...string) (*client, error) {
	url := fmt.Sprintf("ws://node/?actor=%d&%s", who, strings.Join(query, "&"))
	transport := &http.Transport{DialContext: n.dial}
	defer transport.CloseIdleConnections()
	ws, resp, err := websocket.Dial(context.Background(), url, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: transport}, Subprotocols: []string{wire.Subprotocol},
	})
	if err != nil {
		if resp != nil {
			err = fmt.Errorf("%d: %w", resp.StatusCode, err)
		}
		return nil, err
	}
	ws.SetReadLimit(8 << 20)
	c := &client{t: n.t, ws: ws, actor: who, patience: 20 * time.Second}
	n.t.Cleanup(func() { ws.CloseNow() })
	return c, nil
}

func (n *node) tryConnect(who int, query ...string) (*client, error) {
	c, err := n.open(who, query...)
	if err != nil {
		return nil, err
	}
	since, resuming := sinceIn(query)
	f, err := c.next()
	if err != nil {
		return nil, err
	}
	if f.Type != wire.TypeHello {
		n.t.Fatalf("the first frame is %s", f.Type)
	}
	c.read(f, &c.hello)
	c.at = chat.Place{Epoch: c.hello.Epoch, Number: c.hello.Number}
	switch {
	case c.hello.Resumed:
		c.at = since
	case resuming:
		c.mustReset()
	}
	return c, nil
}

func sinceIn(query []string) (chat.Place, bool) {
	for _, q := range query {
		if text, ok := strings.CutPrefix(q, "since="); ok {
			place, err := chat.ParsePlace(text)
			return place, err == nil
		}
	}
	return chat.Place{}, false
}

func since(p chat.Place) string { return "since=" + p.String() }

func (c *client) read(f wire.Frame, into any) {
	c.t.Helper()
	if err := json.Unmarshal(f.Data, into); err != nil {
		c.t.Fatalf("data of %s: %v", f.Type, err)
	}
}

// next gives the next frame of any kind, numbers checked.
func (c *client) next() (wire.Frame, error) {
	if len(c.wait) == 0 {
		ctx, cancel := context.WithTimeout(context.Background(), c.patience)
		defer cancel()
		typ, text, err := c.ws.Read(ctx)
		if err != nil {
			return wire.Frame{}, err
		}
		if typ != websocket.MessageText {
			c.t.Fatal("a binary frame")
		}
		c.wait = framesIn(c.t, text)
	}
	f := c.wait[0]
	c.wait = c.wait[1:]
	c.frames = append(c.frames, f)
	c.work(f)
	return f, nil
}

func framesIn(t testing.TB, text []byte) (list []wire.Frame) {
	t.Helper()
	if len(text) > 0 && text[0] == '[' {
		if err := json.Unmarshal(text, &list); err != nil || len(list) < 2 {
			t.Fatalf("array of %d frames: %v", len(list), err)
		}
		return list
	}
	var f wire.Frame
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatalf("frame: %v", err)
	}
	return []wire.Frame{f}
}

// work is what a client does with a frame: exactly what follows its number may come.
func (c *client) work(f wire.Frame) {
	c.t.Helper()
	if f.Event == 0 {
		if f.Type == wire.TypeReset {
			var r wire.Reset
			c.read(f, &r)
			c.at = chat.Place{Epoch: r.Epoch, Number: r.Number}
		}
		return
	}
	from := f.Event
	if f.Type == wire.TypeSkipped {
		var s wire.Skipped
		c.read(f, &s)
		from = s.From
	}
	if from != c.at.Number+1 || from > f.Event {
		c.t.Errorf("client of %d at %v was shown %s from %d to %d", c.actor, c.at, f.Type, from, f.Event)
	}
	if f.Badge == nil || *f.Badge != badgeAt(f.Event) {
		c.t.Errorf("event %d has badge %v, want %d", f.Event, f.Badge, badgeAt(f.Event))
	} else {
		c.badge = *f.Badge
	}
	c.at.Number = f.Event
	if f.Type == wire.TypeMessageCreated {
		var m wire.Message
		c.read(f, &m)
		c.texts = append(c.texts, m.Text)
	}
}

// until reads until the number is worked in.
func (c *client) until(number int64) {
	c.t.Helper()
	for c.at.Number < number {
		if f, err := c.next(); err != nil {
			c.t.Fatalf("client of %d at %v, waiting for %d: %v", c.actor, c.at, number, err)
		} else if f.Type == wire.TypeReset {
			c.t.Fatalf("client of %d was reset to %v", c.actor, c.at)
		}
	}
	if c.at.Number > number {
		c.t.Errorf("client of %d is at %v, past %d", c.actor, c.at, number)
	}
}

// mustNext reads a frame of a type that must be the next.
func (c *client) mustNext(typ string) wire.Frame {
	c.t.Helper()
	f, err := c.next()
	if err != nil || f.Type != typ {
		c.t.Fatalf("next frame is %q (%v), want %s", f.Type, err, typ)
	}
	return f
}

func (c *client) mustReset() { c.t.Helper(); c.mustNext(wire.TypeReset) }

// mustClose reads until the connection ends, and insists on the code.
func (c *client) mustClose(code int) {
	c.t.Helper()
	for {
		if _, err := c.next(); err != nil {
			if got := websocket.CloseStatus(err); int(got) != code {
				c.t.Errorf("client of %d closed with %d (%v), want %d", c.actor, got, err, code)
			}
			return
		}
	}
}

func (c *client) write(text string) {
	c.t.Helper()
	if err := c.ws.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

func (c *client) command(cmd wire.Command) {
	c.t.Helper()
	text, err := json.Marshal(cmd)
	if err != nil {
		c.t.Fatal(err)
	}
	c.write(string(text))
}

// leave hangs up without a word.
func (c *client) leave() { c.ws.CloseNow() }

// allJoined waits until every connection takes part, so that passing signs reach it.
func (n *node) allJoined() {
	n.t.Helper()
	eventually(n.t, "all have joined", func() bool {
		for _, c := range n.connections() {
			c.stream.mu.Lock()
			joined := c.joined
			c.stream.mu.Unlock()
			if !joined {
				return false
			}
		}
		return true
	})
}

// tell announces on a node.
func (n *node) tell(told ...chat.Told) { n.Announce(context.Background(), told) }

// say commits a message for everybody and announces it.
func (n *node) say(text string) { n.tell(n.book.write(message(text))) }

func alone() bus.Bus { return new(bus.Exchange).Node() }

// redisBus gives nodes that meet by Redis.
func redisBuses(t *testing.T) func() bus.Bus {
	t.Helper()
	url := os.Getenv("POSTERN_TEST_REDIS")
	if url == "" {
		t.Fatal("run make test, or set POSTERN_TEST_REDIS")
	}
	prefix := rand.Text() + ":"
	return func() bus.Bus {
		b, err := bus.NewRedis(bus.RedisOptions{URL: url, Prefix: prefix, Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

// memoryBuses gives nodes that meet in this process.
func memoryBuses(*testing.T) func() bus.Bus {
	var e bus.Exchange
	return func() bus.Bus { return e.Node() }
}

// eventually waits for what happens in other goroutines of a real node.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal("it never came that " + what)
		}
		runtime.Gosched()
	}
}

var errDeadline = fmt.Errorf("ask: %w", context.DeadlineExceeded)

var errAway = chat.Refuse(chat.Unavailable, "The database is away. Try again.").Because(errors.New("connection refused"))
