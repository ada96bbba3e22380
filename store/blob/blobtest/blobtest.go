// Package blobtest holds every implementation of blob.Blobs to what package blob
// promises.
package blobtest

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"testing"
	"time"

	"postern/store/blob"
)

// Open gives an empty place for contents, which nobody else uses.
type Open func(t *testing.T) blob.Blobs

// plenty is a limit that no content of the suite reaches.
const plenty = 1 << 30

// Run runs the whole suite.
func Run(t *testing.T, open Open) {
	for _, group := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"put", put}, {"refused", refused}, {"delete", deletion}, {"together", together},
	} {
		t.Run(group.name, func(t *testing.T) { t.Parallel(); group.run(t, open) })
	}
}

func scenario(t *testing.T, open Open, name string, f func(t *testing.T, b blob.Blobs)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		f(t, open(t))
	})
}

var officeA, officeB = [16]byte{0xa}, [16]byte{0xb}

func random(n int) []byte {
	content := make([]byte, n)
	rand.Read(content)
	return content
}

func mustPut(t *testing.T, b blob.Blobs, office [16]byte, content []byte) blob.Ref {
	t.Helper()
	ref, err := b.Put(t.Context(), office, bytes.NewReader(content), plenty)
	if err != nil {
		t.Fatalf("Put: %v", err)
	}
	if want := (blob.Ref{Hash: sha256.Sum256(content), Size: int64(len(content))}); ref != want {
		t.Fatalf("Put gave %x, %d bytes; want %x, %d", ref.Hash, ref.Size, want.Hash, want.Size)
	}
	return ref
}

// mustHold proves that content is stored, whole.
func mustHold(t *testing.T, b blob.Blobs, office [16]byte, content []byte) {
	t.Helper()
	r, size, err := b.Open(t.Context(), office, sha256.Sum256(content))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	got, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatalf("reading: %v", err)
	}
	if size != int64(len(content)) || !bytes.Equal(got, content) {
		t.Fatalf("stored %d bytes; Open says %d and gives %d", len(content), size, len(got))
	}
}

func mustLack(t *testing.T, b blob.Blobs, office [16]byte, content []byte) {
	t.Helper()
	r, _, err := b.Open(t.Context(), office, sha256.Sum256(content))
	if err == nil {
		r.Close()
	}
	if !errors.Is(err, blob.ErrNotFound) {
		t.Fatalf("Open: %v, want ErrNotFound", err)
	}
}

// later is after anything that a test has put, past any clock's grain.
func later() time.Time { return time.Now().Add(time.Minute) }

// earlier is before all of it.
func earlier() time.Time { return time.Now().Add(-time.Minute) }
