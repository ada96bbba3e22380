package mailgw

import (
	"context"
	"fmt"
	"strings"
	"time"

	"postern/chat"
	"postern/richtext"
)

// maxDesk bounds a letter to a desk: it is kept whole until the relay has it.
const maxDesk = 1 << 20

// withDomain gives postmaster alone, as RFC 5321, section 4.1.1.3 has it, a domain.
func (s *session) withDomain(to string) string {
	if strings.EqualFold(to, string(chat.Postmaster)) {
		return to + "@" + s.server.Hello
	}
	return to
}

// mayForward says whether a desk takes the letter. What another Postern made it does not: two desks would send it to and fro.
func mayForward(to recipient, r *Reading, raw []byte) error {
	switch {
	case to.Desk == "" || isOwn(r.Letter, []recipient{to}):
		return nil
	case len(raw) > maxDesk:
		return errTooLarge
	case fromPostern(r.Letter):
		return errDesks
	}
	return nil
}

// takeDesk forwards a letter to postmaster or abuse, unless it is our own mail that came back.
func (s *session) takeDesk(ctx context.Context, to recipient, r *Reading, raw []byte) error {
	if isOwn(r.Letter, []recipient{to}) {
		s.drop(to)
		return nil
	}
	l := s.facts(to, r, raw)
	l.Size = int64(len(raw))
	return s.server.Service.TakeDesk(ctx, to.Addressee, l, cut(to.mailbox), func(owner chat.User, at time.Time, mail chat.ID) (chat.Composed, error) {
		return forwarded(to, owner, at, mail, r, raw)
	})
}

// forwarded is the mail: what the letter says, and the letter itself as a file. It has the null sender, so that nothing comes back for it.
func forwarded(to recipient, owner chat.User, at time.Time, mail chat.ID, r *Reading, raw []byte) (chat.Composed, error) {
	d := draft{
		office: to.Office, to: owner, at: at, messageID: mail.String() + "@" + to.Office.MailDomain, letter: raw,
		subject: fmt.Sprintf("To %s: %s", to.Desk, bounded(r.Letter.Subject)),
	}
	d.text = fmt.Sprintf("A letter to %s@%s. It says it is from %s.\n\n%s\n", to.Desk, to.Office.MailDomain, bounded(r.Letter.From.Address),
		richtext.Excerpt(r.Text, maxShown/8))
	composed, err := d.compose()
	composed.From = ""
	return composed, err
}
