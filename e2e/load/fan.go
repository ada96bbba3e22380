package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"postern/e2e/client"
)

// fan is one conversation whose people type, and everybody's sockets. Socket i is of person i modulo their number; the first socket of
// each is the one they type on, and the one whose delay counts.
type fan struct {
	conversation string
	number       map[string]int // of a person, by id
	ears         []*ear
	typedAt      []atomic.Int64 // of each person's last sign, in ns since began
	began        time.Time
	measuring    atomic.Bool
	over         atomic.Bool
	broken       atomic.Int64 // sockets that ended by themselves, and frames that make no sense

	typed, due   int // signs, and the deliveries that they make
	warm         typing
	first, after time.Duration // when measuring began, and when the last sign had been typed
}

// typing is how far it has come.
type typing struct{ typed, due, heard, frames int }

// ear is one socket, and what it heard.
type ear struct {
	socket  *client.Socket
	greeted atomic.Bool
	heard   atomic.Int64 // signs
	frames  atomic.Int64 // of the WebSocket, that held one or more
	delays  []time.Duration
}

func newFan(conversation string, people []*client.Client, sockets []*client.Socket) *fan {
	f := &fan{conversation: conversation, number: map[string]int{}, typedAt: make([]atomic.Int64, len(people)), began: time.Now()}
	for i, p := range people {
		f.number[p.Me.User.ID] = i
	}
	for _, s := range sockets {
		f.ears = append(f.ears, &ear{socket: s})
	}
	return f
}

// watched does something while all sockets are read, once each was greeted; then it closes them.
func (f *fan) watched(ctx context.Context, do func() error) error {
	var watching sync.WaitGroup
	defer func() {
		f.over.Store(true)
		for _, e := range f.ears {
			_ = e.socket.Close() // its reader ends
		}
		watching.Wait()
	}()
	for i, e := range f.ears {
		watching.Go(func() { f.watch(e, i < len(f.typedAt)) })
	}
	greeted, err := until(ctx, stalled, func() bool {
		return !slices.ContainsFunc(f.ears, func(e *ear) bool { return !e.greeted.Load() })
	})
	switch {
	case err != nil:
		return err
	case !greeted:
		return fmt.Errorf("not every socket was greeted within %v", stalled)
	}
	return do()
}

// typingHead begins a sign as the hub writes it; in an array it stands further on.
var typingHead = []byte(`{"type":"typing"`)

// watch reads a socket until it is closed.
func (f *fan) watch(e *ear, first bool) {
	for {
		frame, err := e.socket.Next()
		if err != nil {
			if !f.over.Load() {
				f.broken.Add(1)
				tell("a socket broke: %v", err)
			}
			return
		}
		signs := bytes.Count(frame, typingHead)
		if signs == 0 {
			e.greeted.CompareAndSwap(false, bytes.HasPrefix(frame, helloHead))
			continue
		}
		e.heard.Add(int64(signs))
		e.frames.Add(1)
		if first && f.measuring.Load() {
			f.time(e, frame)
		}
	}
}

var idHead = []byte(`"id":"`)

// time notes how long the last sign of a frame took.
func (f *fan) time(e *ear, frame []byte) {
	at := bytes.LastIndex(frame, idHead)
	if at < 0 {
		f.broken.Add(1)
		return
	}
	id, _, _ := bytes.Cut(frame[at+len(idHead):], []byte(`"`))
	person, ok := f.number[string(id)]
	if !ok {
		f.broken.Add(1)
		return
	}
	e.delays = append(e.delays, time.Since(f.began)-time.Duration(f.typedAt[person].Load()))
}

// arriveWithin is how long signs may take before they are lost.
const arriveWithin = 5 * time.Second

// typeFor types for a while at a rate, by so many of the people in turn, each sign when it is due; it returns when all have arrived, or are lost.
func (f *fan) typeFor(ctx context.Context, rate float64, typists int, d time.Duration) error {
	start := time.Since(f.began)
	for i := range int(rate * d.Seconds()) {
		at := start + time.Duration(float64(i)/rate*float64(time.Second))
		if err := pause(ctx, at-time.Since(f.began)); err != nil {
			return err
		}
		if err := f.typeOnce(f.typed % typists); err != nil {
			return err
		}
	}
	f.after = time.Since(f.began)
	_, err := until(ctx, arriveWithin, func() bool { return f.heard() >= f.due })
	return err
}

func (f *fan) typeOnce(person int) error {
	f.typedAt[person].Store(int64(time.Since(f.began)))
	f.typed++
	f.due += len(f.ears) - f.socketsOf(person)
	frame := `{"type":"typing","conversation":"` + f.conversation + `","on":true}`
	if err := f.ears[person].socket.Send([]byte(frame)); err != nil {
		return fmt.Errorf("type: %w", err)
	}
	return nil
}

// socketsOf is how many sockets a person has. None of them hears of their own typing.
func (f *fan) socketsOf(person int) int {
	return (len(f.ears) - person + len(f.typedAt) - 1) / len(f.typedAt)
}

func (f *fan) heard() (n int) {
	for _, e := range f.ears {
		n += int(e.heard.Load())
	}
	return n
}

func (f *fan) sofar() typing {
	t := typing{typed: f.typed, due: f.due, heard: f.heard()}
	for _, e := range f.ears {
		t.frames += int(e.frames.Load())
	}
	return t
}

// measure begins what counts.
func (f *fan) measure() {
	f.warm, f.first = f.sofar(), time.Since(f.began)
	f.measuring.Store(true)
}

// delays are those of the people's first sockets, ascending, once the readers have ended.
func (f *fan) delays() (list []time.Duration) {
	for _, e := range f.ears {
		list = append(list, e.delays...)
	}
	slices.Sort(list)
	return list
}
