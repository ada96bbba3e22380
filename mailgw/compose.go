package mailgw

import (
	"cmp"
	"fmt"
	"strings"

	"postern/chat"
	"postern/mailgw/reply"
)

// Composer makes the bytes of mails. It implements chat.Composer, and sees only what the mail may say.
type Composer struct{ Addresses Addresses }

// marker stands above what we quote in a mail that can be answered: whatever is below it in an answer was not written by the person.
var marker = reply.MarkerLine("Please write your answer above this line")

// Notice tells a recipient that messages wait. In privacy mode it says that and nothing else, in every header and part, whatever else it is handed.
func (c Composer) Notice(f chat.NoticeFacts) (chat.Composed, error) {
	d := draft{
		office: f.Office, to: f.To, messageID: f.MessageID, references: f.PreviousIDs, at: f.At,
		from: c.Addresses.Return(f.Office.ID, f.Mail), replyTo: f.ReplyLocal,
	}
	link := f.Office.URL + "/c/" + f.Conversation.String()
	if f.Content == nil || !chat.LetsOut(f.Mode).Body {
		if f.Copy {
			d.subject = "Your message was announced by mail"
			d.text = "Word of a message of yours at " + oneLine(f.Office.Name) + " went out by mail. This is your copy.\n\nSign in to read it:\n" + link +
				"\n\nThis mail says no more, to protect what is written there.\n"
			return d.compose()
		}
		d.subject = "A message waits for you"
		d.text = "A message waits for you at " + oneLine(f.Office.Name) + ".\n\nSign in to read it and to answer:\n" + link +
			"\n\nThis mail says no more, to protect what is written there.\n"
		return d.compose()
	}
	v := viewOf(&f, link)
	d.subject, d.important, d.text, d.html = f.Content.Title, f.Content.Important, v.text(), v.html()
	if chat.LetsOut(f.Mode).Files {
		d.files = f.Content.Enclosed
	}
	return d.compose()
}

// Link carries the link of an invitation or of a new password.
func (c Composer) Link(f chat.LinkFacts) (chat.Composed, error) {
	d := draft{
		office: f.Office, to: f.To, at: f.At,
		messageID: f.Mail.String() + "@" + f.Office.MailDomain, from: c.Addresses.Return(f.Office.ID, f.Mail),
	}
	office, link := oneLine(f.Office.Name), f.Office.URL+"/link#"+f.Token
	switch f.Kind {
	case chat.InviteLink:
		d.subject = "Your invitation to " + office
		d.text = office + " invites you to write to each other in a protected place.\n\nChoose your password here, within seven days:\n" + link + "\n"
	case chat.ResetLink:
		d.subject = "Choose a new password"
		d.text = "Somebody, probably you, asked for a new password at " + office + ".\n\nChoose it here, within an hour:\n" + link +
			"\n\nIf it was not you, there is nothing to do: the old one stays.\n"
	default:
		return chat.Composed{}, fmt.Errorf("a link of kind %q goes by no mail", f.Kind)
	}
	return d.compose()
}

// noticeView is what a mail with content shows.
type noticeView struct {
	Marker, Link, Office string
	Copy                 bool
	More                 string // that more wait
	Messages             []messageView
}

type messageView struct {
	Author, Text string
	HTML         string         // sanitised when it was stored
	Signature    chat.Signature // below it, if any
	Note         bool
	Files        []fileView
}

type fileView struct {
	Name string
	URL  string // empty: it is in the mail
}

func viewOf(f *chat.NoticeFacts, link string) noticeView {
	enclosed := map[chat.ID]bool{}
	for _, a := range f.Content.Enclosed {
		enclosed[a.ID] = true
	}
	v := noticeView{Marker: marker, Link: link, Office: oneLine(f.Office.Name), Copy: f.Copy, More: moreWait(f.Content.More)}
	for i := range f.Content.Messages {
		m := &f.Content.Messages[i]
		mv := messageView{Author: oneLine(m.Author.Name), Text: m.Text, HTML: m.HTML, Note: m.Kind == chat.Note}
		if i < len(f.Content.Signatures) {
			mv.Signature = f.Content.Signatures[i]
		}
		if m.Kind == chat.Happen {
			mv = messageView{Author: v.Office, Text: happened(m)}
		}
		for _, a := range m.Attachments {
			url := link + "?file=" + a.ID.String()
			if enclosed[a.ID] {
				url = ""
			}
			mv.Files = append(mv.Files, fileView{oneLine(a.Name), url})
		}
		v.Messages = append(v.Messages, mv)
	}
	return v
}

// moreWait says that a mail does not show all.
func moreWait(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "One more message waits for you."
	}
	return fmt.Sprintf("%d more messages wait for you.", n)
}

// happened says what a grey line says that wants a mail (chat.Message.Counts): only staff get these.
func happened(m *chat.Message) string {
	if m.Happening != chat.LetterHeld || len(m.Subjects) == 0 {
		return "Something happened in this conversation."
	}
	return "A letter to the reply address of " + oneLine(m.Subjects[0].Name) + " waits. It may not be theirs: look at it in Postern."
}

func (v *noticeView) text() string {
	var b strings.Builder
	b.WriteString(v.Marker + "\n\n")
	for _, m := range v.Messages {
		b.WriteString(m.Author + m.label() + ":\n\n" + m.Text + "\n")
		if m.Signature.Text != "" {
			b.WriteString("\n" + m.Signature.Text + "\n")
		}
		for _, f := range m.Files {
			b.WriteString("\n[" + f.Name + "] " + cmp.Or(f.URL, attached) + "\n")
		}
		b.WriteString("\n")
	}
	if v.More != "" {
		b.WriteString(v.More + "\n\n")
	}
	b.WriteString("-- \n" + v.Office + "\nRead and answer: " + v.Link + "\n")
	if warning := v.warning(); warning != "" {
		b.WriteString(warning + "\n")
	}
	return b.String()
}

// attached stands where there would be a link.
const attached = "is attached to this mail."

// noteWarning stands in mails to staff that tell of internal notes.
const noteWarning = "An answer by mail is a message to everybody in the conversation, never a note."

// copyNotice stands in an author's blind copy.
const copyNotice = "This is your copy of the mail that went out for your message."

func (m messageView) label() string {
	if m.Note {
		return " (internal note)"
	}
	return ""
}

func (v *noticeView) hasNotes() bool {
	for _, m := range v.Messages {
		if m.Note {
			return true
		}
	}
	return false
}
