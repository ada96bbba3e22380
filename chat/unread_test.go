package chat

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestUnreadDoesNotDrift (R9): random deeds of eight people, each on three devices. After every one of them, everybody's unread conversations and
// badge are what messages, spans and cursors make of them, and so shows each device, made of what it was told: also those that miss news, come back and
// resume, or begin anew. Streams count 1, 2, 3, ...; cursors never go back; news goes to those only who may know, and to nobody who left or was
// shut out.
//
// POSTERN_STEPS says after how many deeds.
func TestUnreadDoesNotDrift(t *testing.T) {
	t.Parallel()
	const length = 250
	stories := (rounds(t, "POSTERN_STEPS", 100_000) + length - 1) / length
	var compared, done atomic.Int64
	t.Run("stories", func(t *testing.T) {
		for part := range 8 {
			t.Run(fmt.Sprint("part ", part), func(t *testing.T) {
				t.Parallel()
				for seed := part; seed < stories && !t.Failed(); seed += 8 {
					l := newLedger(t, newWorld(t, seed%16))
					tell(l.world, uint64(1_000_000+seed), seed%16, length, l.check)
					compared.Add(int64(l.compared))
					done.Add(length)
				}
			})
		}
	})
	if t.Failed() {
		return
	}
	if compared.Load() < done.Load() {
		t.Errorf("only %d rows of devices were compared", compared.Load())
	}
	t.Logf("steps=%d differ=0 compared=%d", done.Load(), compared.Load())
}

// ledgerOfUnread holds what is so against what ought to be so.
type ledgerOfUnread struct {
	*world
	t        *testing.T
	now      deed
	mu       sync.Mutex
	told     []Told // by the deed that is being checked
	before   map[Seat]Participant
	counts   map[Seat]bool // what counts in badges, by recomputation
	untold   map[ID]bool   // who was shut out, and told of nothing since
	devices  []*device
	compared int
}

func newLedger(t *testing.T, w *world) *ledgerOfUnread {
	l := &ledgerOfUnread{
		world: w, t: t, before: map[Seat]Participant{}, counts: map[Seat]bool{}, untold: map[ID]bool{}, devices: newDevices(w.people),
	}
	w.marks = 3
	w.TellTo(l)
	return l
}

// Announce is chat.Announcer's: what is done to many at once comes from several sides.
func (l *ledgerOfUnread) Announce(ctx context.Context, told []Told) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, told...)
	l.world.Announce(ctx, told)
}

func (l *ledgerOfUnread) fail(format string, args ...any) {
	l.t.Helper()
	l.t.Errorf("after %s: %s", l.now, fmt.Sprintf(format, args...))
}

func (l *ledgerOfUnread) check(d deed) {
	l.t.Helper()
	if l.t.Failed() {
		return // what comes of it would say no more
	}
	l.now = d
	if d.kind == "owner looks" && len(l.told) > 0 {
		l.fail("somebody is told of it: %+v", l.told)
	}
	all := d.n%50 == 49
	touched := map[ID]bool{l.conversation(d): true}
	for _, told := range l.told {
		touched[told.Conversation] = true
	}
	for id, thread := range l.model.kept.threads {
		if touched[id] || all {
			l.checkThread(l.undone(), id, thread)
		}
	}
	badges := map[ID]int{}
	for seat := range l.counts {
		badges[seat.User]++
	}
	for _, told := range l.told {
		l.checkAudience(told)
	}
	news := heardBy(l.told)
	for _, u := range l.people {
		switch {
		case !l.model.kept.users[u.ID].Active:
			l.untold[u.ID] = true
		case len(news[u.ID]) > 0:
			delete(l.untold, u.ID)
		}
		if len(news[u.ID]) > 0 || all {
			l.checkStream(u, badges[u.ID])
		}
	}
	l.checkDevices(news, touched, badges, all)
	l.told = nil
}

func (l *ledgerOfUnread) checkDevices(news map[ID][]piece, touched map[ID]bool, badges map[ID]int, all bool) {
	for i, dev := range l.devices {
		dev.turn(l, news[dev.user.ID], l.now.n+i)
		if !dev.current(l) {
			continue
		}
		for id, thread := range l.model.kept.threads {
			if touched[id] || all {
				dev.compare(l, id, thread.Participants[dev.user.ID])
			}
		}
		if dev.badge != badges[dev.user.ID] && !l.untold[dev.user.ID] {
			l.fail("a device (%d) of %s has badge %d, it is %d", dev.ways, dev.user.Name, dev.badge, badges[dev.user.ID])
		}
		if all && dev.shownBadge() != badges[dev.user.ID] {
			l.fail("a device (%d) of %s shows %d unread, there are %d", dev.ways, dev.user.Name, dev.shownBadge(), badges[dev.user.ID])
		}
	}
}

