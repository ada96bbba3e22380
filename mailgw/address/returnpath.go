package address

import (
	"encoding/hex"
	"fmt"
	"strings"
)

const (
	returnMarker = "b-"
	returnFields = 16 + 1
	returnSize   = returnFields + macSize
)

// ReturnRef is what the return path of one mail says, before anybody checked that
// it is true.
type ReturnRef struct {
	Mail [16]byte // id of the mail row (UUID)
	Key  uint8    // id of the key it was sealed with
	mac  mac
}

// String leaves the MAC out, as [Ref.String] does.
func (r ReturnRef) String() string {
	return fmt.Sprintf("mail %s key %d", hex.EncodeToString(r.Mail[:]), r.Key)
}

func (r ReturnRef) fields() []byte {
	b := make([]byte, 0, returnSize)
	b = append(b, r.Mail[:]...)
	return append(b, r.Key)
}

// MintReturn returns the local part of the envelope sender of one mail under the
// current key: "b-" and 44 characters of lower-case base32.
func (k *Keys) MintReturn(office, mail [16]byte) string {
	r := ReturnRef{Mail: mail, Key: k.current}
	r.mac, _ = k.seal(r.Key, returnLabel, office, r.fields())
	return returnMarker + encoding.EncodeToString(append(r.fields(), r.mac[:]...))
}

// IsReturn reports whether local carries the marker of a return path; it may still
// fail to parse.
func IsReturn(local string) bool {
	return len(local) >= len(returnMarker) && strings.EqualFold(local[:len(returnMarker)], returnMarker)
}

// ParseReturn reads a return path's local part in any case. The error is
// [ErrNotOurs]. The result means nothing until VerifyReturn has agreed.
func (k *Keys) ParseReturn(local string) (ReturnRef, error) {
	if !IsReturn(local) {
		return ReturnRef{}, ErrNotOurs
	}
	var b [returnSize]byte
	if err := decode(b[:], local[len(returnMarker):]); err != nil {
		return ReturnRef{}, err
	}
	r := ReturnRef{Key: b[16]}
	copy(r.Mail[:], b[:16])
	copy(r.mac[:], b[returnFields:])
	return r, nil
}

// VerifyReturn reports whether r was minted for office by a key that is still
// held, in constant time as [Keys.Verify] does.
func (k *Keys) VerifyReturn(office [16]byte, r ReturnRef) bool {
	return k.verify(r.Key, returnLabel, office, r.fields(), r.mac)
}
