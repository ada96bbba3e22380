package chat

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// steps gives time and ids to whatever is being done, by the step that does it: the same step has the same time and makes the same ids, whatever
// other steps there were.
type steps struct {
	scope string
	at    time.Time
	made  int
}

func (s *steps) begin(scope string, at time.Time) { s.scope, s.at, s.made = scope, at, 0 }

func (s *steps) now() time.Time { return s.at }

func (s *steps) id() ID {
	s.made++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", s.scope, s.made))
	var id ID
	binary.BigEndian.PutUint64(id[:8], uint64(s.at.UnixMilli())<<16)
	copy(id[6:], sum[:10])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}

// practice is one office with a whole Service on the model. What goes out by mail or is announced is kept to be looked at.
type practice struct {
	*Service
	steps   *steps
	model   *model
	office  Office
	hearing sync.Mutex // of told, while a test waits for what it asked for at once
	told    []Told
	mails   []NoticeFacts
	digests []DigestFacts
	links   []LinkFacts
	turn    int
}

var firstDay = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newPractice(tb testing.TB, n NewOffice) *practice {
	tb.Helper()
	return newPracticeOn(tb, nil, n)
}

// newPracticeOn has a store that open makes beside the model, if there is one.
func newPracticeOn(tb testing.TB, open func(testing.TB) Store, n NewOffice) *practice {
	tb.Helper()
	p := &practice{steps: &steps{}}
	p.steps.begin("office", firstDay)
	p.model = newModel(p.steps.now)
	var store Store = p.model
	if open != nil {
		store = newTwin(tb, p.model, open(tb), p.steps)
	}
	p.Service = New(Parts{
		Store: store, Blobs: blobs{}, Sanitizer: plain{}, Passwords: plain{}, Composer: p, Addresses: plain{}, Letters: plain{}, Now: p.steps.now, NewID: p.steps.id,
	})
	p.TellTo(p)
	n.Name, n.URL, n.MailDomain = "Office", "https://post.example.org", "mail.example.org"
	if n.Mode == 0 {
		n.Mode = Convenience
	}
	var err error
	if p.office, err = p.CreateOffice(context.Background(), n); err != nil {
		tb.Fatal(err)
	}
	return p
}

// next begins a step of its own, a second after the last.
func (p *practice) next() {
	p.turn++
	p.steps.begin(fmt.Sprintf("turn %d", p.turn), firstDay.Add(time.Duration(p.turn)*time.Second))
}

// user brings somebody into the office.
func (p *practice) user(tb testing.TB, name string, r Role) *User {
	tb.Helper()
	p.next()
	u, _, err := p.CreateUser(tb.Context(), p.office.ID, Invitation{Name: name, Email: name + "@example.org", Role: r}, SignInLink, time.Hour)
	if err != nil {
		tb.Fatal(err)
	}
	return &u
}

// strictAccount puts a contact into an account that wants privacy.
func (p *practice) strictAccount(tb testing.TB, contact *User) {
	tb.Helper()
	acc, err := p.CreateAccount(tb.Context(), p.office.ID, "Firm", true)
	if err != nil {
		tb.Fatal(err)
	}
	member := *contact
	member.Account = acc.ID
	p.put(tb, member)
}

func actor(u *User) Actor { return Actor{Office: u.Office, User: u.ID, View: u.View()} }

// started begins a conversation.
func (p *practice) started(tb testing.TB, by *User, to ...*User) ID {
	tb.Helper()
	p.next()
	s, err := p.Start(tb.Context(), actor(by), StartRequest{To: idsOf(to), Audience: SharedOne, Title: "Title", Key: p.steps.scope, HTML: "first"})
	if err != nil {
		tb.Fatal(err)
	}
	return s.Message.Conversation
}

func idsOf(users []*User) (ids []ID) {
	for _, u := range users {
		ids = append(ids, u.ID)
	}
	return ids
}

func (p *practice) sent(tb testing.TB, by *User, conversation ID, text string) Message {
	tb.Helper()
	return p.wrote(tb, by, SendRequest{Conversation: conversation, HTML: text})
}

func (p *practice) wrote(tb testing.TB, by *User, r SendRequest) Message {
	tb.Helper()
	p.next()
	r.Key = p.steps.scope
	s, err := p.Send(tb.Context(), actor(by), r)
	if err != nil {
		tb.Fatal(err)
	}
	return s.Message
}

