package chat

import (
	"context"
	"slices"
	"time"
)

// A file travels in a mail itself, and not as a link, where its author asked for that (F11), the mode of the moment lets it out, there is room, and
// the scanner, if there is one, has found nothing in it. Its bytes stay where files are kept: the mail says which belong into it, and where.

// Limits of the files in one mail, beside Parts.MaxMailed.
const (
	mostEnclosed = 50
	clearTime    = 12 * time.Second // for the scanner to look at all of them: a claim is not held for much longer
)

// Enclosed is a file in a mail: its content in base64, in lines of 76 characters (RFC 2045, section 6.8), without the end of the last line.
type Enclosed struct {
	At   int64 // where in the mail's Raw it belongs
	File ID
	Hash [32]byte // of the content
	Size int64    // of the content, bytes
}

// Encoded is how many bytes a content of that size comes to in a mail.
func Encoded(size int64) int64 {
	n := (size + 2) / 3 * 4
	return n + max(n-1, 0)/76*2
}

// Size is that of the exact bytes.
func (m *Mail) Size() int64 {
	size := int64(len(m.Raw))
	for _, f := range m.Enclosed {
		size += Encoded(f.Size)
	}
	return size
}

// cleared are the files that the scanner has found nothing in; nil: it has not been asked.
type cleared map[ID]bool

// uncleared says that a mail would have files in it at which the scanner has to look first: never within a transaction.
type uncleared struct{ files []Attachment }

func (*uncleared) Error() string { return "the scanner has not looked at the files of the mail" }

// enclose chooses what travels in the mail. Error: *uncleared.
func (s *Service) enclose(f *NoticeFacts, told carried) error {
	if f.Content == nil || !LetsOut(f.Mode).Files {
		return nil
	}
	files := s.enclosable(told.messages[:told.shown])
	if s.Scanner != nil && len(files) > 0 {
		if told.clean == nil {
			return &uncleared{files}
		}
		files = slices.DeleteFunc(files, func(a Attachment) bool { return !told.clean[a.ID] })
	}
	f.Content.Enclosed = files
	return nil
}

// enclosable are the files of the messages for which there is room, oldest first. Who wrote by mail was never asked: what came by letter goes on as
// a link. So do inline images.
func (s *Service) enclosable(messages []Message) (files []Attachment) {
	room := s.MaxMailed
	for _, m := range messages {
		if m.Secure || m.Via != ViaBrowser || m.Withdrawn != "" {
			continue
		}
		for _, a := range m.Attachments {
			size := Encoded(a.Size)
			if a.Inline == "" && size <= room && len(files) < mostEnclosed {
				files, room = append(files, a), room-size
			}
		}
	}
	return files
}

// clear has the scanner look at the files. One that is blocked, and one that it could not look at in time, is not clean, and goes as a link: the
// download asks the scanner again.
func (s *Service) clear(ctx context.Context, files []Attachment) (cleared, error) {
	looking, cancel := context.WithTimeout(ctx, clearTime)
	defer cancel()
	clean := cleared{}
	for i := range files {
		if err := s.scan(looking, ID{}, &files[i]); err == nil {
			clean[files[i].ID] = true
		}
	}
	return clean, ctx.Err()
}

// infectedSince says whether the scanner has found something, by what is known by now, in a file of a mail that was made earlier.
func infectedSince(ctx context.Context, rd Reader, m Mail) (bool, error) {
	for _, e := range m.Enclosed {
		file, err := rd.Attachment(ctx, m.Office, e.File)
		if KindOf(err) == NotFound {
			return true, nil // nobody can have it any more
		}
		if err != nil || file.Scan.Found != "" {
			return err == nil, err
		}
	}
	return false, nil
}

// refusedFiles says whether the mail was refused for good by what may be about its files: their size or kind (552, 554).
func refusedFiles(m Mail, r MailResult) bool {
	return len(m.Enclosed) > 0 && r.State == MailFailed && !r.Gone && (r.Code == 552 || r.Code == 554)
}

// mailWithoutFiles owes the recipient another mail in place of one that was refused for its files: that something waits.
func (s *Service) mailWithoutFiles(ctx context.Context, tx Tx, m Mail) error {
	u, err := tx.User(ctx, m.Office, m.Recipient)
	if err != nil {
		return err
	}
	row, err := rowFor(ctx, tx, u, m.Conversation)
	if err != nil || row == nil || !wantsMail(u, &row.Standing, noticeOf(m)) {
		return err
	}
	f, _, err := s.noticeFacts(ctx, tx, u, row, m.Kind, carried{})
	if err != nil {
		return err
	}
	f.sayLess()
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	composed, err := s.Composer.Notice(f)
	if err != nil {
		return err
	}
	err = tx.AddMail(ctx, Mail{
		Office: m.Office, ID: f.Mail, Kind: m.Kind, Recipient: m.Recipient, Conversation: m.Conversation, Newest: m.Newest, Again: m.ID,
		From: composed.From, To: composed.To, MessageID: f.MessageID, Mode: f.Mode, Raw: composed.Raw, State: MailWaiting, NextTry: now, CreatedAt: now,
	})
	if err != nil {
		return err
	}
	return tx.CarryOver(ctx, m, f.Mail)
}
