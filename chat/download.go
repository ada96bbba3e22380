package chat

import (
	"context"
	"io"
)

var errNoFile = Refuse(NotFound, "There is no such file, or you may not see it.")

// Download opens a file of a message that the actor may read, or the actor's own that was not sent yet. The reader must be closed.
func (s *Service) Download(ctx context.Context, a Actor, id ID) (Attachment, io.ReadSeekCloser, error) {
	file, err := s.downloaded(ctx, a, id)
	if err != nil {
		return Attachment{}, nil, err
	}
	content, err := s.Blobs.Open(ctx, a.Office, file.Hash)
	return file, content, err
}

// downloaded gives a file that the actor may see, and that no scanner objects to.
func (s *Service) downloaded(ctx context.Context, a Actor, id ID) (file Attachment, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		f, err := rd.Attachment(ctx, a.Office, id)
		if KindOf(err) == NotFound {
			return errNoFile
		}
		if err != nil {
			return err
		}
		file = *f
		return mayDownload(ctx, rd, a, f)
	})
	if err == nil {
		err = s.scan(ctx, a.User, &file)
	}
	if err != nil {
		return Attachment{}, err
	}
	return file, nil
}

func mayDownload(ctx context.Context, rd Reader, a Actor, f *Attachment) error {
	if f.Message.IsZero() {
		if f.Owner == a.User {
			return nil
		}
		return errNoFile
	}
	m, err := visible(ctx, rd, a, f.Message)
	if KindOf(err) == NotFound || err == nil && m.Withdrawn != "" {
		return errNoFile
	}
	return err
}
