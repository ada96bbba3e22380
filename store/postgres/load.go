package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"postern/chat"
	"postern/store/query"
)

// loading fills a group with what needs name, by statements that can be sent in one go: none depends on another's answer.
type loading struct {
	group *chat.Group

	offices []chat.ID
	threads columns // office, conversation
	people  columns // office, conversation, user: one of the two; everybody who takes part, actors and those named
	spans   columns // office, conversation
	keys    columns // author, key
	uploads columns // office, attachment
	letters columns // office, hash
	drafts  columns // office, author, draft
	reads   columns // office, conversation, reader, position read to

	seated   []seated
	repeated []repeat
}

// seated is a participant and their place in the order of joining.
type seated struct {
	chat.Participant
	ordinal int64
}

// repeat is a message that was written before under a key, still to be read whole.
type repeat struct {
	key     chat.ClientKey
	office  chat.ID
	message chat.ID
}

// officeRow names a row by its office and id.
type officeRow struct{ office, id chat.ID }

func newLoading(needs []chat.Need) *loading {
	l := &loading{group: chat.NewGroup()}
	offices, threads, users, spans := map[chat.ID]bool{}, map[officeRow]bool{}, map[officeRow]bool{}, map[officeRow]bool{}
	for _, n := range needs {
		if first(offices, n.Office) {
			l.offices = append(l.offices, n.Office)
		}
		if thread := (officeRow{n.Office, n.Conversation}); !n.Conversation.IsZero() {
			if first(threads, thread) {
				l.threads.id(n.Office).id(n.Conversation).end()
				l.people.id(n.Office).id(n.Conversation).id(chat.ID{}).end()
			}
			if n.Spans && first(spans, thread) {
				l.spans.id(n.Office).id(n.Conversation).end()
			}
		}
		for _, user := range append([]chat.ID{n.Actor}, n.Users...) {
			if !user.IsZero() && first(users, officeRow{n.Office, user}) {
				l.people.id(n.Office).id(chat.ID{}).id(user).end()
			}
		}
		l.addRest(n)
	}
	return l
}

// first says whether the key has not been seen before.
func first[K comparable](seen map[K]bool, key K) bool {
	was := seen[key]
	seen[key] = true
	return !was
}

// addRest adds what is looked up by itself. Asking twice does no harm. A key that cannot be kept has never been.
func (l *loading) addRest(n chat.Need) {
	if n.Key != "" && query.Keepable(n.Key) && !n.Actor.IsZero() {
		l.keys.id(n.Actor).text(n.Key).end()
	}
	for _, id := range n.Uploads {
		l.uploads.id(n.Office).id(id).end()
	}
	if !n.Draft.IsZero() {
		l.drafts.id(n.Office).id(n.Actor).id(n.Draft).end()
	}
	if n.Once != nil {
		l.letters.id(n.Office).hash(*n.Once).end()
	}
	if n.ReadTo != 0 {
		l.reads.id(n.Office).id(n.Conversation).id(n.Actor).place(n.ReadTo).end()
	}
}

// IS TRUE keeps indexes that begin with the office away from rows that have a key without it, see doc.go, "Plans".

// What statements begin with: the threads $1, $2; everybody who takes part in the threads $1, $2, and the users $1, $3.
const (
	namedThreads = `unnest($1::uuid[], $2::uuid[]) AS n (office_id, conversation_id)`

	namedPeople = `unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS n (office_id, conversation_id, user_id)
	LEFT JOIN participants AS p USING (office_id, conversation_id)`
)

const lockConversations = `
	SELECT ` + query.ConversationColumns + `
	FROM ` + namedThreads + ` JOIN conversations AS c ON c.office_id = n.office_id AND c.id = n.conversation_id
	ORDER BY c.id FOR NO KEY UPDATE OF c`

