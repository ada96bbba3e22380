package query

import (
	"context"
	"time"

	"postern/chat"
)

// draftColumns are of drafts AS d, but for the HTML, which lists leave out.
const draftColumns = `d.office_id, d.author_id, d.id, d.version, d.conversation_id, d.recipients, d.besides, d.audience, d.title, d.important, d.note,
	d.unsigned, d.secure, d.bcc, d.preview, d.saved_at, d.gone`

// scanDraft leaves files to [Reader.draftFiles].
func scanDraft(rows Rows, d *chat.Draft) error {
	return rows.Scan(ID(&d.Office), ID(&d.Author), ID(&d.ID), &d.Version, ID(&d.Conversation), IDs(&d.To), IDs(&d.CC), &d.Audience, &d.Title,
		&d.Important, &d.Note, &d.Unsigned, &d.Secure, Choice(&d.BCC), &d.Preview, Time(&d.SavedAt), &d.Gone, &d.HTML)
}

// DraftStateColumns are of drafts AS d.
const DraftStateColumns = `d.office_id, d.author_id, d.id, d.conversation_id, d.version, d.gone`

// ScanDraftState scans DraftStateColumns.
func ScanDraftState(rows Rows, d *chat.DraftState) error {
	return rows.Scan(ID(&d.Office), ID(&d.Author), ID(&d.ID), ID(&d.Conversation), &d.Version, &d.Gone)
}

// Draft is chat.Reader's.
func (r *Reader) Draft(ctx context.Context, office, author, draft chat.ID) (*chat.Draft, error) {
	d, err := One(ctx, r.db, "draft", scanDraft, `
		SELECT `+draftColumns+`, d.html FROM drafts AS d
		WHERE d.office_id = $1 AND d.author_id = $2 AND d.id = $3`, office, author, draft)
	if err != nil {
		return nil, err
	}
	files, err := r.draftFiles(ctx, office, author, `AND d.draft_id = $3`, draft)
	d.Files = files[draft]
	return d, err
}

// Drafts is chat.Reader's.
func (r *Reader) Drafts(ctx context.Context, office, author chat.ID, limit int) ([]chat.Draft, error) {
	drafts, err := All(ctx, r.db, "drafts", scanDraft, `
		SELECT `+draftColumns+`, '' FROM drafts AS d
		WHERE d.office_id = $1 AND d.author_id = $2 AND NOT d.gone
		ORDER BY d.saved_at DESC, d.id DESC LIMIT $3`, office, author, limit)
	if err != nil || len(drafts) == 0 {
		return nil, err
	}
	files, err := r.draftFiles(ctx, office, author, "")
	for i := range drafts {
		drafts[i].Files = files[drafts[i].ID]
	}
	return drafts, err
}

type draftFile struct {
	draft chat.ID
	file  chat.Attachment
}

func scanDraftFile(rows Rows, f *draftFile) error {
	return ScanAttachmentAnd(rows, &f.file, ID(&f.draft))
}

// draftFiles gives the files of an author's drafts, or of those that a condition picks, that were not sent meanwhile.
func (r *Reader) draftFiles(ctx context.Context, office, author chat.ID, condition string, args ...any) (map[chat.ID][]chat.Attachment, error) {
	found, err := All(ctx, r.db, "files of drafts", scanDraftFile, `
		SELECT `+AttachmentColumns+`, d.draft_id FROM draft_files AS d JOIN attachments AS f ON f.id = d.attachment_id
		WHERE d.office_id = $1 AND d.author_id = $2 `+condition+` AND f.conversation_id IS NULL
		ORDER BY d.draft_id, d.ordinal`, append([]any{office, author}, args...)...)
	files := map[chat.ID][]chat.Attachment{}
	for _, f := range found {
		files[f.draft] = append(files[f.draft], f.file)
	}
	return files, err
}

// PutDraft is chat.Tx's.
func (w *Writer) PutDraft(ctx context.Context, d chat.Draft) error {
	err := w.exec(ctx, "put draft", `
		INSERT INTO drafts (office_id, author_id, id, version, conversation_id, recipients, besides, audience, title, important, note,
			unsigned, secure, bcc, html, preview, saved_at, gone)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (office_id, author_id, id) DO UPDATE SET version = excluded.version, recipients = excluded.recipients,
			besides = excluded.besides, audience = excluded.audience, title = excluded.title, important = excluded.important, note = excluded.note,
			unsigned = excluded.unsigned, secure = excluded.secure, bcc = excluded.bcc, html = excluded.html, preview = excluded.preview, saved_at = excluded.saved_at, gone = excluded.gone`,
		d.Office, d.Author, d.ID, d.Version, Ref(d.Conversation), List(d.To), List(d.CC), string(d.Audience), d.Title, d.Important, d.Note, d.Unsigned,
		d.Secure, Said(d.BCC), d.HTML, d.Preview, d.SavedAt, d.Gone)
	if err != nil {
		return err
	}
	err = w.exec(ctx, "take files out of a draft", `
		DELETE FROM draft_files WHERE office_id = $1 AND author_id = $2 AND draft_id = $3`, d.Office, d.Author, d.ID)
	if err != nil {
		return err
	}
	for i, f := range d.Files {
		err := w.exec(ctx, "put a file in a draft", `
			INSERT INTO draft_files (office_id, author_id, draft_id, ordinal, attachment_id) VALUES ($1, $2, $3, $4, $5)`,
			d.Office, d.Author, d.ID, i, f.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// DropDrafts is chat.Tx's. One that is being saved or sent at this moment is passed over.
func (w *Writer) DropDrafts(ctx context.Context, untouched, gone time.Time, limit int) (int64, error) {
	n, err := w.dropDrafts(ctx, false, untouched, limit)
	if err != nil {
		return 0, err
	}
	more, err := w.dropDrafts(ctx, true, gone, limit-int(n))
	return n + more, err
}

func (w *Writer) dropDrafts(ctx context.Context, gone bool, before time.Time, limit int) (int64, error) {
	old, err := All(ctx, w.db, "drafts to drop", scanDraftKey, `
		SELECT d.office_id, d.author_id, d.id FROM drafts AS d
		WHERE d.gone = $1 AND d.saved_at < $2
		ORDER BY d.saved_at LIMIT $3`+w.d.Claim, gone, before, limit)
	if err != nil {
		return 0, err
	}
	for _, key := range old {
		for _, sql := range []string{
			`DELETE FROM draft_files WHERE office_id = $1 AND author_id = $2 AND draft_id = $3`,
			`DELETE FROM drafts WHERE office_id = $1 AND author_id = $2 AND id = $3`,
		} {
			if err := w.exec(ctx, "drop draft", sql, key[0], key[1], key[2]); err != nil {
				return 0, err
			}
		}
	}
	return int64(len(old)), nil
}

func scanDraftKey(rows Rows, key *[3]chat.ID) error {
	return rows.Scan(ID(&key[0]), ID(&key[1]), ID(&key[2]))
}
