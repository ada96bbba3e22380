package postgres

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"postern/chat"
	"postern/store/query"
)

// queueWrites adds the statements that write a group: a set each, in the order that foreign keys ask for, and streams and events
// last, because badges count what was written before. The badges come back into the group's Streams.
func queueWrites(batch *pgx.Batch, g *chat.Group) {
	w := g.Writes()
	for _, set := range []struct {
		sql  string
		rows *columns
	}{
		{insertConversations, conversations(g, w.NewConversations)},
		{updateConversations, conversations(g, without(w.ChangedConversations, g.Moved))},
		{moveConversations, moves(g, w.ChangedConversations)},
		{insertParticipants, participants(g, w.NewParticipants)},
		{updateParticipants, participants(g, without(w.ChangedParticipants, g.OnlyCursors))},
		{moveCursors, cursors(g, w.ChangedParticipants)},
		{putSpans, spans(g, w.Spans)},
		{insertMessages, messages(w.Messages)},
		{takeAttachments, attachments(w.Messages)},
		{insertSearchable, searchable(w.Searchable)},
		{withdrawMessages, withdrawals(w.Withdrawn)},
		{insertReceipts, receipts(g, w.Receipts)},
		{goOnDrafts, restsOf(w.Drafts)},
		{moveDraftFiles, restsOf(w.Drafts)},
		{endDrafts, drafts(w.Drafts)},
		{dropDraftFiles, draftFiles(w.Drafts)},
		{insertLetters, letters(w.Letters)},
		{revokeAddresses, revoked(g, w.Revoked)},
		{insertNotices, notices(w.Notices)},
		{insertLedger, ledger(w.Ledger)},
		{insertAudit, audit(w.Audit)},
	} {
		if set.rows.rows > 0 {
			batch.Queue(set.sql, set.rows.args()...)
		}
	}
	queueEvents(batch, g)
}

const insertConversations = `
	INSERT INTO conversations (office_id, id, kind, copy_of, title, important, strict, started_by, started_at,
		state, assignee_id, last, newest, newest_public, active_at, active_public, hash, unanswered_since, copies)
	SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::boolean[], $7::boolean[], $8::uuid[],
		$9::timestamptz[], $10::text[], $11::uuid[], $12::bigint[], $13::bigint[], $14::bigint[], $15::timestamptz[],
		$16::timestamptz[], $17::bytea[], $18::timestamptz[], $19::bigint[])`

// updateConversations leaves alone what a conversation began with.
const updateConversations = `
	UPDATE conversations AS c SET title = n.title, important = n.important, strict = n.strict, state = n.state,
		assignee_id = n.assignee_id, last = n.last, newest = n.newest, newest_public = n.newest_public, active_at = n.active_at,
		active_public = n.active_public, hash = n.hash, unanswered_since = n.unanswered_since, copies = n.copies
	FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::boolean[], $7::boolean[], $8::uuid[],
		$9::timestamptz[], $10::text[], $11::uuid[], $12::bigint[], $13::bigint[], $14::bigint[], $15::timestamptz[],
		$16::timestamptz[], $17::bytea[], $18::timestamptz[], $19::bigint[])
		AS n (office_id, id, kind, copy_of, title, important, strict, started_by, started_at,
			state, assignee_id, last, newest, newest_public, active_at, active_public, hash, unanswered_since, copies)
	WHERE c.office_id = n.office_id AND c.id = n.id`

func conversations(g *chat.Group, ids []chat.ID) *columns {
	var rows columns
	for _, id := range ids {
		c := &g.Threads[id].Conversation
		rows.id(c.Office).id(c.ID).text(string(c.Kind)).id(c.CopyOf).text(c.Title).bool(c.Important).bool(c.Strict).
			id(c.StartedBy).time(c.StartedAt).text(string(c.State)).id(c.Assignee).place(c.Last).place(c.Newest).place(c.NewestPublic).
			time(c.ActiveAt).time(c.ActivePublic).hash(c.Hash).time(c.UnansweredSince).number(int64(c.Copies)).end()
	}
	return &rows
}

