package api

import (
	"context"
	"testing"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// nothingLeft has no files to remove.
type nothingLeft struct{}

func (nothingLeft) Delete(context.Context, chat.Content, time.Time) error { return nil }
func (nothingLeft) Sweep(context.Context, time.Time) (int, error)         { return 0, nil }

// TestATrimmedStreamIsReset for who was away for longer than it is kept; who was not goes on.
func TestATrimmedStreamIsReset(t *testing.T) {
	t.Parallel()
	w := newLiveWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	_, first := carla.listen("")
	id := sam.start("Long ago", "<p>one</p>", w.carla).Row.Conversation.ID
	sam.send(id, "<p>two</p>")
	away := chat.Place{Epoch: first.Epoch, Number: first.Number + 1}
	if _, hello := carla.listen(away.String()); !hello.Resumed {
		t.Fatalf("before anything was trimmed: %+v", hello)
	}
	keep := chat.DefaultKeeping()
	keep.Streams = -time.Minute // what happened until now is old
	done, due, err := w.service.Tidy(t.Context(), keep, nothingLeft{})
	if must(t, err); !due || done.Events == 0 {
		t.Fatalf("tidied %+v, %v", done, due)
	}
	ws, hello := carla.listen(away.String())
	if hello.Resumed {
		t.Errorf("gone on from within what was trimmed: %+v", hello)
	}
	hear(t, ws, wire.TypeReset)
	sam.send(id, "<p>three</p>")
	if frame := hear(t, ws, wire.TypeMessageCreated); frame.Event != hello.Number+1 {
		t.Errorf("event %d, after %d", frame.Event, hello.Number)
	}
	head := chat.Place{Epoch: hello.Epoch, Number: hello.Number}
	if _, again := carla.listen(head.String()); !again.Resumed {
		t.Errorf("the end of what was trimmed is no place to go on from: %+v", again)
	}
}
