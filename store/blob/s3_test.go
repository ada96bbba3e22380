package blob_test

import (
	"crypto/rand"
	"testing"

	"postern/e2e/rig"
	"postern/store/blob"
	"postern/store/blob/blobtest"
)

func startS3(t *testing.T) *rig.S3 {
	t.Helper()
	s, err := rig.StartS3(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// openS3 opens a folder of the bucket that nobody else uses.
func openS3(t *testing.T, url string) (s *blob.S3, spool string) {
	t.Helper()
	spool = t.TempDir()
	disk, err := blob.NewDisk(spool)
	if err != nil {
		t.Fatal(err)
	}
	s, err = blob.NewS3(blob.S3Options{URL: url, Key: rig.S3Key, Secret: rig.S3Secret}, disk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, spool
}

func TestS3(t *testing.T) {
	t.Parallel()
	server := startS3(t)
	blobtest.Run(t, func(t *testing.T) blob.Blobs {
		s, _ := openS3(t, server.URL(rand.Text()))
		return s
	})
}
