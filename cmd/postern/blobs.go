package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"postern/chat"
	"postern/store/blob"
)

// place is where files are kept.
type place interface {
	blob.Blobs
	Close() error
}

// openBlobs opens the place that the settings name. S3 is not asked for anything yet: a node can start, and serve all else, while it is away.
func openBlobs(s *baseSettings) (place, error) {
	disk, err := blob.NewDisk(filepath.Join(s.Data, "blobs"))
	if err != nil {
		return nil, &settingError{"data", err.Error()}
	}
	if s.Blobs == "" {
		return disk, nil
	}
	s3, err := blob.NewS3(s.s3Options(), disk)
	if err != nil {
		return nil, errors.Join(&settingError{"blobs", err.Error()}, disk.Close())
	}
	return s3, nil
}

func (s *baseSettings) s3Options() blob.S3Options {
	return blob.S3Options{URL: s.Blobs, Key: s.BlobsKey, Secret: s.BlobsSecret, Connections: s.BlobsConnections}
}

// checkBlobs says what is wrong with the settings of files, and of how many connections there may be.
func (s *baseSettings) checkBlobs() error {
	if (s.BlobsKey == "") != (s.BlobsSecret == "") {
		return &settingError{"blobs-secret", "give both --blobs-key and --blobs-secret, or neither"}
	}
	if s.Blobs != "" {
		if _, err := blob.NewS3(s.s3Options(), nil); err != nil { // reads the URL, and connects to nothing
			return &settingError{"blobs", err.Error()}
		}
	}
	return atLeastOne(count{"database-connections", s.DatabaseConnections}, count{"database-workers", s.DatabaseWorkers},
		count{"blobs-connections", s.BlobsConnections})
}

// count is a setting that says how many.
type count struct {
	name string
	n    int
}

func atLeastOne(counts ...count) error {
	for _, c := range counts {
		if c.n < 1 || c.n > 10_000 {
			return &settingError{c.name, "1 to 10000"}
		}
	}
	return nil
}

// files gives the blobs chat's errors.
type files struct{ place blob.Blobs }

// Put keeps what it reads, up to limit bytes.
func (f files) Put(ctx context.Context, office chat.ID, r io.Reader, limit int64) ([32]byte, int64, error) {
	ref, err := f.place.Put(ctx, office, r, limit)
	if _, ok := errors.AsType[*blob.TooLarge](err); ok {
		return [32]byte{}, 0, chat.Refuse(chat.TooLarge, fmt.Sprintf("The file is too large: %d MiB at most.", limit>>20)).Because(err)
	}
	return ref.Hash, ref.Size, away(err)
}

// Open opens what was put.
func (f files) Open(ctx context.Context, office chat.ID, hash [32]byte) (io.ReadSeekCloser, error) {
	content, _, err := f.place.Open(ctx, office, hash)
	return content, away(err)
}

// away tells those who can come again later to do so.
func away(err error) error {
	if errors.Is(err, blob.ErrUnavailable) {
		return chat.Refuse(chat.Unavailable, "Files cannot be reached at the moment. Try again in a minute.").Because(err)
	}
	return err
}
