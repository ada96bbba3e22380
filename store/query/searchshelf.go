package query

import (
	"context"

	"postern/store/segment"
)

// Shelf is where a store's readers leave what they read of the search's index.
type Shelf = segment.Shelf

// shelfBytes is room for the index of some three million messages.
const shelfBytes = 64 << 20

// NewShelf makes an empty one, to be shared by all readers of a database.
func NewShelf() *Shelf { return segment.NewShelf(shelfBytes) }

// Keeping makes the reader use a shelf.
func (r *Reader) Keeping(shelf *Shelf) *Reader {
	r.shelf = shelf
	return r
}

// onShelf is a part of a segment as it is read, to be put on the shelf.
type onShelf struct {
	part segment.Part
	kept segment.Kept
}

// parts gives those that are on the shelf, and reads the others, all in one statement; each once.
func (r *Reader) parts(ctx context.Context, wanted []segment.Part, read func(context.Context, []segment.Part) ([]onShelf, error)) (map[segment.Part]segment.Kept, error) {
	found := make(map[segment.Part]segment.Kept, len(wanted))
	var missing []segment.Part
	for _, p := range wanted {
		if _, named := found[p]; named {
			continue
		}
		kept, ok := r.shelf.Get(p)
		if found[p] = kept; !ok {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return found, nil
	}
	news, err := read(ctx, missing)
	for _, one := range news {
		found[one.part] = one.kept
		r.shelf.Put(one.part, one.kept)
	}
	return found, err
}
