package postgres

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"postern/chat"
)

// moveStreams gives the streams their heads of after the group, and counts the badges.
const moveStreams = `
	UPDATE streams AS s SET head = n.head, badge = (
		SELECT count(*) FROM participants AS b WHERE b.user_id = n.user_id AND b.unread AND NOT b.archived AND NOT b.muted)
	FROM unnest($1::uuid[], $2::bigint[]) AS n (user_id, head)
	WHERE s.user_id = n.user_id
	RETURNING s.user_id, s.badge`

const insertEvents = `
	INSERT INTO events (user_id, number, badge, type, conversation_id, position, subject_id, at)
	SELECT n.user_id, n.number, s.badge, n.type, n.conversation_id, n.position, n.subject_id, now()
	FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::bigint[], $6::uuid[])
		AS n (user_id, number, type, conversation_id, position, subject_id)
	JOIN streams AS s USING (user_id)`

func queueEvents(batch *pgx.Batch, g *chat.Group) {
	listeners := g.Listeners()
	if len(listeners) == 0 {
		return
	}
	var heads, events columns
	for _, user := range listeners {
		heads.id(user).number(g.Streams[user].Number).end()
	}
	for _, e := range g.Writes().Events {
		events.id(e.User).number(e.Number).text(string(e.Type)).id(e.Conversation).place(e.Position).id(e.Subject).end()
	}
	batch.Queue(moveStreams, heads.args()...).Query(func(found pgx.Rows) error {
		for found.Next() {
			var user chat.ID
			var badge int
			if err := found.Scan(&user, &badge); err != nil {
				return fmt.Errorf("scan badge: %w", err)
			}
			g.Streams[user].Badge = badge
		}
		return found.Err()
	})
	batch.Queue(insertEvents, events.args()...)
}