// lockStreams reads the participants, too: their conversations have been locked before it.
const lockStreams = `
	SELECT s.user_id, s.epoch, s.head, s.badge, p.ordinal, ` + query.ParticipantColumns + `
	FROM ` + namedPeople + ` JOIN streams AS s ON s.user_id = COALESCE(p.user_id, n.user_id) AND (s.office_id = n.office_id) IS TRUE
	ORDER BY s.user_id FOR NO KEY UPDATE OF s`

const loadSpans = `
	SELECT ` + query.SpanColumns + `
	FROM ` + namedThreads + ` JOIN spans AS s USING (office_id, conversation_id)
	ORDER BY s.conversation_id, s.user_id, s.ordinal`

const loadUsers = `
	SELECT ` + query.UserColumns + `
	FROM (SELECT DISTINCT n.office_id, COALESCE(p.user_id, n.user_id) AS user_id FROM ` + namedPeople + `) AS n
	JOIN users AS u ON u.id = n.user_id AND (u.office_id = n.office_id) IS TRUE`

const loadOffices = `
	SELECT ` + query.OfficeColumns + ` FROM offices AS o WHERE o.id = ANY($1)`

const loadKeys = `
	SELECT m.author_id, m.client_key, m.office_id, m.id
	FROM unnest($1::uuid[], $2::text[]) AS n (author_id, client_key)
	JOIN messages AS m ON m.author_id = n.author_id AND m.client_key = n.client_key AND m.client_key <> ''`

const loadUploads = `
	SELECT ` + query.AttachmentColumns + `
	FROM unnest($1::uuid[], $2::uuid[]) AS n (office_id, id)
	JOIN attachments AS f ON f.id = n.id AND (f.office_id = n.office_id) IS TRUE`

const loadLetters = `
	SELECT ` + query.LetterColumns + `
	FROM unnest($1::uuid[], $2::bytea[]) AS n (office_id, once)
	JOIN letters AS l ON l.once = n.once AND (l.office_id = n.office_id) IS TRUE`

const loadDrafts = `
	SELECT ` + query.DraftStateColumns + `
	FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS n (office_id, author_id, id)
	JOIN drafts AS d ON d.author_id = n.author_id AND d.id = n.id AND d.office_id = n.office_id`

// loadAuthored says who wrote, what counts, in the stretch that each reader is about to read. What counts is chat.Message.Counts.
const loadAuthored = `
	SELECT n.conversation_id, n.reader_id, a.author_id, a.audience, a.first, a.last
	FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[]) AS n (office_id, conversation_id, reader_id, read_to)
	JOIN participants AS p ON p.office_id = n.office_id AND p.conversation_id = n.conversation_id AND p.user_id = n.reader_id
	CROSS JOIN LATERAL (
		SELECT m.author_id, m.audience, min(m.position) AS first, max(m.position) AS last
		FROM messages AS m
		WHERE m.office_id = n.office_id AND m.conversation_id = n.conversation_id
			AND m.position > p.opened AND m.position <= n.read_to AND m.withdrawn <> 'undone'
			AND m.author_id IS DISTINCT FROM n.reader_id AND (m.kind <> 'event' OR m.happening = 'letter_held')
		GROUP BY m.author_id, m.audience
	) AS a`

// queue adds the statements to a batch: the locks in their order, then what is read under them (see doc.go).
func (l *loading) queue(batch *pgx.Batch) {
	if l.threads.rows > 0 {
		batch.Queue(lockConversations, l.threads.args()...).Query(l.scanThreads)
	}
	if l.people.rows > 0 {
		batch.Queue(lockStreams, l.people.args()...).Query(l.scanStreams)
		batch.Queue(loadUsers, l.people.args()...).Query(l.scanUsers)
	}
	batch.Queue(loadOffices, l.offices).Query(l.scanOffices)
	for _, look := range []struct {
		by   *columns
		sql  string
		scan func(pgx.Rows) error
	}{
		{&l.spans, loadSpans, l.scanSpans},
		{&l.keys, loadKeys, l.scanKeys},
		{&l.uploads, loadUploads, l.scanUploads},
		{&l.letters, loadLetters, l.scanLetters},
		{&l.reads, loadAuthored, l.scanAuthored},
		{&l.drafts, loadDrafts, l.scanDrafts},
	} {
		if look.by.rows > 0 {
			batch.Queue(look.sql, look.by.args()...).Query(look.scan)
		}
	}
}

