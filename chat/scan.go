package chat

import (
	"context"
	"errors"
	"io"
	"time"
)

// Scanner looks for viruses (package clamd).
type Scanner interface {
	// Signatures names what it goes by at present. Under another name it may find what it did not find before.
	Signatures(context.Context) (string, error)
	// Scan names what it found in a content of that many bytes; empty: nothing.
	Scan(ctx context.Context, content io.Reader, size int64) (found string, err error)
}

// scanHolds is how long a scan is believed at most: signatures of an operator's own have no version that tells of a change.
const scanHolds = 24 * time.Hour

var (
	errBlocked   = Refuse(Forbidden, "The virus scanner blocked this file.")
	errUnscanned = Refuse(Unavailable, "Files cannot be checked for viruses just now. Try again in a minute.")
)

// scan refuses a file in which the scanner finds something, and one that it could not look at. Each file is looked at for itself, whatever else has
// the same content: what was found in it tells nothing of others.
func (s *Service) scan(ctx context.Context, by ID, file *Attachment) error {
	if s.Scanner == nil {
		return nil
	}
	signatures, err := s.Scanner.Signatures(ctx)
	if err != nil {
		return unscanned(err)
	}
	if file.Scan.By != signatures || s.now().Sub(file.Scan.At) > scanHolds {
		if err := s.rescan(ctx, by, file, signatures); err != nil {
			return err
		}
	}
	if file.Scan.Found != "" {
		return errBlocked
	}
	return nil
}

func (s *Service) rescan(ctx context.Context, by ID, file *Attachment, signatures string) error {
	content, err := s.Blobs.Open(ctx, file.Office, file.Hash)
	if err != nil {
		return err
	}
	found, err := s.Scanner.Scan(ctx, content, file.Size)
	if err = errors.Join(err, content.Close()); err != nil {
		return unscanned(err)
	}
	before := file.Scan.Found
	file.Scan = Scan{At: s.now(), By: signatures, Found: found}
	return s.update(ctx, func(tx Tx) error {
		if err := tx.Scanned(ctx, file.Office, file.ID, file.Scan); err != nil || found == "" || found == before {
			return err
		}
		return tx.AddAudit(ctx, AuditEntry{
			Office: file.Office, ID: s.NewID(), At: file.Scan.At, Actor: by, Act: ActFileBlocked, Object: file.ID, Detail: found,
		})
	})
}

// unscanned tells those who can come again later to do so. A file is never let through because nobody looked.
func unscanned(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	refused := errUnscanned.Because(err)
	refused.After = 30 * time.Second
	return refused
}
