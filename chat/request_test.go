package chat

import (
	"strings"
	"testing"
)

// TestRequestsAreBounded: what can never be sent is refused before anything is asked of the store.
func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	good := SendRequest{Conversation: conv, Key: "key", HTML: "text"}
	for name, c := range map[string]struct {
		change func(*SendRequest)
		want   Kind
	}{
		"no key":              {func(r *SendRequest) { r.Key = "" }, Invalid},
		"a long key":          {func(r *SendRequest) { r.Key = strings.Repeat("k", 65) }, Invalid},
		"a broken key":        {func(r *SendRequest) { r.Key = "k\xff" }, Invalid},
		"NUL in the text":     {func(r *SendRequest) { r.HTML = "a\x00b" }, Invalid},
		"no UTF-8":            {func(r *SendRequest) { r.HTML = "a\xffb" }, Invalid},
		"NUL in the key":      {func(r *SendRequest) { r.Key = "k\x00" }, Invalid},
		"nothing":             {func(r *SendRequest) { r.HTML = "" }, Invalid},
		"spaces":              {func(r *SendRequest) { r.HTML = " \n\t" }, Invalid},
		"what cannot be read": {func(r *SendRequest) { r.HTML = "<broken" }, Invalid},
		"too long":            {func(r *SendRequest) { r.HTML = strings.Repeat("x", MaxBody+1) }, TooLarge},
		"too many files":      {func(r *SendRequest) { r.Attachments = make([]ID, MaxAttachments+1) }, TooLarge},
	} {
		r := good
		c.change(&r)
		p.next()
		if _, err := p.Send(t.Context(), actor(sam), r); KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(p.model.kept.messages[conv]) != 1 {
		t.Fatal("a refused message was kept")
	}
	for name, change := range map[string]func(*SendRequest){
		"a key of 64":       func(r *SendRequest) { r.Key = strings.Repeat("k", 64) },
		"as long as may be": func(r *SendRequest) { r.HTML, r.Key = strings.Repeat("x", MaxBody), "long" },
	} {
		r := good
		change(&r)
		p.next()
		if _, err := p.Send(t.Context(), actor(sam), r); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStartRequests(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	good := StartRequest{To: []ID{anna.ID}, Title: "Title", Key: "key", HTML: "text"}
	for name, c := range map[string]struct {
		change func(*StartRequest)
		want   Kind
	}{
		"to nobody":  {func(r *StartRequest) { r.To = nil }, Invalid},
		"to oneself": {func(r *StartRequest) { r.To = []ID{sam.ID} }, Invalid},
		"to too many": {func(r *StartRequest) {
			r.To = nil
			for i := range MaxParticipants {
				r.To = append(r.To, ID{1, byte(i), byte(i >> 8)})
			}
		}, TooLarge},
		"no title":         {func(r *StartRequest) { r.Title = "\r\n" }, Invalid},
		"another audience": {func(r *StartRequest) { r.Audience = "everybody" }, Invalid},
		"nothing":          {func(r *StartRequest) { r.HTML = "" }, Invalid},
	} {
		r := good
		c.change(&r)
		p.next()
		if _, err := p.Start(t.Context(), actor(sam), r); KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	good.To = []ID{anna.ID, sam.ID, anna.ID}
	p.next()
	first, err := p.Start(t.Context(), actor(sam), good)
	if err != nil || len(first.Row.Members) != 2 || first.Message.Text != "text" || first.Place != (Place{1, 2}) || first.Row.Newest.ID != first.Message.ID {
		t.Fatalf("%+v, %v", first, err)
	}
	p.next()
	again, err := p.Start(t.Context(), actor(sam), good)
	if err != nil || again.Message.ID != first.Message.ID || len(p.model.kept.threads) != 1 || again.Place != first.Place {
		t.Errorf("again: %+v, %v", again, err)
	}
}

func TestUnchangedStandings(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.next()
	stood, err := p.Archive(t.Context(), actor(anna), conv, true)
	if err != nil || !stood.Standing.Archived || stood.Badge != 0 || stood.Place != (Place{1, 3}) {
		t.Fatalf("%+v, %v", stood, err)
	}
	p.next()
	again, err := p.Archive(t.Context(), actor(anna), conv, true)
	if err != nil || again != stood {
		t.Errorf("the same again: %+v, %v, before %+v", again, err, stood)
	}
}
