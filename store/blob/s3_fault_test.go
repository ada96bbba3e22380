package blob_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"postern/store/blob"
)

var anOffice = [16]byte{0xc}

// empty says that a failed put left nothing, here or there.
func empty(t *testing.T, b *bucket, spool string) {
	t.Helper()
	if left := b.objects(t); len(left) != 0 {
		t.Errorf("left in the bucket: %v", left)
	}
	emptySpool(t, spool)
}

func emptySpool(t *testing.T, spool string) {
	t.Helper()
	if left, err := os.ReadDir(filepath.Join(spool, "incoming")); err != nil || len(left) != 0 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
}

func bytesOf(n int) []byte {
	content := make([]byte, n)
	_, _ = rand.Read(content) // never fails
	return content
}

const plenty = 1 << 30

func TestS3PutIsCut(t *testing.T) {
	t.Parallel()
	b := newBucket(t)
	p := newHarmful(t, b.host)
	s, spool := openS3(t, b.at(p.addr))
	content := bytesOf(1 << 20)

	p.up.Store(cut(500_000, 1000))
	if _, err := s.Put(t.Context(), anOffice, bytes.NewReader(content), plenty); !errors.Is(err, blob.ErrUnavailable) {
		t.Errorf("cut each time: %v, want ErrUnavailable", err)
	}
	empty(t, b, spool)

	p.up.Store(cut(500_000, 1))
	ref, err := s.Put(t.Context(), anOffice, bytes.NewReader(content), plenty)
	if err != nil {
		t.Fatalf("cut once: %v", err)
	}
	p.up.Store(nil)
	if stored := readAll(t, s, ref); !bytes.Equal(stored, content) {
		t.Errorf("stored %d bytes of %d", len(stored), ref.Size)
	}
}

// What is not what was hashed is refused by the server, on whatever part of the way it was changed.
func TestS3PutIsChangedOnItsWay(t *testing.T) {
	t.Parallel()
	b := newBucket(t)
	p := newHarmful(t, b.host)
	s, spool := openS3(t, b.at(p.addr))
	flip := cut(500_000, 1000)
	flip.flip = true
	p.up.Store(flip)
	if _, err := s.Put(t.Context(), anOffice, bytes.NewReader(bytesOf(1<<20)), plenty); err == nil {
		t.Error("a changed content was stored")
	}
	if flip.left.Load() == 1000 {
		t.Fatal("nothing was changed")
	}
	empty(t, b, spool)
}

func TestS3GetIsCut(t *testing.T) {
	t.Parallel()
	b := newBucket(t)
	p := newHarmful(t, b.host)
	s, _ := openS3(t, b.at(p.addr))
	content := bytesOf(1 << 20)
	ref, err := s.Put(t.Context(), anOffice, bytes.NewReader(content), plenty)
	if err != nil {
		t.Fatal(err)
	}
	p.down.Store(cut(500_000, 1))
	r, _, err := s.Open(t.Context(), anOffice, ref.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if !errors.Is(err, blob.ErrUnavailable) || !bytes.Equal(got, content[:len(got)]) || len(got) == len(content) {
		t.Errorf("%d bytes and %v, want less than %d and ErrUnavailable", len(got), err, len(content))
	}
	if _, err := r.Seek(int64(len(got)), io.SeekStart); err != nil {
		t.Fatal(err)
	}
}

func TestS3IsAway(t *testing.T) {
	t.Parallel()
	b := newBucket(t)
	p := newHarmful(t, b.host)
	s, spool := openS3(t, b.at(p.addr))
	content := bytesOf(300_000)
	ref, err := s.Put(t.Context(), anOffice, bytes.NewReader(content), plenty)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := s.Open(t.Context(), anOffice, ref.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p.goAway(true)
	_, putErr := s.Put(t.Context(), anOffice, bytes.NewReader(bytesOf(1000)), plenty)
	_, readErr := r.Read(make([]byte, 10))
	_, _, openErr := s.Open(t.Context(), anOffice, ref.Hash)
	_, secret := keys()
	for what, err := range map[string]error{
		"put": putErr, "read": readErr, "open": openErr, "delete": s.Delete(t.Context(), anOffice, ref.Hash, time.Now()), "check": s.Check(t.Context()),
	} {
		if !errors.Is(err, blob.ErrUnavailable) || errors.Is(err, blob.ErrNotFound) {
			t.Errorf("%s: %v, want ErrUnavailable", what, err)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error shows the key: %v", what, err)
		}
	}
	emptySpool(t, spool)
	if left := b.objects(t); len(left) != 1 {
		t.Errorf("%d objects", len(left))
	}
	p.goAway(false)
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
		t.Errorf("after its return: %d bytes, %v", len(got), err)
	}
}

// A caller who goes while a request stands still is not kept.
func TestS3CallerGoes(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // connections are made, and nobody answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	s, spool := openS3(t, newBucket(t).at(silent.Addr().String()))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := s.Put(ctx, anOffice, bytes.NewReader(bytesOf(1000)), plenty); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want DeadlineExceeded", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("kept for %v", took)
	}
	emptySpool(t, spool)
}

