package query

import (
	"context"
	"strings"

	"postern/chat"
)

// LetterColumns are what [ScanLetter] scans, of letters AS l.
const LetterColumns = `l.office_id, l.id, l.reply, l.conversation_id, l.participant_id, l.once, l.message_id, l.from_address,
	l.envelope_from, l.peer, l.subject, l.class, l.auth, l.signers, l.fate, l.reason, l.entry_id, l.raw, l.size, l.folded, l.received_at,
	l.decision, l.trusted, l.decided_by, l.decided_at`

// ScanLetter reads a row of [LetterColumns].
func ScanLetter(rows Rows, l *chat.Letter) error {
	var signers string
	err := rows.Scan(ID(&l.Office), ID(&l.ID), &l.Reply, ID(&l.Conversation), ID(&l.Participant), Hash(&l.Once), &l.MessageID, &l.From,
		&l.EnvelopeFrom, &l.Peer, &l.Subject, &l.Class, &l.Auth, &signers, &l.Fate, &l.Reason, ID(&l.Entry), Hash(&l.Raw), &l.Size, &l.Folded, Time(&l.ReceivedAt),
		&l.Decision, &l.Trusted, ID(&l.DecidedBy), Time(&l.DecidedAt))
	l.Signers = strings.Fields(signers)
	return err
}

// Letter is chat.Reader's.
func (r *Reader) Letter(ctx context.Context, office, letter chat.ID) (*chat.Letter, error) {
	return One(ctx, r.db, "letter", ScanLetter, `
		SELECT `+LetterColumns+` FROM letters AS l WHERE l.office_id = $1 AND l.id = $2`, office, letter)
}

// LetterContent is chat.Reader's.
func (r *Reader) LetterContent(ctx context.Context, office, letter chat.ID) ([]byte, error) {
	content, err := One(ctx, r.db, "content of letter", scanBytes, `
		SELECT l.content FROM letters AS l WHERE l.office_id = $1 AND l.id = $2 AND l.content IS NOT NULL`, office, letter)
	if err != nil {
		return nil, err
	}
	return *content, nil
}

// Named is chat.Reader's. Mails have their Message-ID without brackets, letters as it came.
func (r *Reader) Named(ctx context.Context, office, user chat.ID, messageIDs []string) ([]chat.Named, error) {
	mails, letters := make([][2]string, len(messageIDs)), make([][2]string, len(messageIDs))
	for i, id := range messageIDs {
		mails[i], letters[i] = [2]string{user.String(), id}, [2]string{user.String(), "<" + id + ">"}
	}
	return All(ctx, r.db, "mails and letters named", func(rows Rows, n *chat.Named) error {
		return rows.Scan(&n.MessageID, &n.Kind, ID(&n.Conversation), &n.Newest)
	}, `
		SELECT m.message_id, m.kind, m.conversation_id, m.newest
		FROM `+r.d.Words("$2")+` AS one`+r.d.Each("mails", "m", `m.message_id = one.word`)+`
		WHERE m.office_id = $1 AND m.recipient_id = one.id AND m.conversation_id IS NOT NULL
		UNION ALL
		SELECT substr(l.message_id, 2, length(l.message_id) - 2), '', l.conversation_id, 0
		FROM `+r.d.Words("$3")+` AS one`+r.d.Each("letters", "l", `l.office_id = $1 AND l.participant_id = one.id AND l.message_id = one.word
			AND l.reply = 0 AND l.fate = 'posted' AND l.conversation_id IS NOT NULL`)+`
		ORDER BY 1, 3`, office, encode(mails), encode(letters))
}

func scanBytes(rows Rows, b *[]byte) error { return rows.Scan(b) }

// DecideLetter is chat.Tx's.
func (w *Writer) DecideLetter(ctx context.Context, l chat.Letter) error {
	return w.exec(ctx, "decide on letter", `
		UPDATE letters SET decision = $3, trusted = $4, decided_by = $5, decided_at = $6 WHERE office_id = $1 AND id = $2`,
		l.Office, l.ID, string(l.Decision), l.Trusted, l.DecidedBy, l.DecidedAt)
}
