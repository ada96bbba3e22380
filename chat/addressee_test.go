package chat

import (
	"context"
	"slices"
	"testing"
)

// TestWhatIsNoAddressIsAskedForAlike: as many questions for a name, for what only begins as a return path does and for a reply address that nobody
// issued, so that the time of the answer tells nothing of addresses.
func TestWhatIsNoAddressIsAskedForAlike(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	asked := &questions{Store: p.Store}
	p.Store = asked
	want := []string{"seat", "office"}
	for _, local := range []string{"somebody", "b.", p.Addresses.Reply(ReplyAddress{Reply: 4711, Generation: 1})} {
		asked.list = nil
		if _, err := p.Addressee(t.Context(), local, p.office.MailDomain, false); KindOf(err) != NotFound {
			t.Errorf("%s: %v", local, err)
		}
		if !slices.Equal(asked.list, want) {
			t.Errorf("%s: asked for %v, want %v", local, asked.list, want)
		}
	}
}

// questions is a store that keeps what was asked of it.
type questions struct {
	Store
	list []string
}

func (q *questions) Ask(ctx context.Context, ask func(Reader) error) error {
	return q.Store.Ask(ctx, func(rd Reader) error { return ask(questioned{rd, q}) })
}

type questioned struct {
	Reader
	by *questions
}

func (r questioned) ReplySeat(ctx context.Context, reply int64) (*ReplySeat, error) {
	r.by.list = append(r.by.list, "seat")
	return r.Reader.ReplySeat(ctx, reply)
}

func (r questioned) OfficeByMailDomain(ctx context.Context, domain string) (*Office, error) {
	r.by.list = append(r.by.list, "office")
	return r.Reader.OfficeByMailDomain(ctx, domain)
}

func (r questioned) Mail(ctx context.Context, office, id ID) (*Mail, error) {
	r.by.list = append(r.by.list, "mail")
	return r.Reader.Mail(ctx, office, id)
}

func (r questioned) RosterAt(ctx context.Context, office ID, local string) (*Roster, error) {
	r.by.list = append(r.by.list, "team")
	return r.Reader.RosterAt(ctx, office, local)
}
