package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"postern/api/session"
	"postern/chat"
	"postern/picture"
	"postern/richtext"
	"postern/store"
	"postern/store/blob"
)

// world is a running API over a real service and store, with one office at office.test and another at other.test.
type world struct {
	t       testing.TB
	service *chat.Service
	store   *brokenStore
	door    *door
	server  *httptest.Server
	clock   *clock
	mails   *mails
	log     *safeBuffer

	office, other chat.Office

	olivia, sam, tess chat.User // owner, staff, staff of office
	carla, carl       chat.User // clients of two accounts of office
	otto              chat.User // owner of other
}

// clock is the service's: real time and what a test adds.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) forward(d time.Duration) { c.ahead.Add(int64(d)) }

// cheap makes password hashes fast enough for tests.
var cheap = session.Cost{Memory: 64, Passes: 1, Threads: 1}

// generous keeps limits out of the way of tests that are not about them.
var generous = Limits{
	SignInHere: Rate{1e6, time.Hour}, SignInNetwork: Rate{1e6, time.Hour}, SignInAccount: Rate{1e6, time.Hour},
	Forgotten: Rate{1e6, time.Hour}, ForgottenTo: Rate{1e6, time.Hour}, ForgottenAnswer: time.Millisecond,
	Link: Rate{1e6, time.Hour}, Invite: Rate{1e6, time.Hour}, Send: Rate{1e6, time.Hour}, Upload: Rate{1e6, time.Hour}, Draft: Rate{1e6, time.Hour}, Search: Rate{1e6, time.Hour}, Change: Rate{1e6, time.Hour}, Look: Rate{1e6, time.Hour},
}

// newWorld starts it all; change may set options first.
func newWorld(t testing.TB, change ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{}, mails: &mails{}, log: &safeBuffer{}}
	w.open()
	o := Options{
		Service: w.service, Live: nobodyLive{}, Static: client(), Log: zerolog.New(w.log), Limits: generous, MaxUpload: 1 << 20,
	}
	for _, one := range change {
		one(&o)
	}
	w.door = newDoor(o)
	w.server = httptest.NewServer(w.door.handler())
	t.Cleanup(w.server.Close)
	w.people()
	return w
}

func (w *world) open() {
	w.t.Helper()
	schema, err := migrated()
	must(w.t, err)
	file := filepath.Join(w.t.TempDir(), "postern.db")
	must(w.t, os.WriteFile(file, schema, 0o600))
	db, err := store.Open(w.t.Context(), "sqlite:"+file, store.Options{Log: zerolog.Nop()})
	must(w.t, err)
	w.t.Cleanup(func() { must(w.t, db.Close()) })
	disk, err := blob.NewDisk(w.t.TempDir())
	must(w.t, err)
	w.t.Cleanup(func() { must(w.t, disk.Close()) })
	w.store = &brokenStore{Store: db}
	w.service = chat.New(chat.Parts{
		Store: w.store, Blobs: blobs{disk}, Sanitizer: richtext.New(), Passwords: session.NewPasswordsAt(cheap), Composer: w.mails,
		Addresses: ownAddresses{}, Letters: ownAddresses{}, Now: w.clock.now, NewID: func() chat.ID { return chat.ID(uuid.Must(uuid.NewV7())) }, MaxUpload: 1 << 20, Pictures: pictures{picture.NewMaker()},
	})
}

type pictures struct{ *picture.Maker }

func (pictures) Measure(head []byte) (width, height int) { return picture.Measure(head) }

func (p pictures) Small(ctx context.Context, key chat.ID, open func() (io.ReadCloser, error)) ([]byte, error) {
	return p.Maker.Small(ctx, key, open)
}

// migrated is an empty database, brought to the schema once for all tests.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "postern-api-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "postern.db")
	db, err := store.Open(context.Background(), "sqlite:"+file, store.Options{Log: zerolog.Nop()})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

func (w *world) people() {
	w.t.Helper()
	w.office = w.newOffice("The Office", "office.test")
	w.other = w.newOffice("The Other", "other.test")
	w.olivia = w.newUser(w.office, chat.Owner, "Olivia Owner", chat.ID{})
	w.sam = w.newUser(w.office, chat.Staff, "Sam Staff", chat.ID{})
	w.tess = w.newUser(w.office, chat.Staff, "Tess Staff", chat.ID{})
	w.carla = w.newUser(w.office, chat.Client, "Carla Client", w.newAccount("Carla & Co"))
	w.carl = w.newUser(w.office, chat.Client, "Carl Client", w.newAccount("Carl Ltd"))
	w.otto = w.newUser(w.other, chat.Owner, "Otto Owner", chat.ID{})
}

func (w *world) newOffice(name, host string) chat.Office {
	w.t.Helper()
	o, err := w.service.CreateOffice(w.t.Context(), chat.NewOffice{
		Name: name, URL: "http://" + host, MailDomain: "mail." + host, Mode: chat.Privacy, Grace: time.Minute,
	})
	must(w.t, err)
	return o
}

func (w *world) newAccount(name string) chat.ID {
	w.t.Helper()
	a, err := w.service.CreateAccount(w.t.Context(), w.office.ID, name, false)
	must(w.t, err)
	return a.ID
}

