package blobtest

import (
	"bytes"
	"crypto/sha256"
	"sync"
	"testing"

	"postern/store/blob"
)

func together(t *testing.T, open Open) {
	scenario(t, open, "50 puts of one content", func(t *testing.T, b blob.Blobs) {
		content := random(200_000)
		parallel(50, func(int) { keep(t, b, content) })
		mustHold(t, b, officeA, content)
		mustBeClean(t, b)
	})
	scenario(t, open, "50 puts of 50 contents", func(t *testing.T, b blob.Blobs) {
		contents := make([][]byte, 50)
		for i := range contents {
			contents[i] = random(10_000)
		}
		parallel(len(contents), func(i int) { keep(t, b, contents[i]) })
		for _, content := range contents {
			mustHold(t, b, officeA, content)
		}
	})
	// The rule of package blob: a delete with a time before the put never wins.
	scenario(t, open, "puts survive deletes that began before them", func(t *testing.T, b blob.Blobs) {
		content := random(1000)
		hash := sha256.Sum256(content)
		before := earlier()
		parallel(20, func(i int) {
			for range 20 {
				if i%2 == 0 {
					keep(t, b, content)
				} else if err := b.Delete(t.Context(), officeA, hash, before); err != nil {
					t.Errorf("Delete: %v", err)
				}
			}
		})
		mustHold(t, b, officeA, content)
	})
	scenario(t, open, "puts and deletes of one content leave it whole or gone", func(t *testing.T, b blob.Blobs) {
		content := random(100_000)
		hash := sha256.Sum256(content)
		parallel(20, func(i int) {
			for range 10 {
				if i%2 == 0 {
					keep(t, b, content)
				} else if err := b.Delete(t.Context(), officeA, hash, later()); err != nil {
					t.Errorf("Delete: %v", err)
				}
			}
		})
		keep(t, b, content)
		mustHold(t, b, officeA, content)
		mustBeClean(t, b)
	})
}

// keep is mustPut for any goroutine.
func keep(t *testing.T, b blob.Blobs, content []byte) {
	ref, err := b.Put(t.Context(), officeA, bytes.NewReader(content), plenty)
	if err != nil {
		t.Errorf("Put: %v", err)
	} else if want := sha256.Sum256(content); ref.Hash != want {
		t.Errorf("Put gave %x, want %x", ref.Hash, want)
	}
}

func parallel(n int, f func(i int)) {
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() { f(i) })
	}
	running.Wait()
}
