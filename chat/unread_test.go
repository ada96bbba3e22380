package chat

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestUnreadDoesNotDrift (R9): random deeds of eight people, each on two devices. After every one of them, everybody's unread conversations and
// badge are what messages, spans and cursors make of them, also on devices that miss news and resume; streams count 1, 2, 3, ...; cursors never go
// back; news goes to those only who may know, and to nobody who left.
func TestUnreadDoesNotDrift(t *testing.T) {
	t.Parallel()
	steps := 20_000
	if os.Getenv("POSTERN_LONG") != "" {
		steps = 1_000_000
	}
	const length = 250
	t.Run("stories", func(t *testing.T) {
		for part := range 4 {
			t.Run(fmt.Sprint("part ", part), func(t *testing.T) {
				t.Parallel()
				for seed := part; seed*length < steps && !t.Failed(); seed += 4 {
					w := newWorld(t, seed%16)
					l := &ledgerOfUnread{world: w, t: t, before: map[Seat]Participant{}, counts: map[Seat]bool{}, devices: newDevices(w.people)}
					w.TellTo(l)
					tell(w, uint64(1_000_000+seed), seed%16, length, l.check)
				}
			})
		}
	})
}

// ledgerOfUnread holds what is so against what ought to be so.
type ledgerOfUnread struct {
	*world
	t       *testing.T
	told    []Told // by the deed that is being checked
	before  map[Seat]Participant
	counts  map[Seat]bool // what counts in badges, by recomputation
	devices []*device
}

// Announce is chat.Announcer's.
func (l *ledgerOfUnread) Announce(ctx context.Context, told []Told) {
	l.told = append(l.told, told...)
	l.world.Announce(ctx, told)
}

func (l *ledgerOfUnread) check(d deed) {
	l.t.Helper()
	fail := func(format string, args ...any) {
		l.t.Helper()
		l.t.Errorf("after %s: %s", d, fmt.Sprintf(format, args...))
	}
	touched := map[ID]bool{l.conversation(d): true}
	for _, told := range l.told {
		touched[told.Conversation] = true
	}
	for id, thread := range l.model.kept.threads {
		if touched[id] || d.n%50 == 49 {
			l.checkThread(fail, strings.HasPrefix(d.kind, "undo"), id, thread)
		}
	}
	badges := map[ID]int{}
	for seat := range l.counts {
		badges[seat.User]++
	}
	for _, told := range l.told {
		l.checkAudience(fail, told)
	}
	for _, u := range l.people {
		l.checkStream(fail, u, badges[u.ID])
	}
	for i, dev := range l.devices {
		dev.hear(l.told)
		if (d.n+i)%5 == 0 {
			dev.resume(l, fail)
		}
		if dev.number == l.model.kept.streams[dev.user.ID].Number && dev.badge != badges[dev.user.ID] {
			fail("a device of %s shows %d, the badge is %d", dev.user.Name, dev.badge, badges[dev.user.ID])
		}
	}
	l.told = nil
}

