package mailgw

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"

	"postern/chat"
)

// Composer makes the bytes of mails. It implements chat.Composer, and sees only what the mail may say.
type Composer struct{ Addresses Addresses }

// Marker stands above what we quote in a mail that can be answered; whatever is below it in an answer was not
// written by the person.
const Marker = "##- Please write your answer above this line -##"

// Notice tells a recipient that messages wait. Without content (privacy mode) it says that and nothing else, in every header and part.
func (c Composer) Notice(f chat.NoticeFacts) (chat.Composed, error) {
	m := draft{
		office: f.Office, to: f.To, messageID: f.MessageID, references: f.PreviousIDs, at: f.At,
		from: c.Addresses.Return(f.Office.ID, f.Mail), replyTo: f.ReplyLocal,
	}
	link := f.Office.URL + "/c/" + f.Conversation.String()
	if f.Content == nil {
		m.subject = "A message waits for you"
		m.text = "A message waits for you at " + f.Office.Name + ".\n\nSign in to read it and to answer:\n" + link +
			"\n\nThis mail says no more, to protect what is written there.\n"
		return m.compose()
	}
	m.subject, m.important, m.text = f.Content.Title, f.Content.Important, noticeText(f, link)
	m.html = noticeHTML(f, link)
	return m.compose()
}

// Link carries the link of an invitation or of a new password.
func (c Composer) Link(f chat.LinkFacts) (chat.Composed, error) {
	m := draft{
		office: f.Office, to: f.To, at: f.At,
		messageID: f.Mail.String() + "@" + f.Office.MailDomain, from: c.Addresses.Return(f.Office.ID, f.Mail),
	}
	link := f.Office.URL + "/link#" + f.Token
	switch f.Kind {
	case chat.InviteLink:
		m.subject = "Your invitation to " + f.Office.Name
		m.text = f.Office.Name + " invites you to write to each other in a protected place.\n\nChoose your password here, within seven days:\n" + link + "\n"
	case chat.ResetLink:
		m.subject = "Choose a new password"
		m.text = "Somebody, probably you, asked for a new password at " + f.Office.Name + ".\n\nChoose it here, within an hour:\n" + link +
			"\n\nIf it was not you, there is nothing to do: the old one stays.\n"
	default:
		return chat.Composed{}, fmt.Errorf("a link of kind %q goes by no mail", f.Kind)
	}
	return m.compose()
}

func noticeText(f chat.NoticeFacts, link string) string {
	var b strings.Builder
	b.WriteString(Marker + "\n\n")
	for _, m := range f.Content.Messages {
		b.WriteString(m.Author.Name + ":\n\n" + m.Text + "\n")
		for _, a := range m.Attachments {
			b.WriteString("\n[" + a.Name + "] " + f.Office.URL + "/api/v1/attachments/" + a.ID.String() + "\n")
		}
		b.WriteString("\n")
	}
	b.WriteString("-- \n" + f.Office.Name + "\nRead and answer: " + link + "\n")
	return b.String()
}

// draft is a mail before it has bytes.
type draft struct {
	office     chat.Office
	to         chat.User
	subject    string
	text, html string
	important  bool
	messageID  string
	references []string // oldest first
	from       string   // local part of the return path
	replyTo    string   // local part of the reply address; empty: none
	at         time.Time
}

// compose writes header and parts. Header values go through go-message, which encodes what is not plain (RFC 2047) and refuses line breaks.
func (d *draft) compose() (chat.Composed, error) {
	var h mail.Header
	domain := d.office.MailDomain
	sender := "no-reply@" + domain
	if d.replyTo != "" {
		sender = d.replyTo + "@" + domain
		h.SetAddressList("Reply-To", []*mail.Address{{Name: oneLine(d.office.Name), Address: sender}})
	}
	h.SetAddressList("From", []*mail.Address{{Name: oneLine(d.office.Name), Address: sender}})
	h.SetAddressList("To", []*mail.Address{{Name: oneLine(d.to.Name), Address: d.to.Email}})
	h.SetSubject(oneLine(d.subject))
	h.SetDate(d.at)
	h.SetMessageID(d.messageID)
	if n := len(d.references); n > 0 {
		h.SetMsgIDList("In-Reply-To", d.references[n-1:])
		h.SetMsgIDList("References", d.references)
	}
	h.Set("Auto-Submitted", "auto-generated") // RFC 3834, section 5
	h.Set("X-Auto-Response-Suppress", "OOF, AutoReply")
	h.Set(InstanceHeader, domain)
	if d.important {
		h.Set("Importance", "high")
		h.Set("X-Priority", "1")
	}
	var b bytes.Buffer
	if err := d.parts(&b, h); err != nil {
		return chat.Composed{}, fmt.Errorf("compose mail: %w", err)
	}
	return chat.Composed{From: d.from + "@" + domain, To: d.to.Email, Raw: b.Bytes()}, nil
}

// InstanceHeader names the deployment, so that our own mail is known when it comes back (F33).
const InstanceHeader = "X-Postern-Office"

func (d *draft) parts(b io.Writer, h mail.Header) error {
	w, err := mail.CreateInlineWriter(b, h)
	if err != nil {
		return err
	}
	bodies := []struct{ mediaType, content string }{{"text/plain", d.text}, {"text/html", d.html}}
	for _, body := range bodies {
		if body.content == "" {
			continue
		}
		var ph mail.InlineHeader
		ph.SetContentType(body.mediaType, map[string]string{"charset": "utf-8"})
		ph.Set("Content-Transfer-Encoding", "quoted-printable")
		pw, err := w.CreatePart(ph)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(pw, crlf(body.content)); err != nil {
			return err
		}
		if err := pw.Close(); err != nil {
			return err
		}
	}
	return w.Close()
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// oneLine leaves out whatever could end a header line or hide in one.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}
