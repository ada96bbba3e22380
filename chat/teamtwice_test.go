package chat_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"postern/chat"
)

// asIs lets every text through.
type asIs struct{}

func (asIs) Sanitize(html string) (string, string, error) { return html, html, nil }

// unread are addresses that no letter of the test has.
type unread struct{ chat.Addresses }

func (unread) Conceal(_ chat.ID, text string) string { return text }

// TestTheSameLetterToATeamAtOnce: whichever of eight servers takes it, it starts one conversation, and all say that it is taken. So does the next,
// which answers it, go into that one once.
func TestTheSameLetterToATeamAtOnce(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) chat.Store{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t)
			s := chat.New(chat.Parts{Store: store, Sanitizer: asIs{}, Addresses: unread{}, Now: time.Now, NewID: random})
			office, err := s.CreateOffice(t.Context(), chat.NewOffice{
				Name: "Office", URL: "https://post.example.org", MailDomain: "mail.example.org", Mode: chat.Convenience,
			})
			if err != nil {
				t.Fatal(err)
			}
			people := map[chat.Role]chat.User{}
			for _, role := range []chat.Role{chat.Staff, chat.Client} {
				people[role], _, err = s.CreateUser(t.Context(), office.ID, chat.Invitation{Name: "Some", Email: string(role) + "@example.org", Role: role}, chat.SignInLink, time.Hour)
				if err != nil {
					t.Fatal(err)
				}
			}
			team, err := s.SetRoster(t.Context(), office.ID, chat.Team, "Tax", []string{"staff@example.org"})
			if err != nil {
				t.Fatal(err)
			}
			begun, taken := map[chat.ID]bool{}, make(chan chat.ID)
			for _, id := range []string{"<first@client.example>", "<second@client.example>"} {
				in := chat.LetterIn{HTML: "Please call me.", Letter: chat.Letter{Once: sha256.Sum256([]byte(name + id)), MessageID: id, Fate: chat.LetterPosted}}
				in.Answers = []string{"<first@client.example>"} // the second's; the first is not there yet
				for range 8 {
					go func() {
						l, err := s.StartByLetter(t.Context(), chat.Addressee{Office: office, User: people[chat.Client], Team: team.ID}, in)
						if err != nil {
							t.Error(err)
						}
						taken <- l.Conversation
					}()
				}
				for range 8 {
					begun[<-taken] = true
				}
			}
			for _, u := range people {
				page, err := s.Rows(t.Context(), chat.Actor{Office: office.ID, User: u.ID, View: u.View()}, chat.RowsRequest{List: chat.Inbox})
				if err != nil || len(page.Rows) != 1 || len(begun) != 1 || !begun[page.Rows[0].Conversation.ID] {
					t.Errorf("%d conversations, said %d: %v", len(page.Rows), len(begun), err)
				}
				for conversation := range begun {
					thread, err := s.Messages(t.Context(), chat.Actor{Office: office.ID, User: u.ID, View: u.View()}, chat.PageRequest{Conversation: conversation, Limit: 10})
					if err != nil || len(thread.Messages) != 2 {
						t.Errorf("%d messages: %v", len(thread.Messages), err)
					}
				}
			}
		})
	}
}
