package blob_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/e2e/rig"
	"postern/store/blob"
)

var anOffice = [16]byte{0xc}

// harmful stands before a server and does harm to what passes.
type harmful struct {
	addr     string
	up, down atomic.Pointer[harm] // towards the server, and back
}

// harm is done once so many bytes of a connection have passed in one direction, on so many connections.
type harm struct {
	after int64
	left  atomic.Int64
	flip  bool // change a byte, rather than cut the connection
}

func cut(after, times int64) *harm {
	h := &harm{after: after}
	h.left.Store(times)
	return h
}

func newHarmful(t *testing.T, server *rig.S3) *harmful {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &harmful{addr: l.Addr().String()}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.serve(client, strings.TrimPrefix(server.Endpoint(), "http://")) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		serving.Wait()
	})
	return p
}

func (p *harmful) url(server *rig.S3, folder string) string {
	return strings.Replace(server.URL(folder), server.Endpoint(), "http://"+p.addr, 1)
}

func (p *harmful) serve(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	both.Go(func() { pass(server, client, &p.up) })
	both.Go(func() { pass(client, server, &p.down) })
	both.Wait()
}

// pass copies until an end, and ends both.
func pass(to, from net.Conn, harms *atomic.Pointer[harm]) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 16<<10)
	for passed := int64(0); ; {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		before := passed
		passed += int64(n)
		if h := harms.Load(); h != nil && before < h.after && passed >= h.after && h.left.Add(-1) >= 0 {
			if !h.flip {
				return
			}
			buffer[h.after-before-1] ^= 1
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// objects are the files in the bucket.
func objects(t *testing.T, server *rig.S3) (names []string) {
	t.Helper()
	err := filepath.WalkDir(server.Bucket(), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// empty says that a failed put left nothing, here or there.
func empty(t *testing.T, server *rig.S3, spool string) {
	t.Helper()
	if left := objects(t, server); len(left) != 0 {
		t.Errorf("left in the bucket: %q", left)
	}
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
	server := startS3(t)
	p := newHarmful(t, server)
	s, spool := openS3(t, p.url(server, "cut"))
	content := bytesOf(1 << 20)

	p.up.Store(cut(500_000, 1000))
	if _, err := s.Put(t.Context(), anOffice, bytes.NewReader(content), plenty); !errors.Is(err, blob.ErrUnavailable) {
		t.Errorf("cut each time: %v, want ErrUnavailable", err)
	}
	empty(t, server, spool)

	p.up.Store(cut(500_000, 1))
	ref, err := s.Put(t.Context(), anOffice, bytes.NewReader(content), plenty)
	if err != nil {
		t.Fatalf("cut once: %v", err)
	}
	if stored, err := os.ReadFile(objects(t, server)[0]); err != nil || !bytes.Equal(stored, content) || ref.Size != 1<<20 {
		t.Errorf("stored %d bytes of %d, %v", len(stored), ref.Size, err)
	}
}

// What is not what was hashed is refused by the server, on whatever part of the way it was changed.
func TestS3PutIsChangedOnItsWay(t *testing.T) {
	t.Parallel()
	server := startS3(t)
	p := newHarmful(t, server)
	s, spool := openS3(t, p.url(server, "changed"))
	flip := cut(500_000, 1000)
	flip.flip = true
	p.up.Store(flip)
	if _, err := s.Put(t.Context(), anOffice, bytes.NewReader(bytesOf(1<<20)), plenty); err == nil {
		t.Error("a changed content was stored")
	}
	if flip.left.Load() == 1000 {
		t.Fatal("nothing was changed")
	}
	empty(t, server, spool)
}

func TestS3GetIsCut(t *testing.T) {
	t.Parallel()
	server := startS3(t)
	p := newHarmful(t, server)
	s, _ := openS3(t, p.url(server, "get"))
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
	server := startS3(t)
	s, spool := openS3(t, server.URL("away"))
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
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	other := bytesOf(1000)
	_, putErr := s.Put(t.Context(), anOffice, bytes.NewReader(other), plenty)
	_, readErr := r.Read(make([]byte, 10))
	_, _, openErr := s.Open(t.Context(), anOffice, ref.Hash)
	for what, err := range map[string]error{
		"put": putErr, "read": readErr, "open": openErr, "delete": s.Delete(t.Context(), anOffice, ref.Hash, time.Now()), "check": s.Check(t.Context()),
	} {
		if !errors.Is(err, blob.ErrUnavailable) || errors.Is(err, blob.ErrNotFound) {
			t.Errorf("%s: %v, want ErrUnavailable", what, err)
		}
		if strings.Contains(err.Error(), rig.S3Secret) {
			t.Errorf("%s: the error shows the key: %v", what, err)
		}
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
		t.Errorf("after its return: %d bytes, %v", len(got), err)
	}
	if left, err := os.ReadDir(filepath.Join(spool, "incoming")); err != nil || len(left) != 0 || len(objects(t, server)) != 1 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
}

// A caller who goes while a request is under way is not kept.
func TestS3CallerGoes(t *testing.T) {
	t.Parallel()
	server := startS3(t)
	s, spool := openS3(t, server.URL("goes"))
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := s.Put(ctx, anOffice, bytes.NewReader(bytesOf(1000)), plenty); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want DeadlineExceeded", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("kept for %v", took)
	}
	if left, err := os.ReadDir(filepath.Join(spool, "incoming")); err != nil || len(left) != 0 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
	if err := server.Continue(); err != nil {
		t.Fatal(err)
	}
}

func TestS3RefusesAndSaysWhy(t *testing.T) {
	t.Parallel()
	server := startS3(t)
	for _, c := range []struct{ url, key, secret, says string }{
		{server.URL("x"), rig.S3Key, "another-secret", "signature"},
		{server.URL("x"), "somebody", rig.S3Secret, "access key"},
		{strings.Replace(server.URL("x"), rig.S3Bucket, "no-such-bucket", 1), rig.S3Key, rig.S3Secret, "bucket"},
	} {
		disk, err := blob.NewDisk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		s, err := blob.NewS3(blob.S3Options{URL: c.url, Key: c.key, Secret: c.secret}, disk)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() }) // nothing was begun
		_, err = s.Put(t.Context(), anOffice, strings.NewReader("x"), 10)
		if err == nil || errors.Is(err, blob.ErrUnavailable) || !strings.Contains(strings.ToLower(err.Error()), c.says) {
			t.Errorf("%v, want a refusal that says %q", err, c.says)
		}
		if err := s.Check(t.Context()); err == nil || errors.Is(err, blob.ErrUnavailable) {
			t.Errorf("check: %v", err)
		}
	}
}

func TestS3KeepsOneObject(t *testing.T) {
	t.Parallel()
	server := startS3(t)
	s, _ := openS3(t, server.URL("one"))
	for range 5 {
		if _, err := s.Put(t.Context(), anOffice, strings.NewReader("same"), 10); err != nil {
			t.Fatal(err)
		}
	}
	if left := objects(t, server); len(left) != 1 {
		t.Errorf("left in the bucket: %q", left)
	}
}

// Delete and a put of the same content at once: the older object goes, the newer one stays.
func TestS3DeleteSparesTheNewerOfTwo(t *testing.T) {
	t.Parallel()
	server := startS3(t)
	s, _ := openS3(t, server.URL("two"))
	ref, err := s.Put(t.Context(), anOffice, strings.NewReader("same"), 10)
	if err != nil {
		t.Fatal(err)
	}
	newer := objects(t, server)[0]
	older := newer[:len(newer)-1] + "_"
	if err := os.WriteFile(older, []byte("same"), 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(older, old, old); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), anOffice, ref.Hash, time.Now().Add(-blob.Grace)); err != nil {
		t.Fatal(err)
	}
	if left := objects(t, server); len(left) != 1 || left[0] != newer {
		t.Errorf("left in the bucket: %q", left)
	}
	r, _, err := s.Open(t.Context(), anOffice, ref.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != "same" {
		t.Errorf("%q, %v", got, err)
	}
}

// Not parallel: it counts what the process allocates.
func TestS3MemoryIsBounded(t *testing.T) {
	server := startS3(t)
	s, _ := openS3(t, server.URL("large"))
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
