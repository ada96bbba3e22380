package sqlite

import (
	"time"

	"postern/chat"
	"postern/store/query"
)

// streams moves the heads of all whose streams grew, with their badges as they are after the group, and adds their events.
func (w *groupWriter) streams() {
	moved := w.stirred()
	for _, user := range w.g.Listeners() {
		if s := w.g.Streams[user]; moved[user] {
			w.count(s)
		} else {
			w.one("stream", `UPDATE streams SET head = ? WHERE user_id = ?`, s.Number, &s.User)
		}
		delete(moved, user)
	}
	for user := range moved { // nobody was told
		delete(w.known.streams, user)
	}
	now := time.Now().UnixMicro()
	w.insert(intoEvents, len(w.out.Events), func(args []any, i int) []any {
		e := &w.out.Events[i]
		return append(args, &e.User, e.Number, w.g.Streams[e.User].Badge, string(e.Type), ref(&e.Conversation), int64(e.Position), ref(&e.Subject), now)
	})
}

var intoEvents = newInsert(8, `events (user_id, number, badge, type, conversation_id, position, subject_id, at)`, ``)

// stirred are the users with a seat that counts in their badge and did not before the group, or the other way. For everybody else the badge
// is as it was.
func (w *groupWriter) stirred() map[chat.ID]bool {
	users := map[chat.ID]bool{}
	for _, seats := range [][]chat.Seat{w.out.NewParticipants, w.out.ChangedParticipants} {
		for _, seat := range seats {
			if was := w.known.seats[seat]; was == nil || was.InBadge() != w.participant(seat).InBadge() {
				users[seat.User] = true
			}
		}
	}
	return users
}

// count moves a stream's head and counts the badge.
func (w *groupWriter) count(s *chat.Stream) {
	if w.err != nil {
		return
	}
	badge, err := query.One(w.ctx, w.c, "stream", scanNumber, moveAndCount, &s.User, s.Number)
	if err != nil {
		w.err = err
		return
	}
	s.Badge = int(*badge)
}

var moveAndCount = `UPDATE streams SET head = $2, badge = ` + query.Badge("$1") + ` WHERE user_id = $1 RETURNING badge`

func scanNumber(rows query.Rows, n *int64) error { return rows.Scan(n) }
