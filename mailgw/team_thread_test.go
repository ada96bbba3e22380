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
	const hers, others = "<her.letter@client.example>", "<her.other.letter@client.example>"
	goes, begins, elsewhere := []int{0, 2}, []int{1, 1}, []int{0, 1}
	for name, c := range map[string]struct {
		by      string
		names   string
		happens func(*world)
		want    []int // conversations begun, letters in the first
	}{
		"our mail":                       {names: "In-Reply-To: MAIL", want: goes},
		"our mail, among references":     {names: "References: <x@elsewhere.example> MAIL\r\n\t<y@elsewhere.example>", want: goes},
		"her letter":                     {names: "References: HERS", want: goes},
		"her other letter before":        {names: "References: OTHER MAIL", want: goes},
		"her other letter after":         {names: "References: MAIL\r\nIn-Reply-To: OTHER", want: elsewhere},
		"our mail, spelled otherwise":    {names: "References: SMALL", want: begins},
		"nothing":                        {names: "X-Nothing: x", want: begins},
		"what nobody has":                {names: "References: <x@elsewhere.example>\r\nIn-Reply-To: junk <> <@>", want: begins},
		"a mail to another":              {names: "References: BERTS\r\nIn-Reply-To: BERTS", want: begins},
		"hers, by another":               {by: "bert", names: "References: HERS MAIL", want: begins},
		"our mail after twenty others":   {names: "References: MAIL" + numbered(20), want: begins},
		"our mail after nineteen others": {names: "References: MAIL" + numbered(19), want: goes},
		"who has left":                   {names: "References: MAIL", happens: func(w *world) { w.remove(w.anna) }, want: begins},
		"another team":                   {names: "References: MAIL", happens: (*world).ruthAlone, want: begins},
		"one of the team has left":       {names: "References: MAIL", happens: func(w *world) { w.remove(w.olga) }, want: goes},
		"another contact is there":       {names: "References: MAIL", happens: func(w *world) { w.add(w.bert) }, want: begins},
		"another, switched off":          {names: "References: MAIL", happens: func(w *world) { w.add(w.bert); w.change(w.bert, func(u *chat.User) { u.Active = false }) }, want: begins},
		"another contact was there":      {names: "References: MAIL", happens: func(w *world) { w.add(w.bert); w.remove(w.bert) }, want: goes},
		"a strict conversation":          {names: "References: MAIL", happens: func(w *world) { w.shape(chat.Change{Strict: new(true)}) }, want: begins},
		"a conversation that is done":    {names: "References: MAIL", happens: func(w *world) { w.shape(chat.Change{State: new(chat.Done)}) }, want: goes},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.taxTeam()
			s := w.checked(nil, clientsOwn...)
			w.begin(s, others)
			conversation := w.begin(s, hers)
			box := &postbox{}
			stop := w.sender(box)
			w.sends(w.sam, chat.SendRequest{Conversation: conversation, HTML: "We will."})
			mail, berts := w.mailIn(box, w.anna, conversation, 1).MessageID, w.mailIn(box, w.bert, w.conversation, 1).MessageID
			stop()
			w.conversation = conversation
			if c.happens != nil {
				c.happens(w)
			}
			by := w.anna
			if c.by == "bert" {
				by = w.bert
			}
			before := len(w.begun(by))
			named := strings.NewReplacer("HERS", hers, "OTHER", others, "MAIL", mail, "SMALL", strings.ToLower(mail), "BERTS", berts).Replace(c.names)
			for range 2 {
				same(t, "reply", s.talk(t).post(by.Email, written(by.Email, named, "Message-ID: <second@client.example>", "", "One thing more."), tax), "250 2.0.0 OK: stored")
			}
			same(t, "begun, letters in the first", []int{len(w.begun(by)) - before, len(w.letters())}, c.want)
		})
	}
}

func numbered(n int) (ids string) {
	for i := range n {
		ids += fmt.Sprintf("\r\n\t<%d@elsewhere.example>", i)
	}
	return ids
}

// TestGoingOnShowsWhatIsKnown: who answers a mail knows what it told of, as with an answer to their own address; who answers their own letter does not.
func TestGoingOnShowsWhatIsKnown(t *testing.T) {
	t.Parallel()
	for names, want := range map[string]bool{"In-Reply-To: MAIL": false, "In-Reply-To: <hers@client.example>": true} {
		w := newWorld(t)
		w.taxTeam()
		s := w.checked(nil, clientsOwn...)
		conversation := w.begin(s, "<hers@client.example>")
		box := &postbox{}
		w.sender(box)
		w.sends(w.sam, chat.SendRequest{Conversation: conversation, HTML: "We will."})
		names = strings.ReplaceAll(names, "MAIL", w.mailIn(box, w.anna, conversation, 1).MessageID)
		same(t, "reply", s.talk(t).post("anna@client.example", written("anna@client.example", names, "", "One thing more."), tax)[:3], "250")
		same(t, "unread, after "+names[:13], w.begun(w.anna)[0].Standing.Unread(), want)
	}
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