// put changes a user behind the service's back.
func (p *practice) put(tb testing.TB, u User) {
	tb.Helper()
	if _, err := p.Store.Update(tb.Context(), func(tx Tx) error { return tx.PutUser(tb.Context(), u) }); err != nil {
		tb.Fatal(err)
	}
}

// Announce is chat.Announcer's.
func (p *practice) Announce(_ context.Context, told []Told) {
	p.hearing.Lock()
	defer p.hearing.Unlock()
	p.told = append(p.told, told...)
}

// Notice is chat.Composer's: the mail's bytes are the facts.
func (p *practice) Notice(f NoticeFacts) (Composed, error) {
	p.mails = append(p.mails, f)
	raw, err := json.Marshal(f)
	c := Composed{From: "return", To: f.To.Email, Raw: raw}
	if f.Content != nil {
		for _, a := range f.Content.Enclosed {
			c.Enclosed = append(c.Enclosed, Enclosed{At: int64(len(raw)), File: a.ID, Hash: a.Hash, Size: a.Size})
		}
	}
	return c, err
}

// Digest is chat.Composer's.
func (p *practice) Digest(f DigestFacts) (Composed, error) {
	p.digests = append(p.digests, f)
	raw, err := json.Marshal(f)
	token := plain{}.Return(f.Office.ID, f.Mail)
	return Composed{From: token + "@" + f.Office.MailDomain, To: f.To.Email, Raw: append(raw, " <"+token+">"...)}, err
}

// Link is chat.Composer's.
func (p *practice) Link(f LinkFacts) (Composed, error) {
	p.links = append(p.links, f)
	return Composed{From: "return", To: f.To.Email, Raw: []byte(f.Token)}, nil
}

// plain stands for what the service only hands on to: formatted text has tags, a hash of a password names it, and addresses say what they mean.
type plain struct{}

func (plain) Sanitize(html string) (string, string, error) {
	if strings.Contains(html, "<broken") {
		return "", "", errors.New("broken")
	}
	return "<p>" + html + "</p>", html, nil
}

func (plain) ReadLetter(raw []byte) LetterContent { return LetterContent{HTML: string(raw)} }

func (plain) ReadMail(raw []byte) MailParts {
	return MailParts{Header: []MailField{{"Reply-To", "Office <" + plain{}.Reply(ReplyAddress{Reply: 1 << 40}) + "@mail.example.org>"}}, Text: string(raw)}
}

func (plain) Hash(_ context.Context, password string) (string, error) {
	return "hash of " + password, nil
}

func (plain) Verify(_ context.Context, hash, password string) (bool, error) {
	return hash == "hash of "+password, nil
}

func (plain) Reply(a ReplyAddress) string { return fmt.Sprintf("r.%d.%d", a.Generation, a.Reply) }

func (plain) Reserved(local string) bool {
	return strings.HasPrefix(local, "r.") || strings.HasPrefix(local, "b.")
}

func (plain) Claimed(local string) (ref AddressRef, ok bool) {
	n, _ := fmt.Sscanf(local, "r.%d.%d", &ref.Generation, &ref.Reply)
	return ref, n == 2
}

func (plain) Return(_, mail ID) string { return "b." + mail.String() }

func (plain) Read(_ ID, local string) (ref AddressRef, ok bool) {
	if ref, ok = (plain{}).Claimed(local); ok {
		return ref, true
	}
	id, err := ParseID(strings.TrimPrefix(local, "b."))
	ref.Mail = id
	return ref, err == nil
}

func (plain) Conceal(office ID, text string) string {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" <>@", r) }) {
		if _, ours := (plain{}).Read(office, word); ours {
			text = strings.ReplaceAll(text, word, word[:8]+"…")
		}
	}
	return text
}

// blobs keeps files by their hash.
type blobs map[[32]byte][]byte

func (b blobs) Put(_ context.Context, _ ID, r io.Reader, limit int64) (hash [32]byte, size int64, err error) {
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = Refuse(TooLarge, "The file is too large.")
	}
	hash = sha256.Sum256(content)
	if err == nil {
		b[hash] = content
	}
	return hash, int64(len(content)), err
}

type openBlob struct{ *bytes.Reader }

func (openBlob) Close() error { return nil }

func (b blobs) Open(_ context.Context, _ ID, hash [32]byte) (io.ReadSeekCloser, error) {
	content, ok := b[hash]
	if !ok {
		return nil, errors.New("no such blob")
	}
	return openBlob{bytes.NewReader(content)}, nil
}
