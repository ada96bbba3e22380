package hub

import (
	"bufio"
	"bytes"
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"

	"postern/chat"
	"postern/hub/wire"
)

// startTimeout bounds the wait for a place among the starting connections and the greeting.
const startTimeout = 15 * time.Second

// Serve makes the request a live connection of the actor, who is signed in; since is where the client's state stands,
// nil for a client that begins. Origins are patterns of the origins that may connect beside the request's own
// host, "scheme://host" each; the caller has checked Host and Origin.
//
// It returns when the connection has caught up, or could not be made; what comes then is the hub's. A refusal before the upgrade
// is answered as problem+json, one after it by a close code.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, actor chat.Actor, since *chat.Place, origins ...string) {
	if err := h.enter(); err != nil {
		refuse(w, err)
		return
	}
	defer h.exit()
	began := time.Now()
	if !offers(r, wire.Subprotocol) {
		refuse(w, chat.Refuse(chat.Invalid, "Ask for the subprotocol "+wire.Subprotocol+"."))
		return
	}
	c := &conn{hub: h, actor: actor}
	if c.upgrade(w, r, origins) != nil {
		return // answered
	}
	code, s := h.join(c), start{conn: c}
	if code == 0 {
		code = s.greet(h.ctx, since)
	}
	if code != 0 {
		c.out.finish(code, "")
	}
	// Reading begins only now: a command is answered after hello.
	h.running.Go(func() {
		defer h.leave(c)
		c.read()
	})
	if code == 0 && s.catchUp(h.ctx) {
		observeSince(h.meters.Start, began)
	}
}

// retryWithin is how many seconds those who are turned away are spread over.
const retryWithin = 10

func refuse(w http.ResponseWriter, err error) {
	p := wire.ProblemOf(err)
	body, _ := wire.Marshal(p)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	if p.Retry {
		w.Header().Set("Retry-After", strconv.Itoa(1+rand.IntN(retryWithin)))
	}
	w.WriteHeader(p.Status)
	w.Write(body)
}

func offers(r *http.Request, subprotocol string) bool {
	for _, line := range r.Header.Values("Sec-WebSocket-Protocol") {
		if slices.ContainsFunc(strings.Split(line, ","), func(offer string) bool {
			return strings.TrimSpace(offer) == subprotocol
		}) {
			return true
		}
	}
	return false
}

// upgrade makes the WebSocket. An error has been answered.
func (c *conn) upgrade(w http.ResponseWriter, r *http.Request, origins []string) error {
	ws, err := websocket.Accept(&hijack{ResponseWriter: w, c: c}, r, &websocket.AcceptOptions{
		Subprotocols:    []string{wire.Subprotocol},
		OriginPatterns:  origins,
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		c.hub.log.Debug().Err(err).Msg("upgrade refused")
		return err
	}
	ws.CloseNow() // its own part, which is over: frames are read and written here
	now := time.Now().UnixNano()
	c.in.heard.Store(now)
	c.pinged.Store(now)
	return nil
}

// hijack takes the connection from the library, which is used for its handshake alone.
type hijack struct {
	http.ResponseWriter
	c *conn
}

// Hijack implements [http.Hijacker].
func (j *hijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(j.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	// The handshake's answer lies in the server's own buffer.
	if err := rw.Flush(); err != nil {
		conn.Close()
		return nil, nil, err
	}
	early, _ := rw.Peek(rw.Reader.Buffered()) // what is buffered is there
	j.c.in.have = bytes.Clone(early)
	j.c.out.open(conn, j.c.hub)
	return kept{conn}, rw, nil
}

// kept is a connection that the library does not close.
type kept struct{ net.Conn }

// Close implements [net.Conn].
func (kept) Close() error { return nil }

// start is a connection on its way from its greeting until it is live.
type start struct {
	*conn
	next  chat.Following // what came with the greeting
	given int            // events given before it joined
}

// greet says hello. It gives the code to close with when that is not possible.
func (c *start) greet(ctx context.Context, since *chat.Place) uint16 {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	select {
	case c.hub.starts <- struct{}{}:
	case <-ctx.Done():
		return wire.CloseBusy
	}
	defer func() { <-c.hub.starts }()
	g, err := c.hub.service.Greet(ctx, c.actor, since)
	if err != nil {
		return c.hub.refused(c.actor.User, err)
	}
	if err := c.hello(g, since); err != nil {
		c.hub.log.Error().Err(err).Msg("hello not encoded")
		return wire.CloseBusy
	}
	return 0
}

// refused gives the code for a connection whose user's stream cannot be read. Anything but a refusal is logged.
func (h *Hub) refused(user chat.ID, err error) uint16 {
	switch chat.KindOf(err) {
	case chat.Unsigned, chat.Forbidden, chat.NotFound:
		return wire.CloseSignedOut
	case chat.Unavailable:
	default:
		h.log.Warn().Err(err).Stringer("user", user).Msg("stream not read")
	}
	return wire.CloseBusy
}

func (c *start) hello(g chat.Greeting, since *chat.Place) error {
	resumes := g.Resumes && since != nil
	frame, err := plainFrame(wire.TypeHello, "", wire.Hello{
		Epoch: g.Stream.Epoch, Number: g.Stream.Number, Badge: g.Stream.Badge, At: wire.Time(g.At), Resumed: resumes,
		SpreadMS: c.hub.spread().Milliseconds(),
	})
	if err != nil {
		return err
	}
	c.out.send(frame)
	c.epoch, c.last = g.Stream.Epoch, g.Stream.Number
	switch {
	case resumes:
		c.last = since.Number
		c.next = chat.Following{Events: g.Next, Stream: g.Stream}
		c.hub.meter.resumes.Add(1)
	case since != nil:
		c.hub.meter.resets.Add(1)
		c.reset(g.Stream.Place)
	}
	c.stream.greeted(c.hub, c.conn, g.Stream.Place)
	return nil
}

// greeted takes the place of a greeting into the stream.
func (s *stream) greeted(h *Hub, c *conn, p chat.Place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.greeted, c.head, c.begun = true, p.Number, p.Epoch
	switch {
	case !s.placed:
		s.place(h, p)
	case p.Epoch != s.epoch:
		s.doubt(h)
	case p.Number > s.at:
		s.head = max(s.head, p.Number)
		s.wantFill(h, patience)
	}
}
