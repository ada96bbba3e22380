package address

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// MinSecret is the least length of a key's secret in bytes.
const MinSecret = 32

// macSize is the length of a truncated MAC in bytes: 80 bits, so that guessing
// over SMTP, at any rate a server lets through, stays hopeless.
const macSize = 10

type mac [macSize]byte

// Labels keep a MAC of one kind from being one of another. They are part of every
// address ever sent: changing one revokes them all.
const (
	replyLabel  = "postern reply address v1\x00"
	returnLabel = "postern return path v1\x00"
)

// Keys holds the secrets that addresses are sealed with, by key id. New addresses
// use the current one; the others still verify what was sent under them. Dropping
// a key revokes every address sealed with it.
type Keys struct {
	current uint8
	secrets map[uint8][]byte
	decoy   []byte // stands in for a key that is not there, so that its absence takes as long
}

// NewKeys copies secrets, each of at least [MinSecret] bytes. current must be one
// of them.
func NewKeys(current uint8, secrets map[uint8][]byte) (*Keys, error) {
	if _, ok := secrets[current]; !ok {
		return nil, fmt.Errorf("address keys: no secret for the current key %d", current)
	}
	k := &Keys{current: current, secrets: make(map[uint8][]byte, len(secrets)), decoy: make([]byte, MinSecret)}
	for id, secret := range secrets {
		if len(secret) < MinSecret {
			return nil, fmt.Errorf("address keys: secret %d has %d bytes, at least %d are needed", id, len(secret), MinSecret)
		}
		k.secrets[id] = append([]byte(nil), secret...)
	}
	// rand.Read never fails (crypto/rand since Go 1.24).
	rand.Read(k.decoy)
	return k, nil
}

// seal computes the MAC over label, office and fields under key id. ok is false
// when there is no such key; the MAC is then worthless but took the same time.
func (k *Keys) seal(id uint8, label string, office [16]byte, fields []byte) (m mac, ok bool) {
	secret, ok := k.secrets[id]
	if !ok {
		secret = k.decoy
	}
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(label))
	h.Write(office[:])
	h.Write(fields)
	copy(m[:], h.Sum(nil))
	return m, ok
}

// verify compares in constant time.
func (k *Keys) verify(id uint8, label string, office [16]byte, fields []byte, m mac) bool {
	want, ok := k.seal(id, label, office, fields)
	return hmac.Equal(want[:], m[:]) && ok
}
