package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/minio/minio-go/v7"
)

// content reads one content from the bucket, from wherever it is read, by one request for as long as it is read on.
type content struct {
	ctx    context.Context // the opener's: a Read has none of its own
	s3     *S3
	folder string
	object minio.ObjectInfo
	at     int64
	body   io.ReadCloser // from at on; nil until it is read
}

// find chooses the newest object. Those that are older may be about to go.
func (c *content) find() error {
	objects, err := c.s3.list(c.ctx, c.folder)
	if err != nil {
		return err
	}
	if len(objects) == 0 {
		return ErrNotFound
	}
	c.object = slices.MaxFunc(objects, byAge)
	return nil
}

// Read reads on. A content that ends early is an error.
func (c *content) Read(p []byte) (int, error) {
	if c.at >= c.object.Size {
		return 0, io.EOF
	}
	if c.body == nil {
		if err := c.request(); err != nil {
			return 0, err
		}
	}
	n, err := c.body.Read(p)
	c.at += int64(n)
	if err == nil || err == io.EOF && c.at == c.object.Size {
		return n, err
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, failed(c.ctx, "reading a stored file", err)
}

// request asks for the rest. An object that was replaced by a newer one of the same content has another name by now.
func (c *content) request() error {
	for range tries {
		var options minio.GetObjectOptions
		if c.at > 0 {
			if err := options.SetRange(c.at, 0); err != nil {
				return fmt.Errorf("reading a stored file: %w", err)
			}
		}
		body, _, _, err := c.s3.core.GetObject(c.ctx, c.s3.bucket, c.object.Key, options)
		if err == nil {
			c.body = body
			return nil
		}
		if minio.ToErrorResponse(err).StatusCode != http.StatusNotFound {
			return failed(c.ctx, "reading a stored file", err)
		}
		if err := c.find(); err != nil {
			return err
		}
	}
	return fmt.Errorf("reading a stored file that is replaced all the time: %w", ErrUnavailable)
}

// Seek moves to where the next Read begins.
func (c *content) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += c.at
	case io.SeekEnd:
		offset += c.object.Size
	}
	if offset < 0 || whence < io.SeekStart || whence > io.SeekEnd {
		return 0, errors.New("seeking in a stored file: there is no such place")
	}
	if offset != c.at {
		if err := c.Close(); err != nil {
			return 0, fmt.Errorf("seeking in a stored file: %w", err)
		}
		c.at = offset
	}
	return offset, nil
}

// Close ends the request, if there is one.
func (c *content) Close() error {
	if c.body == nil {
		return nil
	}
	err := c.body.Close()
	c.body = nil
	return err
}
