package chat

import (
	"context"
	"crypto/sha256"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// UploadRequest is a file on its way. The same file sent again under its key, after a broken connection, is the same upload.
type UploadRequest struct {
	Name    string
	Key     string // of the uploader's choice, up to 64 characters; empty: each time another upload
	Content io.Reader
}

// Upload takes a file that waits for its message; only its uploader sees it until then.
func (s *Service) Upload(ctx context.Context, a Actor, r UploadRequest) (Attachment, error) {
	name, err := cleanName(r.Name, "name", 255)
	if err == nil {
		err = checkUploadKey(r.Key)
	}
	if err != nil {
		return Attachment{}, err
	}
	if err := s.look(ctx, a, func(Reader) error { return nil }); err != nil {
		return Attachment{}, err // before anything is kept
	}
	file := Attachment{Office: a.Office, ID: s.NewID(), Owner: a.User, Name: name, CreatedAt: s.now()}
	if r.Key != "" {
		file.ID = uploadID(a.User, r.Key)
	}
	if err := s.keep(ctx, &file, r.Content); err != nil {
		return Attachment{}, err
	}
	err = s.update(ctx, func(tx Tx) error {
		u, err := tx.User(ctx, a.Office, a.User)
		if err == nil {
			err = mayMessage(u)
		}
		if err != nil {
			return err
		}
		return tx.AddUpload(ctx, file)
	})
	if KindOf(err) == Conflict && r.Key != "" {
		return s.repeated(ctx, a, r.Key, file)
	}
	return file, err
}

// Uploaded gives what was uploaded under a key, for who does not know whether it arrived.
func (s *Service) Uploaded(ctx context.Context, a Actor, key string) (file Attachment, err error) {
	if err := checkUploadKey(key); err != nil || key == "" {
		return Attachment{}, Refuse(Invalid, "Give the key of the upload.").About("key")
	}
	err = s.look(ctx, a, func(rd Reader) error {
		f, err := rd.Attachment(ctx, a.Office, uploadID(a.User, key))
		if err == nil {
			file = *f
		}
		return notFoundAs(err, Refuse(NotFound, "Nothing has arrived under that key."))
	})
	return file, err
}

// repeated gives the first upload under the key, if it is of the same content and name.
func (s *Service) repeated(ctx context.Context, a Actor, key string, again Attachment) (Attachment, error) {
	first, err := s.Uploaded(ctx, a, key)
	if err == nil && (first.Hash != again.Hash || first.Name != again.Name) {
		err = Refuse(Conflict, "That key was used for another file.").About("key")
	}
	return first, err
}

func checkUploadKey(key string) error {
	if len(key) > 64 || !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return Refuse(Invalid, "Give the upload a key of 1 to 64 characters.").About("key")
	}
	return nil
}

// uploadID follows from uploader and key, so that nobody's key meets another's: a UUID of version 8 (RFC 9562, section 5.8).
func uploadID(owner ID, key string) ID {
	sum := sha256.Sum256(append(owner[:], key...))
	id := ID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return id
}

// keep stores a file's content, and notes what it is.
func (s *Service) keep(ctx context.Context, file *Attachment, content io.Reader) error {
	head, content, err := peek(content, headSniffed)
	if err != nil {
		return err
	}
	file.Type = http.DetectContentType(head)
	if shown(file.Type) && s.Pictures != nil {
		if head, content, err = peek(content, headMeasured); err != nil {
			return err
		}
		file.Width, file.Height = s.Pictures.Measure(head)
	}
	if file.Hash, file.Size, err = s.Blobs.Put(ctx, file.Office, content, s.MaxUpload); err != nil {
		return err
	}
	if !scaled(file.Type) && file.Size > mostUnscaled {
		file.Width, file.Height = 0, 0
	}
	return nil
}
