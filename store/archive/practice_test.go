package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"postern/chat"
	"postern/store"
	"postern/store/archive"
	"postern/store/blob"
	"postern/store/migrate"
	"postern/store/postgres/postgrestest"
)

// place is a database and a folder of files, that a practice may run on.
type place struct {
	testing.TB
	url   string
	files *blob.Disk
	dir   string // of the files
}

// kinds are those of databases.
var kinds = []string{"sqlite", "postgres"}

func newPlace(t testing.TB, kind string) *place {
	t.Helper()
	p := &place{TB: t, url: "sqlite:" + filepath.Join(t.TempDir(), "postern.db"), dir: t.TempDir()}
	if kind == "postgres" {
		p.url = postgrestest.Empty(t)
	}
	files, err := blob.NewDisk(p.dir)
	p.must(err)
	t.Cleanup(func() { _ = files.Close() })
	p.files = files
	return p
}

func (p *place) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *place) source() archive.Source {
	p.Helper()
	source, err := store.Snapshot(p.Context(), p.url, store.Options{})
	p.must(err)
	return source
}

// backup gives a backup's bytes.
func (p *place) backup() ([]byte, *archive.Manifest) {
	p.Helper()
	var out bytes.Buffer
	m, err := archive.Backup(p.Context(), &out, p.source(), p.files, known(p), time.Now())
	p.must(err)
	return out.Bytes(), m
}

func known(t testing.TB) int64 {
	t.Helper()
	known, err := migrate.Known()
	if err != nil || known < 1 {
		t.Fatal(known, err)
	}
	return known
}

// restoring fills this place as a restore does without flags.
func (p *place) restoring() *archive.Restoring {
	return &archive.Restoring{
		Open: func(ctx context.Context, schema int64) (archive.Target, error) {
			return store.Refill(ctx, p.url, schema, store.Options{})
		},
		Files: p.files, Known: known(p), NewID: newID, Now: time.Now(),
	}
}

func (p *place) restore(from []byte, how *archive.Restoring) *archive.Restored {
	p.Helper()
	did, err := how.Restore(p.Context(), bytes.NewReader(from))
	p.must(err)
	return did
}

func newID() chat.ID { return chat.ID(uuid.Must(uuid.NewV7())) }

// practice is a running Postern, as much of one as a backup can tell.
type practice struct {
	*place
	store   chat.Store
	service *chat.Service
	office  chat.Office
	staff   chat.Actor
	client  chat.Actor
	seat    chat.User
}

// open runs a practice on the place. Close it before the place is filled anew.
func (p *place) open() *practice {
	p.Helper()
	db, err := store.Open(p.Context(), p.url, store.Options{Log: zerolog.Nop()})
	p.must(err)
	p.Cleanup(func() { _ = db.Close() })
	return &practice{place: p, store: db, service: chat.New(chat.Parts{
		Store: db, Blobs: blobs{p.files}, Sanitizer: plain{}, Passwords: plain{}, Composer: plain{}, Addresses: plain{}, Now: time.Now, NewID: newID, UndoFor: 1,
	})}
}

// people makes an office with one of staff and one client.
func (p *practice) people() {
	p.Helper()
	var err error
	p.office, err = p.service.CreateOffice(p.Context(), chat.NewOffice{Name: "Office", URL: "http://office.test", MailDomain: "office.test", Mode: chat.Convenience})
	p.must(err)
	user := func(name string, role chat.Role) (chat.User, chat.Actor) {
		u, token, err := p.service.CreateUser(p.Context(), p.office.ID, chat.Invitation{Name: name, Email: name + "@example.org", Role: role}, chat.SignInLink, time.Hour)
		p.must(err)
		in, err := p.service.UseLink(p.Context(), p.office.ID, token, "", "browser")
		p.must(err)
		a, _, err := p.service.Authenticate(p.Context(), p.office.ID, in.Token)
		p.must(err)
		return u, a
	}
	_, p.staff = user("stan", chat.Staff)
	p.seat, p.client = user("ünal", chat.Client)
	_, err = p.service.CreateLink(p.Context(), p.office.ID, "stan@example.org", chat.ResetLink, time.Hour)
	p.must(err)
}

func (p *practice) start(title string) chat.ID {
	p.Helper()
	started, err := p.service.Start(p.Context(), p.staff, chat.StartRequest{To: []chat.ID{p.client.User}, Title: title, Key: "start " + title, HTML: "first"})
	p.must(err)
	return started.Row.Conversation.ID
}

func (p *practice) send(a chat.Actor, r chat.SendRequest) chat.Message {
	p.Helper()
	sent, err := p.service.Send(p.Context(), a, r)
	p.must(err)
	return sent.Message
}

