package mailgw

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
	"postern/mailgw/address"
	"postern/mailgw/letter"
	"postern/richtext"
	"postern/store/blob"
	"postern/store/sqlite"
)

// world is an office with everything real behind the gateway: use cases, SQLite, blobs on disk. Sam is staff, Olga the owner, Anna and Bert are
// clients in one conversation with both.
type world struct {
	testing.TB
	*chat.Service
	store  *faulty
	blobs  *faultyBlobs
	log    *bytes.Buffer // of the server and the sender
	logMu  sync.Mutex
	office chat.Office

	sam, olga, anna, bert chat.User
	conversation          chat.ID
}

const domain = "mail.example.org"

// newWorld makes an office in convenience mode without grace time, unless told otherwise.
func newWorld(tb testing.TB, change ...func(*chat.NewOffice)) *world {
	tb.Helper()
	dir := tb.TempDir()
	db, err := sqlite.Open(tb.Context(), filepath.Join(dir, "postern.db"), zerolog.Nop())
	if err != nil {
		tb.Fatal(err)
	}
	disk, err := blob.NewDisk(filepath.Join(dir, "blobs"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := errors.Join(db.Close(), disk.Close()); err != nil {
			tb.Error(err)
		}
	})
	keys, err := address.NewKeys(1, map[uint8][]byte{1: bytes.Repeat([]byte("k"), address.MinSecret)})
	if err != nil {
		tb.Fatal(err)
	}
	w := &world{TB: tb, store: &faulty{Store: db}, blobs: &faultyBlobs{disk: disk}, log: new(bytes.Buffer)}
	addresses := Addresses{keys}
	w.Service = chat.New(chat.Parts{
		Store: w.store, Blobs: w.blobs, Sanitizer: richtext.New(), Passwords: noPasswords{}, Composer: Composer{addresses},
		Addresses: addresses, Letters: NewReader(letter.DefaultLimits()), Now: time.Now, NewID: newID, UndoFor: 1, MaxMailed: 1 << 20,
	})
	w.office = w.newOffice(domain, change...)
	w.store.wait(-w.office.Grace - time.Second) // what is sent is due at once
	w.sam, w.olga = w.user(w.office, "Sam", chat.Staff), w.user(w.office, "Olga", chat.Owner)
	w.anna, w.bert = w.user(w.office, "Anna", chat.Client), w.user(w.office, "Bert", chat.Client)
	w.conversation = w.start(w.sam, "VAT return", w.olga, w.anna, w.bert)
	return w
}

func inPrivacy(n *chat.NewOffice) { n.Mode = chat.Privacy }

func (w *world) newOffice(domain string, change ...func(*chat.NewOffice)) chat.Office {
	w.Helper()
	n := chat.NewOffice{Name: "Lindgren & Partners", URL: "https://post." + domain, MailDomain: domain, Mode: chat.Convenience}
	for _, do := range change {
		do(&n)
	}
	o, err := w.CreateOffice(w.Context(), n)
	if err != nil {
		w.Fatal(err)
	}
	return o
}

func (w *world) user(o chat.Office, name string, r chat.Role) chat.User {
	w.Helper()
	u, _, err := w.CreateUser(w.Context(), o.ID, chat.Invitation{
		Name: name, Email: strings.ToLower(name) + "@client.example", Role: r,
	}, chat.SignInLink, time.Hour)
	if err != nil {
		w.Fatal(err)
	}
	return u
}

func (w *world) start(by chat.User, title string, to ...chat.User) chat.ID {
	w.Helper()
	ids := make([]chat.ID, len(to))
	for i, u := range to {
		ids[i] = u.ID
	}
	s, err := w.Start(w.Context(), actor(by), chat.StartRequest{
		To: ids, Audience: chat.SharedOne, Title: title, HTML: "<p>The first of " + title + "</p>", Key: title,
	})
	if err != nil {
		w.Fatal(err)
	}
	return s.Message.Conversation
}

func (w *world) sends(by chat.User, r chat.SendRequest) chat.Message {
	w.Helper()
	if r.Conversation.IsZero() {
		r.Conversation = w.conversation
	}
	r.Key = newID().String()
	s, err := w.Send(w.Context(), actor(by), r)
	if err != nil {
		w.Fatal(err)
	}
	return s.Message
}