// checkThread recomputes who has something to read, and whether it counts in their badges.
func (l *ledgerOfUnread) checkThread(fail func(string, ...any), undoes bool, id ID, thread *Thread) {
	l.checkActivity(fail, id, thread)
	for user, p := range thread.Participants {
		u := l.model.kept.users[user]
		access := Access{View: u.View(), Spans: thread.Spans[user]}
		waits := p.MarkedUnread
		var newest Position
		for _, m := range l.model.kept.messages[id] {
			if !m.Counts() || m.Withdrawn == Undone || !access.Sees(m.Position, m.Audience) {
				continue
			}
			newest = m.Position
			waits = waits || m.Position > p.LastRead && l.news(u, access, m)
		}
		if p.Beneath && (waits || u.View() == ContactView) {
			fail("%s has %s beneath its original, and ought to see it", u.Name, id)
		}
		if want := waits && p.Active; p.Unread() != want {
			fail("%s has %s unread: %t, but ought to: %t", u.Name, id, p.Unread(), want)
		}
		if newest != p.Newest {
			fail("%s's newest in %s is %s, ought to be %s", u.Name, id, p.Newest, newest)
		}
		if last := thread.Conversation.Last; p.LastRead > last || p.Opened > last {
			fail("%s has read to %s and opened to %s in %s, which ends at %s", u.Name, p.LastRead, p.Opened, id, last)
		}
		delete(l.counts, Seat{id, user})
		if waits && p.Active && !p.Archived && !p.Muted {
			l.counts[Seat{id, user}] = true
		}
		old := l.before[Seat{id, user}]
		back := p.Newest < old.Newest || p.ActiveAt.Before(old.ActiveAt)
		if p.LastRead < old.LastRead || p.Opened < old.Opened || back && !undoes {
			fail("%s's cursors in %s went back: %+v, before %+v", u.Name, id, *p, old)
		}
		if u.View() == ContactView && (p.LastRead.Public() != p.LastRead || p.Opened.Public() != p.Opened || p.Newest.Public() != p.Newest) {
			fail("%s's cursors stand at notes: %+v", u.Name, *p)
		}
		l.before[Seat{id, user}] = *p
	}
}

// news says whether a message is new to somebody who sees it. To those who were there when it came, their own is not, nor to staff is what was
// copied.
func (l *ledgerOfUnread) news(u User, access Access, m Message) bool {
	if !slices.ContainsFunc(access.Spans, func(s Span) bool { return s.covers(m.Position) && !s.OpenedAt.After(m.At) }) {
		return true
	}
	copied := slices.ContainsFunc(l.model.kept.copied, func(c Copied) bool { return c.Conversation == m.Conversation && c.Position == m.Position })
	return m.Author.ID != u.ID && !(copied && u.View() == StaffView)
}

// checkActivity recomputes what is newest in a conversation, and since when a contact waits.
func (l *ledgerOfUnread) checkActivity(fail func(string, ...any), id ID, thread *Thread) {
	c := thread.Conversation
	var newest, public Position
	active, activePublic, since := c.StartedAt, c.StartedAt, time.Time{}
	for _, m := range l.model.kept.messages[id] {
		if !m.Counts() || m.Withdrawn == Undone {
			continue
		}
		newest, active = m.Position, m.At
		if m.Audience != ForAll {
			continue
		}
		public, activePublic = m.Position, m.At
		switch {
		case m.Author.View == StaffView:
			since = time.Time{}
		case since.IsZero():
			since = m.At
		}
	}
	if newest != c.Newest || public != c.NewestPublic || !active.Equal(c.ActiveAt) || !activePublic.Equal(c.ActivePublic) {
		fail("%s stands at %s, %s, ought to at %s, %s", id, c.Newest, c.NewestPublic, newest, public)
	}
	if !since.Equal(c.UnansweredSince) {
		fail("%s is unanswered since %s, ought to be since %s", id, c.UnansweredSince, since)
	}
}

