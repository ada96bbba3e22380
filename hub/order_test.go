package hub

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"postern/chat"
	"postern/hub/wire"
)

// step is one thing that happens in a history.
type step struct {
	Do   string
	Node int
	Who  int
	N    int
}

// history draws what happens to two nodes and their clients.
func history(t *rapid.T) []step {
	do := rapid.SampledFrom([]string{
		"connect", "deliver", "say", "connect", "wait", "deliver", "say", "hang up", "double", "lose", "wait longer",
		"deliver", "say", "epoch", "restore", "rights", "hide", "session", "database away", "database back",
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{
			Do: do.Draw(t, "do"), Node: rapid.IntRange(0, 1).Draw(t, "node"),
			Who: rapid.IntRange(0, 1).Draw(t, "who"), N: rapid.IntRange(0, 20).Draw(t, "n"),
		}
	}), 25, 80).Draw(t, "steps")
}

// TestEveryNumberOnceInOrder: whatever happens on the bus (lost, doubled, in another order), whenever clients come and go, and while
// the log is asked, each client is shown every number from its own on, once and in order, or told to load again.
func TestEveryNumberOnceInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		steps := history(rt)
		var wrong string
		synctest.Test(t, func(t *testing.T) { wrong = live(t, steps) })
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
}

// world is a history in progress.
type world struct {
	t     *testing.T
	book  *book
	nodes [2]*node

	mu      sync.Mutex
	away    bool
	flying  [][]byte // publications that no node has heard yet
	pass    func([]byte)
	wrong   string
	said    int
	viewers [2][]*viewer // by person
}

// viewer is a client that reads all the time.
type viewer struct {
	*client
	mu   sync.Mutex
	end  chan struct{}
	left bool // hung up, or closed for a reason
}

func live(t *testing.T, steps []step) string {
	w := &world{t: t, book: newBook(2)}
	w.book.fail = func(string) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.away {
			return errAway
		}
		return nil
	}
	join := memoryBuses(t)
	for i := range w.nodes {
		w.nodes[i] = startInMemory(t, w.book, &mangled{Bus: join(), publish: w.take}, func(o *Options) { o.PerUser = 1000 })
	}
	for who := range 2 {
		w.connect(step{Node: who, Who: who})
		w.connect(step{Node: 1 - who, Who: who})
	}
	for _, s := range steps {
		w.do(s)
	}
	w.do(step{Do: "database back"})
	w.settle()
	for _, n := range w.nodes {
		n.close()
	}
	for _, list := range w.viewers {
		for _, v := range list {
			<-v.end
		}
	}
	return w.wrong
}

// take keeps a publication: it arrives when the history says so.
func (w *world) take(pass func([]byte), payload []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flying, w.pass = append(w.flying, payload), pass
}

func (w *world) do(s step) {
	switch s.Do {
	case "say":
		for range s.N/5 + 1 {
			w.said++
			w.nodes[s.Node].say(fmt.Sprint(w.said))
		}
	case "session":
		w.nodes[s.Node].tell(w.book.writeFor(sessionEnded(id(8, 77)), person(s.Who)))
	case "rights":
		w.nodes[s.Node].tell(w.book.writeFor(chat.Event{Type: chat.RightsChanged}, person(s.Who)))
	case "epoch":
		p := person(s.Who)
		w.book.renew(p.ID, w.book.head(p.ID).Epoch+1)
	case "restore":
		p := person(s.Who)
		w.book.cutBack(p.ID, max(0, w.book.head(p.ID).Number-int64(s.N)))
		w.book.renew(p.ID, w.book.head(p.ID).Epoch+1)
	case "hide":
		if head := w.book.head(person(s.Who).ID).Number; head > int64(s.N) {
			w.book.hide(person(s.Who).ID, head-int64(s.N))
		}
	case "deliver", "double", "lose":
		w.bus(s)
	case "connect":
		w.connect(s)
	case "hang up":
		if list := w.viewers[s.Who]; len(list) > 0 {
			list[s.N%len(list)].hangUp()
		}
	case "wait":
		time.Sleep(time.Duration(s.N) * 10 * time.Millisecond)
	case "wait longer":
		time.Sleep(time.Duration(s.N) * 100 * time.Millisecond)
	case "database away", "database back":
		w.mu.Lock()
		w.away = s.Do == "database away"
		w.mu.Unlock()
	}
}

