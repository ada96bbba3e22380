package session

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// hashed is a password's hash with all it takes to make it again.
type hashed struct {
	cost Cost
	salt []byte
	key  []byte
}

var unpadded = base64.RawStdEncoding.Strict()

// String is the PHC form: $argon2id$v=19$m=KiB,t=PASSES,p=THREADS$SALT$KEY.
func (h hashed) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.cost.Memory, h.cost.Passes, h.cost.Threads, unpadded.EncodeToString(h.salt), unpadded.EncodeToString(h.key))
}

var errHash = errors.New("not an argon2id hash that this program makes")

// parseHash reads what String wrote.
func parseHash(s string) (h hashed, err error) {
	fields := strings.Split(s, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" || fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return hashed{}, errHash
	}
	if _, err = fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &h.cost.Memory, &h.cost.Passes, &h.cost.Threads); err != nil || !h.cost.bearable() {
		return hashed{}, errHash
	}
	if h.salt, err = unpadded.DecodeString(fields[4]); err != nil || len(h.salt) < 8 {
		return hashed{}, errHash
	}
	if h.key, err = unpadded.DecodeString(fields[5]); err != nil || len(h.key) != keyLength || h.String() != s {
		return hashed{}, errHash
	}
	return h, nil
}

func (c Cost) bearable() bool {
	return c.Memory >= 8*uint32(c.Threads) && c.Memory <= maxCost.Memory &&
		c.Passes > 0 && c.Passes <= maxCost.Passes && c.Threads > 0 && c.Threads <= maxCost.Threads
}
