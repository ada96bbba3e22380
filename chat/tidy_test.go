package chat

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// removed notes what is removed.
type removed struct {
	contents []Content
	before   time.Time
	swept    time.Time
}

func (r *removed) Delete(_ context.Context, c Content, before time.Time) error {
	r.contents, r.before = append(r.contents, c), before
	return nil
}

func (r *removed) Sweep(_ context.Context, before time.Time) (int, error) {
	r.swept = before
	return 3, nil
}

func TestTidy(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan, anna := p.user(t, "stan", Staff), p.user(t, "anna", Client)
	conv := p.started(t, stan, anna)
	upload := func(content string) Attachment { return p.uploaded(t, anna, content) }
	sent, again, forgotten := upload("sent"), upload("sent"), upload("forgotten")
	p.wrote(t, anna, SendRequest{Conversation: conv, HTML: "see", Attachments: []ID{sent.ID}})
	keep, files := DefaultKeeping(), &removed{}
	tidy := func() (done Tidied, due bool) {
		t.Helper()
		done, due, err := p.Tidy(t.Context(), keep, files)
		if err != nil {
			t.Fatal(err)
		}
		return done, due
	}

	if done, due := tidy(); !due || done != (Tidied{Unfinished: 3}) {
		t.Errorf("on the first day: %+v, %v", done, due)
	}
	if _, due := tidy(); due {
		t.Error("it is due again at once")
	}

	p.later(keep.Uploads + time.Hour)
	if done, _ := tidy(); done != (Tidied{Uploads: 2, Unfinished: 3}) {
		t.Errorf("a day later: %+v", done)
	}
	if len(files.contents) != 1 || files.contents[0] != (Content{p.office.ID, forgotten.Hash}) {
		t.Errorf("of the files %x, %x and %x went %+v", sent.Hash, again.Hash, forgotten.Hash, files.contents)
	}
	if now := p.steps.now(); !files.before.Equal(now.Add(-keep.Grace)) || !files.swept.Equal(now.Add(-keep.Uploads)) {
		t.Errorf("files were removed from before %v, unfinished ones from before %v", files.before, files.swept)
	}

	p.later(keep.Streams)
	before, err := p.Greet(t.Context(), actor(anna), nil)
	if err != nil {
		t.Fatal(err)
	}
	if done, _ := tidy(); done.Events == 0 || done.Links != 2 {
		t.Errorf("after a month: %+v", done)
	}
	for since, resumes := range map[int64]bool{0: false, before.Stream.Number - 1: false, before.Stream.Number: true} {
		got, err := p.Greet(t.Context(), actor(anna), &Place{Epoch: 1, Number: since})
		if err != nil || got.Resumes != resumes {
			t.Errorf("since %d: %v, %v", since, got.Resumes, err)
		}
	}
	if m := p.sent(t, stan, conv, "after"); m.Position == 0 {
		t.Error("the conversation does not go on")
	}
}

// TestTidyGoesThroughAllStreams takes more users and more events than a batch has.
func TestTidyGoesThroughAllStreams(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	stan := p.user(t, "stan", Staff)
	for i := range tidyStreams + 5 {
		p.started(t, stan, p.user(t, fmt.Sprint("client", i), Client))
	}
	conv := p.started(t, stan, p.user(t, "busy", Client))
	for range 2 * tidyEvents {
		p.sent(t, stan, conv, "x")
	}
	p.later(DefaultKeeping().Streams + time.Hour)
	done, due, err := p.Tidy(t.Context(), DefaultKeeping(), &removed{})
	if err != nil || !due {
		t.Fatal(due, err)
	}
	for user, events := range p.model.kept.events {
		if len(events) != 0 {
			t.Errorf("%d events of %v are left, %d went", len(events), user, done.Events)
		}
	}
}
