package mailgw

import (
	"fmt"
	"strings"

	"postern/chat"
)

// Digest tells a recipient what waits over all their conversations. In privacy mode it says that messages wait and nothing else, whatever it is handed. It cannot be answered:
// an answer would belong to none of them. It alone has a link for one click that ends it (RFC 8058): every other mail is about something that somebody wrote to its recipient just now.
func (c Composer) Digest(f chat.DigestFacts) (chat.Composed, error) {
	local := c.Addresses.Return(f.Office.ID, f.Mail)
	d := draft{
		office: f.Office, to: f.To, messageID: f.MessageID, at: f.At, from: local,
		unsubscribe: f.Office.URL + "/unsubscribe/" + local, subject: "Messages wait for you",
	}
	v := digestView{Office: oneLine(f.Office.Name), Link: f.Office.URL + "/", Unsubscribe: d.unsubscribe}
	if !chat.LetsOut(f.Mode).Body {
		d.text = v.private()
		return d.compose()
	}
	for i := range f.Parts {
		v.add(&f.Parts[i])
		d.important = d.important || f.Parts[i].Important
	}
	v.More = f.More
	d.text, d.html = v.text(), v.html()
	return d.compose()
}

// digestView is what a digest shows.
type digestView struct {
	Office, Link, Unsubscribe string
	Parts                     []digestPart
	More                      bool
}

type digestPart struct {
	Title, Link, Waits string
	Lines              []digestLine
}

type digestLine struct{ Author, Text string }

func (v *digestView) add(p *chat.DigestPart) {
	part := digestPart{Title: oneLine(p.Title), Link: v.Link + "c/" + p.Conversation.String(), Waits: "One message waits"}
	if p.Count > 1 {
		part.Waits = fmt.Sprintf("%d messages wait", p.Count)
	}
	if len(p.Messages) < p.Count {
		part.Waits += ", the last of them:"
	} else {
		part.Waits += ":"
	}
	for i := range p.Messages {
		m := &p.Messages[i]
		line := digestLine{oneLine(m.Author.Name), oneLine(m.Text)}
		switch m.Kind {
		case chat.Happen:
			line = digestLine{v.Office, happened(m)}
		case chat.Note:
			line.Author += " (internal note)"
		}
		for _, a := range m.Attachments {
			line.Text = strings.TrimSpace(line.Text + " [" + oneLine(a.Name) + "]")
		}
		part.Lines = append(part.Lines, line)
	}
	v.Parts = append(v.Parts, part)
}

const (
	digestMore   = "Messages wait in other conversations too. Sign in to see them."
	digestAnswer = "This mail cannot be answered. Open a conversation to answer in it."
	digestEnd    = "You asked for your mail to be collected. To have no more of it:"
)

func (v *digestView) private() string {
	return "Messages wait for you at " + v.Office + ".\n\nSign in to read them and to answer:\n" + v.Link +
		"\n\nThis mail says no more, to protect what is written there.\n\n-- \n" + digestEnd + "\n" + v.Unsubscribe + "\n"
}

func (v *digestView) text() string {
	var b strings.Builder
	b.WriteString("Messages wait for you at " + v.Office + ".\n\n")
	for _, p := range v.Parts {
		b.WriteString(p.Title + "\n" + p.Link + "\n" + p.Waits + "\n\n")
		for _, l := range p.Lines {
			b.WriteString("  " + l.Author + ": " + l.Text + "\n")
		}
		b.WriteString("\n")
	}
	if v.More {
		b.WriteString(digestMore + "\n" + v.Link + "\n\n")
	}
	b.WriteString("-- \n" + v.Office + "\n" + digestAnswer + "\n" + digestEnd + "\n" + v.Unsubscribe + "\n")
	return b.String()
}
