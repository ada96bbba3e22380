package mailgw

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"postern/chat"
)

// Files opens the contents of files (package store/blob). A reader must be closed.
type Files interface {
	Open(ctx context.Context, office chat.ID, hash [32]byte) (io.ReadSeekCloser, error)
}

// Content is a mail's exact bytes. Files are put in while it is written, so that no mail is whole in memory.
type Content struct {
	Mail  chat.Mail // its Raw and Enclosed
	Files Files

	signatures string // header fields above the rest
}

// Size is how many bytes there are.
func (c *Content) Size() int64 { return int64(len(c.signatures)) + c.Mail.Size() }

func (c *Content) write(ctx context.Context, out io.Writer) error {
	if _, err := io.WriteString(out, c.signatures); err != nil {
		return err
	}
	raw, done := c.Mail.Raw, int64(0)
	for _, f := range c.Mail.Enclosed {
		if f.At < done || f.At > int64(len(raw)) {
			return fmt.Errorf("a file at %d in a mail of %d bytes", f.At, len(raw))
		}
		if _, err := bytes.NewReader(raw[done:f.At]).WriteTo(out); err != nil {
			return err
		}
		if err := c.writeFile(ctx, out, f); err != nil {
			return err
		}
		done = f.At
	}
	_, err := bytes.NewReader(raw[done:]).WriteTo(out)
	return err
}

// writeFile fails unless there are just as many bytes as there are to be.
func (c *Content) writeFile(ctx context.Context, out io.Writer, f chat.Enclosed) error {
	content, err := c.Files.Open(ctx, c.Mail.Office, f.Hash)
	if err != nil {
		return fmt.Errorf("open a file of the mail: %w", err)
	}
	encoder := base64.NewEncoder(base64.StdEncoding, &lines{out: out})
	n, err := io.Copy(encoder, io.LimitReader(content, f.Size+1))
	if err == nil && n != f.Size {
		err = fmt.Errorf("a file of the mail has %d bytes, not %d", n, f.Size)
	}
	return errors.Join(err, encoder.Close(), content.Close())
}

// lineLength is the longest of base64 (RFC 2045, section 6.8).
const lineLength = 76

// lines breaks what is written into lines.
type lines struct {
	out io.Writer
	has int // characters of the line
}

// Write is io.Writer's.
func (l *lines) Write(p []byte) (written int, err error) {
	for len(p) > 0 {
		if l.has == lineLength {
			if _, err := io.WriteString(l.out, "\r\n"); err != nil {
				return written, err
			}
			l.has = 0
		}
		n, err := l.out.Write(p[:min(len(p), lineLength-l.has)])
		written, l.has, p = written+n, l.has+n, p[n:]
		if err != nil {
			return written, err
		}
	}
	return written, nil
}