func (p *practice) upload(name, content string) chat.ID {
	p.Helper()
	file, err := p.service.Upload(p.Context(), p.client, chat.UploadRequest{Name: name, Content: strings.NewReader(content)})
	p.must(err)
	return file.ID
}

// live lets the practice have a past of every kind: notes, files (the same twice), receipts, a mail under way, a notice due, a letter, an upload that waits.
func (p *practice) live() chat.ID {
	p.Helper()
	p.people()
	conv := p.start("A title \"with\" \u2028 \\ and 🙂")
	for i := range 30 {
		p.send(p.staff, chat.SendRequest{Conversation: conv, Key: fmt.Sprint(i), HTML: fmt.Sprintf("<p>\t%d é\u202e</p>\n", i), Note: i%7 == 3})
	}
	p.send(p.client, chat.SendRequest{Conversation: conv, Key: "files", HTML: "see", Attachments: []chat.ID{
		p.upload("a.txt", "alpha"), p.upload("b.txt", strings.Repeat("beta", 100_000)), p.upload("empty", "")}})
	p.send(p.client, chat.SendRequest{Conversation: conv, Key: "again", HTML: "again", Attachments: []chat.ID{p.upload("c.txt", "alpha")}})
	p.upload("waiting.txt", "never sent")
	_, err := p.service.MarkRead(p.Context(), p.client, conv, 10<<20, true)
	p.must(err)
	p.letter(conv, 1, []byte("From: ünal\r\n\r\nby mail\r\n\x00\xff")) // in its row
	p.letter(conv, 2, bytes.Repeat([]byte("From: ünal\r\n"), 5000))    // in a file
	p.mail()
	p.start("Another")
	return conv
}

// mail leaves a mail under way.
func (p *practice) mail() {
	p.Helper()
	claims, err := p.service.ClaimNotices(p.Context(), 1)
	p.must(err)
	for _, c := range claims {
		m, err := p.service.PrepareMail(p.Context(), c)
		p.must(err)
		if m != nil {
			return
		}
	}
	p.Fatal("no mail is under way")
}

func (p *practice) letter(conv chat.ID, once byte, content []byte) {
	p.Helper()
	raw, err := p.service.KeepRaw(p.Context(), p.office.ID, content)
	p.must(err)
	var address *chat.ReplyAddress
	_, err = p.store.Update(p.Context(), func(tx chat.Tx) (err error) {
		address, err = tx.AddressFor(p.Context(), p.office.ID, conv, p.client.User, -42)
		return err
	})
	p.must(err)
	_, err = p.service.TakeLetter(p.Context(), chat.Addressee{Office: p.office, Address: *address, User: p.seat}, chat.LetterIn{
		Letter: chat.Letter{Reply: address.Reply, Once: [32]byte{once}, MessageID: "a@b", From: p.seat.Email, EnvelopeFrom: p.seat.Email, Fate: chat.LetterPosted, RawLetter: raw},
		HTML:   "by mail",
	})
	p.must(err)
}

func (p *practice) close() {
	p.Helper()
	p.must(p.store.Close())
}

// plain does as little as can be done for what a backup does not look at.
type plain struct{}

func (plain) Sanitize(html string) (string, string, error)         { return html, html, nil }
func (plain) Hash(context.Context, string) (string, error)         { return "hash", nil }
func (plain) Verify(context.Context, string, string) (bool, error) { return true, nil }
func (plain) Notice(chat.NoticeFacts) (chat.Composed, error)       { return composed() }
func (plain) Digest(chat.DigestFacts) (chat.Composed, error)       { return composed() }
func (plain) Link(chat.LinkFacts) (chat.Composed, error)           { return composed() }
func (plain) Reply(chat.ReplyAddress) string                       { return "reply" }
func (plain) Return(_, _ chat.ID) string                           { return "return" }
func (plain) Reserved(string) bool                                 { return false }
func (plain) Claimed(string) (chat.AddressRef, bool)               { return chat.AddressRef{}, false }
func (plain) Read(chat.ID, string) (chat.AddressRef, bool)         { return chat.AddressRef{}, false }
func (plain) Conceal(_ chat.ID, text string) string                { return text }
func composed() (chat.Composed, error) {
	return chat.Composed{From: "a@office.test", To: "b@example.org", Raw: []byte("\x00\xff\r\n")}, nil
}

type blobs struct{ disk *blob.Disk }

func (b blobs) Put(ctx context.Context, office chat.ID, r io.Reader, limit int64) ([32]byte, int64, error) {
	ref, err := b.disk.Put(ctx, office, r, limit)
	return ref.Hash, ref.Size, err
}

func (b blobs) Open(ctx context.Context, office chat.ID, hash [32]byte) (io.ReadSeekCloser, error) {
	content, _, err := b.disk.Open(ctx, office, hash)
	return content, err
}

var errFull = errors.New("no space left on device")
