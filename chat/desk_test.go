package chat_test

import (
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"time"

	"postern/chat"
)

// TestTheSameLetterToADeskAtOnce: whichever of eight servers takes it, it goes to the owner once, and all say that it is taken.
func TestTheSameLetterToADeskAtOnce(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) chat.Store{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t)
			s := chat.New(chat.Parts{Store: store, Now: time.Now, NewID: random})
			office, err := s.CreateOffice(t.Context(), chat.NewOffice{
				Name: "Office", URL: "https://post.example.org", MailDomain: "mail.example.org", Mode: chat.Privacy,
			})
			if err != nil {
				t.Fatal(err)
			}
			owner := chat.User{Office: office.ID, ID: random(), Name: "Owner", Email: "owner@example.org", Role: chat.Owner, CreatedAt: time.Now()}
			if _, err := store.Update(t.Context(), func(tx chat.Tx) error { return tx.PutUser(t.Context(), owner) }); err != nil {
				t.Fatal(err)
			}
			letter := chat.Letter{Once: sha256.Sum256([]byte(name)), RawLetter: chat.RawLetter{Size: 100}}
			forward := func(to chat.User, _ time.Time, _ chat.ID) (chat.Composed, error) {
				return chat.Composed{To: to.Email, Raw: []byte("Subject: To postmaster\r\n\r\n")}, nil
			}
			taken := make(chan error)
			for range 8 {
				go func() {
					taken <- s.TakeDesk(t.Context(), chat.Addressee{Office: office, User: owner, Desk: chat.Postmaster}, letter, "postmaster@mail.example.org", forward)
				}()
			}
			for range 8 {
				if err := <-taken; err != nil {
					t.Error(err)
				}
			}
			if n := mailsTo(t, store, owner); n != 1 {
				t.Errorf("the owner is sent %d mails, not one", n)
			}
		})
	}
}

func mailsTo(t *testing.T, store chat.Store, u chat.User) (n int) {
	t.Helper()
	err := store.View(t.Context(), func(rd chat.Reader) error {
		mails, err := rd.Mails(t.Context(), u.Office, u.ID, chat.ID{}, 10)
		n = len(mails)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func random() (id chat.ID) {
	_, _ = rand.Read(id[:])
	return id
}
