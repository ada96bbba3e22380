package blobtest

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"testing/iotest"

	"postern/store/blob"
)

func put(t *testing.T, open Open) {
	for _, size := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 3 << 20} {
		scenario(t, open, fmt.Sprint(size, " bytes come back"), func(t *testing.T, b blob.Blobs) {
			content := random(size)
			mustLack(t, b, officeA, content)
			mustPut(t, b, officeA, content)
			mustHold(t, b, officeA, content)
		})
	}
	scenario(t, open, "however the reader cuts it", func(t *testing.T, b blob.Blobs) {
		content := random(100_000)
		for _, r := range []io.Reader{
			iotest.OneByteReader(bytes.NewReader(content[:5000])), iotest.DataErrReader(bytes.NewReader(content)),
			iotest.HalfReader(bytes.NewReader(content)),
		} {
			if _, err := b.Put(t.Context(), officeA, r, plenty); err != nil {
				t.Fatalf("Put: %v", err)
			}
		}
		mustHold(t, b, officeA, content)
		mustHold(t, b, officeA, content[:5000])
	})
	scenario(t, open, "offices share nothing", func(t *testing.T, b blob.Blobs) {
		content := random(1000)
		mustPut(t, b, officeA, content)
		mustHold(t, b, officeA, content)
		mustLack(t, b, officeB, content)
	})
	scenario(t, open, "the same content again", func(t *testing.T, b blob.Blobs) {
		content := random(1000)
		mustPut(t, b, officeA, content)
		mustPut(t, b, officeA, content)
		mustHold(t, b, officeA, content)
	})
	scenario(t, open, "read from any place", func(t *testing.T, b blob.Blobs) {
		content := random(200_000)
		ref := mustPut(t, b, officeA, content)
		r, _, err := b.Open(t.Context(), officeA, ref.Hash)
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		defer r.Close()
		if err := iotest.TestReader(r, content); err != nil {
			t.Error(err)
		}
		if at, err := r.Seek(-10, io.SeekEnd); err != nil || at != ref.Size-10 {
			t.Fatalf("Seek: %d, %v", at, err)
		}
		if tail, err := io.ReadAll(r); err != nil || !bytes.Equal(tail, content[ref.Size-10:]) {
			t.Errorf("read %d bytes of the last 10, %v", len(tail), err)
		}
	})
	scenario(t, open, "a reader keeps what it opened while it is put again", func(t *testing.T, b blob.Blobs) {
		content := random(200_000)
		ref := mustPut(t, b, officeA, content)
		r, _, err := b.Open(t.Context(), officeA, ref.Hash)
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		defer r.Close()
		mustPut(t, b, officeA, content)
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
			t.Errorf("read %d bytes, %v", len(got), err)
		}
	})
}
