package query

import (
	"context"

	"postern/chat"
)

// AttachmentColumns are what [ScanAttachment] scans, of attachments AS f.
const AttachmentColumns = `f.office_id, f.id, f.owner_id, f.conversation_id, f.message_id, f.position, f.audience,
	f.name, f.type, f.size, f.inline, f.hash, f.width, f.height, f.created_at, f.scanned_at, f.scanned_by, f.found`

// ScanAttachment reads a row of [AttachmentColumns].
func ScanAttachment(rows Rows, a *chat.Attachment) error { return ScanAttachmentAnd(rows, a) }

// ScanAttachmentAnd reads a row of [AttachmentColumns] and more columns after them.
func ScanAttachmentAnd(rows Rows, a *chat.Attachment, more ...any) error {
	return rows.Scan(append([]any{
		ID(&a.Office), ID(&a.ID), ID(&a.Owner), ID(&a.Conversation), ID(&a.Message), &a.Position, &a.Audience,
		&a.Name, &a.Type, &a.Size, &a.Inline, Hash(&a.Hash), &a.Width, &a.Height, Time(&a.CreatedAt),
		Time(&a.Scan.At), &a.Scan.By, &a.Scan.Found,
	}, more...)...)
}

// Attachment is chat.Reader's.
func (r *Reader) Attachment(ctx context.Context, office, attachment chat.ID) (*chat.Attachment, error) {
	return One(ctx, r.db, "attachment", ScanAttachment, `
		SELECT `+AttachmentColumns+` FROM attachments AS f WHERE f.office_id = $1 AND f.id = $2`, office, attachment)
}

// attachmentsAt gives the files of the messages at the places, in the order of each message.
func (r *Reader) attachmentsAt(ctx context.Context, office chat.ID, places []chat.MessagePlace) ([]chat.Attachment, error) {
	return All(ctx, r.db, "attachments", ScanAttachment, `
		SELECT `+AttachmentColumns+`
		FROM `+r.d.Places("$2")+` AS place`+
		r.d.Each("attachments", "f", `f.office_id = $1 AND f.conversation_id = place.conversation_id AND f.position = place.position`)+`
		ORDER BY f.ordinal`, office, encodePlaces(places))
}

// AddUpload is chat.Tx's: a file that waits for its message.
func (w *Writer) AddUpload(ctx context.Context, a chat.Attachment) error {
	return w.exec(ctx, "add upload", `
		INSERT INTO attachments (office_id, id, owner_id, conversation_id, message_id, position, ordinal, audience,
			name, type, size, inline, hash, width, height, created_at)
		VALUES ($1, $2, $3, NULL, NULL, 0, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.Office, a.ID, a.Owner, string(a.Audience), a.Name, a.Type, a.Size, a.Inline, a.Hash[:], a.Width, a.Height, a.CreatedAt)
}

// Scanned is chat.Tx's.
func (w *Writer) Scanned(ctx context.Context, office, attachment chat.ID, scan chat.Scan) error {
	return w.exec(ctx, "scanned", `
		UPDATE attachments SET scanned_at = $3, scanned_by = $4, found = $5 WHERE office_id = $1 AND id = $2`,
		office, attachment, scan.At, scan.By, scan.Found)
}
