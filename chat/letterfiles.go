package chat

import (
	"bytes"
	"context"
	"io"
)

// FileIn is a file that came in a letter.
type FileIn struct {
	Name    string
	Inline  string // Content-ID, or empty
	Content io.Reader
}

// TakeFiles keeps the files of a letter as the participant's uploads, before the letter is decided on: all or none.
func (s *Service) TakeFiles(ctx context.Context, to Addressee, files []FileIn) ([]ID, error) {
	var ids []ID
	var uploads []Attachment
	for _, f := range files {
		a, err := s.keepFile(ctx, to, f)
		if err != nil {
			return nil, err
		}
		ids, uploads = append(ids, a.ID), append(uploads, a)
	}
	if len(uploads) == 0 {
		return nil, nil
	}
	return ids, s.update(ctx, func(tx Tx) error {
		for _, a := range uploads {
			if err := tx.AddUpload(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) keepFile(ctx context.Context, to Addressee, f FileIn) (a Attachment, err error) {
	name, err := cleanName(f.Name, "name", 255)
	if err != nil {
		name = "attachment"
	}
	a = Attachment{
		Office: to.Office.ID, ID: s.NewID(), Owner: to.User.ID, Name: name, Inline: f.Inline, CreatedAt: s.now(),
	}
	return a, s.keep(ctx, &a, f.Content)
}

// keptInRow is the longest letter that lies in its own row, in bytes: nearly all that have no files.
const keptInRow = 32 << 10

// KeepRaw keeps a letter as it came, before anything is made of it. Its size was bounded by whoever received it. A short one becomes durable with its row,
// in the same commit; a file of its own would be two more waits for the disk.
func (s *Service) KeepRaw(ctx context.Context, office ID, raw []byte) (RawLetter, error) {
	kept := RawLetter{Size: int64(len(raw))}
	if len(raw) <= keptInRow {
		kept.Content = raw
		return kept, nil
	}
	hash, _, err := s.Blobs.Put(ctx, office, bytes.NewReader(raw), kept.Size)
	kept.Raw = hash
	return kept, err
}
