package query

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/chat"
	"postern/store/segment"
)

// Tails is chat.Index's.
func (r *Reader) Tails(ctx context.Context, entries int) ([]chat.ID, error) {
	return All(ctx, r.db, "tails of the index", scanID, `
		SELECT o.id FROM offices AS o
		WHERE EXISTS (SELECT 1 FROM search_tail AS t WHERE t.office_id = o.id ORDER BY t.message_id LIMIT 1 OFFSET $1)
		ORDER BY o.id`, entries-1)
}

func scanSearchable(rows Rows, e *chat.Searchable) error {
	return rows.Scan(ID(&e.Message), ID(&e.Conversation), &e.Position, Time(&e.At), &e.Words)
}

// Seal is chat.IndexTx's. Entries that another transaction seals at this moment are passed over.
func (w *Writer) Seal(ctx context.Context, office, id chat.ID) (int, error) {
	oldest, err := All(ctx, w.db, "tail of the index", scanSearchable, `
		SELECT t.message_id, t.conversation_id, t.position, t.at, t.words FROM search_tail AS t
		WHERE t.office_id = $1 ORDER BY t.message_id LIMIT $2`+w.d.Claim, office, segment.Most)
	if err != nil || len(oldest) < segment.Most {
		return 0, err
	}
	messages := make([]chat.ID, len(oldest))
	entries := make([]segment.Entry, len(oldest))
	for i, e := range oldest {
		messages[i] = e.Message
		entries[i] = segment.Entry{Conversation: e.Conversation, Position: int64(e.Position), At: e.At.UnixMicro(), Words: e.Words}
	}
	slices.SortFunc(entries, func(a, b segment.Entry) int { // as candidates are, the other way round
		return cmp.Or(cmp.Compare(a.At, b.At), bytes.Compare(a.Conversation[:], b.Conversation[:]), cmp.Compare(a.Position, b.Position))
	})
	if err := w.addSegment(ctx, office, id, segment.Build(entries), len(entries)); err != nil {
		return 0, err
	}
	err = w.exec(ctx, "empty the tail", `
		DELETE FROM search_tail WHERE office_id = $1 AND `+w.d.In("message_id", "$2"), office, messages)
	return len(entries), err
}

func (w *Writer) addSegment(ctx context.Context, office, id chat.ID, built segment.Built, entries int) error {
	err := w.exec(ctx, "add segment", `
		INSERT INTO search_segments (office_id, id, entries, first_at, last_at) VALUES ($1, $2, $3, $4, $5)`,
		office, id, entries, time.UnixMicro(built.First).UTC(), time.UnixMicro(built.Last).UTC())
	for i := 0; i < len(built.Blocks) && err == nil; i++ {
		err = w.exec(ctx, "add block", `
			INSERT INTO search_blocks (segment_id, first_word, data) VALUES ($1, $2, $3)`, id, built.Blocks[i].First, built.Blocks[i].Data)
	}
	for i := 0; i < len(built.Places) && err == nil; i++ {
		err = w.exec(ctx, "add places", `
			INSERT INTO search_places (segment_id, first, data) VALUES ($1, $2, $3)`, id, i*segment.Together, built.Places[i])
	}
	return err
}

// Refill is chat.Index's.
func (r *Reader) Refill(ctx context.Context, limit int) ([]chat.Message, error) {
	found, err := All(ctx, r.db, "messages to index", scanMessage, `
		SELECT `+messageColumns+`
		FROM (SELECT n.id FROM messages AS n
			WHERE n.id > (SELECT f.after FROM search_refill AS f WHERE f.one = 1) AND n.id <= (SELECT f.through FROM search_refill AS f WHERE f.one = 1)
			ORDER BY n.id LIMIT $1) AS page
		JOIN messages AS m ON m.id = page.id
		`+messageAuthor+`
		ORDER BY m.id`, limit)
	if err != nil {
		return nil, err
	}
	return found, r.completeAll(ctx, found)
}

// completeAll is complete for messages of several offices.
func (r *Reader) completeAll(ctx context.Context, messages []chat.Message) error {
	of := map[chat.ID][]*chat.Message{}
	for i := range messages {
		of[messages[i].Office] = append(of[messages[i].Office], &messages[i])
	}
	for office, list := range of {
		if err := r.complete(ctx, office, list); err != nil {
			return err
		}
	}
	return nil
}

// AddSearchable is chat.IndexTx's.
func (w *Writer) AddSearchable(ctx context.Context, entries []chat.Searchable) error {
	for some := range slices.Chunk(entries, 64) {
		var args []any
		var values []string
		for i := range some {
			e := &some[i]
			values = append(values, fmt.Sprintf("($%d, $%d, $%d, $%d, $%d, $%d)", len(args)+1, len(args)+2, len(args)+3, len(args)+4, len(args)+5, len(args)+6))
			args = append(args, e.Office, e.Message, e.Conversation, e.Position, e.At, e.Words)
		}
		err := w.exec(ctx, "fill the tail", `
			INSERT INTO search_tail (office_id, message_id, conversation_id, position, at, words) VALUES `+strings.Join(values, ", ")+`
			ON CONFLICT (office_id, message_id) DO NOTHING`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// Refilled is chat.IndexTx's. Of two nodes with the same step the second waits for the first's row, and finds it moved.
func (w *Writer) Refilled(ctx context.Context, through chat.ID) (bool, error) {
	moved, err := w.db.Exec(ctx, `UPDATE search_refill SET after = $1 WHERE one = 1 AND after < $1`, through)
	if err != nil {
		return false, fmt.Errorf("move on in the refill: %w", err)
	}
	return moved > 0, w.exec(ctx, "end the refill", `DELETE FROM search_refill WHERE one = 1 AND after >= through`)
}

// RefillIndex is chat.IndexTx's.
func (w *Writer) RefillIndex(ctx context.Context) error {
	for _, table := range []string{"search_tail", "search_segments", "search_blocks", "search_places", "search_refill"} {
		if err := w.exec(ctx, "empty the index", `DELETE FROM `+table); err != nil {
			return err
		}
	}
	newest, err := All(ctx, w.db, "newest message", scanID, `SELECT m.id FROM messages AS m ORDER BY m.id DESC LIMIT 1`)
	if err != nil || len(newest) == 0 {
		return err
	}
	return w.exec(ctx, "begin the refill", `INSERT INTO search_refill (one, after, through) VALUES (1, $1, $2)`, chat.ID{}, newest[0])
}