func TestS3RefusesAndSaysWhy(t *testing.T) {
	t.Parallel()
	b := newBucket(t)
	key, secret := keys()
	for _, c := range []struct{ url, key, secret, says string }{
		{b.url.String(), key, "another-secret", "signature"},
		{b.url.String(), "somebody", secret, "access key"},
		{strings.Replace(b.url.String(), "s3://"+b.name, "s3://no-such-bucket", 1), key, secret, "bucket"},
	} {
		s, spool := openS3With(t, blob.S3Options{URL: c.url, Key: c.key, Secret: c.secret})
		_, err := s.Put(t.Context(), anOffice, strings.NewReader("x"), 10)
		if err == nil || errors.Is(err, blob.ErrUnavailable) || !strings.Contains(strings.ToLower(err.Error()), c.says) {
			t.Errorf("%v, want a refusal that says %q", err, c.says)
		}
		if err := s.Check(t.Context()); err == nil || errors.Is(err, blob.ErrUnavailable) {
			t.Errorf("check: %v", err)
		}
		emptySpool(t, spool)
	}
}

func TestS3KeepsOneObject(t *testing.T) {
	t.Parallel()
	b := newBucket(t)
	s, _ := openS3(t, b.url.String())
	for range 5 {
		if _, err := s.Put(t.Context(), anOffice, strings.NewReader("same"), 10); err != nil {
			t.Fatal(err)
		}
	}
	if left := b.objects(t); len(left) != 1 {
		t.Errorf("left in the bucket: %v", left)
	}
}

// Delete and a put of the same content at once: the older object goes, the newer one stays.
func TestS3DeleteSparesTheNewerOfTwo(t *testing.T) {
	t.Parallel()
	b := newBucket(t)
	s, _ := openS3(t, b.url.String())
	ref, err := s.Put(t.Context(), anOffice, strings.NewReader("same"), 10)
	if err != nil {
		t.Fatal(err)
	}
	older := b.objects(t)[0]
	newer := older
	for newer.Key = older.Key + "Z"; !newer.LastModified.After(older.LastModified); { // S3 may tell whole seconds
		if _, err := b.client.PutObject(t.Context(), b.name, newer.Key, strings.NewReader("same"), 4, minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
		both := b.objects(t)
		if len(both) != 2 {
			t.Fatalf("%d objects, want two", len(both))
		}
		newer = both[slices.IndexFunc(both, func(o minio.ObjectInfo) bool { return o.Key == newer.Key })]
	}
	if err := s.Delete(t.Context(), anOffice, ref.Hash, newer.LastModified.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if left := b.objects(t); len(left) != 1 || left[0].Key != newer.Key {
		t.Errorf("left in the bucket: %v", left)
	}
	if got := readAll(t, s, ref); string(got) != "same" {
		t.Errorf("%q", got)
	}
}

func readAll(t *testing.T, s *blob.S3, ref blob.Ref) []byte {
	t.Helper()
	r, _, err := s.Open(t.Context(), anOffice, ref.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Not parallel: it counts what the process allocates.
func TestS3MemoryIsBounded(t *testing.T) {
	b := newBucket(t)
	s, _ := openS3(t, b.url.String())
	const size = 100 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ref, err := s.Put(t.Context(), anOffice, io.LimitReader(nothing{}, size), size)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := s.Open(t.Context(), anOffice, ref.Hash)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	if err := errors.Join(err, r.Close()); err != nil || n != size {
		t.Fatalf("read %d bytes, %v", n, err)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d bytes allocated for a content of %d", grown, size)
	}
}

type nothing struct{}

func (nothing) Read(p []byte) (int, error) { clear(p); return len(p), nil }
