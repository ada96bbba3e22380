package sqlite

import (
	"errors"
	"time"

	"postern/chat"
	"postern/store/query"
)

// streams moves the heads of all whose streams grew, counts their badges as they are after the group, and adds their events.
func (w *groupWriter) streams() {
	listeners := w.g.Listeners()
	inBatches(len(listeners), func(from, to int) { w.badges(listeners[from:to]) })
	now := time.Now().UnixMicro()
	w.insert(intoEvents, len(w.out.Events), func(args []any, i int) []any {
		e := &w.out.Events[i]
		return append(args, &e.User, e.Number, w.g.Streams[e.User].Badge, string(e.Type), ref(&e.Conversation), int64(e.Position), ref(&e.Subject), now)
	})
}

var intoEvents = newInsert(8, `events (user_id, number, badge, type, conversation_id, position, subject_id, at)`, ``)

// moveStreams are statements for some listeners each, by their number.
var moveStreams = statements(func(n int) string {
	return `UPDATE streams SET head = l.column2, badge = ` + query.Badge("l.column1") + `
		FROM (VALUES ` + values(2, n) + `) AS l WHERE streams.user_id = l.column1 RETURNING streams.user_id, badge`
})

func (w *groupWriter) badges(users []chat.ID) {
	if w.err != nil {
		return
	}
	w.args = w.args[:0]
	for i := range users {
		w.args = append(w.args, &users[i], w.g.Streams[users[i]].Number)
	}
	var counted []badge
	counted, w.err = query.All(w.ctx, w.c, "badges", scanBadge, moveStreams[len(users)], w.args...)
	for _, b := range counted {
		w.g.Streams[b.user].Badge = b.count
	}
	if w.err == nil && len(counted) != len(users) {
		w.err = errors.New("no stream to move")
	}
}

type badge struct {
	user  chat.ID
	count int
}

func scanBadge(rows query.Rows, b *badge) error { return rows.Scan(query.ID(&b.user), &b.count) }

func scanNumber(rows query.Rows, n *int64) error { return rows.Scan(n) }