// checkAudience holds every event against who may know of it.
func (l *ledgerOfUnread) checkAudience(fail func(string, ...any), told Told) {
	for _, h := range slices.Concat(told.Staff, told.Contacts) {
		u := l.model.kept.users[h.User]
		if (u.View() == StaffView) != slices.Contains(told.Event.Staff, u.ID) {
			fail("%s is among those of another view", u.Name)
		}
		thread := l.model.kept.threads[told.Conversation]
		if thread == nil {
			continue
		}
		access := Access{View: u.View(), Spans: thread.Spans[u.ID]}
		p := thread.Participants[u.ID]
		switch told.Type {
		case MessageCreated:
			if m := told.Body.Message; !access.Sees(m.Position, m.Audience) {
				fail("%s is told of message %s, which they may not see", u.Name, m.Position)
			}
		case MessageWithdrawn:
			if m := told.Body.Message; !access.Sees(m.Position, m.Audience) {
				fail("%s is told that message %s was withdrawn, which they may not see", u.Name, m.Position)
			}
		case ReceiptCreated:
			if u.View() == ContactView && !l.wroteWithin(told.Conversation, u.ID, told.Body.Receipt.Receipt) {
				fail("%s is told of a receipt over nothing of theirs", u.Name)
			}
		}
		drafts := told.Type == DraftChanged || told.Type == DraftGone
		if drafts && len(told.Staff)+len(told.Contacts) != 1 {
			fail("%d people are told of a draft", len(told.Staff)+len(told.Contacts))
		}
		if own := drafts || told.Type == CursorMoved || told.Type == ConversationLeft; p == nil || !p.Active && !own {
			fail("%s has left and is told of %s", u.Name, told.Type)
		}
		if told.Type == CursorMoved && told.Body.Cursor.User != u.ID {
			fail("%s is told of another's cursor", u.Name)
		}
	}
}

func (l *ledgerOfUnread) wroteWithin(conversation, author ID, r Receipt) bool {
	return slices.ContainsFunc(l.model.kept.messages[conversation], func(m Message) bool {
		return m.Counts() && m.Author.ID == author && m.Audience == ForAll && m.Position > r.After && m.Position <= r.Through
	})
}

// checkStream says whether the numbers have no gap, and whether the last event told the badge as it is.
func (l *ledgerOfUnread) checkStream(fail func(string, ...any), u *User, badge int) {
	events := l.model.kept.events[u.ID]
	head := l.model.kept.streams[u.ID].Number
	if int64(len(events)) != head {
		fail("%s's stream stands at %d with %d events", u.Name, head, len(events))
	}
	for i := max(0, len(events)-20); i < len(events); i++ {
		if events[i].Number != int64(i+1) {
			fail("%s's event %d has number %d", u.Name, i+1, events[i].Number)
		}
	}
	if len(events) > 0 && events[len(events)-1].Badge != badge {
		fail("%s was last told badge %d, it is %d", u.Name, events[len(events)-1].Badge, badge)
	}
	stream, err := l.Me(l.t.Context(), actor(u))
	if err != nil || stream.Stream.Badge != badge {
		fail("%s's badge is %d, ought to be %d: %v", u.Name, stream.Stream.Badge, badge, err)
	}
}

// device is one of a user's browsers: it loses news, and resumes. It knows only what it was told.
type device struct {
	user   *User
	deaf   int64 // loses every so many-th event
	number int64
	badge  int
}

func newDevices(people []*User) (list []*device) {
	for _, u := range people {
		list = append(list, &device{user: u, deaf: 1 << 60}, &device{user: u, deaf: 7})
	}
	return list
}

// hear takes news in order, as a hub gives it: from a gap on, nothing.
func (d *device) hear(told []Told) {
	for _, t := range told {
		for _, h := range slices.Concat(t.Staff, t.Contacts) {
			if h.User == d.user.ID && h.Number == d.number+1 && h.Number%d.deaf != 0 {
				d.number, d.badge = h.Number, h.Badge
			}
		}
	}
}

// resume fills what was missed.
func (d *device) resume(l *ledgerOfUnread, fail func(string, ...any)) {
	f, err := l.Follow(l.t.Context(), d.user.Office, d.user.ID, d.number, 1000)
	if err != nil || f.Gap {
		fail("%s resumes at %d: %v, gap %t", d.user.Name, d.number, err, f.Gap)
		return
	}
	for _, ev := range f.Events {
		if ev.Number != d.number+1 {
			fail("%s resumes at %d with event %d", d.user.Name, d.number, ev.Number)
		}
		d.number, d.badge = ev.Number, ev.Badge
	}
	if d.number != f.Stream.Number {
		fail("%s stands at %d after resuming to %d", d.user.Name, d.number, f.Stream.Number)
	}
}
