package mailgw

import (
	"context"
	"crypto/sha256"
	"io"
	"slices"
	"sync"
	"testing"

	"postern/chat"
)

// desk stands for chat.Service where the test is about the connection: it takes letters for everybody.
type desk struct {
	mu     sync.Mutex
	raw    map[[32]byte]string
	taken  []string // raw letters, in the order taken
	ledger []chat.LedgerRow
	take   func(context.Context, chat.Addressee, chat.LetterIn) error // before a letter is taken; nil: nothing
}

func newDesk() *desk { return &desk{raw: map[[32]byte]string{}} }

func (d *desk) serve(tb testing.TB, change ...func(*ServerOptions)) *served {
	tb.Helper()
	return serve(tb, append([]func(*ServerOptions){func(o *ServerOptions) { o.Service = d }}, change...)...)
}

func (d *desk) Addressee(_ context.Context, local, _ string, _ bool) (chat.Addressee, error) {
	if local == "nobody" {
		return chat.Addressee{}, chat.Refuse(chat.NotFound, "There is no such address here.")
	}
	a := chat.Addressee{User: chat.User{Email: "anna@client.example"}}
	for _, c := range []byte(local) {
		a.Address.Reply = a.Address.Reply<<8 | int64(c)
	}
	return a, nil
}

func (d *desk) KeepRaw(_ context.Context, _ chat.ID, raw []byte) (chat.RawLetter, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	hash := sha256.Sum256(raw)
	d.raw[hash] = string(raw)
	return chat.RawLetter{Raw: hash, Size: int64(len(raw))}, nil
}

func (d *desk) TakeFiles(_ context.Context, _ chat.Addressee, files []chat.FileIn) (ids []chat.ID, err error) {
	for _, f := range files {
		if _, err := io.Copy(io.Discard, f.Content); err != nil {
			return nil, err
		}
		ids = append(ids, newID())
	}
	return ids, nil
}

func (d *desk) TakeLetter(ctx context.Context, to chat.Addressee, in chat.LetterIn) (chat.Letter, error) {
	if d.take != nil {
		if err := d.take(ctx, to, in); err != nil {
			return chat.Letter{}, err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.taken = append(d.taken, d.raw[in.Raw])
	return in.Letter, nil
}

func (d *desk) Writer(_ context.Context, to chat.Addressee, _ string) (chat.Addressee, error) {
	return to, nil
}

func (d *desk) StartByLetter(ctx context.Context, to chat.Addressee, in chat.LetterIn) (chat.Letter, error) {
	return d.TakeLetter(ctx, to, in)
}

func (d *desk) MailNamed(context.Context, chat.Addressee, string) (*chat.Mail, error) {
	return nil, nil
}

func (d *desk) TakeReturn(context.Context, chat.Addressee, chat.Returned) error { return nil }

func (d *desk) TakeDesk(context.Context, chat.Addressee, chat.Letter, string, chat.Forwarding) error {
	return nil
}

func (d *desk) LogMail(_ context.Context, row chat.LedgerRow) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ledger = append(d.ledger, row)
	return nil
}

// letters are those taken so far; fates what the ledger says of the others.
func (d *desk) letters() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.taken)
}

func (d *desk) fates() (fates []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, row := range d.ledger {
		fates = append(fates, row.Fate)
	}
	return fates
}

// ready is a dialog with sender and recipient said.
func (s *served) ready(tb testing.TB) *dialog {
	tb.Helper()
	d := s.talk(tb)
	d.run("MAIL FROM:<anna@client.example>", "250", "RCPT TO:<x@"+domain+">", "250")
	return d
}
