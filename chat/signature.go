package chat

import (
	"context"
	"crypto/sha256"
	"strings"
)

// MaxSignature bounds a signature, in bytes of HTML as it comes in.
const MaxSignature = 16_000

// Signature is formatted text that stands below somebody's messages (F12). It is named by its content and never changes: a user
// who writes another one names that from then on, and messages go on naming the one they were sent with.
type Signature struct {
	Office ID
	Hash   [32]byte
	HTML   string // sanitised
	Text   string
}

var errNoSignature = Refuse(NotFound, "There is no signature below this message.")

// Signature gives the actor's own; empty: none.
func (s *Service) Signature(ctx context.Context, a Actor) (sig Signature, err error) {
	err = s.lookAs(ctx, a, func(rd Reader, u *User) error {
		sig, err = signatureOf(ctx, rd, a.Office, u.Signature)
		return err
	})
	return sig, err
}

func signatureOf(ctx context.Context, rd Reader, office ID, hash [32]byte) (Signature, error) {
	if hash == [32]byte{} {
		return Signature{}, nil
	}
	sig, err := rd.Signature(ctx, office, hash)
	if err != nil {
		return Signature{}, err
	}
	return *sig, nil
}

// SetSignature changes what stands below the actor's messages from now on; blank: nothing.
func (s *Service) SetSignature(ctx context.Context, a Actor, html string) (Signature, error) {
	if len(html) > MaxSignature {
		return Signature{}, Refuse(TooLarge, "The signature is too long: 16,000 characters with their formatting at most.").About("html")
	}
	text, err := s.cleanUnnamed(html)
	if err != nil {
		return Signature{}, err
	}
	sig := Signature{Office: a.Office}
	if strings.TrimSpace(text.text) != "" {
		sig.HTML, sig.Text, sig.Hash = text.html, text.text, sha256.Sum256([]byte("postern signature 1\n"+text.html))
	}
	return sig, s.update(ctx, func(tx Tx) error {
		u, err := tx.User(ctx, a.Office, a.User)
		if err != nil {
			return err
		}
		if err := mayMessage(u); err != nil {
			return err
		}
		return tx.Sign(ctx, a.User, sig)
	})
}

// SignatureBelow gives the signature that a message was sent with, to whoever may read the message.
func (s *Service) SignatureBelow(ctx context.Context, a Actor, conversation, message ID) (sig Signature, err error) {
	err = s.look(ctx, a, func(rd Reader) error {
		m, err := visibleIn(ctx, rd, a, conversation, message)
		if err != nil {
			return err
		}
		if m.Signature == [32]byte{} || m.Withdrawn != "" {
			return errNoSignature
		}
		sig, err = signatureOf(ctx, rd, a.Office, m.Signature)
		return err
	})
	return sig, err
}

// signatureFor is what stands below a message that is sent: not below notes, nor below letters, which bring their own. A copy has its original's.
func (p *posting) signatureFor(author *User) [32]byte {
	if p.of != nil {
		return p.of.Signature
	}
	if p.unsigned || p.note || p.via != ViaBrowser {
		return [32]byte{}
	}
	return author.Signature
}
