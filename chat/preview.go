package chat

import (
	"bytes"
	"context"
	"io"
)

// Pictures knows how images look (package picture).
type Pictures interface {
	// Measure gives the size of an image that can be shown, in pixels, upright, by the beginning of its file; zero: there is none, or it is too large.
	Measure(head []byte) (width, height int)
	// Small gives a small JPEG of an image. The key tells files apart: an image that was drawn lately may come from memory.
	Small(ctx context.Context, key ID, open func() (io.ReadCloser, error)) ([]byte, error)
}

const (
	headSniffed  = 512       // bytes that tell a file's type
	headMeasured = 256 << 10 // bytes in which an image says its size: JPEG has it behind profiles and a thumbnail
	mostUnscaled = 2 << 20   // bytes of an image whose preview is itself
)

// scaled says whether previews of the type are drawn small; shown, whether there are any.
func scaled(mediaType string) bool { return mediaType == "image/jpeg" || mediaType == "image/png" }

func shown(mediaType string) bool {
	return scaled(mediaType) || mediaType == "image/gif" || mediaType == "image/webp"
}

// Previewed gives a file that has a preview and that the actor may see, for [Service.Preview].
func (s *Service) Previewed(ctx context.Context, a Actor, id ID) (Attachment, error) {
	file, err := s.downloaded(ctx, a, id)
	if err == nil && (file.Width == 0 || s.Pictures == nil) {
		err = Refuse(NotFound, "There is no preview of this file.")
	}
	return file, err
}

// Preview draws a file that [Service.Previewed] gave just now: a JPEG, or for what is not scaled the file itself. The reader must be closed.
func (s *Service) Preview(ctx context.Context, file Attachment) (mediaType string, content io.ReadSeekCloser, err error) {
	if !scaled(file.Type) {
		content, err = s.Blobs.Open(ctx, file.Office, file.Hash)
		return file.Type, content, err
	}
	small, err := s.Pictures.Small(ctx, file.ID, func() (io.ReadCloser, error) { return s.Blobs.Open(ctx, file.Office, file.Hash) })
	if err != nil {
		return "", nil, err
	}
	return "image/jpeg", whole{bytes.NewReader(small)}, nil
}

// whole is a content that is in memory.
type whole struct{ *bytes.Reader }

func (whole) Close() error { return nil }
