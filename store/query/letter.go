package query

import (
	"context"
	"strings"

	"postern/chat"
)

// LetterColumns are what [ScanLetter] scans, of letters AS l.
const LetterColumns = `l.office_id, l.id, l.reply, l.conversation_id, l.participant_id, l.once, l.message_id, l.from_address,
	l.envelope_from, l.peer, l.subject, l.class, l.auth, l.signers, l.fate, l.reason, l.entry_id, l.raw, l.size, l.folded, l.received_at`

// ScanLetter reads a row of [LetterColumns].
func ScanLetter(rows Rows, l *chat.Letter) error {
	var signers string
	err := rows.Scan(ID(&l.Office), ID(&l.ID), &l.Reply, ID(&l.Conversation), ID(&l.Participant), Hash(&l.Once), &l.MessageID, &l.From,
		&l.EnvelopeFrom, &l.Peer, &l.Subject, &l.Class, &l.Auth, &signers, &l.Fate, &l.Reason, ID(&l.Entry), Hash(&l.Raw), &l.Size, &l.Folded, Time(&l.ReceivedAt))
	l.Signers = strings.Fields(signers)
	return err
}

// Letter is chat.Reader's.
func (r *Reader) Letter(ctx context.Context, office, letter chat.ID) (*chat.Letter, error) {
	return One(ctx, r.db, "letter", ScanLetter, `
		SELECT `+LetterColumns+` FROM letters AS l WHERE l.office_id = $1 AND l.id = $2`, office, letter)
}
