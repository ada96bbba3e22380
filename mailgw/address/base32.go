package address

import (
	"encoding/base32"
	"errors"
	"strings"
)

// ErrNotOurs says that a local part does not have the shape of an address of ours.
// It is the same for every deviation: a stranger learns nothing from it.
var ErrNotOurs = errors.New("not an address of this kind")

// RFC 4648 section 6 in lower case: letters and 2 to 7, so neither case nor a
// misread 0 or 1 makes another address.
var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// decode fills dst from text, which must be the one encoding of it but for case.
func decode(dst []byte, text string) error {
	if len(text) != encoding.EncodedLen(len(dst)) {
		return ErrNotOurs
	}
	// The decoder skips line ends and drops left-over bits, so what it read is
	// written again and must come out the same. Local parts are ASCII here:
	// ToLower could fold other letters into ours (the Kelvin sign is a k).
	for i := range len(text) {
		if text[i] >= 0x80 {
			return ErrNotOurs
		}
	}
	lower := strings.ToLower(text)
	raw, err := encoding.DecodeString(lower)
	if err != nil || len(raw) != len(dst) || encoding.EncodeToString(raw) != lower {
		return ErrNotOurs
	}
	copy(dst, raw)
	return nil
}
