package query

import (
	"cmp"
	"context"
	"slices"

	"postern/chat"
)

// ConversationColumns are what [ScanConversation] scans, of conversations AS c.
const ConversationColumns = `c.office_id, c.id, c.kind, c.copy_of, c.title, c.important, c.strict, c.started_by, c.started_at,
	c.state, c.assignee_id, c.last, c.newest, c.newest_public, c.active_at, c.active_public, c.hash, c.unanswered_since, c.copies`

// ScanConversation reads a row of [ConversationColumns].
func ScanConversation(rows Rows, c *chat.Conversation) error {
	return rows.Scan(ID(&c.Office), ID(&c.ID), &c.Kind, ID(&c.CopyOf), &c.Title, &c.Important, &c.Strict,
		ID(&c.StartedBy), Time(&c.StartedAt), &c.State, ID(&c.Assignee), &c.Last, &c.Newest, &c.NewestPublic,
		Time(&c.ActiveAt), Time(&c.ActivePublic), Hash(&c.Hash), Time(&c.UnansweredSince), &c.Copies)
}

// ParticipantColumns are what [ScanParticipant] scans, of participants AS p.
const ParticipantColumns = `p.conversation_id, p.user_id, p.cc, p.active, p.joined_at, p.left_at, p.left_title, p.last_read, p.opened,
	p.newest_other, p.newest, p.active_at, p.marked_unread, p.archived, p.deleted, p.muted, p.beneath`

// ScanParticipant reads a row of [ParticipantColumns].
func ScanParticipant(rows Rows, p *chat.Participant) error {
	return rows.Scan(participantColumns(p)...)
}

func participantColumns(p *chat.Participant) []any {
	return []any{
		ID(&p.Conversation), ID(&p.User), &p.CC, &p.Active, Time(&p.JoinedAt), Time(&p.LeftAt), &p.LeftTitle, &p.LastRead, &p.Opened,
		&p.NewestOther, &p.Newest, Time(&p.ActiveAt), &p.MarkedUnread, &p.Archived, &p.Deleted, &p.Muted, &p.Beneath,
	}
}

// SpanColumns are what [ScanSpan] scans, of spans AS s.
const SpanColumns = `s.conversation_id, s.user_id, s.after, s.through, s.open, s.opened_at`

// ScanSpan reads a row of [SpanColumns].
func ScanSpan(rows Rows, s *chat.Span) error {
	return rows.Scan(ID(&s.Conversation), ID(&s.User), &s.After, &s.Through, &s.Open, Time(&s.OpenedAt))
}

// member is a participant, and the how many-th in their conversation.
type member struct {
	chat.Member
	ordinal int
}

func scanMember(rows Rows, m *member) error {
	var role chat.Role
	err := rows.Scan(append(participantColumns(&m.Participant), &m.ordinal, &m.Person.Name, &role)...)
	m.Person.ID, m.Person.View = m.User, role.View()
	return err
}

// Summaries is chat.Reader's.
func (r *Reader) Summaries(ctx context.Context, office chat.ID, conversations []chat.ID) (map[chat.ID]*chat.Summary, error) {
	found, err := All(ctx, r.db, "conversations", ScanConversation, `
		SELECT `+ConversationColumns+`
		FROM `+r.d.IDs("$2")+` AS one`+r.d.Each("conversations", "c", `c.office_id = $1 AND c.id = one.id`), office, conversations)
	if err != nil {
		return nil, err
	}
	summaries := make(map[chat.ID]*chat.Summary, len(found))
	for _, c := range found {
		summaries[c.ID] = &chat.Summary{Conversation: c}
	}
	members, err := All(ctx, r.db, "participants", scanMember, `
		SELECT `+ParticipantColumns+`, p.ordinal, u.name, u.role
		FROM `+r.d.IDs("$2")+` AS one`+r.d.Each("participants", "p", `p.office_id = $1 AND p.conversation_id = one.id`)+`
		JOIN users AS u ON u.id = p.user_id AND (u.office_id = p.office_id) IS TRUE`, office, conversations)
	// Databases sort whole rows, which takes longer than to read them.
	slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.ordinal, b.ordinal) })
	for _, m := range members {
		summary := summaries[m.Conversation]
		summary.Members = append(summary.Members, m.Member)
	}
	return summaries, err
}

// Present is chat.Reader's. It is asked with every passing sign: where anybody will do, the people themselves are not looked at.
func (r *Reader) Present(ctx context.Context, office, conversation chat.ID, views []chat.View) ([]chat.ID, error) {
	who := ``
	if views != nil {
		who = ` AND EXISTS (SELECT 1 FROM users AS u
			WHERE u.id = p.user_id AND (u.office_id = p.office_id) IS TRUE AND u.role IN (` + roles(views) + `))`
	}
	return All(ctx, r.db, "people present", scanID, `
		SELECT p.user_id FROM participants AS p
		WHERE p.office_id = $1 AND p.conversation_id = $2 AND p.active`+who+`
		ORDER BY p.user_id`, office, conversation)
}

// SoleStaff is chat.Reader's. Each conversation is looked at by itself: what is asked of it by EXISTS, PostgreSQL may join with all of everybody's.
func (r *Reader) SoleStaff(ctx context.Context, office, user chat.ID, limit int) ([]chat.ID, error) {
	another := func(who string) string {
		return `(SELECT 1 FROM participants AS o JOIN users AS u ON u.id = o.user_id AND (u.office_id = o.office_id) IS TRUE
			WHERE o.office_id = p.office_id AND o.conversation_id = p.conversation_id AND o.user_id <> p.user_id AND o.active AND ` + who + ` LIMIT 1)`
	}
	return All(ctx, r.db, "conversations with no other staff", scanID, `
		SELECT p.conversation_id FROM participants AS p
		WHERE p.user_id = $2 AND p.active AND (p.office_id = $1) IS TRUE
		AND `+another(`u.active AND u.may_message AND u.role IN (`+roles([]chat.View{chat.StaffView})+`)`)+` IS NULL
		AND `+another(`u.role IN (`+roles([]chat.View{chat.ContactView})+`)`)+` IS NOT NULL
		ORDER BY p.conversation_id LIMIT $3`, office, user, limit)
}

// Assigned is chat.Reader's. Each conversation is looked up by itself, as for SoleStaff.
func (r *Reader) Assigned(ctx context.Context, office, user chat.ID, limit int) ([]chat.ID, error) {
	return All(ctx, r.db, "conversations to answer", scanID, `
		SELECT p.conversation_id FROM participants AS p
		WHERE p.user_id = $2 AND p.active AND (p.office_id = $1) IS TRUE
		AND (SELECT c.assignee_id FROM conversations AS c WHERE c.office_id = p.office_id AND c.id = p.conversation_id) = $2
		ORDER BY p.conversation_id LIMIT $3`, office, user, limit)
}

// Spans is chat.Reader's.
func (r *Reader) Spans(ctx context.Context, office, user chat.ID, conversations []chat.ID) (map[chat.ID][]chat.Span, error) {
	found, err := All(ctx, r.db, "spans", ScanSpan, `
		SELECT `+SpanColumns+`
		FROM `+r.d.IDs("$3")+` AS one`+r.d.Each("spans", "s", `s.office_id = $1 AND s.conversation_id = one.id AND s.user_id = $2`)+`
		ORDER BY s.conversation_id, s.ordinal`, office, user, conversations)
	spans := map[chat.ID][]chat.Span{}
	for _, s := range found {
		spans[s.Conversation] = append(spans[s.Conversation], s)
	}
	return spans, err
}
