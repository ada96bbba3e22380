package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store/blob"
)

// inS3 are the settings of files in a folder of the tests' S3 server that nobody else uses.
func inS3(t *testing.T) *baseSettings {
	t.Helper()
	u, err := url.Parse(os.Getenv("POSTERN_TEST_S3"))
	if err != nil || u.Host == "" {
		t.Fatal("run make test, or set POSTERN_TEST_S3, with _KEY and _SECRET")
	}
	u.Path += "/" + rand.Text()
	return &baseSettings{
		Data: t.TempDir(), PublicURL: "http://127.0.0.1", LogLevel: zerolog.LevelErrorValue, DatabaseConnections: 1, DatabaseWorkers: 1,
		Blobs: u.String(), BlobsKey: os.Getenv("POSTERN_TEST_S3_KEY"), BlobsSecret: os.Getenv("POSTERN_TEST_S3_SECRET"), BlobsConnections: 4,
	}
}

// away are the same settings, of a server that is not there.
func (s baseSettings) away() *baseSettings {
	s.Blobs, _, _ = strings.Cut(s.Blobs, "?")
	s.Blobs += "?endpoint=http://127.0.0.1:1"
	return &s
}

// Files in S3 come back; while it is away people are told to come again, and nodes start all the same.
func TestFilesInS3(t *testing.T) {
	t.Parallel()
	s := inS3(t)
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

	gone, err := openBlobs(s.away())
	if err != nil {
		t.Fatalf("a node that starts while S3 is away: %v", err)
	}
	t.Cleanup(func() { _ = gone.Close() }) // nothing is under way
	f = files{gone}
	_, _, putErr := f.Put(t.Context(), office, strings.NewReader("another"), 100)
	_, openErr := f.Open(t.Context(), office, hash)
	for what, err := range map[string]error{"put": putErr, "open": openErr} {
		if chat.KindOf(err) != chat.Unavailable || !errors.Is(err, blob.ErrUnavailable) {
			t.Errorf("%s while S3 is away: %v", what, err)
		}
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
	s := inS3(t)
	bucket := strings.Split(s.Blobs, "/")[2]
	for _, c := range []struct{ url, secret, want string }{
		{s.Blobs, s.BlobsSecret, "files        ok\n"},
		{strings.Replace(s.Blobs, "s3://"+bucket, "s3://another", 1), s.BlobsSecret, `files        there is no bucket "another"`},
		{s.Blobs, "wrong", "files        looking for the bucket: "},
		{s.away().Blobs, s.BlobsSecret, "out of reach"},
	} {
		said := doctor(t.Context(), s.Data, "--blobs="+c.url, "--blobs-key="+s.BlobsKey, "--blobs-secret="+c.secret)
		if !strings.Contains(said, c.want) {
			t.Errorf("doctor said\n%s\nwant %q", said, c.want)
		}
	}
}

func doctor(ctx context.Context, data string, args ...string) string {
	var out, errOut bytes.Buffer
	run(ctx, append([]string{"doctor", "--data", data}, args...), nil, strings.NewReader(""), &out, &errOut)
	return out.String() + errOut.String()
}
