package api

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"github.com/rs/zerolog"

	"postern/chat"
	"postern/hub"
	"postern/hub/bus"
	"postern/hub/wire"
)

// newLiveWorld is a world with a real hub.
func newLiveWorld(t *testing.T) *world {
	t.Helper()
	var h *hub.Hub
	w := newWorld(t, func(o *Options) {
		h = hub.New(hub.Options{Service: o.Service, Bus: (&bus.Exchange{}).Node(), Log: zerolog.Nop()})
		o.Live = h
		o.Service.TellTo(h)
	})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := h.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		if err := h.Drain(ctx); err != nil {
			t.Error(err)
		}
		stop()
		running.Wait()
	})
	return w
}

// listen opens a live connection and reads its hello.
func (b *browser) listen(since string) (*websocket.Conn, wire.Hello) {
	b.w.t.Helper()
	ws, _, err := websocket.Dial(b.w.t.Context(), b.base+root+"/live?since="+since, &websocket.DialOptions{
		HTTPClient: b.http, HTTPHeader: http.Header{"Origin": {b.base}}, Subprotocols: []string{wire.Subprotocol},
	})
	must(b.w.t, err)
	b.w.t.Cleanup(func() { _ = ws.CloseNow() })
	var hello wire.Hello
	must(b.w.t, json.Unmarshal(hear(b.w.t, ws, wire.TypeHello).Data, &hello))
	return ws, hello
}

// hear reads frames until one of the type.
func hear(t testing.TB, ws *websocket.Conn, kind string) wire.Frame {
	t.Helper()
	for {
		_, text, err := ws.Read(t.Context())
		must(t, err)
		var frames []wire.Frame
		if text[0] == '{' {
			text = append(append([]byte("["), text...), ']')
		}
		must(t, json.Unmarshal(text, &frames))
		for _, f := range frames {
			if f.Type == kind {
				return f
			}
		}
	}
}

// TestAFrameIsTheAnswer: what comes live and what is asked for is one body, and its number lies past the snapshot before.
func TestAFrameIsTheAnswer(t *testing.T) {
	t.Parallel()
	w := newLiveWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	id := sam.start("Live", "<p>before</p>", w.carla).Row.Conversation.ID
	var before messagesAnswer
	carla.get("/conversations/" + id + "/messages").want(http.StatusOK).into(&before)
	place, err := chat.ParsePlace(before.AsOf)
	must(t, err)
	ws, hello := carla.listen(before.AsOf)
	if !hello.Resumed || hello.Number != place.Number || hello.Badge != 1 {
		t.Errorf("hello %+v after %s", hello, before.AsOf)
	}
	sam.send(id, "<p>now <strong>live</strong></p>")
	frame := hear(t, ws, wire.TypeMessageCreated)
	if frame.Event != place.Number+1 || frame.Badge == nil || *frame.Badge != 1 {
		t.Errorf("frame %d with badge %v, after %d", frame.Event, frame.Badge, place.Number)
	}
	var after struct {
		Messages []json.RawMessage `json:"messages"`
	}
	carla.get("/conversations/" + id + "/messages?after=" + before.Messages[0].Position).want(http.StatusOK).into(&after)
	if len(after.Messages) != 1 || string(after.Messages[0]) != string(frame.Data) {
		t.Errorf("live:\n%s\nasked:\n%s", frame.Data, after.Messages)
	}
}

func TestSigningOutClosesTheSocket(t *testing.T) {
	t.Parallel()
	w := newLiveWorld(t)
	here, there := w.as(w.carla), w.as(w.carla)
	ws, _ := here.listen("")
	stays, _ := there.listen("")
	there.delete("/sessions/" + here.me.Session).want(http.StatusNoContent)
	_, _, err := ws.Read(t.Context())
	for err == nil {
		_, _, err = ws.Read(t.Context())
	}
	if code := websocket.CloseStatus(err); code != 4001 {
		t.Errorf("the socket closed with %d: %v", code, err)
	}
	w.as(w.sam).start("Still here", "x", w.carla)
	hear(t, stays, wire.TypeMessageCreated)
}

// TestAFutureSinceIsReset, as is one of another epoch: the client reloads.
func TestAFutureSinceIsReset(t *testing.T) {
	t.Parallel()
	w := newLiveWorld(t)
	carla := w.as(w.carla)
	for _, since := range []string{"1.999999", "77.0"} {
		ws, hello := carla.listen(since)
		if hello.Resumed {
			t.Errorf("%s is gone on from: %+v", since, hello)
		}
		hear(t, ws, wire.TypeReset)
	}
}
