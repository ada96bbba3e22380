package mailgw

import (
	"cmp"
	"fmt"
	"strings"

	"postern/chat"
)

// noticeView is what a mail with content shows, in text and in HTML alike.
type noticeView struct {
	Marker, Title, Link, Office string
	Important, Copy             bool
	Opened                      string // by whom, in a mail that says so
	Messages                    []messageView
	More                        string // that more wait
	Earlier                     []earlierView
}

type messageView struct {
	Author, Text string
	HTML         string         // sanitised when it was stored
	Signature    chat.Signature // below it, if any
	Note         bool
	Cut          bool // the text is but its beginning
	Files        []fileView
	MoreFiles    int // that are not named
}

type fileView struct {
	Name string
	URL  string // empty: it is in the mail
}

// earlierView is a message that was there before, folded under.
type earlierView struct{ By, Text string }

func viewOf(f *chat.NoticeFacts, link string) noticeView {
	enclosed := map[chat.ID]bool{}
	for _, a := range f.Content.Enclosed {
		enclosed[a.ID] = true
	}
	v := noticeView{
		Marker: marker, Title: oneLine(f.Content.Title), Link: link, Office: oneLine(f.Office.Name),
		Important: f.Content.Important, Copy: f.Copy, More: moreWait(f.Content.More),
	}
	if f.Opened {
		v.Opened = openedBy(f.Content)
	}
	for i := range f.Content.Messages {
		m := &f.Content.Messages[i]
		mv := messageView{Author: oneLine(m.Author.Name), Text: m.Text, HTML: m.HTML, Note: m.Kind == chat.Note}
		if i < len(f.Content.Signatures) && !signedBelow(f.Content, i) {
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
	for i := range f.Content.Earlier {
		m := &f.Content.Earlier[i]
		by := oneLine(m.Author.Name) + noteLabel(m.Kind == chat.Note) + ", " + m.At.UTC().Format("2 January 2006")
		v.Earlier = append(v.Earlier, earlierView{by, m.Text})
	}
	v.fit()
	return v
}

// mostReaders is how many are named.
const mostReaders = 20

// openedBy says who opened the recipient's messages.
func openedBy(c *chat.MailContent) string {
	var names []string
	for _, p := range c.Readers[:min(len(c.Readers), mostReaders)] {
		names = append(names, oneLine(p.Name))
	}
	if more := len(c.Readers) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	what := "Your message was"
	if len(c.Messages)+c.More > 1 {
		what = "Your messages were"
	}
	return what + " opened by " + strings.Join(names, ", ") + "."
}

// signedBelow says whether the same author's next message ends with the same signature.
func signedBelow(c *chat.MailContent, i int) bool {
	return i+1 < len(c.Messages) && i+1 < len(c.Signatures) && c.Messages[i].Author.ID == c.Messages[i+1].Author.ID && c.Signatures[i] == c.Signatures[i+1]
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
	b.WriteString(v.Marker + "\n\n" + v.Title + "\n")
	if v.Important {
		b.WriteString(important + "\n")
	}
	b.WriteString("\n")
	if v.Opened != "" {
		b.WriteString(v.Opened + "\n\n")
	}
	for i := range v.Messages {
		v.Messages[i].writeText(&b)
	}
	if v.More != "" {
		b.WriteString(v.More + "\n\n")
	}
	b.WriteString("-- \n" + v.Office + "\n" + readAndAnswer + ": " + v.Link + "\n")
	if warning := v.warning(); warning != "" {
		b.WriteString(warning + "\n")
	}
	if len(v.Earlier) > 0 {
		b.WriteString("\n" + before + ":\n")
	}
	for _, m := range v.Earlier {
		b.WriteString("\n> " + m.By + ":\n> " + strings.ReplaceAll(m.Text, "\n", "\n> ") + "\n")
	}
	return b.String()
}

func (m *messageView) writeText(b *strings.Builder) {
	b.WriteString(m.Author + noteLabel(m.Note) + ":\n\n" + m.Text + "\n")
	if m.Cut {
		b.WriteString("\n" + restWaits + "\n")
	}
	if m.Signature.Text != "" {
		b.WriteString("\n" + m.Signature.Text + "\n")
	}
	for _, f := range m.Files {
		b.WriteString("\n[" + f.Name + "] " + cmp.Or(f.URL, attached) + "\n")
	}
	if m.MoreFiles > 0 {
		b.WriteString("\n" + m.moreFiles() + "\n")
	}
	b.WriteString("\n")
}

// What mails say in their own words.
const (
	important     = "High importance"
	readAndAnswer = "Read and answer"
	before        = "Earlier in this conversation"
	attached      = "is attached to this mail." // where there would be a link
	restWaits     = "The rest of this message waits for you: it is too long for a mail."
	noteWarning   = "An answer by mail is a message to everybody in the conversation, never a note." // to staff, where a mail tells of internal notes
	copyNotice    = "This is your copy of the mail that went out for your message."                  // in an author's blind copy
)

func noteLabel(note bool) string {
	if note {
		return " (internal note)"
	}
	return ""
}

func (m *messageView) moreFiles() string {
	if m.MoreFiles == 1 {
		return "One more file waits for you."
	}
	return fmt.Sprintf("%d more files wait for you.", m.MoreFiles)
}

// warning is the last line of a mail that needs one.
func (v *noticeView) warning() string {
	if v.Copy {
		return copyNotice
	}
	for _, m := range v.Messages {
		if m.Note {
			return noteWarning
		}
	}
	return ""
}
