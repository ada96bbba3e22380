package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"postern/store/blob"
)

var errBroken = errors.New("the line went dead")

func refused(t *testing.T, open Open) {
	scenario(t, open, "at the limit and past it", func(t *testing.T, b blob.Blobs) {
		for _, limit := range []int64{0, 100, 1000, 64 << 10, 100_000} {
			exact, over := random(int(limit)), random(int(limit)+1)
			if _, err := b.Put(t.Context(), officeA, bytes.NewReader(exact), limit); err != nil {
				t.Errorf("%d bytes of %d: %v", len(exact), limit, err)
			}
			mustHold(t, b, officeA, exact)
			_, err := b.Put(t.Context(), officeA, bytes.NewReader(over), limit)
			if tooLarge, ok := errors.AsType[*blob.TooLarge](err); !ok || tooLarge.Limit != limit {
				t.Errorf("%d bytes of %d: %v, want TooLarge", len(over), limit, err)
			}
			mustLack(t, b, officeA, over)
			if limit > 0 { // the empty content was stored as the exact one
				mustLack(t, b, officeA, over[:limit])
			}
		}
		mustBeClean(t, b)
	})
	scenario(t, open, "a reader without end is cut at the limit", func(t *testing.T, b blob.Blobs) {
		endless := &zeroes{}
		_, err := b.Put(t.Context(), officeA, endless, 1<<20)
		if _, ok := errors.AsType[*blob.TooLarge](err); !ok {
			t.Errorf("%v, want TooLarge", err)
		}
		if endless.given > 8<<20 {
			t.Errorf("read on for %d bytes", endless.given)
		}
		mustBeClean(t, b)
	})
	scenario(t, open, "a reader that fails half-way", func(t *testing.T, b blob.Blobs) {
		content := random(300_000)
		r := io.MultiReader(bytes.NewReader(content), iotest.ErrReader(errBroken))
		if _, err := b.Put(t.Context(), officeA, r, plenty); !errors.Is(err, errBroken) {
			t.Errorf("%v, want the reader's error", err)
		}
		mustLack(t, b, officeA, content)
		mustBeClean(t, b)
	})
	scenario(t, open, "a reader cut off is not at its end", func(t *testing.T, b blob.Blobs) {
		content := random(1000)
		r := io.MultiReader(bytes.NewReader(content), iotest.ErrReader(io.ErrUnexpectedEOF))
		if _, err := b.Put(t.Context(), officeA, r, plenty); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v, want ErrUnexpectedEOF", err)
		}
		mustLack(t, b, officeA, content)
	})
	scenario(t, open, "a caller that goes half-way", func(t *testing.T, b blob.Blobs) {
		ctx, cancel := context.WithCancel(t.Context())
		content := random(300_000)
		r := io.MultiReader(bytes.NewReader(content), readerFunc(func([]byte) (int, error) { cancel(); return 0, nil }))
		if _, err := b.Put(ctx, officeA, r, plenty); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want Canceled", err)
		}
		mustLack(t, b, officeA, content)
		mustBeClean(t, b)
	})
	scenario(t, open, "a failed put leaves the stored content whole", func(t *testing.T, b blob.Blobs) {
		content := random(300_000)
		mustPut(t, b, officeA, content)
		r := io.MultiReader(bytes.NewReader(content), iotest.ErrReader(errBroken))
		if _, err := b.Put(t.Context(), officeA, r, plenty); err == nil {
			t.Error("Put succeeded")
		}
		mustHold(t, b, officeA, content)
	})
	scenario(t, open, "a context that is done", func(t *testing.T, b blob.Blobs) {
		content := random(10)
		ref := mustPut(t, b, officeA, content)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, putErr := b.Put(ctx, officeB, bytes.NewReader(content), plenty)
		_, _, openErr := b.Open(ctx, officeA, ref.Hash)
		deleteErr := b.Delete(ctx, officeA, ref.Hash, later())
		for what, err := range map[string]error{"Put": putErr, "Open": openErr, "Delete": deleteErr} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v, want Canceled", what, err)
			}
		}
		mustLack(t, b, officeB, content)
		mustHold(t, b, officeA, content)
	})
}

// mustBeClean proves that failed puts have left nothing for Sweep.
func mustBeClean(t *testing.T, b blob.Blobs) {
	t.Helper()
	if n, err := b.Sweep(t.Context(), later()); n != 0 || err != nil {
		t.Errorf("%d unfinished files were left, %v", n, err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// zeroes never ends.
type zeroes struct{ given int64 }

func (z *zeroes) Read(p []byte) (int, error) {
	clear(p)
	z.given += int64(len(p))
	return len(p), nil
}