// newUser makes a user with the address FIRST@example.org in lower case.
func (w *world) newUser(o chat.Office, role chat.Role, name string, account chat.ID) chat.User {
	w.t.Helper()
	in := chat.Invitation{Name: name, Email: emailOf(name), Role: role, Account: account}
	u, _, err := w.service.CreateUser(w.t.Context(), o.ID, in, chat.InviteLink, time.Hour)
	must(w.t, err)
	return u
}

// deny takes the messaging permission away.
func (w *world) deny(u chat.User) {
	w.t.Helper()
	_, err := w.store.Update(w.t.Context(), func(tx chat.Tx) error {
		now, err := tx.User(w.t.Context(), u.Office, u.ID)
		if err != nil {
			return err
		}
		now.MayMessage = false
		return tx.PutUser(w.t.Context(), *now)
	})
	must(w.t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// transport reaches the test server under every name.
func (w *world) transport() *http.Transport {
	tr := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, w.server.Listener.Addr().String())
	}}
	w.t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// client is a small built client.
func client() fstest.MapFS {
	return fstest.MapFS{
		"index.html":            {Data: []byte("<!doctype html><title>Postern</title>")},
		"favicon.svg":           {Data: []byte("<svg/>")},
		"assets/lib-3b4.mjs.gz": {Data: zippedFile("export const answer = 42;\n" + strings.Repeat(" ", 2000))},
		"assets/app-1a2.js":     {Data: []byte("console.log('hello');\n" + string(make([]byte, 2000)))},
	}
}

func zippedFile(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, text)
	if err := errors.Join(err, z.Close()); err != nil {
		panic(err) // memory takes everything
	}
	return b.Bytes()
}

// mails keeps what links mails were made of, in place of composing them.
type mails struct {
	mu    sync.Mutex
	links []chat.LinkFacts
}

func (m *mails) Link(f chat.LinkFacts) (chat.Composed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.links = append(m.links, f)
	return chat.Composed{From: "office@mail.office.test", To: f.To.Email, Raw: []byte("mail\r\n")}, nil
}

func (m *mails) Digest(chat.DigestFacts) (chat.Composed, error) {
	return chat.Composed{}, errors.New("nobody asks for digests here")
}

func (m *mails) Notice(chat.NoticeFacts) (chat.Composed, error) {
	return chat.Composed{}, errors.New("nobody asks for notices here")
}

// tokens are those of the links mailed to an address, oldest first.
func (m *mails) tokens(email string) (list []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range m.links {
		if l.To.Email == email {
			list = append(list, l.Token)
		}
	}
	return list
}

// brokenStore is a store until a test breaks it.
type brokenStore struct {
	chat.Store
	broken atomic.Pointer[func() error] // nil: whole
}

func (s *brokenStore) View(ctx context.Context, do func(chat.Reader) error) error {
	if fails := s.broken.Load(); fails != nil {
		if err := (*fails)(); err != nil {
			return err
		}
	}
	return s.Store.View(ctx, do)
}

type ownAddresses struct{}

func (ownAddresses) Reserved(string) bool { return false }
func (ownAddresses) Claimed(string) (chat.AddressRef, bool) {
	return chat.AddressRef{}, false
}
func (ownAddresses) Reply(chat.ReplyAddress) string { return "reply" }
func (ownAddresses) ReadLetter(raw []byte) chat.LetterContent {
	return chat.LetterContent{FromName: "Anna", HTML: string(raw), Folded: "> before"}
}
func (ownAddresses) ReadMail(raw []byte) chat.MailParts {
	return chat.MailParts{Header: []chat.MailField{{Name: "Subject", Value: "Word"}}, Text: string(raw), HTML: "<p>" + string(raw) + "</p>"}
}
func (ownAddresses) Return(office, mail chat.ID) string { return office.String() + "." + mail.String() }
func (ownAddresses) Read(office chat.ID, local string) (ref chat.AddressRef, ok bool) {
	of, mail, _ := strings.Cut(local, ".")
	ref.Mail, _ = chat.ParseID(mail)
	return ref, of == office.String() && !ref.Mail.IsZero()
}
func (ownAddresses) Conceal(_ chat.ID, text string) string { return text }

// blobs gives the disk chat's errors.
type blobs struct{ disk *blob.Disk }

func (b blobs) Put(ctx context.Context, office chat.ID, r io.Reader, limit int64) ([32]byte, int64, error) {
	ref, err := b.disk.Put(ctx, office, r, limit)
	if _, ok := errors.AsType[*blob.TooLarge](err); ok {
		err = chat.Refuse(chat.TooLarge, "The file is too large.").Because(err)
	}
	return ref.Hash, ref.Size, err
}

func (b blobs) Open(ctx context.Context, office chat.ID, hash [32]byte) (io.ReadSeekCloser, error) {
	content, _, err := b.disk.Open(ctx, office, hash)
	return content, err
}

// nobodyLive refuses live connections after all the API's own checks have passed.
type nobodyLive struct{}

func (nobodyLive) Serve(w http.ResponseWriter, _ *http.Request, _ chat.Actor, _ *chat.Place, _ ...string) {
	w.WriteHeader(http.StatusSwitchingProtocols)
}

// safeBuffer may be written to from many goroutines.
type safeBuffer struct {
	mu   sync.Mutex
	text []byte
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, p...)
	return len(p), nil
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return string(b.text)
}
