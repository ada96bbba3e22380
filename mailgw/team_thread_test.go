package mailgw

import (
	"strings"
	"testing"

	"postern/chat"
	"postern/mailgw/letter"
)

// begin has Anna begin a conversation with the team by a letter of this Message-ID, brackets and all.
func (w *world) begin(s *served, id string) chat.ID {
	w.Helper()
	before := len(w.begun(w.anna))
	same(w, "letter", s.talk(w).post("anna@client.example", written("anna@client.example", "Message-ID: "+id, "", "Please call me."), tax)[:3], "250")
	rows := w.begun(w.anna)
	if len(rows) != before+1 {
		w.Fatalf("%d conversations, after %d", len(rows), before)
	}
	return rows[0].Conversation.ID
}

// TestMailsAnswerTheLetter that began their conversation, in the program of whom it is from, and name it to nobody else.
func TestMailsAnswerTheLetter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		id    string
		mode  chat.Mode
		names bool
	}{
		"convenience":           {"<her.letter@client.example>", chat.Convenience, true},
		"privacy":               {"<her.letter@client.example>", chat.Privacy, false},
		"an id that is none":    {"<her letter's \"id\">", chat.Convenience, false},
		"an id of great length": {"<" + strings.Repeat("x", 300) + "@client.example>", chat.Convenience, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.taxTeam()
			conversation := w.begin(w.checked(nil, clientsOwn...), c.id)
			w.mode(c.mode)
			box := &postbox{}
			w.sender(box)
			w.sends(w.sam, chat.SendRequest{Conversation: conversation, HTML: "First."})
			first := w.mailIn(box, w.anna, conversation, 1)
			w.sends(w.olga, chat.SendRequest{Conversation: conversation, HTML: "Second."})
			second := w.mailIn(box, w.anna, conversation, 2)
			var letters []string
			if c.names {
				letters = []string{c.id}
			}
			same(t, "the first answers", first.InReplyTo, letters)
			same(t, "the first names", first.References, letters)
			same(t, "the second answers", second.InReplyTo, []string{first.MessageID})
			same(t, "the second names", second.References, append(letters, first.MessageID))
			for _, m := range box.taken() {
				if !strings.HasPrefix(m.to, "anna@") && strings.Contains(strings.Join(append(m.l.References, m.l.InReplyTo...), " "), "client.example") {
					t.Errorf("a mail to %s names %q", m.to, m.l.References)
				}
			}
		})
	}
}

// mailIn waits for so many mails to a user of a conversation, and gives the last.
func (w *world) mailIn(box *postbox, u chat.User, conversation chat.ID, n int) (last *letter.Letter) {
	w.Helper()
	waitFor(w, func() bool {
		found := 0
		for _, m := range box.taken() {
			if m.to == u.Email && strings.Contains(m.l.Text, conversation.String()) {
				found, last = found+1, m.l
			}
		}
		return found == n
	})
	return last
}