func actor(u chat.User) chat.Actor { return chat.Actor{Office: u.Office, User: u.ID, View: u.View()} }

// reply is the reply address of a participant.
func (w *world) reply(u chat.User, conversation chat.ID) string {
	w.Helper()
	var a *chat.ReplyAddress
	w.update(func(tx chat.Tx) (err error) {
		a, err = tx.AddressFor(w.Context(), u.Office, conversation, u.ID, randomReply())
		return err
	})
	return w.Addresses.Reply(*a) + "@" + domain
}

func randomReply() int64 {
	var n int64
	for _, b := range newID() {
		n = n<<4 ^ int64(b)
	}
	return n
}

func (w *world) update(do func(chat.Tx) error) {
	w.Helper()
	if _, err := w.store.Store.Update(w.Context(), do); err != nil {
		w.Fatal(err)
	}
}

// view looks past every fault.
func (w *world) view(do func(chat.Reader) error) {
	w.Helper()
	if err := w.store.Store.View(w.Context(), do); err != nil {
		w.Fatal(err)
	}
}

// thread is what the user sees of the conversation.
func (w *world) thread(u chat.User) []chat.Message {
	w.Helper()
	page, err := w.Messages(w.Context(), actor(u), chat.PageRequest{Conversation: w.conversation, Limit: 100})
	if err != nil {
		w.Fatal(err)
	}
	return page.Messages
}

// letters are the messages that came by letter; lines the happenings. Both as staff see them.
func (w *world) letters() (found []chat.Message) {
	w.Helper()
	for _, m := range w.thread(w.sam) {
		if m.Via == chat.ViaLetter {
			found = append(found, m)
		}
	}
	return found
}

func (w *world) lines() (found []chat.Happening) {
	w.Helper()
	for _, m := range w.thread(w.sam) {
		if m.Kind == chat.Happen {
			found = append(found, m.Happening)
		}
	}
	return found
}

// ledger gives the rows of a direction as "code fate", oldest first.
func (w *world) ledger(d chat.Direction) (rows []string) {
	w.Helper()
	for _, row := range w.ledgerRows(d) {
		rows = append(rows, fmt.Sprintf("%d %s", row.Code, row.Fate))
	}
	return rows
}

func (w *world) ledgerRows(d chat.Direction) (rows []chat.LedgerRow) {
	w.Helper()
	w.view(func(r chat.Reader) error {
		all, err := r.Ledger(w.Context(), chat.LedgerQuery{Limit: 10_000})
		for _, row := range slices.Backward(all) {
			if row.Direction == d {
				rows = append(rows, row)
			}
		}
		return err
	})
	return rows
}

func (w *world) letter(id chat.ID) (l chat.Letter) {
	w.Helper()
	w.view(func(r chat.Reader) error {
		got, err := r.Letter(w.Context(), w.office.ID, id)
		if err == nil {
			l = *got
		}
		return err
	})
	return l
}

// same fails unless got is want.
func same[T any](tb testing.TB, what string, got, want T) {
	tb.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		tb.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

// logger writes where logged looks.
func (w *world) logger() zerolog.Logger { return zerolog.New(lockedWriter{w}) }

type lockedWriter struct{ w *world }

func (l lockedWriter) Write(p []byte) (int, error) {
	l.w.logMu.Lock()
	defer l.w.logMu.Unlock()
	return l.w.log.Write(p)
}

func (w *world) logged() string {
	w.logMu.Lock()
	defer w.logMu.Unlock()
	return w.log.String()
}

// raw is the letter as it was kept.
func (w *world) raw(l chat.Letter) string {
	w.Helper()
	var content []byte
	w.view(func(r chat.Reader) (err error) {
		content, err = r.LetterContent(w.Context(), w.office.ID, l.ID)
		return err
	})
	return string(content)
}

type noPasswords struct{}

func (noPasswords) Hash(context.Context, string) (string, error)         { return "", nil }
func (noPasswords) Verify(context.Context, string, string) (bool, error) { return false, nil }

// newID is a version 7 UUID.
func newID() (id chat.ID) {
	rand.Read(id[:]) // never fails
	ms := time.Now().UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}