// moveConversations is updateConversations for what every entry moves.
const moveConversations = `
	UPDATE conversations AS c SET last = n.last, newest = n.newest, newest_public = n.newest_public, active_at = n.active_at,
		active_public = n.active_public, hash = n.hash, unanswered_since = n.unanswered_since
	FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[], $8::bytea[],
		$9::timestamptz[])
		AS n (office_id, id, last, newest, newest_public, active_at, active_public, hash, unanswered_since)
	WHERE c.office_id = n.office_id AND c.id = n.id`

func moves(g *chat.Group, changed []chat.ID) *columns {
	var rows columns
	for _, id := range changed {
		if !g.Moved(id) {
			continue
		}
		c := &g.Threads[id].Conversation
		rows.id(c.Office).id(c.ID).place(c.Last).place(c.Newest).place(c.NewestPublic).time(c.ActiveAt).time(c.ActivePublic).hash(c.Hash).
			time(c.UnansweredSince).end()
	}
	return &rows
}

// without is those of which it is not so.
func without[T any](list []T, so func(T) bool) []T {
	var rest []T
	for _, v := range list {
		if !so(v) {
			rest = append(rest, v)
		}
	}
	return rest
}

const insertParticipants = `
	INSERT INTO participants (office_id, conversation_id, user_id, ordinal, cc, active, joined_at, left_at, left_title,
		last_read, opened, newest_other, newest, active_at, marked_unread, archived, deleted, muted, beneath)
	SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::boolean[], $6::boolean[], $7::timestamptz[],
		$8::timestamptz[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::timestamptz[],
		$15::boolean[], $16::boolean[], $17::boolean[], $18::boolean[], $19::boolean[])`

const updateParticipants = `
	UPDATE participants AS p SET cc = n.cc, active = n.active, joined_at = n.joined_at, left_at = n.left_at, left_title = n.left_title,
		last_read = n.last_read, opened = n.opened, newest_other = n.newest_other, newest = n.newest, active_at = n.active_at,
		marked_unread = n.marked_unread, archived = n.archived, deleted = n.deleted, muted = n.muted, beneath = n.beneath
	FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::boolean[], $6::boolean[], $7::timestamptz[],
		$8::timestamptz[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::timestamptz[],
		$15::boolean[], $16::boolean[], $17::boolean[], $18::boolean[], $19::boolean[])
		AS n (office_id, conversation_id, user_id, ordinal, cc, active, joined_at, left_at, left_title,
			last_read, opened, newest_other, newest, active_at, marked_unread, archived, deleted, muted, beneath)
	WHERE p.office_id = n.office_id AND p.conversation_id = n.conversation_id AND p.user_id = n.user_id`

func participants(g *chat.Group, seats []chat.Seat) *columns {
	var rows columns
	for _, seat := range seats {
		t := g.Threads[seat.Conversation]
		p := t.Participants[seat.User]
		rows.id(t.Conversation.Office).id(p.Conversation).id(p.User).number(int64(slices.Index(t.Order, p.User))).
			bool(p.CC).bool(p.Active).time(p.JoinedAt).time(p.LeftAt).text(p.LeftTitle).
			place(p.LastRead).place(p.Opened).place(p.NewestOther).place(p.Newest).time(p.ActiveAt).
			bool(p.MarkedUnread).bool(p.Archived).bool(p.Deleted).bool(p.Muted).bool(p.Beneath).end()
	}
	return &rows
}

// moveCursors is updateParticipants for what messages and reading move.
const moveCursors = `
	UPDATE participants AS p SET last_read = n.last_read, opened = n.opened, newest_other = n.newest_other, newest = n.newest,
		active_at = n.active_at, marked_unread = n.marked_unread, archived = n.archived, muted = n.muted
	FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::timestamptz[],
		$9::boolean[], $10::boolean[], $11::boolean[])
		AS n (office_id, conversation_id, user_id, last_read, opened, newest_other, newest, active_at, marked_unread, archived, muted)
	WHERE p.office_id = n.office_id AND p.conversation_id = n.conversation_id AND p.user_id = n.user_id`

func cursors(g *chat.Group, changed []chat.Seat) *columns {
	var rows columns
	for _, seat := range changed {
		if !g.OnlyCursors(seat) {
			continue
		}
		t := g.Threads[seat.Conversation]
		p := t.Participants[seat.User]
		rows.id(t.Conversation.Office).id(p.Conversation).id(p.User).
			place(p.LastRead).place(p.Opened).place(p.NewestOther).place(p.Newest).time(p.ActiveAt).
			bool(p.MarkedUnread).bool(p.Archived).bool(p.Muted).end()
	}
	return &rows
}

