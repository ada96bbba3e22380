package query

import (
	"context"
	"time"

	"postern/chat"
)

const mailColumns = `m.office_id, m.id, m.kind, m.recipient_id, m.conversation_id, m.newest, m.from_address, m.to_address, m.message_id,
	m.mode, m.state, m.attempts, m.doubled, m.next_try, m.token, m.until, m.queue_id, m.reason, m.created_at,
	m.settled_at, m.again_id, m.report, m.report_reason, m.reported_at, m.subject, m.quoted`

// wholeColumns are what a list of mails has not.
const wholeColumns = mailColumns + `, m.raw, m.enclosed`

func scanMail(rows Rows, m *chat.Mail, more ...any) error {
	var mode string
	err := rows.Scan(append([]any{
		ID(&m.Office), ID(&m.ID), &m.Kind, ID(&m.Recipient), ID(&m.Conversation), &m.Newest,
		&m.From, &m.To, &m.MessageID, &mode, &m.State, &m.Attempts, &m.Doubled, Time(&m.NextTry),
		ID(&m.Token), Time(&m.Until), &m.QueueID, &m.Reason, Time(&m.CreatedAt),
		Time(&m.SettledAt), ID(&m.Again), &m.Report, &m.ReportReason, Time(&m.ReportedAt), &m.Subject, &m.Quoted,
	}, more...)...)
	if err != nil || mode == "" {
		return err
	}
	m.Mode, err = chat.ParseMode(mode)
	return err
}

func scanEnvelope(rows Rows, m *chat.Mail) error { return scanMail(rows, m) }

func scanWhole(rows Rows, m *chat.Mail) error {
	return scanMail(rows, m, &m.Raw, (*enclosedColumn)(&m.Enclosed))
}

// Mail is chat.Reader's.
func (r *Reader) Mail(ctx context.Context, office, mail chat.ID) (*chat.Mail, error) {
	return One(ctx, r.db, "mail", scanWhole, `
		SELECT `+wholeColumns+` FROM mails AS m WHERE m.office_id = $1 AND m.id = $2`, office, mail)
}

// Mails is chat.Reader's.
func (r *Reader) Mails(ctx context.Context, office, recipient, conversation chat.ID, limit int) ([]chat.Mail, error) {
	where, args := `m.office_id = $1 AND m.recipient_id = $2`, []any{office, recipient, limit}
	if !conversation.IsZero() {
		where, args = where+` AND m.conversation_id = `+next(args), append(args, conversation)
	}
	return All(ctx, r.db, "mails", scanEnvelope, `
		SELECT `+mailColumns+` FROM mails AS m
		WHERE `+where+` ORDER BY m.created_at DESC, m.id DESC LIMIT $3`, args...)
}

// FirstMail is chat.Reader's.
func (r *Reader) FirstMail(ctx context.Context, office, recipient, conversation chat.ID) (*chat.Mail, error) {
	return One(ctx, r.db, "first mail", scanEnvelope, `
		SELECT `+mailColumns+` FROM mails AS m
		WHERE m.office_id = $1 AND m.recipient_id = $2 AND m.conversation_id = $3 AND m.state NOT IN ('dropped', 'failed')
		ORDER BY m.created_at, m.id LIMIT 1`, office, recipient, conversation)
}

// AddMail is chat.Tx's.
func (w *Writer) AddMail(ctx context.Context, m chat.Mail) error {
	raw := m.Raw
	if raw == nil {
		raw = []byte{}
	}
	return w.exec(ctx, "add mail", `
		INSERT INTO mails (office_id, id, kind, recipient_id, conversation_id, newest, from_address, to_address, message_id,
			mode, state, attempts, doubled, next_try, token, until, queue_id, reason, created_at, raw, enclosed,
			settled_at, again_id, report, report_reason, reported_at, subject, quoted)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)`,
		m.Office, m.ID, string(m.Kind), m.Recipient, Ref(m.Conversation), m.Newest, m.From, m.To, m.MessageID,
		m.Mode.String(), string(m.State), m.Attempts, m.Doubled, When(m.NextTry), Ref(m.Token), When(m.Until),
		m.QueueID, m.Reason, m.CreatedAt, raw, packEnclosed(m.Enclosed), When(m.SettledAt), Ref(m.Again), string(m.Report), m.ReportReason, When(m.ReportedAt),
		m.Subject, m.Quoted)
}

// ClaimMails is chat.Tx's. Mails whose sender's lease lapsed come first.
func (w *Writer) ClaimMails(ctx context.Context, token chat.ID, until time.Time, limit int) ([]chat.Mail, error) {
	lapsed, err := All(ctx, w.db, "lapsed mails", scanID, `
		SELECT m.id FROM mails AS m WHERE m.state = 'sending' AND m.until <= `+w.d.Now+`
		ORDER BY m.until, m.id LIMIT $1`+w.d.Claim, limit)
	if err != nil {
		return nil, err
	}
	waiting, err := All(ctx, w.db, "waiting mails", scanID, `
		SELECT m.id FROM mails AS m WHERE m.state = 'waiting' AND m.next_try <= `+w.d.Now+`
		ORDER BY m.next_try, m.id LIMIT $1`+w.d.Claim, limit-len(lapsed))
	if err != nil {
		return nil, err
	}
	mails := append(lapsed, waiting...)
	if len(mails) == 0 {
		return nil, nil
	}
	err = w.exec(ctx, "lease mails", `
		UPDATE mails SET doubled = CASE WHEN state = 'sending' THEN doubled + 1 ELSE doubled END,
			state = 'sending', attempts = attempts + 1, token = $1, until = $2
		WHERE `+w.d.In("id", "$3"), token, until, mails)
	if err != nil {
		return nil, err
	}
	return All(ctx, w.db, "leased mails", scanWhole, `
		SELECT `+wholeColumns+` FROM mails AS m WHERE m.token = $1 AND `+w.d.In("m.id", "$2")+`
		ORDER BY m.created_at, m.id`, token, mails)
}

// FinishMail is chat.Tx's.
func (w *Writer) FinishMail(ctx context.Context, office, mail, token chat.ID, r chat.MailResult, wipe bool) (bool, error) {
	raw, doubled := `raw`, 0
	if r.Lost {
		doubled = 1
	}
	args := []any{office, mail, token, string(r.State), r.QueueID, r.Reason, When(r.NextTry), doubled}
	if wipe {
		raw, args = `$9`, append(args, []byte{})
	}
	return w.once(ctx, "finish mail", `
		UPDATE mails SET state = $4, queue_id = $5, reason = $6, next_try = $7, doubled = doubled + $8, token = NULL, until = NULL, settled_at = `+w.d.Now+`, raw = `+raw+`
		WHERE office_id = $1 AND id = $2 AND state = 'sending' AND token = $3`, args...)
}

// MailsByID is chat.Reader's.
func (r *Reader) MailsByID(ctx context.Context, office chat.ID, mails []chat.ID) ([]chat.Mail, error) {
	return All(ctx, r.db, "mails by id", scanEnvelope, `
		SELECT `+mailColumns+` FROM `+r.d.IDs("$2")+` AS one`+r.d.Each("mails", "m", "m.id = one.id")+`
		WHERE m.office_id = $1 ORDER BY m.id`, office, mails)
}

// ReportMail is chat.Tx's.
func (w *Writer) ReportMail(ctx context.Context, office, mail chat.ID, r chat.MailReport, reason string, at time.Time) error {
	return w.exec(ctx, "report on mail", `
		UPDATE mails SET report = $3, report_reason = $4, reported_at = $5 WHERE office_id = $1 AND id = $2`, office, mail, string(r), reason, at)
}
