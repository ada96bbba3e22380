package query

import (
	"bytes"
	"context"
	"time"

	"postern/chat"
)

var listConditions = map[chat.List]string{
	chat.Inbox:     `NOT p.archived AND NOT p.beneath`,
	chat.Unread:    `true`,                                                         // see whose
	chat.Important: `p.active AND c.important AND NOT p.beneath AND NOT p.deleted`, // who has left does not see it change
	chat.Mine:      `p.active AND c.assignee_id = $2 AND c.state <> 'done' AND NOT p.deleted`,
	chat.NoOnes:    `p.active AND c.assignee_id IS NULL AND c.state <> 'done' AND NOT p.beneath AND NOT p.deleted`,
	chat.Archived:  `p.archived AND NOT p.deleted AND NOT p.beneath`,
	chat.Deleted:   `p.deleted`,
	chat.Recent:    `NOT p.beneath AND NOT p.deleted`,
}

// Rows is chat.Reader's.
func (r *Reader) Rows(ctx context.Context, q chat.RowQuery) ([]chat.Seating, error) {
	condition, args, ok := rowCondition(q)
	if !ok {
		return nil, chat.Refuse(chat.Invalid, "There is no such list.").About("list")
	}
	seatings, err := All(ctx, r.db, "rows", scanSeating, `
		SELECT `+ParticipantColumns+`
		FROM `+r.from(q)+`
		WHERE `+r.whose(q)+` AND `+condition+r.hours(q, condition)+`
		ORDER BY p.active_hour DESC, p.active_at DESC, p.conversation_id DESC LIMIT $3`, args...)
	if err != nil {
		return nil, err
	}
	return seatings, r.preview(ctx, q.Office, seatings)
}

// from are the tables: by the index for a list that is a small part of the user's rows, with the conversations where the list is about them. What is to
// be answered by the user is found among conversations; all others among the user's own rows, however many the office has.
func (r *Reader) from(q chat.RowQuery) string {
	const own, all = "participants AS p", "conversations AS c"
	switch {
	case !q.Conversation.IsZero():
		return own
	case q.List == chat.Mine:
		return all + r.d.By("conversations_assignee") +
			r.d.Each("participants", "p", `p.office_id = c.office_id AND p.conversation_id = c.id AND p.user_id = $2`)
	}
	from := own
	if q.List == chat.Unread {
		from += r.d.By("participants_unread")
	}
	if ofConversations[q.List] || !q.Unanswered.IsZero() {
		from += r.d.Each("conversations", "c", `c.office_id = p.office_id AND c.id = p.conversation_id`)
	}
	return from
}

// ofConversations are the lists that are about what conversations are, not only how the user stands in them.
var ofConversations = map[chat.List]bool{chat.Important: true, chat.NoOnes: true}

// whose are the rows.
func (r *Reader) whose(q chat.RowQuery) string {
	if q.Conversation.IsZero() && q.List == chat.Unread {
		return r.d.Unread("p", "$2")
	}
	return `p.user_id = $2`
}

// hours keeps to the hours that the page is in, so that no database, whatever it thinks of the table, sorts more than those. What is unread, or to
// be answered by the user, is all read and sorted.
func (r *Reader) hours(q chat.RowQuery, condition string) string {
	if !q.Conversation.IsZero() || q.List == chat.Unread || q.List == chat.Mine {
		return ""
	}
	return ` AND p.active_hour >= (
			SELECT min(page.active_hour) FROM (
				SELECT p.active_hour FROM ` + r.from(q) + `
				WHERE ` + r.whose(q) + ` AND ` + condition + `
				ORDER BY p.active_hour DESC LIMIT $3) AS page)`
}

// rowCondition says which of the user's rows are asked for. In a list, IS TRUE keeps an index that begins with the office away: the one
// over the user's own rows has them in the order of the list, hour by hour; those of an hour are sorted.
func rowCondition(q chat.RowQuery) (condition string, args []any, ok bool) {
	args = []any{q.Office, q.User, q.Limit}
	if !q.Conversation.IsZero() {
		args[2] = 1
		return `p.office_id = $1 AND p.conversation_id = $4`, append(args, q.Conversation), true
	}
	condition, ok = listConditions[q.List]
	condition = `(p.office_id = $1) IS TRUE AND ` + condition
	if !q.BeforeAt.IsZero() {
		condition += ` AND p.active_hour <= $4 AND (p.active_at, p.conversation_id) < ($5, $6)`
		args = append(args, q.BeforeAt.Truncate(time.Hour), q.BeforeAt, q.BeforeID)
	}
	if !q.Unanswered.IsZero() {
		condition, args = condition+` AND p.active AND c.unanswered_since <= `+next(args), append(args, q.Unanswered)
	}
	return condition, args, ok
}

// OfficeConversations is chat.Reader's. Without a person it walks the primary key backwards.
func (r *Reader) OfficeConversations(ctx context.Context, q chat.OfficeQuery) ([]chat.ID, error) {
	before := q.Before
	if before.IsZero() {
		before = lastID
	}
	if q.Person.IsZero() {
		return All(ctx, r.db, "the office's conversations", scanID, `
			SELECT c.id FROM conversations AS c WHERE c.office_id = $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3`, q.Office, before, q.Limit)
	}
	return All(ctx, r.db, "somebody's conversations", scanID, `
		SELECT p.conversation_id FROM participants AS p
		WHERE p.user_id = $2 AND (p.office_id = $1) IS TRUE AND p.conversation_id < $3
		ORDER BY p.conversation_id DESC LIMIT $4`, q.Office, q.Person, before, q.Limit)
}

// lastID is after every id.
var lastID = chat.ID(bytes.Repeat([]byte{0xff}, len(chat.ID{})))

func scanSeating(rows Rows, s *chat.Seating) error { return ScanParticipant(rows, &s.Participant) }

// preview puts to each row the newest message that its user sees.
func (r *Reader) preview(ctx context.Context, office chat.ID, seatings []chat.Seating) error {
	var places []chat.MessagePlace
	for _, s := range seatings {
		if s.Newest != 0 {
			places = append(places, chat.MessagePlace{Conversation: s.Conversation, Position: s.Newest})
		}
	}
	messages, err := r.MessagesAt(ctx, office, places)
	for i := range seatings {
		s := &seatings[i]
		s.Preview = messages[chat.MessagePlace{Conversation: s.Conversation, Position: s.Newest}]
	}
	return err
}