// putSpans adds spans, and closes open ones: a closed span is never touched again.
const putSpans = `
	INSERT INTO spans AS s (office_id, conversation_id, user_id, ordinal, after, through, open, opened_at)
	SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::boolean[], $8::timestamptz[])
	ON CONFLICT (office_id, conversation_id, user_id, ordinal) DO UPDATE SET through = excluded.through, open = excluded.open
	WHERE s.open`

// spans gives, for each seat that spans were opened or closed at, all of its spans as they are now: their places in the list are their
// ordinals.
func spans(g *chat.Group, changed []chat.Span) *columns {
	var rows columns
	seen := map[chat.Seat]bool{}
	for _, s := range changed {
		seat := chat.Seat{Conversation: s.Conversation, User: s.User}
		if seen[seat] {
			continue
		}
		seen[seat] = true
		t := g.Threads[s.Conversation]
		for i, s := range t.Spans[s.User] {
			rows.id(t.Conversation.Office).id(s.Conversation).id(s.User).number(int64(i)).
				place(s.After).place(s.Through).bool(s.Open).time(s.OpenedAt).end()
		}
	}
	return &rows
}

const insertMessages = `
	INSERT INTO messages (office_id, conversation_id, position, id, kind, audience, author_id, via, html, text, important,
		client_key, sent, letter_id, folded, secure, happening, subjects, signature, at, hash, surfaced, undo_until, received_at)
	SELECT n.office_id, n.conversation_id, n.position, n.id, n.kind, n.audience, n.author_id, n.via, n.html, n.text, n.important,
		n.client_key, n.sent, n.letter_id, n.folded, n.secure, n.happening, n.subjects, n.signature, n.at, n.hash, n.surfaced,
		clock_timestamp() + NULLIF(n.undoable, 0) * interval '1 microsecond', n.received_at
	FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[],
		$9::text[], $10::text[], $11::boolean[], $12::text[], $13::bytea[], $14::uuid[], $15::boolean[], $16::boolean[],
		$17::text[], $18::text[], $19::bytea[], $20::timestamptz[], $21::bytea[], $22::text[], $23::bigint[], $24::timestamptz[])
		AS n (office_id, conversation_id, position, id, kind, audience, author_id, via, html, text, important,
			client_key, sent, letter_id, folded, secure, happening, subjects, signature, at, hash, surfaced, undoable, received_at)`

func messages(list []chat.Message) *columns {
	var rows columns
	for i := range list {
		m := &list[i]
		rows.id(m.Office).id(m.Conversation).place(m.Position).id(m.ID).text(string(m.Kind)).text(string(m.Audience)).
			id(m.Author.ID).text(string(m.Via)).text(m.HTML).text(m.Text).bool(m.Important).
			text(m.Key).hash(m.Sent).id(m.Letter).bool(m.Folded).bool(m.Secure).
			text(string(m.Happening)).text(query.List(subjects(m))).hash(m.Signature).time(m.At).hash(m.Hash).
			text(query.Surfaced(&m.Surfaced)).number(m.Undoable.Microseconds()).time(m.ReceivedAt).end()
	}
	return &rows
}

func subjects(m *chat.Message) []chat.ID {
	var ids []chat.ID
	for _, p := range m.Subjects {
		ids = append(ids, p.ID)
	}
	return ids
}

// takeAttachments takes uploads that still wait. COMMIT follows in the same trip, so the server itself has to say when one does not wait
// any more: it divides by zero then.
const takeAttachments = `
	WITH taken AS (
		UPDATE attachments AS f SET conversation_id = n.conversation_id, message_id = n.message_id, position = n.position,
			ordinal = n.ordinal, audience = n.audience
		FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::text[])
			AS n (office_id, id, conversation_id, message_id, position, ordinal, audience)
		WHERE f.id = n.id AND (f.office_id = n.office_id) IS TRUE AND f.conversation_id IS NULL
		RETURNING f.id
	)
	SELECT 1 / (count(*) = cardinality($2::uuid[]))::integer FROM taken`