// each scans every row into a fresh value and hands it on.
func each[T any](found pgx.Rows, scan func(query.Rows, *T) error, add func(*T)) error {
	for found.Next() {
		v := new(T)
		if err := scan(found, v); err != nil {
			return fmt.Errorf("scan %T: %w", v, err)
		}
		add(v)
	}
	return found.Err()
}

func (l *loading) scanThreads(found pgx.Rows) error {
	return rowsOf(found, func(v *values) {
		l.group.AddThread(v.conversation()).Spans = nil
	})
}

// scanStreams reads one row for each seat, and one for each user who was named. A conversation that was committed after the statement that would have
// locked it is not there, whatever later statements see.
func (l *loading) scanStreams(found pgx.Rows) error {
	err := rowsOf(found, func(v *values) {
		stream := v.stream()
		l.group.Streams[stream.User] = &stream
		seat := seated{ordinal: v.number(), Participant: v.participant()}
		if l.group.Threads[seat.Conversation] != nil {
			l.seated = append(l.seated, seat)
		}
	})
	slices.SortFunc(l.seated, func(a, b seated) int { return cmp.Compare(a.ordinal, b.ordinal) })
	for _, seat := range l.seated {
		l.group.Threads[seat.Conversation].AddParticipant(seat.Participant)
	}
	return err
}

func (l *loading) scanSpans(found pgx.Rows) error {
	return each(found, query.ScanSpan, func(s *chat.Span) {
		if t := l.group.Threads[s.Conversation]; t != nil {
			t.AddSpan(*s)
		}
	})
}

func (l *loading) scanUsers(found pgx.Rows) error {
	return rowsOf(found, func(v *values) {
		u := v.user()
		l.group.Users[u.ID] = &u
	})
}

func (l *loading) scanOffices(found pgx.Rows) error {
	return each(found, query.ScanOffice, func(o *chat.Office) { l.group.Offices[o.ID] = o })
}

func (l *loading) scanKeys(found pgx.Rows) error {
	scan := func(found query.Rows, r *repeat) error {
		return found.Scan(&r.key.Author, &r.key.Key, &r.office, &r.message)
	}
	return each(found, scan, func(r *repeat) { l.repeated = append(l.repeated, *r) })
}

func (l *loading) scanUploads(found pgx.Rows) error {
	return each(found, query.ScanAttachment, func(a *chat.Attachment) { l.group.Uploads[a.ID] = a })
}

func (l *loading) scanLetters(found pgx.Rows) error {
	return each(found, query.ScanLetter, func(letter *chat.Letter) { l.group.Letters[letter.Once] = letter })
}

func (l *loading) scanDrafts(found pgx.Rows) error {
	return each(found, query.ScanDraftState, func(d *chat.DraftState) { l.group.Drafts[chat.DraftKey{Author: d.Author, ID: d.ID}] = d })
}

func (l *loading) scanAuthored(found pgx.Rows) error {
	scan := func(found query.Rows, a *chat.Authored) error {
		return found.Scan(&a.Conversation, &a.Reader, &a.Author, &a.Audience, &a.First, &a.Last)
	}
	return each(found, scan, func(a *chat.Authored) { l.group.Authored = append(l.group.Authored, *a) })
}

// complete reads, whole, the messages that were found under keys: rare, so a round trip each.
func (l *loading) complete(ctx context.Context, read *query.Reader) error {
	for _, r := range l.repeated {
		m, err := read.Message(ctx, r.office, r.message)
		if err != nil {
			return fmt.Errorf("read the message of a key: %w", err)
		}
		l.group.Keys[r.key] = m
	}
	return nil
}