// checkThread recomputes who has something to read, and whether it counts in their badges.
func (l *ledgerOfUnread) checkThread(undoes bool, id ID, thread *Thread) {
	l.checkActivity(id, thread)
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
		vanished := !p.Active && newest == 0
		if p.Beneath && (waits || u.View() == ContactView) && !vanished {
			l.fail("%s has %s beneath its original, and ought to see it", u.Name, id)
		}
		if want := waits && p.Active; p.Unread() != want {
			l.fail("%s has %s unread: %t, but ought to: %t", u.Name, id, p.Unread(), want)
		}
		if newest != p.Newest {
			l.fail("%s's newest in %s is %s, ought to be %s", u.Name, id, p.Newest, newest)
		}
		if last := thread.Conversation.Last; p.LastRead > last || p.Opened > last {
			l.fail("%s has read to %s and opened to %s in %s, which ends at %s", u.Name, p.LastRead, p.Opened, id, last)
		}
		delete(l.counts, Seat{id, user})
		if waits && p.Active && !p.Archived && !p.Muted {
			l.counts[Seat{id, user}] = true
		}
		old := l.before[Seat{id, user}]
		back := p.Newest < old.Newest || p.ActiveAt.Before(old.ActiveAt) && p.JoinedAt.Equal(old.JoinedAt)
		if p.LastRead < old.LastRead || p.Opened < old.Opened || back && !undoes {
			l.fail("%s's cursors in %s went back: %+v, before %+v", u.Name, id, *p, old)
		}
		if u.View() == ContactView && (p.LastRead.Public() != p.LastRead || p.Opened.Public() != p.Opened || p.Newest.Public() != p.Newest) {
			l.fail("%s's cursors stand at notes: %+v", u.Name, *p)
		}
		l.before[Seat{id, user}] = *p
	}
}

// news says whether a message is new to somebody who sees it. To those who were there when it came, their own is not, nor to staff is what was
// copied.
func (l *ledgerOfUnread) news(u User, access Access, m Message) bool {
	there := slices.ContainsFunc(access.Spans, func(s Span) bool { return s.covers(m.Position) && !s.OpenedAt.After(m.At) })
	if !there {
		return true
	}
	copied := slices.ContainsFunc(l.model.kept.copied, func(c Copied) bool { return c.Conversation == m.Conversation && c.Position == m.Position })
	return m.Author.ID != u.ID && !(copied && u.View() == StaffView)
}

// checkActivity recomputes what is newest in a conversation, and since when a contact waits.
func (l *ledgerOfUnread) checkActivity(id ID, thread *Thread) {
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
		l.fail("%s stands at %s, %s, ought to at %s, %s", id, c.Newest, c.NewestPublic, newest, public)
	}
	if !since.Equal(c.UnansweredSince) {
		l.fail("%s is unanswered since %s, ought to be since %s", id, c.UnansweredSince, since)
	}
}

// checkAudience holds every event against who may know of it.
func (l *ledgerOfUnread) checkAudience(told Told) {
	for _, h := range slices.Concat(told.Staff, told.Contacts) {
		u := l.model.kept.users[h.User]
		if (u.View() == StaffView) != slices.Contains(told.Event.Staff, u.ID) {
			l.fail("%s is among those of another view", u.Name)
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
				l.fail("%s is told of message %s, which they may not see", u.Name, m.Position)
			}
		case MessageWithdrawn:
			if m := told.Body.Message; !access.Sees(m.Position, m.Audience) && !l.leaves(told.Conversation, u.ID) {
				l.fail("%s is told that message %s was withdrawn, which they may not see", u.Name, m.Position)
			}
		case ReceiptCreated:
			if u.View() == ContactView && !l.wroteWithin(told.Conversation, u.ID, told.Body.Receipt.Receipt) {
				l.fail("%s is told of a receipt over nothing of theirs", u.Name)
			}
		}
		drafts := told.Type == DraftChanged || told.Type == DraftGone
		if drafts && len(told.Staff)+len(told.Contacts) != 1 {
			l.fail("%d people are told of a draft", len(told.Staff)+len(told.Contacts))
		}
		if own := drafts || told.Type == CursorMoved || told.Type == ConversationLeft; p == nil || !p.Active && !own && !(told.Type == MessageWithdrawn && l.leaves(told.Conversation, u.ID)) {
			l.fail("%s has left and is told of %s", u.Name, told.Type)
		}
		if told.Type == CursorMoved && told.Body.Cursor.User != u.ID {
			l.fail("%s is told of another's cursor", u.Name)
		}
	}
}

func (l *ledgerOfUnread) wroteWithin(conversation, author ID, r Receipt) bool {
	return slices.ContainsFunc(l.model.kept.messages[conversation], func(m Message) bool {
		return m.Counts() && m.Author.ID == author && m.Audience == ForAll && m.Position > r.After && m.Position <= r.Through
	})
}

// checkStream says whether the numbers have no gap, and whether the last event told the badge as it is.
func (l *ledgerOfUnread) checkStream(u *User, badge int) {
	events := l.model.kept.events[u.ID]
	head := l.model.kept.streams[u.ID].Number
	if int64(len(events)) != head {
		l.fail("%s's stream stands at %d with %d events", u.Name, head, len(events))
	}
	for i := max(0, len(events)-20); i < len(events); i++ {
		if events[i].Number != int64(i+1) {
			l.fail("%s's event %d has number %d", u.Name, i+1, events[i].Number)
		}
	}
	if len(events) > 0 && events[len(events)-1].Badge != badge && !l.untold[u.ID] {
		l.fail("%s was last told badge %d, it is %d", u.Name, events[len(events)-1].Badge, badge)
	}
	stream, err := l.Me(l.t.Context(), actor(u))
	if err != nil || stream.Stream.Badge != badge {
		l.fail("%s's badge is %d, ought to be %d: %v", u.Name, stream.Stream.Badge, badge, err)
	}
}

// leaves says whether the deed took the user out of the conversation: with an undone first message that goes away.
func (l *ledgerOfUnread) leaves(conversation, user ID) bool {
	return slices.ContainsFunc(l.told, func(t Told) bool {
		return t.Type == ConversationLeft && t.Conversation == conversation && slices.Contains(slices.Concat(t.Event.Staff, t.Event.Contacts), user)
	})
}

// undone says whether the deed undid something.
func (l *ledgerOfUnread) undone() bool {
	return slices.ContainsFunc(l.told, func(t Told) bool { return t.Type == MessageWithdrawn && t.Body.Message.Withdrawn == Undone })
}
