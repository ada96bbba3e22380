package hub

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/time/rate"

	"postern/chat"
	"postern/hub/bus"
	"postern/hub/wire"
)

// Service is what the hub asks of chat.
type Service interface {
	Greet(ctx context.Context, a chat.Actor, since *chat.Place) (chat.Greeting, error)
	Follow(ctx context.Context, office, user chat.ID, after int64, limit int) (chat.Following, error)
	Heads(ctx context.Context, users []chat.ID) (map[chat.ID]chat.Place, error)
	Send(ctx context.Context, a chat.Actor, r chat.SendRequest) (chat.Sent, error)
	MarkRead(ctx context.Context, a chat.Actor, conversation chat.ID, to chat.Position, opened bool) (chat.Stood, error)
	SignTo(ctx context.Context, a chat.Actor, conversation chat.ID, to chat.Audience) (chat.Company, error)
}

// Options is what a hub stands on; numbers that are zero have their default.
type Options struct {
	Service Service
	Bus     bus.Bus
	Log     zerolog.Logger

	PerUser           int           // connections, 20
	CommandsPerSecond float64       // of one connection, 20, and three times that at once
	MostSockets       int           // connections; past it new ones are refused (503); 0: no bound
	MostStarting      int           // connections from their handshake until they are live; past it new ones are refused (503), 4,000
	Starting          int           // of those, such as ask the database to be greeted or caught up at a time, 256
	DrainOver         time.Duration // over which many connections are closed, 4 s
	Meters            Meters        // told of what Stats has no number for
}

// Hub holds a node's live connections. See the package's comment for what runs and what guards what.
type Hub struct {
	service Service
	bus     bus.Bus
	log     zerolog.Logger
	node    nodeID

	perUser      int
	commandRate  rate.Limit
	commandBurst int
	drainOver    time.Duration
	mostSockets  int64
	mostStarting int64

	ctx     context.Context // of everything that connections do; ended by Close
	stop    context.CancelFunc
	running sync.WaitGroup // handlers and readers

	mu       sync.RWMutex
	streams  map[chat.ID]*stream
	offices  map[chat.ID]*interest
	draining bool // connections are told to go
	drained  bool // no handler is let in

	starts  chan struct{} // a place for each connection that starts
	fills   fillQueue
	gaps    gaps
	writers []chan []delivery
	blind   atomic.Bool // heads cannot be compared
	frames  sync.Pool   // of *[]byte: frames being made
	meter   meter
	meters  Meters
}

// New makes a hub. It serves connections at once; what keeps them right is [Hub.Run].
func New(o Options) *Hub {
	per := cmp.Or(o.CommandsPerSecond, 20)
	h := &Hub{
		service: o.Service, bus: o.Bus, log: o.Log,
		perUser:     cmp.Or(o.PerUser, 20),
		commandRate: rate.Limit(per), commandBurst: max(1, int(3*per)),
		drainOver:   cmp.Or(o.DrainOver, 4*time.Second),
		mostSockets: int64(cmp.Or(o.MostSockets, math.MaxInt32)), mostStarting: int64(cmp.Or(o.MostStarting, 4000)),
		streams: map[chat.ID]*stream{},
		offices: map[chat.ID]*interest{},
		starts:  make(chan struct{}, cmp.Or(o.Starting, 256)),
		fills:   fillQueue{ready: make(chan struct{}, 1)},
		gaps:    gaps{channels: map[string]bool{}, ready: make(chan struct{}, 1)},
		writers: make([]chan []delivery, runtime.GOMAXPROCS(0)),
		meters:  o.Meters.complete(),
	}
	rand.Read(h.node[:]) // never fails (crypto/rand)
	for i := range h.writers {
		h.writers[i] = make(chan []delivery, maxTasks)
	}
	h.ctx, h.stop = context.WithCancel(context.Background())
	return h
}

// Run carries news, compares heads, fills and pings until ctx ends, and returns when its goroutines have ended. Call it once.
// Connections are ended by [Hub.Drain], before.
func (h *Hub) Run(ctx context.Context) error {
	var own sync.WaitGroup
	for writer := range h.writers {
		own.Go(func() { h.runWriter(ctx, writer) })
	}
	for range fillers {
		own.Go(func() { h.runFills(ctx) })
	}
	own.Go(func() { h.runCompare(ctx) })
	own.Go(func() { h.runKeep(ctx) })
	err := h.bus.Run(ctx, bus.Handler{Message: h.arrived, Gap: h.missed})
	own.Wait()
	if err != nil {
		return fmt.Errorf("run the bus: %w", err)
	}
	return nil
}

// join puts a connection with its user's stream, before it is greeted: news that comes from now on is not missed. It gives
// the code to close with when there is no room.
func (h *Hub) join(c *conn) uint16 {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.streams[c.actor.User]
	switch {
	case h.draining:
		return wire.CloseGoingAway
	case s == nil:
		s = &stream{office: c.actor.Office, user: c.actor.User}
		h.streams[s.user] = s
		h.wantOffice(s.office)
	case len(s.conns) >= h.perUser:
		return wire.CloseTooMany
	}
	c.stream = s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = append(s.conns, c)
	h.meter.sockets.Add(1)
	return 0
}

// leave forgets a connection, and with the last of them the stream.
func (h *Hub) leave(c *conn) {
	if c.stream == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s := c.stream
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = slices.DeleteFunc(s.conns, func(other *conn) bool { return other == c })
	h.meter.sockets.Add(-1)
	if len(s.conns) == 0 {
		delete(h.streams, s.user)
		h.leaveOffice(s.office)
	}
}

// connections gives all of them.
func (h *Hub) connections() []*conn {
	h.mu.RLock()
	defer h.mu.RUnlock()
	list := make([]*conn, 0, h.meter.sockets.Load())
	for _, s := range h.streams {
		s.mu.Lock()
		list = append(list, s.conns...)
		s.mu.Unlock()
	}
	return list
}
