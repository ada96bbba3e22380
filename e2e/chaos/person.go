package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"postern/e2e/client"
	"postern/hub/wire"
)

// person is somebody who works while things break.
type person struct {
	name, email, role, id string
	staff                 bool
	client                *client.Client
	screens               []*screen // none: answers by mail

	mu      sync.Mutex
	waiting map[string]chan answer // by key: sends over the socket
}

// answer is what came for a send over the socket.
type answer struct {
	id  string // of the message
	err error
}

// answered brings an answer to the send that waits for it. The same key may be answered again.
func (p *person) answered(f wire.Frame) {
	p.mu.Lock()
	to := p.waiting[f.Key]
	p.mu.Unlock()
	if to == nil {
		return
	}
	var a answer
	if f.Type == wire.TypeAck {
		var ack wire.Ack
		a.err = json.Unmarshal(f.Data, &ack)
		a.id = ack.ID
	} else {
		var refusal client.Refusal
		a.err = errors.Join(json.Unmarshal(f.Data, &refusal.Problem), &refusal)
	}
	select {
	case to <- a:
	default: // one waits already
	}
}

// unheard tells every send that waits that its connection has ended: it may have arrived or not.
func (p *person) unheard() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, to := range p.waiting {
		select {
		case to <- answer{err: errAway}:
		default:
		}
	}
}

// draft is a message about to be sent: the same whenever it is sent again.
type draft struct {
	conversation, key, html string
	note                    bool
}

// final says that sending again would change nothing.
func final(err error) bool {
	refusal, ok := errors.AsType[*client.Refusal](err)
	if !ok || refusal.Retry {
		return false
	}
	switch refusal.Status {
	case 0: // over the socket
		return refusal.Code != "internal"
	case http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusBadRequest, http.StatusUnauthorized, http.StatusGone:
		return true
	}
	return false
}

// ackTime is how long an acknowledgement is waited for until the same is sent again.
const ackTime = 10 * time.Second

// send sends under one key until it is acknowledged or refused for good, each time over the socket or over HTTP as it comes. It gives
// the message's id.
func (p *person) send(ctx context.Context, d draft, failed func(error)) (string, error) {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		var id string
		var err error
		if rand.IntN(2) == 0 {
			id, err = p.sendLive(ctx, d)
		} else {
			id, err = p.sendHTTP(ctx, d)
		}
		if err == nil || final(err) {
			return plain(id), err
		}
		if ctx.Err() != nil {
			return "", fmt.Errorf("never answered: %w", err)
		}
		if !errors.Is(err, errAway) {
			failed(err)
		}
		pause(ctx, rand.N(wait))
	}
}

var errAway = errors.New("no connection to send on")

func (p *person) sendLive(ctx context.Context, d draft) (string, error) {
	to := make(chan answer, 1)
	p.mu.Lock()
	p.waiting[d.key] = to
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.waiting, d.key)
		p.mu.Unlock()
	}()
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	s := p.screens[0]
	if s.live.Command(ctx, wire.Command{Type: "send", Key: d.key, Conversation: d.conversation, HTML: d.html, Note: d.note}) != nil {
		return "", errAway // it is, or will be, counted where the connection ends
	}
	select {
	case a := <-to:
		return a.id, a.err
	case <-ctx.Done():
		s.drop() // it is believed dead
		return "", fmt.Errorf("no acknowledgement: %w", ctx.Err())
	}
}

func (p *person) sendHTTP(ctx context.Context, d draft) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	var sent struct{ Message wire.Message }
	in := map[string]any{"key": d.key, "html": d.html, "note": d.note}
	err := p.client.Do(ctx, http.MethodPost, "/conversations/"+d.conversation+"/messages", in, &sent)
	return sent.Message.ID, err
}

// until asks again until it is done or refused for good.
func until(ctx context.Context, failed func(error), do func(context.Context) error) error {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		attempt, cancel := context.WithTimeout(ctx, ackTime)
		err := do(attempt)
		cancel()
		if err == nil || final(err) {
			return err
		}
		if ctx.Err() != nil {
			return fmt.Errorf("never answered: %w", err)
		}
		failed(err)
		pause(ctx, rand.N(wait))
	}
}
