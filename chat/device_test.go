package chat

import (
	"slices"
	"time"
)

// device is one of a user's browsers. It knows only what it was told and what it asked for, and works that in as docs/protocol.md has it.
type device struct {
	user  *User
	ways  deviceWays
	place Place
	badge int
	rows  map[ID]*shownRow
	stale bool // it asked for a row and was refused: it loads everything once it may
}

// deviceWays is how a device is told.
type deviceWays int

const (
	steady deviceWays = iota // its hub fills every gap at once
	deaf                     // loses every seventh event, and asks now and then
	away                     // is off for stretches, and comes back sometimes as a new one
	allWays
)

// shownRow is a conversation as the device shows it, each part as of a number of the stream.
type shownRow struct {
	standing Participant
	unread   bool
	standsAt int64
	newest   Position
	newestAt int64
	copy     bool
	began    time.Time
}

func newDevices(people []*User) (list []*device) {
	for _, u := range people {
		for ways := range allWays {
			list = append(list, &device{user: u, ways: ways, place: Place{Epoch: 1}, rows: map[ID]*shownRow{}})
		}
	}
	return list
}

// piece is an event as it comes to one user.
type piece struct {
	place  Place
	badge  int
	typ    EventType
	of     ID
	body   Body
	silent bool // skipped
}

// turn lets the device live through what a deed brought; n counts deeds.
func (dev *device) turn(l *ledgerOfUnread, news []piece, n int) {
	u := l.model.kept.users[dev.user.ID]
	if mayMessage(&u) != nil {
		return // nothing comes, and nobody is let in
	}
	off := dev.ways == away && n/7%3 == 0
	if off {
		return
	}
	for _, p := range news {
		if p.place.Epoch == dev.place.Epoch && p.place.Number == dev.place.Number+1 && (dev.ways != deaf || p.place.Number%7 != 0) {
			dev.work(l, p)
		}
	}
	head := l.model.kept.streams[u.ID].Place
	behind := head != dev.place || dev.stale
	if behind && (dev.ways == steady || n%5 == 0) {
		dev.resume(l, dev.ways == away && n%3 == 0)
	}
}

// resume begins a connection anew, and fills what was missed.
func (dev *device) resume(l *ledgerOfUnread, asNew bool) {
	since := &dev.place
	if asNew || dev.stale {
		since = nil
	}
	g, err := l.Greet(l.t.Context(), actor(dev.user), since)
	if err != nil {
		l.fail("%s is not greeted: %v", dev.user.Name, err)
		return
	}
	if since == nil || !g.Resumes {
		dev.load(l)
		return
	}
	dev.workAll(l, g.Next)
	for dev.place.Number < g.Stream.Number && !l.t.Failed() {
		f, err := l.Follow(l.t.Context(), dev.user.Office, dev.user.ID, dev.place.Number, 9)
		if err != nil || f.Gap || len(f.Events) == 0 {
			l.fail("%s resumes at %d: %v, gap %t, %d events", dev.user.Name, dev.place.Number, err, f.Gap, len(f.Events))
			return
		}
		dev.workAll(l, f.Events)
	}
}

func (dev *device) workAll(l *ledgerOfUnread, events []Shown) {
	for _, ev := range events {
		if ev.Number != dev.place.Number+1 {
			l.fail("%s resumes at %d with event %d", dev.user.Name, dev.place.Number, ev.Number)
		}
		dev.work(l, piece{Place{dev.place.Epoch, ev.Number}, ev.Badge, ev.Type, ev.Conversation, ev.Body.For(dev.user.View()), ev.Skipped})
	}
}

// load forgets everything, and asks for the three lists that have all there is.
func (dev *device) load(l *ledgerOfUnread) {
	dev.rows, dev.stale = map[ID]*shownRow{}, false
	for _, list := range []List{Inbox, Archived, Deleted} {
		for next, more := "", true; more; more = next != "" {
			page, err := l.Rows(l.t.Context(), actor(dev.user), RowsRequest{List: list, Limit: 9, Next: next})
			if err != nil {
				l.fail("%s loads %s: %v", dev.user.Name, list, err)
				return
			}
			for i := range page.Rows {
				dev.hold(&page.Rows[i], page.Stream.Number)
			}
			dev.place, dev.badge, next = page.Stream.Place, page.Stream.Badge, page.Next
		}
	}
}

func (dev *device) fetch(l *ledgerOfUnread, id ID) {
	page, err := l.Conversation(l.t.Context(), actor(dev.user), id)
	switch {
	case err == nil:
		dev.hold(&page.Row, page.Stream.Number)
	case KindOf(err) == NotFound: // its first message was undone
		delete(dev.rows, id)
	default:
		dev.stale = true
	}
}

