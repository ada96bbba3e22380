package sqlite

import (
	"time"

	"postern/chat"
	"postern/store/query"
)

// streams moves the heads of all whose streams grew, counts the badges that may be others after the group, and adds the events.
func (w *groupWriter) streams() {
	links := w.chain()
	recount := w.g.Recount()
	for user := range recount {
		w.count(w.g.Streams[user])
	}
	for _, user := range w.g.Listeners() {
		if !recount[user] {
			w.one("stream", `UPDATE streams SET head = ?, last_event = ? WHERE user_id = ?`, w.g.Streams[user].Number, w.known.ends[user], &user)
		}
	}
	now := time.Now().UnixMicro()
	w.insert(intoEvents, len(w.out.Events), func(args []any, i int) []any {
		e := &w.out.Events[i]
		return append(args, links[i].seq, &e.User, e.Number, w.g.Streams[e.User].Badge, string(e.Type), ref(&e.Conversation), int64(e.Position),
			ref(&e.Subject), now, links[i].before)
	})
}

var intoEvents = newInsert(10, `events (seq, user_id, number, badge, type, conversation_id, position, subject_id, at, before)`, ``)

// link is where an event is and where its stream's one before it is.
type link struct{ seq, before int64 }

// chain gives the group's events their places after all others, and the streams their ends.
func (w *groupWriter) chain() []link {
	if len(w.out.Events) == 0 || w.err != nil {
		return nil
	}
	last, err := query.One(w.ctx, w.c, "last event", scanNumber, `SELECT COALESCE(max(seq), 0) FROM events`)
	if err != nil {
		w.err = err
		return nil
	}
	links := make([]link, len(w.out.Events))
	for i := range w.out.Events {
		user := w.out.Events[i].User
		*last++
		links[i] = link{*last, w.known.ends[user]}
		w.known.ends[user] = *last
	}
	return links
}

// count moves a stream's head and counts the badge.
func (w *groupWriter) count(s *chat.Stream) {
	if w.err != nil || s == nil {
		return
	}
	badge, err := query.One(w.ctx, w.c, "stream", scanNumber, moveAndCount, &s.User, s.Number, w.known.ends[s.User])
	if err != nil {
		w.err = err
		return
	}
	s.Badge = int(*badge)
}

var moveAndCount = `UPDATE streams SET head = $2, last_event = $3, badge = ` + query.SQLite().Badge("$1") + ` WHERE user_id = $1 RETURNING badge`

func scanNumber(rows query.Rows, n *int64) error { return rows.Scan(n) }
