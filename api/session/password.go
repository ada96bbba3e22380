package session

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"postern/chat"
)

// Cost is what one hash takes.
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// Usual is OWASP's first choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one thread.
var Usual = Cost{Memory: 19 << 10, Passes: 2, Threads: 1}

// maxCost bounds what a stored hash may ask for, whoever wrote it.
var maxCost = Cost{Memory: 256 << 10, Passes: 16, Threads: 8}

const (
	saltLength = 16
	keyLength  = 32
)

// Passwords hashes and verifies with argon2id (RFC 9106), no more at once than there are cores. It implements chat.Passwords.
type Passwords struct {
	cost  Cost
	queue chan struct{} // everybody who is in, waiting ones too
	slots chan struct{} // those at work
	dummy hashed        // stands in for the hash that is not there
}

// waiters is how many may wait for each slot; at 20 ms a hash, some 2 s of work.
const waiters = 100

// NewPasswords hashes at the usual cost.
func NewPasswords() *Passwords { return NewPasswordsAt(Usual) }

// NewPasswordsAt takes the cost of new hashes; old ones keep theirs.
func NewPasswordsAt(cost Cost) *Passwords {
	cores := runtime.GOMAXPROCS(0)
	p := &Passwords{cost: cost, queue: make(chan struct{}, cores*waiters), slots: make(chan struct{}, cores)}
	p.dummy = hashed{cost: cost, salt: make([]byte, saltLength), key: make([]byte, keyLength)}
	return p
}

// Hash gives a PHC string. Unavailable: too many wait already, or the context ended first.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	leave, err := p.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	h := hashed{cost: p.cost, salt: make([]byte, saltLength)}
	rand.Read(h.salt) // never fails (crypto/rand)
	h.key = h.derive(password)
	return h.String(), nil
}

// Verify says whether the password is the one that was hashed. The empty hash is nobody's: it takes as long as any and
// never fits. A hash that cannot be read is an internal error; too many at once is Unavailable.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	known := p.dummy
	if hash != "" {
		var err error
		if known, err = parseHash(hash); err != nil {
			return false, fmt.Errorf("verify password: %w", err)
		}
	}
	leave, err := p.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	same := subtle.ConstantTimeCompare(known.derive(password), known.key) == 1
	return same && hash != "", nil
}

// enter waits for a slot, as long as the queue is not full.
func (p *Passwords) enter(ctx context.Context) (leave func(), err error) {
	select {
	case p.queue <- struct{}{}:
	default:
		return nil, busy()
	}
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots; <-p.queue }, nil
	case <-ctx.Done():
		<-p.queue
		return nil, busy().Because(ctx.Err())
	}
}

// Waiting is how many passwords are at work or wait for it, and how many that may be.
func (p *Passwords) Waiting() (holds, most int) { return len(p.queue), cap(p.queue) }

func busy() *chat.Error {
	refused := chat.Refuse(chat.Unavailable, "Too many people sign in at the moment. Try again in a few seconds.")
	refused.After = 3 * time.Second
	return refused
}

// derive makes one form of a password's characters (NFC): keyboards differ in how they compose an accent.
func (h hashed) derive(password string) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), h.salt, h.cost.Passes, h.cost.Memory, h.cost.Threads, keyLength)
}
