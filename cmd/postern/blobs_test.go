package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/e2e/rig"
	"postern/store/blob"
)

// inS3 are the settings of a file store on a private server.
func inS3(t *testing.T) (*baseSettings, *rig.S3) {
	t.Helper()
	server, err := rig.StartS3(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return &baseSettings{
		Data: t.TempDir(), PublicURL: "http://127.0.0.1", LogLevel: zerolog.LevelErrorValue, DatabaseConnections: 1, DatabaseWorkers: 1,
		Blobs: server.URL("files"), BlobsKey: rig.S3Key, BlobsSecret: rig.S3Secret, BlobsConnections: 4,
	}, server
}

// Files in S3 come back; while it is away people are told to come again, and nodes start all the same.
func TestFilesInS3(t *testing.T) {
	t.Parallel()
	s, server := inS3(t)
	if err := s.check(); err != nil {
		t.Fatal(err)
	}
	kept, err := openBlobs(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() }) // nothing is under way
	f, office := files{kept}, chat.ID{1}
	hash, size, err := f.Put(t.Context(), office, strings.NewReader("a letter"), 100)
	if err != nil || size != 8 {
		t.Fatalf("put: %d, %v", size, err)
	}
	if _, _, err := f.Put(t.Context(), office, strings.NewReader("too large"), 3); chat.KindOf(err) != chat.TooLarge {
		t.Errorf("too large: %v", err)
	}
	if got := readFile(t, f, office, hash); got != "a letter" {
		t.Errorf("got %q", got)
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _, putErr := f.Put(t.Context(), office, strings.NewReader("another"), 100)
	_, openErr := f.Open(t.Context(), office, hash)
	for what, err := range map[string]error{"put": putErr, "open": openErr} {
		if chat.KindOf(err) != chat.Unavailable || !errors.Is(err, blob.ErrUnavailable) {
			t.Errorf("%s while S3 is away: %v", what, err)
		}
	}
	again, err := openBlobs(s)
	if err != nil {
		t.Fatalf("a node that starts while S3 is away: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func readFile(t *testing.T, f files, office chat.ID, hash [32]byte) string {
	t.Helper()
	r, err := f.Open(t.Context(), office, hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestDoctorLooksAtS3(t *testing.T) {
	t.Parallel()
	s, server := inS3(t)
	for _, c := range []struct{ url, secret, want string }{
		{s.Blobs, s.BlobsSecret, "files        ok\n"},
		{strings.Replace(s.Blobs, rig.S3Bucket, "another", 1), s.BlobsSecret, `files        there is no bucket "another"`},
		{s.Blobs, "wrong", "files        looking for the bucket: "},
	} {
		said := doctor(t.Context(), s.Data, "--blobs="+c.url, "--blobs-key="+s.BlobsKey, "--blobs-secret="+c.secret)
		if !strings.Contains(said, c.want) {
			t.Errorf("doctor said\n%s\nwant %q", said, c.want)
		}
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	if said := doctor(t.Context(), s.Data, "--blobs="+s.Blobs, "--blobs-key="+s.BlobsKey, "--blobs-secret="+s.BlobsSecret); !strings.Contains(said, "out of reach") {
		t.Errorf("doctor said\n%s", said)
	}
}

func doctor(ctx context.Context, data string, args ...string) string {
	var out, errOut bytes.Buffer
	run(ctx, append([]string{"doctor", "--data", data}, args...), nil, strings.NewReader(""), &out, &errOut)
	return out.String() + errOut.String()
}