func attachments(list []chat.Message) *columns {
	var rows columns
	for i := range list {
		m := &list[i]
		for j := range m.Attachments {
			a := &m.Attachments[j]
			rows.id(m.Office).id(a.ID).id(m.Conversation).id(m.ID).place(m.Position).number(int64(j)).
				text(string(m.Audience)).end()
		}
	}
	return &rows
}

const insertSearchable = `
	INSERT INTO search_tail (office_id, message_id, conversation_id, position, at, words)
	SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::timestamptz[], $6::text[])`

func searchable(list []chat.Searchable) *columns {
	var rows columns
	for i := range list {
		s := &list[i]
		rows.id(s.Office).id(s.Message).id(s.Conversation).place(s.Position).time(s.At).text(s.Words).end()
	}
	return &rows
}

const withdrawMessages = `
	UPDATE messages AS m SET withdrawn = n.withdrawn, withdrawn_by = n.withdrawn_by, withdrawn_at = n.withdrawn_at
	FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::uuid[], $6::timestamptz[])
		AS n (office_id, conversation_id, position, withdrawn, withdrawn_by, withdrawn_at)
	WHERE m.office_id = n.office_id AND m.conversation_id = n.conversation_id AND m.position = n.position`

func withdrawals(list []chat.Message) *columns {
	var rows columns
	for i := range list {
		m := &list[i]
		rows.id(m.Office).id(m.Conversation).place(m.Position).text(string(m.Withdrawn)).id(m.WithdrawnBy.ID).time(m.WithdrawnAt).end()
	}
	return &rows
}

const insertReceipts = `
	INSERT INTO receipts (office_id, conversation_id, reader_id, after, through, at)
	SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::timestamptz[])`

func receipts(g *chat.Group, list []chat.Receipt) *columns {
	var rows columns
	for _, r := range list {
		rows.id(g.Threads[r.Conversation].Conversation.Office).id(r.Conversation).id(r.Reader).
			place(r.After).place(r.Through).time(r.At).end()
	}
	return &rows
}

// goOnDrafts keeps what drafts hold that end under another id.
const goOnDrafts = `
	INSERT INTO drafts (office_id, author_id, id, version, conversation_id, recipients, besides, audience, title, important, note, unsigned,
		secure, bcc, html, preview, saved_at, gone)
	SELECT d.office_id, d.author_id, n.rest, 1, d.conversation_id, d.recipients, d.besides, d.audience, d.title, d.important, d.note, d.unsigned,
		d.secure, d.bcc, d.html, d.preview, d.saved_at, d.gone
	FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) AS n (office_id, author_id, id, rest)
	JOIN drafts AS d ON d.office_id = n.office_id AND d.author_id = n.author_id AND d.id = n.id`

const moveDraftFiles = `
	UPDATE draft_files AS f SET draft_id = n.rest
	FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) AS n (office_id, author_id, id, rest)
	WHERE f.office_id = n.office_id AND f.author_id = n.author_id AND f.draft_id = n.id`

func restsOf(list []chat.SentDraft) *columns {
	var rows columns
	for _, d := range list {
		if !d.Rest.IsZero() {
			rows.id(d.Office).id(d.Author).id(d.ID).id(d.Rest).end()
		}
	}
	return &rows
}

// endDrafts takes drafts away, whether they were saved or not: a save may still be on its way.
const endDrafts = `
	INSERT INTO drafts AS d (office_id, author_id, id, version, conversation_id, recipients, besides, audience, title, important, note, unsigned,
		secure, bcc, html, preview, saved_at, gone)
	SELECT n.office_id, n.author_id, n.id, 1, n.conversation_id, '[]', '[]', '', '', false, false, false, false, NULL, '', '', n.at, true
	FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[]) AS n (office_id, author_id, id, conversation_id, at)
	ON CONFLICT (office_id, author_id, id) DO UPDATE SET version = d.version + 1, recipients = '[]', besides = '[]', audience = '', title = '',
		important = false, note = false, unsigned = false, secure = false, bcc = NULL, html = '', preview = '', saved_at = excluded.saved_at, gone = true`

func drafts(list []chat.SentDraft) *columns {
	var rows columns
	for _, d := range list {
		rows.id(d.Office).id(d.Author).id(d.ID).id(d.Conversation).time(d.At).end()
	}
	return &rows
}

