package mailgw

import (
	"bytes"
	"cmp"
	"io"
	"strings"

	"github.com/emersion/go-message"

	"postern/chat"
	"postern/mailgw/auth"
	"postern/mailgw/letter"
	"postern/mailgw/reply"
	"postern/richtext"
)

// Reading is what Postern makes of a letter, before anybody decides on it: what the person wrote, what was folded away, the files, and the verdict.
type Reading struct {
	Letter  *letter.Letter
	Verdict letter.Verdict
	HTML    string // what the person wrote, sanitised; short enough for chat
	Text    string
	Folded  string
	Files   []*letter.Part

	Findings *auth.Findings // who wrote it; nil: nobody asked
}

// Reader reads letters as the gateway does. It is safe for concurrent use.
type Reader struct {
	limits letter.Limits
	clean  *richtext.Sanitizer
}

// NewReader gives a reader that bounds what it reads.
func NewReader(limits letter.Limits) *Reader {
	return &Reader{limits: limits, clean: richtext.New()}
}

// Read reads a letter: parse under limits, classify, trim (F31).
func (r *Reader) Read(raw []byte, e letter.Envelope) Reading {
	l := letter.Read(raw, r.limits)
	in := Reading{Letter: l, Verdict: letter.Judge(l, e)}
	if in.Verdict.Fate == letter.Reject {
		return in
	}
	cut := reply.Cut(l.Text, l.HTML, reply.Options{Subject: l.Subject, From: l.From.Name + " " + l.From.Address})
	in.Text, in.Folded, in.Files = cut.Reply, cut.Folded, l.Files()
	if strings.TrimSpace(in.Text) == "" && len(in.Files) == 0 {
		in.Text, cut.HTML = l.Subject, "" // people do answer in the subject alone
	}
	in.HTML = r.body(&in, cut.HTML)
	return in
}

// ReadLetter reads a letter that was kept, as it would be taken today. It is chat.LetterReader's.
func (r *Reader) ReadLetter(raw []byte) chat.LetterContent {
	in := r.Read(raw, letter.Envelope{})
	c := chat.LetterContent{FromName: bounded(in.Letter.From.Name), HTML: in.HTML, Folded: in.Folded}
	for _, p := range in.Files {
		c.Files = append(c.Files, chat.LetterFile{FileIn: fileIn(p), Type: p.Sniffed, Size: p.Size})
	}
	return c
}

// ReadMail reads a mail of ours as it went, part by part. It is chat.LetterReader's.
func (r *Reader) ReadMail(raw []byte) (c chat.MailParts) {
	mail, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return c
	}
	for fields := mail.Header.Fields(); fields.Next(); {
		value, err := fields.Text()
		if err != nil {
			value = fields.Value()
		}
		c.Header = append(c.Header, chat.MailField{Name: fields.Key(), Value: value})
	}
	_ = mail.Walk(func(_ []int, part *message.Entity, err error) error { // what cannot be read is left out
		if err != nil {
			return err
		}
		switch kind, _, _ := part.Header.ContentType(); kind {
		case "text/plain":
			c.Text = cmp.Or(c.Text, whole(part.Body))
		case "text/html":
			c.HTML = cmp.Or(c.HTML, whole(part.Body))
		}
		return nil
	})
	return c
}

// whole is what can be read of a part that was written here, and so is bounded.
func whole(body io.Reader) string {
	content, _ := io.ReadAll(body)
	return strings.ReplaceAll(string(content), "\r\n", "\n")
}

// maxShown bounds the text shown of a letter whose HTML is not to be had, in bytes; markup needs room beside it. The rest is one click away.
const maxShown = 60_000

// body makes the body that chat takes: the letter's own HTML where it is not too long, otherwise its text, otherwise the beginning of its text
// with all of it folded.
func (r *Reader) body(in *Reading, html string) string {
	if clean, text, err := r.clean.Sanitize(html); err == nil && strings.TrimSpace(text) != "" && len(clean) <= maxHTML {
		return clean
	}
	if len(in.Text) > maxShown {
		in.Folded = strings.TrimRight(in.Text+"\n\n"+in.Folded, "\n")
		in.Text = richtext.Excerpt(in.Text, maxShown/8)
	}
	clean, err := richtext.FromText(in.Text)
	if err == nil && len(clean) <= maxHTML {
		return clean
	}
	in.Folded = strings.TrimRight(in.Text+"\n\n"+in.Folded, "\n") // markup of every word: not lost, but folded
	return ""
}

// blank says that there is nothing to be shown.
func (r *Reading) blank() bool { return r.HTML == "" && len(r.Files) == 0 }
