package mailgw

import (
	"context"
	"encoding/base64"
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

// takeDesk forwards a letter to postmaster or abuse.
func (s *session) takeDesk(ctx context.Context, to recipient, r *Reading, raw []byte) error {
	switch {
	case len(raw) > maxDesk:
		return errTooLarge
	case isOwn(r.Letter, []recipient{to}):
		s.drop(to)
		return nil
	}
	l := s.facts(to, r, raw)
	l.Size = int64(len(raw))
	return s.server.Service.TakeDesk(ctx, to.Addressee, l, cut(to.mailbox), func(owner chat.User, at time.Time, mail chat.ID) (chat.Composed, error) {
		return forwarded(to, owner, at, mail, r, raw), nil
	})
}

// forwarded is the mail: what the letter says, and the letter itself as a file. It has the null sender, so that nothing comes back for it.
func forwarded(to recipient, owner chat.User, at time.Time, mail chat.ID, r *Reading, raw []byte) chat.Composed {
	d := draft{
		office: to.Office, to: owner, at: at, messageID: mail.String() + "@" + to.Office.MailDomain,
		subject: fmt.Sprintf("To %s: %s", to.Desk, bounded(r.Letter.Subject)),
	}
	d.text = fmt.Sprintf("A letter to %s@%s. It says it is from %s.\n\n%s\n", to.Desk, to.Office.MailDomain, bounded(r.Letter.From.Address),
		richtext.Excerpt(r.Text, maxShown/8))
	h := d.header()
	h.SetContentType("multipart/mixed", map[string]string{"boundary": d.boundary("mixed")})
	var b strings.Builder
	fields := h.Fields()
	for fields.Next() {
		line, _ := fields.Raw() // it was made here
		b.Write(line)
	}
	part := func(head string, content []byte) {
		fmt.Fprintf(&b, "\r\n--%s\r\n%s\r\nContent-Transfer-Encoding: base64\r\n\r\n", d.boundary("mixed"), head)
		encoded := base64.StdEncoding.EncodeToString(content)
		for len(encoded) > 76 {
			b.WriteString(encoded[:76] + "\r\n")
			encoded = encoded[76:]
		}
		b.WriteString(encoded)
	}
	part("Content-Type: text/plain; charset=utf-8", []byte(strings.ReplaceAll(d.text, "\n", "\r\n")))
	part("Content-Type: application/octet-stream; name=letter.eml\r\nContent-Disposition: attachment; filename=letter.eml", raw)
	b.WriteString("\r\n--" + d.boundary("mixed") + "--\r\n")
	return chat.Composed{To: d.recipient(), Raw: []byte(b.String())}
}