// bus lets one of the publications in flight arrive, or arrive and fly on, or never arrive.
func (w *world) bus(s step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.flying) == 0 {
		return
	}
	i := s.N % len(w.flying)
	if s.Do != "lose" {
		w.pass(w.flying[i])
	}
	if s.Do != "double" {
		w.flying = slices.Delete(w.flying, i, i+1)
	}
}

// connect has somebody come: from the beginning, from now, or from where one of their earlier clients was.
func (w *world) connect(s step) {
	from := chat.Place{Epoch: 1}
	query := []string{since(from)}
	if list := w.viewers[s.Who]; len(list) > 0 && s.N > 6 {
		from = list[s.N%len(list)].place()
		query = []string{since(from)}
	} else if s.N > 3 {
		query = nil
	}
	c, err := w.nodes[s.Node].open(s.Who, query...)
	if err != nil {
		w.fault("connect: %v", err)
		return
	}
	v := &viewer{client: c, end: make(chan struct{})}
	v.patience = time.Hour
	v.at = from
	w.viewers[s.Who] = append(w.viewers[s.Who], v)
	go w.watch(v)
}

func (w *world) fault(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrong == "" {
		w.wrong = fmt.Sprintf(format, args...)
	}
}

func (v *viewer) place() chat.Place {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.at
}

func (v *viewer) hangUp() {
	v.mu.Lock()
	v.left = true
	v.mu.Unlock()
	v.leave()
}

// watch reads frames and holds each to the rule.
func (w *world) watch(v *viewer) {
	defer close(v.end)
	for {
		_, text, err := v.ws.Read(context.Background())
		if err != nil {
			v.mu.Lock()
			v.left = true
			v.mu.Unlock()
			return
		}
		for _, f := range framesIn(w.t, text) {
			w.look(v, f)
		}
	}
}

func (w *world) look(v *viewer, f wire.Frame) {
	v.mu.Lock()
	defer v.mu.Unlock()
	from := f.Event
	switch f.Type {
	case wire.TypeHello:
		v.read(f, &v.hello)
		if !v.hello.Resumed {
			v.at = chat.Place{Epoch: v.hello.Epoch, Number: v.hello.Number}
		}
		return
	case wire.TypeReset:
		var r wire.Reset
		v.read(f, &r)
		v.at = chat.Place{Epoch: r.Epoch, Number: r.Number}
		return
	case wire.TypeSkipped:
		var s wire.Skipped
		v.read(f, &s)
		from = s.From
	}
	if from != v.at.Number+1 || f.Event < from {
		w.fault("person %d at %v was shown %s from %d to %d", v.actor, v.at, f.Type, from, f.Event)
	}
	v.at.Number = f.Event
	if f.Type == wire.TypeMessageCreated {
		var m wire.Message
		v.read(f, &m)
		if want, ok := w.book.text(person(v.actor).ID, v.at); ok && m.Text != want {
			w.fault("person %d at %v was shown %q, which is %q", v.actor, v.at, m.Text, want)
		}
	}
}

// text gives what an event says, if it is still of that epoch.
func (b *book) text(user chat.ID, at chat.Place) (string, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.streams[user]
	if at.Epoch != p.epoch || at.Number < p.first || at.Number > p.head() || p.events[at.Number-p.first].Body.Message == nil {
		return "", false
	}
	return p.events[at.Number-p.first].Body.Message.Text, true
}

// settle waits until every client that is still there has come to the head, within the time that the comparison takes.
func (w *world) settle() {
	time.Sleep(2*compareEvery + 10*patience)
	synctest.Wait()
	for who, list := range w.viewers {
		head := w.book.head(person(who).ID)
		for i, v := range list {
			v.mu.Lock()
			if !v.left && v.at != head {
				w.fault("client %d of person %d is at %v, the stream at %v", i, who, v.at, head)
			}
			v.mu.Unlock()
		}
		for _, n := range w.nodes {
			w.settled(n, person(who).ID, head)
		}
	}
}

// settled says that a node has come to rest about a user: nothing is held back or wanted any more.
func (w *world) settled(n *node, user chat.ID, head chat.Place) {
	n.mu.RLock()
	s := n.streams[user]
	n.mu.RUnlock()
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at != head.Number || s.epoch != head.Epoch || s.behind() || s.held != nil || s.bytes != 0 || s.fill.queued || s.fill.done != nil {
		w.fault("the stream stands at %d.%d of %v, holds %d (%d bytes), wants %+v", s.epoch, s.at, head, len(s.held), s.bytes, s.fill)
	}
}
