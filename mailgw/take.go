package mailgw

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"postern/chat"
	"postern/mailgw/address"
	"postern/mailgw/letter"
	"postern/mailgw/reply"
	"postern/richtext"
)

// Reading is what Postern makes of a letter, before anybody decides on it: what the person wrote, what was folded away, the files, and the fate.
type Reading struct {
	Letter  *letter.Letter
	Verdict letter.Verdict
	HTML    string // what the person wrote, to be sanitised
	Text    string
	Folded  string
	Files   []*letter.Part
}

// Read reads a letter as the gateway does: parse under limits, classify, trim (F31). own recognises mail of this deployment.
func Read(raw []byte, limits letter.Limits, nullSender bool, own func(*letter.Letter) bool) Reading {
	l := letter.Read(raw, limits)
	r := Reading{Letter: l, Verdict: letter.Judge(l, letter.Envelope{NullSender: nullSender, Own: own})}
	if r.Verdict.Fate == letter.Reject {
		return r
	}
	cut := reply.Cut(l.Text, l.HTML, reply.Options{Subject: l.Subject})
	r.HTML, r.Text, r.Folded, r.Files = cut.HTML, cut.Reply, cut.Folded, l.Files()
	if strings.TrimSpace(r.Text) == "" && len(r.Files) == 0 {
		r.HTML, r.Text = "", l.Subject // people do answer in the subject alone
	}
	r.bound()
	return r
}

// maxShown leaves room for the markup that text gets; what is longer is one click away.
const maxShown = chat.MaxBody / 4

// bound makes the body HTML that chat takes: the letter's own where it is not too long, otherwise its text, otherwise the beginning of its text
// with all of it folded.
func (r *Reading) bound() {
	if r.HTML != "" && len(r.HTML) <= chat.MaxBody {
		return
	}
	if len(r.Text) > maxShown {
		r.Folded = r.Text + "\n\n" + r.Folded
		r.Text = richtext.Excerpt(r.Text, maxShown/4)
	}
	html, err := richtext.FromText(r.Text)
	if err != nil {
		html = "" // longer than richtext takes even so: the text is folded, not lost
		r.Folded = r.Text + "\n\n" + r.Folded
	}
	r.HTML = html
}

// isOwn says whether a mail of this deployment came back.
func isOwn(l *letter.Letter) bool {
	return l.Header.Has(InstanceHeader) && l.AutoSubmitted == "auto-generated"
}

// take reads the letter once and takes it for every recipient. The first failure ends it: the sender tries again, and what was taken is not taken twice.
func (s *session) take(raw []byte) error {
	r := Read(raw, s.server.Letters, s.from == "", isOwn)
	if v := r.Verdict; v.Fate == letter.Reject {
		return refuseBy(v)
	}
	hash, size, err := s.server.Service.KeepRaw(s.server.ctx, s.to[0].Office.ID, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("keep the letter as it came: %w", err)
	}
	for _, to := range s.to {
		in := s.letterIn(to, &r, raw)
		in.Raw, in.Size = hash, size
		if err := s.takeFor(s.server.ctx, to, &r, in); err != nil {
			return fmt.Errorf("take letter for %s: %w", to.Office.ID, err)
		}
		s.log.Info().Stringer("office", to.Office.ID).Str("class", in.Class).Str("fate", string(in.Fate)).Int64("size", size).Msg("letter taken")
	}
	return nil
}

func refuseBy(v letter.Verdict) error {
	var e [3]int
	if _, err := fmt.Sscanf(v.Status, "%d.%d.%d", &e[0], &e[1], &e[2]); err != nil {
		return fmt.Errorf("verdict without a status: %w", err)
	}
	return refuse(v.Code, e[0], e[1], e[2], v.Reason)
}

func (s *session) takeFor(ctx context.Context, to recipient, r *Reading, in chat.LetterIn) error {
	if to.Return != nil {
		return s.server.Service.TakeReturn(ctx, to.Addressee, returned(r, s.peer, in.Size))
	}
	if in.Fate == chat.LetterPosted {
		for _, part := range r.Files {
			id, err := s.server.Service.TakeFile(ctx, to.Addressee, chat.FileIn{
				Name: part.Name, Type: part.Sniffed, Inline: part.ContentID, Content: part.Open(),
			})
			if err != nil {
				return fmt.Errorf("keep a file: %w", err)
			}
			in.Attachments = append(in.Attachments, id)
		}
	}
	_, err := s.server.Service.TakeLetter(ctx, to.Addressee, in)
	return err
}

// letterIn says what is to become of the letter for one recipient.
func (s *session) letterIn(to recipient, r *Reading, raw []byte) chat.LetterIn {
	l := r.Letter
	in := chat.LetterIn{EnvelopeTo: cut(to.mailbox), HTML: r.HTML}
	in.Letter = chat.Letter{
		Once: once(to.Address.Reply, l, raw), MessageID: bounded(l.MessageID), From: bounded(l.From.Address), EnvelopeFrom: cut(s.from),
		Peer: s.peer, Subject: bounded(l.Subject), Class: string(r.Verdict.Class), Folded: r.Folded,
	}
	in.Fate, in.Reason = fate(r, to.User.Email, s.from == "")
	return in
}

// bounded cuts a header's text to what a row takes.
func bounded(s string) string { return richtext.Excerpt(oneLine(s), 500) }

// fate is the letter's fate for a participant: what programs sent is never a message; a person's letter is one only when From is the
// participant's own address. From is not authenticated yet (SECURITY.md).
func fate(r *Reading, participant string, nullSender bool) (chat.LetterFate, string) {
	v := r.Verdict
	switch v.Class {
	case letter.ClassOwn:
		return chat.LetterDropped, v.Reason
	case letter.ClassDSN, letter.ClassMDN, letter.ClassARF, letter.ClassReport:
		return chat.LetterReport, v.Reason
	case letter.ClassAutoReply, letter.ClassList:
		return chat.LetterAutoReply, v.Reason
	}
	switch {
	case nullSender:
		return chat.LetterAutoReply, "a letter from the null sender"
	case v.Fate == letter.Quarantine:
		return chat.LetterQuarantined, v.Reason
	case !address.Equal(r.Letter.From.Address, participant):
		return chat.LetterQuarantined, "From is not the participant's address"
	}
	return chat.LetterPosted, v.Reason
}

// once is the same for the same letter to the same address, also when it comes by another way: the trace fields that servers put on top do not
// count, everything its author's program wrote does.
func once(reply int64, l *letter.Letter, raw []byte) [32]byte {
	h := sha256.New()
	_ = binary.Write(h, binary.BigEndian, reply) // a hash takes everything
	for _, field := range []string{"Message-ID", "From", "Subject", "Date", "Content-Type"} {
		for _, value := range l.Header.All(field) {
			fmt.Fprintf(h, "%s:%d:%s\n", field, len(value), value)
		}
	}
	_, body, found := bytes.Cut(raw, []byte("\r\n\r\n"))
	if !found {
		body = raw
	}
	h.Write(body)
	return [32]byte(h.Sum(nil))
}

// returned is what a letter to a return path says of the mail that it is about.
func returned(r *Reading, peer string, size int64) chat.Returned {
	back := chat.Returned{Reason: r.Verdict.Reason, Peer: peer, Size: size}
	if dsn := r.Verdict.DSN; dsn != nil {
		back.Failed = dsn.Bad()
	}
	return back
}