// hold takes in a whole row as of a number.
func (dev *device) hold(r *Row, at int64) {
	row := dev.rows[r.Conversation.ID]
	if row == nil {
		row = &shownRow{}
		dev.rows[r.Conversation.ID] = row
	}
	row.copy, row.began = r.Conversation.Kind == Copy, r.Conversation.StartedAt
	if at >= row.newestAt {
		row.newest, row.newestAt = 0, at
		if r.Newest != nil {
			row.newest = r.Newest.Position
		}
	}
	row.stand(r.Standing, at)
}

func (r *shownRow) stand(p Participant, at int64) {
	if at >= r.standsAt {
		r.standing, r.unread, r.standsAt = p, p.Unread(), at
	}
}

// work takes in one event.
func (dev *device) work(l *ledgerOfUnread, p piece) {
	dev.place, dev.badge = p.place, p.badge
	row, at := dev.rows[p.of], p.place.Number
	switch {
	case p.silent:
	case p.typ == ConversationJoined:
		dev.hold(p.body.Row, at)
	case row == nil && (p.typ == ConversationLeft || p.typ == CursorMoved): // it came while the device was away, or stood beneath its original
		dev.fetch(l, p.of)
	case p.typ == ConversationLeft && p.body.Vanished:
		delete(dev.rows, p.of)
	case p.typ == ConversationLeft:
		gone := row.standing
		gone.Active, gone.MarkedUnread = false, false
		row.stand(gone, at)
	case p.typ == CursorMoved:
		row.stand(*p.body.Cursor, at)
	case p.typ == MessageWithdrawn && p.body.Message.Withdrawn == Undone:
		dev.fetch(l, p.of)
	case p.typ == MessageCreated && p.body.Message.Counts():
		dev.message(l, row, p.body.Message, at)
	}
}

// message brings a conversation back, and makes it unread if somebody else wrote it. In a copy, what staff wrote may have been copied, which moves
// nobody of the staff: the row says.
func (dev *device) message(l *ledgerOfUnread, row *shownRow, m *Message, at int64) {
	switch mine := m.Author.ID == dev.user.ID; {
	case row == nil:
		dev.fetch(l, m.Conversation)
	case row.copy && m.Author.View == StaffView && !(mine && m.Key != ""):
		if row.newest < m.Position && !m.At.Equal(row.began) { // a copy begins with what was copied
			dev.fetch(l, m.Conversation)
		} else if at >= row.newestAt {
			row.newest, row.newestAt = max(row.newest, m.Position), at
		}
	default:
		if at >= row.newestAt {
			row.newest, row.newestAt = m.Position, at
		}
		if at >= row.standsAt {
			row.standing.Archived, row.standing.Deleted, row.standing.Beneath, row.standsAt = false, false, false, at
			row.unread = row.unread || !mine && m.Position > row.standing.LastRead
		}
	}
}

// compare holds what the device shows of a conversation against how its user stands in it.
func (dev *device) compare(l *ledgerOfUnread, id ID, p *Participant) {
	row := dev.rows[id]
	switch {
	case !dev.current(l):
		return
	case row == nil && p != nil && !p.Beneath:
		l.fail("a device (%d) of %s does not show %s", dev.ways, dev.user.Name, id)
		return
	case row == nil:
		return
	case p == nil:
		l.fail("a device (%d) of %s shows %s, where they never were", dev.ways, dev.user.Name, id)
		return
	}
	l.compared++
	type seen struct{ unread, marked, archived, deleted, muted, beneath, active bool }
	s := row.standing
	shows := seen{row.unread, s.MarkedUnread, s.Archived, s.Deleted, s.Muted, s.Beneath, s.Active}
	if is := (seen{p.Unread(), p.MarkedUnread, p.Archived, p.Deleted, p.Muted, p.Beneath, p.Active}); shows != is {
		l.fail("a device (%d) of %s shows %s as %+v, it is %+v", dev.ways, dev.user.Name, id, shows, is)
	}
}

// current says whether the device has been told everything.
func (dev *device) current(l *ledgerOfUnread) bool {
	u := l.model.kept.users[dev.user.ID]
	return !dev.stale && mayMessage(&u) == nil && dev.place == l.model.kept.streams[dev.user.ID].Place
}

// shownBadge counts what the device shows.
func (dev *device) shownBadge() (n int) {
	for _, row := range dev.rows {
		if row.unread && !row.standing.Archived && !row.standing.Muted {
			n++
		}
	}
	return n
}

// heardBy gives each user their part of the news.
func heardBy(told []Told) map[ID][]piece {
	news := map[ID][]piece{}
	for _, t := range told {
		for view, heard := range map[View][]Heard{StaffView: t.Staff, ContactView: t.Contacts} {
			body := t.Body.For(view)
			for _, h := range heard {
				news[h.User] = append(news[h.User], piece{place: h.Place, badge: h.Badge, typ: t.Type, of: t.Conversation, body: body})
			}
		}
	}
	for _, list := range news {
		slices.SortFunc(list, func(a, b piece) int { return int(a.place.Number - b.place.Number) })
	}
	return news
}
