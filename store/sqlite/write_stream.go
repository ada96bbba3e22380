package sqlite

import (
	"time"

	"postern/chat"
	"postern/store/query"
)

// streams moves the heads of all whose streams grew, counts the badges that may be others after the group, and adds the events.
func (w *groupWriter) streams() {
	recount := w.g.Recount()
	for user := range recount {
		w.count(w.g.Streams[user])
	}
	for _, user := range w.g.Listeners() {
		if !recount[user] {
			w.one("stream", `UPDATE streams SET head = ? WHERE user_id = ?`, w.g.Streams[user].Number, &user)
		}
	}
	now := time.Now().UnixMicro()
	w.insert(intoEvents, len(w.out.Events), func(args []any, i int) []any {
		e := &w.out.Events[i]
		return append(args, &e.User, e.Number, w.g.Streams[e.User].Badge, string(e.Type), ref(&e.Conversation), int64(e.Position), ref(&e.Subject), now)
	})
}

var intoEvents = newInsert(8, `events (user_id, number, badge, type, conversation_id, position, subject_id, at)`, ``)

// count moves a stream's head and counts the badge.
func (w *groupWriter) count(s *chat.Stream) {
	if w.err != nil || s == nil {
		return
	}
	badge, err := query.One(w.ctx, w.c, "stream", scanNumber, moveAndCount, &s.User, s.Number)
	if err != nil {
		w.err = err
		return
	}
	s.Badge = int(*badge)
}

var moveAndCount = `UPDATE streams SET head = $2, badge = ` + query.SQLite().Badge("$1") + ` WHERE user_id = $1 RETURNING badge`

func scanNumber(rows query.Rows, n *int64) error { return rows.Scan(n) }
