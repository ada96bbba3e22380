package mailgw

import (
	"fmt"
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

// TestALetterGoesOn: what says that it answers goes into the conversation that it is about, where its writer may write there by mail; else it begins one, as any.
func TestALetterGoesOn(t *testing.T) {
	t.Parallel()
	const hers, unknown = "<her.letter@client.example>", "<nobody@elsewhere.example>"
	for name, c := range map[string]struct {
		from    string // empty: Anna
		names   func(letter, mail, berts string) []string
		happens func(*world)
		goesOn  bool
	}{
		"our mail": {names: func(_, mail, _ string) []string { return []string{"In-Reply-To: " + mail} }, goesOn: true},
		"our mail, among references": {names: func(_, mail, _ string) []string {
			return []string{"References: " + unknown + " " + mail + "\r\n\t" + unknown}
		}, goesOn: true},
		"her letter":                {names: func(letter, _, _ string) []string { return []string{"References: " + letter} }, goesOn: true},
		"our mail in other letters": {names: func(_, mail, _ string) []string { return []string{"References: " + strings.ToLower(mail)} }},
		"nothing":                   {names: func(string, string, string) []string { return nil }},
		"what nobody has": {names: func(string, string, string) []string {
			return []string{"References: " + unknown, "In-Reply-To: junk <> <@>"}
		}},
		"a mail to another":    {names: func(_, _, berts string) []string { return []string{"References: " + berts, "In-Reply-To: " + berts} }},
		"her mail, by another": {from: "bert@client.example", names: func(letter, mail, _ string) []string { return []string{"References: " + letter + " " + mail} }},
		"our mail after twenty others": {names: func(_, mail, _ string) []string {
			return []string{"References: " + mail + strings.Join(numbered(20), "")}
		}},
		"our mail after nineteen others": {names: func(_, mail, _ string) []string {
			return []string{"References: " + mail + strings.Join(numbered(19), "")}
		}, goesOn: true},
		"who has left":                {names: byMail, happens: func(w *world) { w.remove(w.anna) }},
		"another team":                {names: byMail, happens: (*world).ruthAlone},
		"one of the team has left":    {names: byMail, happens: func(w *world) { w.remove(w.olga) }, goesOn: true},
		"another contact is there":    {names: byMail, happens: func(w *world) { w.add(w.bert) }},
		"one who is switched off":     {names: byMail, happens: func(w *world) { w.add(w.bert); w.change(w.bert, func(u *chat.User) { u.Active = false }) }},
		"another contact was there":   {names: byMail, happens: func(w *world) { w.add(w.bert); w.remove(w.bert) }, goesOn: true},
		"a strict conversation":       {names: byMail, happens: func(w *world) { w.shape(chat.Change{Strict: new(true)}) }},
		"a conversation that is done": {names: byMail, happens: func(w *world) { w.shape(chat.Change{State: new(chat.Done)}) }, goesOn: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.taxTeam()
			s := w.checked(nil, clientsOwn...)
			conversation := w.begin(s, hers)
			box := &postbox{}
			stop := w.sender(box)
			w.sends(w.sam, chat.SendRequest{Conversation: conversation, HTML: "We will."})
			mail, berts := w.mailIn(box, w.anna, conversation, 1), w.mailIn(box, w.bert, w.conversation, 1)
			stop()
			w.conversation = conversation
			if c.happens != nil {
				c.happens(w)
			}
			by, from := w.anna, "anna@client.example"
			if c.from != "" {
				by, from = w.bert, c.from
			}
			before := len(w.begun(by))
			headers := append(c.names(hers, mail.MessageID, berts.MessageID), "Message-ID: <second@client.example>", "", "One thing more.")
			for range 2 {
				same(t, "reply", s.talk(t).post(from, written(from, headers...), tax), "250 2.0.0 OK: stored")
			}
			want := map[bool][]int{true: {0, 2}, false: {1, 1}}[c.goesOn]
			same(t, "begun, letters in the first", []int{len(w.begun(by)) - before, len(w.letters())}, want)
		})
	}
}

func byMail(_, mail, _ string) []string { return []string{"In-Reply-To: " + mail} }

func numbered(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("\r\n\t<%d@elsewhere.example>", i))
	}
	return ids
}

// ruthAlone has the team be Ruth, who is new.
func (w *world) ruthAlone() {
	w.Helper()
	ruth := w.user(w.office, "Ruth", chat.Staff)
	if _, err := w.SetRoster(w.Context(), w.office.ID, chat.Team, "Tax", []string{ruth.Email}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) shape(c chat.Change) {
	w.Helper()
	if _, err := w.Change(w.Context(), actor(w.sam), w.conversation, c); err != nil {
		w.Fatal(err)
	}
}
