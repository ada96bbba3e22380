package postgres

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"postern/chat"
	"postern/store/query"
)

// moveStreams gives streams their heads of after the group. Their badges are as they were.
const moveStreams = `
	UPDATE streams AS s SET head = n.head
	FROM unnest($1::uuid[], $2::bigint[]) AS n (user_id, head)
	WHERE s.user_id = n.user_id`

// countBadges is moveStreams for users of whose conversations one has entered or left the badge: it is counted.
var countBadges = `
	UPDATE streams AS s SET head = n.head, badge = ` + query.Postgres().Badge("n.user_id") + `
	FROM unnest($1::uuid[], $2::bigint[]) AS n (user_id, head)
	WHERE s.user_id = n.user_id
	RETURNING s.user_id, s.badge`

// insertEvents finds the badges that have just been counted.
const insertEvents = `
	INSERT INTO events (user_id, number, badge, type, conversation_id, position, subject_id, at)
	SELECT n.user_id, n.number, COALESCE(n.badge, (SELECT s.badge FROM streams AS s WHERE s.user_id = n.user_id)),
		n.type, n.conversation_id, n.position, n.subject_id, now()
	FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::uuid[], $6::bigint[], $7::uuid[])
		AS n (user_id, number, badge, type, conversation_id, position, subject_id)`

func queueEvents(batch *pgx.Batch, g *chat.Group) {
	var moved, counted, events columns
	recount := g.Recount()
	for _, user := range g.Listeners() {
		if !recount[user] {
			moved.id(user).number(g.Streams[user].Number).end()
		}
	}
	for user := range recount {
		if s := g.Streams[user]; s != nil {
			counted.id(user).number(s.Number).end()
		}
	}
	for _, e := range g.Writes().Events {
		events.id(e.User).number(e.Number).badge(g.Streams[e.User].Badge, !recount[e.User]).
			text(string(e.Type)).id(e.Conversation).place(e.Position).id(e.Subject).end()
	}
	if moved.rows > 0 {
		batch.Queue(moveStreams, moved.args()...)
	}
	if counted.rows > 0 {
		batch.Queue(countBadges, counted.args()...).Query(func(found pgx.Rows) error { return scanBadges(found, g) })
	}
	if events.rows > 0 {
		batch.Queue(insertEvents, events.args()...)
	}
}

func scanBadges(found pgx.Rows, g *chat.Group) error {
	err := rowsOf(found, func(v *values) { g.Streams[v.id()].Badge = int(v.number()) })
	if err != nil {
		return fmt.Errorf("scan badges: %w", err)
	}
	return nil
}
