package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"
)

// Grace is how long a content may be without rows: from Put to the row, and the least
// age of what Delete may remove.
const Grace = time.Hour

// ErrNotFound says that the office has no such content.
var ErrNotFound = errors.New("blob: not found")

// TooLarge says that a content went past its limit; nothing of it was kept.
type TooLarge struct {
	Limit int64 // bytes
}

func (e *TooLarge) Error() string { return fmt.Sprintf("blob: larger than %d bytes", e.Limit) }

// Ref names a content within its office.
type Ref struct {
	Hash [sha256.Size]byte
	Size int64 // bytes
}

// Blobs is where contents are kept. All methods may be called from many goroutines, and
// from many nodes that share the place.
type Blobs interface {
	// Put stores all that r gives, at most limit bytes, and returns when it is durable.
	// After an error no part of it is to be found (the whole may be, if only the last
	// step failed), and what was stored before is whole.
	// The context is looked at between reads; a read that hangs is the reader's to end.
	// Errors: *TooLarge; the reader's; the context's; the storage's.
	Put(ctx context.Context, office [16]byte, r io.Reader, limit int64) (Ref, error)

	// Open returns a content, for reading from any place, and its size in bytes. The
	// caller closes it. Errors: ErrNotFound; the storage's.
	Open(ctx context.Context, office [16]byte, hash [sha256.Size]byte) (io.ReadSeekCloser, int64, error)

	// Delete removes a content unless it was put at or after before; see the package's
	// rules. It stays away after a crash. That there is none, or that it was spared, is no error.
	Delete(ctx context.Context, office [16]byte, hash [sha256.Size]byte, before time.Time) error

	// Sweep removes what interrupted puts left behind, where it was last written before
	// the given time, and returns how many. A put that has stood still for so long fails.
	Sweep(ctx context.Context, before time.Time) (int, error)
}
