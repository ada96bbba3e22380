package mailgw

import (
	"context"
	"fmt"
	"slices"
	"time"

	"postern/chat"
	"postern/mailgw/auth"
	"postern/mailgw/letter"
)

// A team's address (F36) is no secret, as a reply address is. So its letters need proof: the domain in From answers for the letter, or staff trust who
// signed it. Whoever cannot start a conversation hears the same, known here or not.
var (
	errStrangers = respond(550, 5, 7, 1, "This address takes letters of the office's clients alone, from servers that answer for their own address. Sign in, or call the office")
	errPrograms  = respond(550, 5, 7, 1, "This address takes what people write to it, and nothing that programs send")
	errBlank     = respond(554, 5, 6, 0, "There is nothing in the letter that can be shown")
)

// know finds the writer for each recipient that is a team: before anything is said of the sender, since staff may trust who signed for them.
func (s *session) know(ctx context.Context, r *Reading) error {
	for i := range s.to {
		if s.to[i].Team.IsZero() {
			continue
		}
		found, err := s.server.Service.Writer(ctx, s.to[i].Addressee, r.Letter.From.Address)
		if err != nil {
			return fmt.Errorf("find who wrote to a team: %w", err)
		}
		s.to[i].Addressee = found
	}
	return nil
}

// admit says whether the letter may start a conversation, where its recipient is a team. Our own mail that came back is no question.
func (s *session) admit(to recipient, r *Reading, raw []byte) error {
	switch {
	case to.Team.IsZero() || r.Verdict.Class == letter.ClassOwn:
		return nil
	case r.comesBack():
		return errPrograms
	case r.Verdict.Fate == letter.Quarantine, !r.proven(to.Addressee):
		return errStrangers
	case r.blank():
		return errBlank
	case s.server.rates.begun.has(to.begins(r, raw)): // again: by whoever has it, it begins nothing, and uses nothing up
		return nil
	case !s.server.rates.starts.take(to.User.ID.String(), time.Now()):
		return errTooOften
	}
	return nil
}

// proven says whether the letter is surely the addressee's.
func (r *Reading) proven(to chat.Addressee) bool {
	if to.User.ID.IsZero() || r.Findings == nil || r.doubt(to) != "" {
		return false
	}
	standing, _ := r.Findings.Standing()
	return standing == auth.Proven || r.trusted(to.Signers)
}

// drop writes down that our own mail came to an address that it is nothing to.
func (s *session) drop(to recipient) {
	row := chat.LedgerRow{Office: to.Office.ID, EnvelopeTo: to.mailbox, Code: 250, Enhanced: "2.0.0", Fate: string(chat.LetterDropped), Reason: "our own mail"}
	s.writeNoise(row, to.Addressee) // anybody can say that it is ours
}

// begins names what a letter to a team begins.
func (r recipient) begins(read *Reading, raw []byte) string {
	once := r.once(read.Letter, raw)
	return string(once[:])
}

// answered are the Message-IDs that a letter names as what it answers (RFC 5322, section 3.6.4), the nearest first.
func answered(l *letter.Letter) []string {
	ids := slices.Clone(l.InReplyTo)
	for _, id := range slices.Backward(l.References) {
		ids = append(ids, id)
	}
	return ids
}