const dropDraftFiles = `
	DELETE FROM draft_files AS f
	USING unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS n (office_id, author_id, draft_id)
	WHERE f.office_id = n.office_id AND f.author_id = n.author_id AND f.draft_id = n.draft_id`

func draftFiles(list []chat.SentDraft) *columns {
	var rows columns
	for _, d := range list {
		rows.id(d.Office).id(d.Author).id(d.ID).end()
	}
	return &rows
}

const insertLetters = `
	INSERT INTO letters (office_id, id, reply, conversation_id, participant_id, once, message_id, from_address, envelope_from,
		peer, subject, class, auth, signers, fate, reason, entry_id, raw, size, folded, received_at, content)
	SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::uuid[], $6::bytea[], $7::text[], $8::text[], $9::text[],
		$10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::uuid[], $18::bytea[], $19::bigint[],
		$20::text[], $21::timestamptz[], $22::bytea[])`

func letters(list []chat.Letter) *columns {
	var rows columns
	for i := range list {
		l := &list[i]
		rows.id(l.Office).id(l.ID).number(l.Reply).id(l.Conversation).id(l.Participant).hash(l.Once).text(l.MessageID).
			text(l.From).text(l.EnvelopeFrom).text(l.Peer).text(l.Subject).text(l.Class).text(l.Auth).text(strings.Join(l.Signers, " ")).text(string(l.Fate)).text(l.Reason).
			id(l.Entry).hash(l.Raw).number(l.Size).text(l.Folded).time(l.ReceivedAt).bytes(l.Content).end()
	}
	return &rows
}

const revokeAddresses = `
	UPDATE reply_addresses AS r SET generation = r.generation + 1
	FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS n (office_id, conversation_id, user_id)
	WHERE r.office_id = n.office_id AND r.conversation_id = n.conversation_id AND r.user_id = n.user_id`

func revoked(g *chat.Group, seats []chat.Seat) *columns {
	var rows columns
	for _, seat := range seats {
		rows.id(g.Threads[seat.Conversation].Conversation.Office).id(seat.Conversation).id(seat.User).end()
	}
	return &rows
}

const insertNotices = `
	INSERT INTO notices (office_id, id, kind, conversation_id, message_id, position, recipient_id, due_at, state)
	SELECT n.office_id, n.id, n.kind, n.conversation_id, n.message_id, n.position, n.recipient_id,
		clock_timestamp() + n.after * interval '1 microsecond', n.state
	FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::bigint[], $7::uuid[], $8::bigint[], $9::text[])
		AS n (office_id, id, kind, conversation_id, message_id, position, recipient_id, after, state)
	ON CONFLICT (conversation_id, recipient_id, position, kind) WHERE state = 'due' DO NOTHING`

func notices(list []chat.Notice) *columns {
	var rows columns
	for i := range list {
		n := &list[i]
		rows.id(n.Office).id(n.ID).text(string(n.Kind)).id(n.Conversation).id(n.Message).place(n.Position).
			id(n.Recipient).number(n.After.Microseconds()).text(string(n.State())).end()
	}
	return &rows
}

const insertLedger = `
	INSERT INTO ledger (office_id, id, at, direction, peer, envelope_from, envelope_to, code, enhanced, fate, reason, letter_id, mail_id, size)
	SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
		$9::text[], $10::text[], $11::text[], $12::uuid[], $13::uuid[], $14::bigint[])`

func ledger(list []chat.LedgerRow) *columns {
	var rows columns
	for i := range list {
		l := &list[i]
		rows.id(l.Office).id(l.ID).time(l.At).text(string(l.Direction)).text(l.Peer).text(l.EnvelopeFrom).text(l.EnvelopeTo).
			number(int64(l.Code)).text(l.Enhanced).text(l.Fate).text(l.Reason).id(l.Letter).id(l.Mail).number(l.Size).end()
	}
	return &rows
}

const insertAudit = `
	INSERT INTO audit (office_id, id, at, actor_id, act, object_id, detail)
	SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::text[], $6::uuid[], $7::text[])`

func audit(list []chat.AuditEntry) *columns {
	var rows columns
	for i := range list {
		a := &list[i]
		rows.id(a.Office).id(a.ID).time(a.At).id(a.Actor).text(string(a.Act)).id(a.Object).text(a.Detail).end()
	}
	return &rows
}
