package address

import (
	"encoding/binary"
	"fmt"
)

const (
	replyFields = 8 + 2 + 1
	replySize   = replyFields + macSize
)

// Ref is what a reply address says, before anybody checked that it is true.
type Ref struct {
	Reply      uint64 // random id of the reply address's row
	Generation uint16 // grows when the participant leaves or staff revoke the address
	Key        uint8  // id of the key it was sealed with
	mac        mac
}

// String leaves the MAC out: a log line must not be an address to answer to.
func (r Ref) String() string {
	return fmt.Sprintf("reply %016x generation %d key %d", r.Reply, r.Generation, r.Key)
}

func (r Ref) fields() []byte {
	b := make([]byte, 0, replySize)
	b = binary.BigEndian.AppendUint64(b, r.Reply)
	b = binary.BigEndian.AppendUint16(b, r.Generation)
	return append(b, r.Key)
}

// Mint returns the local part of a reply address under the current key: 34
// characters of lower-case base32.
func (k *Keys) Mint(office [16]byte, reply uint64, generation uint16) string {
	r := Ref{Reply: reply, Generation: generation, Key: k.current}
	r.mac, _ = k.seal(r.Key, replyLabel, office, r.fields())
	return encoding.EncodeToString(append(r.fields(), r.mac[:]...))
}

// Parse reads a local part in any case. The error is [ErrNotOurs]. It looks at the
// shape alone: a Ref means nothing until Verify has agreed, with the office whose
// domain was written to or whose row was found.
func (k *Keys) Parse(local string) (Ref, error) {
	var b [replySize]byte
	if err := decode(b[:], local); err != nil {
		return Ref{}, err
	}
	r := Ref{
		Reply:      binary.BigEndian.Uint64(b[:8]),
		Generation: binary.BigEndian.Uint16(b[8:10]),
		Key:        b[10],
	}
	copy(r.mac[:], b[replyFields:])
	return r, nil
}

// Verify reports whether r was minted for office by a key that is still held. The
// time it takes tells neither how much of the MAC was right nor whether the key
// exists.
func (k *Keys) Verify(office [16]byte, r Ref) bool {
	return k.verify(r.Key, replyLabel, office, r.fields(), r.mac)
}
