package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
)

// talk has everybody work until ending is closed; what was begun then is brought to its end, as long as the context lasts.
func (r *round) talk(ctx context.Context, ending <-chan struct{}) *sync.WaitGroup {
	t := &talk{round: r, ctx: ctx, ending: ending}
	speakers := 0
	for _, o := range r.rooms {
		speakers += len(o.speakers())
	}
	every := time.Duration(float64(speakers) / r.st.Rate * float64(time.Second))
	for _, o := range r.rooms {
		for _, p := range o.speakers() {
			t.Go(func() { t.speak(o, p, every) })
		}
		if o.number%2 == 0 {
			t.Go(func() { t.wander(o, o.guest) })
		}
		if o.number%4 == 1 {
			t.Go(func() { t.wander(o, o.aide) })
		}
		if o.writer != nil {
			t.Go(func() { t.answerByMail(o) })
		}
	}
	for _, p := range r.st.cast.people {
		if len(p.screens) > 0 {
			t.Go(func() { t.read(p) })
		}
	}
	t.Go(t.reconnect)
	return &t.WaitGroup
}

// talk is what people do in a round.
type talk struct {
	*round
	sync.WaitGroup
	ctx    context.Context
	ending <-chan struct{}
}

func (o *room) speakers() []*person { return o.members[:4] }

// goesOn waits for about as long, and says whether to go on.
func (t *talk) goesOn(about time.Duration) bool {
	timer := time.NewTimer(rand.N(2*about + 1))
	defer timer.Stop()
	select {
	case <-t.ending:
		return false
	case <-t.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// speak sends message after message, some of them notes if it is staff that speaks. Who is out at the time is refused.
func (t *talk) speak(o *room, p *person, every time.Duration) {
	for n := 0; t.goesOn(every); n++ {
		d := t.draft(o, p, fmt.Sprintf("say-%d-%d-%d", t.number, o.number, n), p.staff && rand.IntN(6) == 0)
		id, err := p.send(t.ctx, d, t.failed)
		switch {
		case err == nil:
			t.acknowledged(id, o)
		case isOut(err) && p != o.host:
		default:
			t.never(fmt.Errorf("%s says %s: %w", p.email, d.key, err))
		}
	}
}

// isOut: the writer was not in the room at the moment, which is no broken promise.
func isOut(err error) bool {
	refusal, ok := errors.AsType[*client.Refusal](err)
	return ok && refusal.Code == "forbidden"
}

func (r *round) draft(o *room, p *person, key string, note bool) draft {
	text := fmt.Sprintf("%s by %s ", key, p.name)
	return draft{o.id, key, "<p>" + text + strings.Repeat("word ", max(0, r.size-len(text))/5) + "</p>", note}
}

// wander has somebody leave or be removed, and be brought back, again and again.
func (t *talk) wander(o *room, p *person) {
	for t.goesOn(2 * time.Second) {
		by := p
		if rand.IntN(2) == 0 {
			by = o.host
		}
		if err := o.leave(t.ctx, p, by, t.failed); err != nil {
			t.never(fmt.Errorf("%s leaves: %w", p.email, err))
		}
		if !t.goesOn(time.Second) {
			return
		}
		if err := o.bring(t.ctx, p, t.failed); err != nil {
			t.never(fmt.Errorf("%s is brought back: %w", p.email, err))
		}
	}
}

// read has a person look at what has come now and then, over the socket or HTTP, and sometimes mark it unread. A look that fails is
// no promise.
func (t *talk) read(p *person) {
	rooms := t.roomsOf(p)
	if len(rooms) == 0 {
		return
	}
	for t.goesOn(1500 * time.Millisecond) {
		o, s := rooms[rand.IntN(len(rooms))], p.screens[rand.IntN(len(p.screens))]
		position := s.newest(o.id)
		if position == "" {
			continue
		}
		ctx, cancel := context.WithTimeout(t.ctx, ackTime)
		switch rand.IntN(10) {
		case 0:
			_ = p.client.Unread(ctx, o.id)
		case 1, 2, 3, 4:
			_ = p.client.Do(ctx, http.MethodPost, "/conversations/"+o.id+"/read", map[string]any{"position": position, "opened": true}, nil)
		default:
			_ = s.live.Command(ctx, wire.Command{Type: "read", Conversation: o.id, Position: position, Opened: true})
		}
		cancel()
	}
}

func (r *round) roomsOf(p *person) (list []*room) {
	for _, o := range r.rooms {
		for _, m := range o.members {
			if m == p {
				list = append(list, o)
			}
		}
	}
	return list
}

// reconnect breaks connections from the clients' side, as closing a lid does.
func (t *talk) reconnect() {
	screens := t.st.cast.screens()
	for t.goesOn(20 * time.Second / time.Duration(len(screens))) {
		screens[rand.IntN(len(screens))].drop()
	}
}
