package chat

import (
	"bytes"
	"errors"
	"io"
)

// peek reads the first n bytes, or all there are, and gives a reader that still begins with them.
func peek(r io.Reader, n int) ([]byte, io.Reader, error) {
	head := make([]byte, n)
	got, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, Refuse(Invalid, "The file broke off. Send it again.").Because(err)
	}
	return head[:got], io.MultiReader(bytes.NewReader(head[:got]), r), nil
}
