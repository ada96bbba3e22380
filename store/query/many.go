package query

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"

	"postern/chat"
)

// SessionsByToken is chat.Many's.
func (r *Reader) SessionsByToken(ctx context.Context, hashes [][32]byte) (map[[32]byte]*chat.Session, error) {
	texts := make([]string, len(hashes))
	for i, h := range hashes {
		texts[i] = hex.EncodeToString(h[:])
	}
	found, err := All(ctx, r.db, "sessions", scanSession, `
		SELECT `+sessionColumns+` FROM sessions WHERE `+r.d.Among("token_hash", "$1"), encode(texts))
	return by(found, func(s *chat.Session) [32]byte { return s.TokenHash }), err
}

// SessionsByID is chat.Many's.
func (r *Reader) SessionsByID(ctx context.Context, sessions []chat.ID) (map[chat.ID]*chat.Session, error) {
	found, err := All(ctx, r.db, "sessions", scanSession, `
		SELECT `+sessionColumns+` FROM sessions WHERE `+r.d.In("id", "$1"), sessions)
	return by(found, func(s *chat.Session) chat.ID { return s.ID }), err
}

// UsersByID is chat.Many's.
func (r *Reader) UsersByID(ctx context.Context, users []chat.ID) (map[chat.ID]*chat.User, error) {
	found, err := All(ctx, r.db, "users", ScanUser, `
		SELECT `+UserColumns+` FROM users AS u WHERE `+r.d.In("u.id", "$1"), users)
	return by(found, func(u *chat.User) chat.ID { return u.ID }), err
}

// Streams is chat.Many's.
func (r *Reader) Streams(ctx context.Context, users []chat.ID) (map[chat.ID]chat.KeptStream, error) {
	found, err := All(ctx, r.db, "streams", scanKeptStream, `
		SELECT s.user_id, s.epoch, s.head, `+r.d.Badge("s.user_id")+`,
			COALESCE(`+r.d.Oldest+`, s.head + 1)
		FROM streams AS s WHERE `+r.d.In("s.user_id", "$1"), users)
	streams := make(map[chat.ID]chat.KeptStream, len(found))
	for _, s := range found {
		streams[s.User] = s
	}
	return streams, err
}

func scanKeptStream(rows Rows, s *chat.KeptStream) error {
	return rows.Scan(ID(&s.User), &s.Epoch, &s.Number, &s.Badge, &s.Oldest)
}

// EventsPast is chat.Many's. Numbers have no gaps: what follows is a range of them.
func (r *Reader) EventsPast(ctx context.Context, from []chat.Past, limit int) ([]chat.StreamEvent, error) {
	pairs := make([][2]any, len(from))
	for i, p := range from {
		pairs[i] = [2]any{p.User.String(), p.Number}
	}
	events, err := All(ctx, r.db, "events", scanEvent, `
		SELECT e.user_id, e.number, e.badge, e.type, e.conversation_id, e.position, e.subject_id, e.at
		FROM `+r.d.Past(r.d.Numbers("$1"), "$2"), encode(pairs), limit)
	slices.SortFunc(events, func(a, b chat.StreamEvent) int {
		return cmp.Or(bytes.Compare(a.User[:], b.User[:]), cmp.Compare(a.Number, b.Number))
	})
	return slices.CompactFunc(events, func(a, b chat.StreamEvent) bool { return a.User == b.User && a.Number == b.Number }), err
}

// SpansOf is chat.Many's.
func (r *Reader) SpansOf(ctx context.Context, office chat.ID, seats []chat.Seat) (map[chat.Seat][]chat.Span, error) {
	found, err := All(ctx, r.db, "spans", ScanSpan, `
		SELECT `+SpanColumns+`
		FROM `+r.d.Seats("$2")+` AS seat`+
		r.d.Each("spans", "s", `s.office_id = $1 AND s.conversation_id = seat.conversation_id AND s.user_id = seat.user_id`)+`
		ORDER BY s.ordinal`, office, encodeSeats(seats))
	spans := map[chat.Seat][]chat.Span{}
	for _, s := range found {
		seat := chat.Seat{Conversation: s.Conversation, User: s.User}
		spans[seat] = append(spans[seat], s)
	}
	return spans, err
}

// Participants is chat.Many's.
func (r *Reader) Participants(ctx context.Context, office chat.ID, seats []chat.Seat) (map[chat.Seat]*chat.Participant, error) {
	found, err := All(ctx, r.db, "participants", ScanParticipant, `
		SELECT `+ParticipantColumns+`
		FROM `+r.d.Seats("$2")+` AS seat`+
		r.d.Each("participants", "p", `p.office_id = $1 AND p.conversation_id = seat.conversation_id AND p.user_id = seat.user_id`), office, encodeSeats(seats))
	return by(found, func(p *chat.Participant) chat.Seat { return chat.Seat{Conversation: p.Conversation, User: p.User} }), err
}

// ReceiptsAt is chat.Many's.
func (r *Reader) ReceiptsAt(ctx context.Context, office chat.ID, places []chat.MessagePlace) (map[chat.MessagePlace][]chat.ReceiptShown, error) {
	found, err := All(ctx, r.db, "receipts", scanReceipt, `
		SELECT t.conversation_id, t.reader_id, t.after, t.through, t.at, u.id, u.name, u.role
		FROM `+r.d.Places("$2")+` AS place`+
		r.d.Each("receipts", "t", `t.office_id = $1 AND t.conversation_id = place.conversation_id AND t.through = place.position`)+
		r.d.Each("users", "u", `u.id = t.reader_id AND (u.office_id = t.office_id) IS TRUE`)+`
		ORDER BY t.at, t.reader_id, t.after`, office, encodePlaces(places))
	receipts := map[chat.MessagePlace][]chat.ReceiptShown{}
	for _, t := range found {
		place := chat.MessagePlace{Conversation: t.Conversation, Position: t.Through}
		receipts[place] = append(receipts[place], t)
	}
	return receipts, err
}

func by[K comparable, V any](list []V, key func(*V) K) map[K]*V {
	found := make(map[K]*V, len(list))
	for i := range list {
		found[key(&list[i])] = &list[i]
	}
	return found
}

func encodeSeats(seats []chat.Seat) string {
	pairs := make([][2]string, len(seats))
	for i, s := range seats {
		pairs[i] = [2]string{s.Conversation.String(), s.User.String()}
	}
	return encode(pairs)
}

// encode gives the JSON that the [Dialect]'s tables are read from.
func encode(list any) string {
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(text)
}
