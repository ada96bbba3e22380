package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

func TestGreet(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	p.sent(t, sam, conv, "x") // anna's stream: joined, two messages
	for _, c := range []struct {
		since   *Place
		resumes bool
	}{
		{nil, false},
		{&Place{1, 3}, true}, {&Place{1, 0}, true}, {&Place{1, 2}, true},
		{&Place{1, 4}, false}, {&Place{1, 99}, false},
		{&Place{0, 3}, false}, {&Place{2, 0}, false}, {&Place{0, 0}, false},
	} {
		g, err := p.Greet(t.Context(), actor(anna), c.since)
		if err != nil || g.Resumes != c.resumes || g.Stream.Place != (Place{1, 3}) || g.Stream.Badge != 1 || !g.At.Equal(p.steps.at) {
			t.Errorf("since %v: %+v, %v", c.since, g, err)
		}
	}
}

// TestStreamsAreKeptForAWhile: who comes from before what is kept must reload.
func TestStreamsAreKeptForAWhile(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	for range 4 {
		p.sent(t, sam, conv, "x")
	}
	for kept, oldest := range map[int]int64{6: 1, 3: 4, 1: 6, 0: 7} {
		events := p.model.kept.events[anna.ID]
		p.model.kept.events[anna.ID] = events[len(events)-kept:]
		for after := range int64(8) {
			can := after+1 >= oldest && after <= 6
			g, err := p.Greet(t.Context(), actor(anna), &Place{1, after})
			if err != nil || g.Resumes != can {
				t.Errorf("%d kept, since %d: resumes %t, %v", kept, after, g.Resumes, err)
			}
			f, err := p.Follow(t.Context(), p.office.ID, anna.ID, after, 100)
			if err != nil || f.Gap != (after+1 < oldest && after < 6) || !f.Gap && after < 6 && len(f.Events) != int(6-after) {
				t.Errorf("%d kept, after %d: gap %t, %d events, %v", kept, after, f.Gap, len(f.Events), err)
			}
		}
		p.model.kept.events[anna.ID] = events
	}
}

// TestFollowShowsWhatWasTold: whoever was away is shown each message, receipt and departure as those saw it who were there.
func TestFollowShowsWhatWasTold(t *testing.T) {
	t.Parallel()
	seen := map[string]string{} // by user and number
	compared := 0
	for seed := range uint64(16) {
		w := newWorld(t, int(seed%16))
		l := &listener{world: w, t: t, seen: seen}
		w.TellTo(l)
		clear(seen)
		tell(w, 3_000_000+seed, int(seed%16), 120, nil)
		for _, u := range w.people {
			for after := int64(0); ; {
				f, err := w.Follow(t.Context(), u.Office, u.ID, after, 7)
				if err != nil {
					t.Fatal(err)
				}
				for _, ev := range f.Events {
					if ev.Number != after+1 {
						t.Fatalf("event %d after %d", ev.Number, after)
					}
					after = ev.Number
					live, kept := seen[fmt.Sprint(u.ID, ev.Number)], ev.Type == MessageCreated || ev.Type == ReceiptCreated || ev.Type == ConversationLeft
					if ev.Skipped && ev.Body != (Body{}) {
						t.Errorf("event %d is skipped and has a body", ev.Number)
					}
					withdrawn := ev.Body.Message != nil && ev.Body.Message.Withdrawn != ""
					if withdrawn && (ev.Body.Message.Text != "" || ev.Body.Message.Withdrawn == Undone && ev.Type == MessageCreated) {
						t.Errorf("event %d shows what was withdrawn", ev.Number)
					}
					if !kept || ev.Skipped || withdrawn {
						continue
					}
					compared++
					if now := bodyText(t, ev.Type, ev.Body); now != live {
						t.Fatalf("seed %d: %s was told\n%s\nand is shown\n%s", seed, u.Name, live, now)
					}
				}
				if len(f.Events) == 0 {
					break
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d events compared", compared)
	}
}

type listener struct {
	*world
	t    *testing.T
	seen map[string]string
}

// Announce is chat.Announcer's.
func (l *listener) Announce(ctx context.Context, told []Told) {
	for _, one := range told {
		for view, heard := range map[View][]Heard{StaffView: one.Staff, ContactView: one.Contacts} {
			for _, h := range heard {
				l.seen[fmt.Sprint(h.User, h.Number)] = bodyText(l.t, one.Type, one.Body.For(view))
			}
		}
	}
	l.world.Announce(ctx, told)
}

func bodyText(t *testing.T, of EventType, b Body) string {
	t.Helper()
	text, err := json.Marshal([]any{of, b})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestFollowObeysTodaysRights: what was told to somebody who is in the conversation no more.
func TestFollowObeysTodaysRights(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess, anna := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client)
	conv := p.started(t, sam, tess, anna)
	p.sent(t, sam, conv, "seen before")
	p.next()
	if _, err := p.Change(t.Context(), actor(sam), conv, Change{Title: ptr("Other")}); err != nil {
		t.Fatal(err)
	}
	p.next()
	if err := p.Remove(t.Context(), actor(sam), conv, anna.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	f, err := p.Follow(t.Context(), p.office.ID, anna.ID, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, ev := range f.Events {
		shown = append(shown, fmt.Sprint(ev.Type, " ", !ev.Skipped))
	}
	want := []string{
		"conversation.joined false", "message.created true", "message.created true", "message.created true", "conversation.changed false",
		"conversation.left true",
	}
	if !slices.Equal(shown, want) {
		t.Errorf("shown %q, want %q", shown, want)
	}
	if _, err := p.Follow(t.Context(), ID{9}, anna.ID, 0, 100); KindOf(err) != NotFound {
		t.Errorf("from another office: %v", err)
	}
}

func TestHeads(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	p.started(t, sam, anna)
	heads, err := p.Heads(t.Context(), []ID{sam.ID, anna.ID, {1}})
	if err != nil || len(heads) != 2 || heads[sam.ID] != (Place{1, 2}) {
		t.Errorf("%v, %v", heads, err)
	}
}

func TestSigns(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess, anna, bert := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client), p.user(t, "bert", Client)
	conv := p.started(t, sam, tess, anna)
	company := func(u *User, to Audience) (string, error) {
		c, err := p.SignTo(t.Context(), actor(u), conv, to)
		names := c.Person.Name + ":"
		for _, id := range c.Others {
			names += " " + p.model.kept.users[id].Name
		}
		return names, err
	}
	for _, c := range []struct {
		who  *User
		to   Audience
		want string
		kind Kind
	}{
		{sam, ForAll, "sam: tess anna", 0}, {sam, ForStaff, "sam: tess", 0},
		{anna, ForAll, "anna: sam tess", 0}, {anna, ForStaff, ":", Forbidden}, {bert, ForAll, ":", NotFound}, {bert, ForStaff, ":", Forbidden},
	} {
		if got, err := company(c.who, c.to); got != c.want || KindOf(err) != c.kind {
			t.Errorf("%s, %s: %q, %v, want %q", c.who.Name, c.to, got, err, c.want)
		}
	}
	p.next()
	if err := p.Remove(t.Context(), actor(sam), conv, anna.ID, ID{}); err != nil {
		t.Fatal(err)
	}
	if got, err := company(anna, ForAll); KindOf(err) != NotFound {
		t.Errorf("who left: %q, %v", got, err)
	}
	if got, _ := company(sam, ForAll); got != "sam: tess" {
		t.Errorf("to who left: %q", got)
	}
}
