package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/chat"
)

// searches hold the whole search to one meaning: by reading everything that few conversations hold, by the index's tail, and by its segments.
var searches = []test{
	{"among few conversations", func(p *practice) { newArchive(p).check("few") }},
	{"in the tail and the segments of the index", func(p *practice) {
		a := newArchive(p)
		a.others(201) // more than are simply read
		a.check("tail")
		a.seal()
		a.check("sealed")
		a.seal()
		a.check("older segments")
		later := a.send(p.staff, a.tax, "The oven again")
		p.same("across tail and segment", a.find(p.staff, chat.SearchRequest{Text: "oven", Conversation: a.tax}), []string{later, "note", "first"})
		a.seal()
		a.seal()
		p.same("across segments", a.find(p.staff, chat.SearchRequest{Text: "oven", Conversation: a.tax}), []string{later, "note", "first"})
	}},
	{"made again of the messages", func(p *practice) {
		a := newArchive(p)
		a.others(201)
		p.update(func(tx chat.Tx) error { return tx.RefillIndex(p.Context()) })
		p.same("forgotten", a.find(p.staff, chat.SearchRequest{Text: "oven"}), nil)
		a.index()
		a.check("made again")
	}},
	{"how far the index is", func(p *practice) {
		a := newArchive(p)
		state := func() chat.IndexState {
			p.Helper()
			s, err := a.IndexState(p.Context())
			if err != nil {
				p.Fatal(err)
			}
			return s
		}
		if s := state(); s.Tail == 0 || s.Segments != 0 || s.Made() != 1 {
			p.Errorf("at first %+v, %v made", s, s.Made())
		}
		before := state().Tail
		a.seal()
		if s := state(); s.Segments == 0 || s.Tail >= before+6000 {
			p.Errorf("with segments %+v", s)
		}
		p.update(func(tx chat.Tx) error { return tx.RefillIndex(p.Context()) })
		if s := state(); s.Tail != 0 || s.Segments != 0 || s.Made() != 0 {
			p.Errorf("before it is made again %+v, %v made", s, s.Made())
		}
		a.index()
		if s := state(); s.Tail == 0 || s.Made() != 1 {
			p.Errorf("made again %+v, %v made", s, s.Made())
		}
	}},
	{"a step of making it again is one node's", func(p *practice) {
		a := newArchive(p)
		p.update(func(tx chat.Tx) error { return tx.RefillIndex(p.Context()) })
		step := read(p, func(ctx context.Context, r chat.Reader) ([]chat.Message, error) { return r.Refill(ctx, 2) })
		took := func(through chat.ID) (first bool) {
			p.update(func(tx chat.Tx) (err error) {
				first, err = tx.Refilled(p.Context(), through)
				return err
			})
			return first
		}
		p.same("the first, the same again, one behind", []bool{took(step[1].ID), took(step[1].ID), took(step[0].ID)}, []bool{true, false, false})
		if a.index(); took(step[1].ID) {
			p.Error("a step was taken after the end")
		}
	}},
	{"a busy conversation of somebody with few", func(p *practice) {
		a := newArchive(p)
		quiet := a.start(p.bert, "Quiet", p.staff)
		a.fill(p.bert, quiet, 1001) // more than are simply read
		a.check("tail")
		a.seal()
		a.check("sealed")
		p.same("the oldest", len(a.find(p.bert, chat.SearchRequest{Text: "n3x", Conversation: quiet})), 1)
		p.same("others'", a.find(p.bert, chat.SearchRequest{Text: "oven"}), nil)
	}},
}

// archived is some conversations to search, and what their messages are called in tests.
type archived struct {
	*practice
	*chat.Service
	names    map[chat.ID]string
	tax, old chat.ID
	noise    int
	middle   time.Time
}

// sanitizer hands text on as it is.
type sanitizer struct{}

func (sanitizer) Sanitize(html string) (string, string, error) { return html, html, nil }

func newArchive(p *practice) *archived {
	a := &archived{practice: p, names: map[chat.ID]string{}}
	a.Service = chat.New(chat.Parts{Store: p.store, Sanitizer: sanitizer{}, Now: p.now, NewID: newID})
	a.tax = a.start(p.staff, "Tax return 2025", p.anna)
	a.name("first", a.send(p.staff, a.tax, "The Oven's INVOICE, please: Müller & Søn, straße 7"))
	a.name("answer", a.send(p.anna, a.tax, "L'été prochain — naïve Ångström 発票 Ελλάδα ΣΊΣΥΦΟΣ"))
	a.middle = p.now()
	a.name("note", a.note(p.staff, a.tax, "secret oven between us"))
	a.name("file", a.attach(p.anna, a.tax, "see there", "Quarterly_Report-Q3.pdf"))
	a.old = a.start(p.staff, "Élan vital", p.bert)
	a.name("elan", a.send(p.bert, a.old, "invoice invoices invoiced 100% under_score a.b@example.org"))
	return a
}

func (a *archived) check(how string) {
	a.Helper()
	for _, c := range []struct {
		who  chat.User
		text string
		want string // names of entries, newest first
	}{
		{a.staff, "oven", "note"}, {a.anna, "oven", "first"}, {a.bert, "oven", ""}, {a.carl, "oven", ""},
		{a.staff, "OVEN invoice ", "first"}, {a.staff, "invoice", "elan first"}, {a.staff, "invoice ", "elan first"}, {a.staff, "invoices ", "elan"},
		{a.staff, "invo", "elan first"}, {a.staff, "invo ", ""}, {a.staff, "muller", "first"}, {a.staff, "MÜLLER son strasse 7", "first"},
		{a.anna, "ete", "answer"}, {a.anna, "naïve", "answer"}, {a.anna, "naive angstrom ", "answer"}, {a.anna, "票", "answer"}, {a.anna, "発", "answer"},
		{a.anna, "ελλαδα", "answer"}, {a.anna, "σισυφος ", "answer"}, {a.anna, "secret", ""}, {a.staff, "secret", "note"}, {a.anna, "between us", ""},
		{a.anna, "quarterly", "file"}, {a.anna, "report q3 pdf", "file"}, {a.staff, "q3", "file"},
		{a.staff, "tax", "file"}, {a.staff, "tax 2025 oven", "note"}, {a.anna, "tax oven", "first"}, {a.staff, "anna oven", "note"}, {a.staff, "stan oven", "note"},
		{a.staff, "elan", "elan"}, {a.staff, "élan bert client", "elan"}, {a.bert, "elan", "elan"}, {a.anna, "elan", ""},
		{a.staff, "100", "elan"}, {a.staff, "score", "elan"}, {a.staff, "example org", "elan"}, {a.staff, "%", "!"}, {a.staff, "_", "!"}, {a.staff, "nowhere", ""},
	} {
		got := strings.Join(a.find(c.who, chat.SearchRequest{Text: c.text}), " ")
		if got != c.want {
			a.Errorf("%s: %s finds %q by %q, want %q", how, c.who.Name, got, c.text, c.want)
		}
	}
	a.checkFilters(how)
}

func (a *archived) checkFilters(how string) {
	a.Helper()
	for _, c := range []struct {
		what string
		who  chat.User
		ask  chat.SearchRequest
		want []string
	}{
		{"in a conversation", a.staff, chat.SearchRequest{Text: "oven", Conversation: a.tax}, []string{"note", "first"}},
		{"in a conversation, as a contact", a.anna, chat.SearchRequest{Text: "oven", Conversation: a.tax}, []string{"first"}},
		{"in somebody else's conversation", a.bert, chat.SearchRequest{Text: "oven", Conversation: a.tax}, nil},
		{"by author", a.staff, chat.SearchRequest{Author: a.anna.ID, Conversation: a.tax}, []string{"file", "answer"}},
		{"by author and word", a.staff, chat.SearchRequest{Author: a.staff.ID, Text: "oven invoice"}, []string{"first"}},
		{"by an author of others", a.bert, chat.SearchRequest{Author: a.anna.ID}, nil},
		{"with files", a.staff, chat.SearchRequest{Files: true}, []string{"file"}},
		{"since", a.staff, chat.SearchRequest{Text: "oven", From: a.middle}, []string{"note"}},
		{"until", a.staff, chat.SearchRequest{Text: "oven", To: a.middle}, []string{"first"}},
		{"before all", a.staff, chat.SearchRequest{Text: "oven", To: a.from}, nil},
	} {
		a.same(how+": "+c.what, a.find(c.who, c.ask), c.want)
	}
	for _, limit := range []int{1, 2, 3} {
		a.same(how+": by pages", a.findBy(a.staff, chat.SearchRequest{Text: "invo", Limit: limit}), []string{"elan", "first"})
	}
}

// find gives the names of all hits, page by page; "!" for a question that is refused.
func (a *archived) find(who chat.User, r chat.SearchRequest) []string {
	a.Helper()
	r.Limit = 50
	return a.findBy(who, r)
}

func (a *archived) findBy(who chat.User, r chat.SearchRequest) (names []string) {
	a.Helper()
	for {
		page, err := a.Search(a.Context(), chat.Actor{Office: who.Office, User: who.ID, View: who.View()}, r)
		if chat.KindOf(err) == chat.Invalid {
			return []string{"!"}
		}
		if err != nil {
			a.Fatal(err)
		}
		if len(page.Hits) > r.Limit {
			a.Fatalf("a page of %d", len(page.Hits))
		}
		for _, h := range page.Hits {
			name, ok := a.names[h.Message.ID]
			if !ok {
				name = h.Message.ID.String()
			}
			names = append(names, name)
		}
		if r.Next = page.Next; r.Next == "" {
			return names
		}
	}
}

func (a *archived) name(name, id string) {
	parsed, err := chat.ParseID(id)
	if err != nil {
		a.Fatal(err)
	}
	a.names[parsed] = name
}

func actorOf(u chat.User) chat.Actor {
	return chat.Actor{Office: u.Office, User: u.ID, View: u.View()}
}

// start begins a conversation by the use case, with a first message that nobody looks for.
func (a *archived) start(by chat.User, title string, to chat.User) chat.ID {
	a.Helper()
	s, err := a.Start(a.Context(), actorOf(by), chat.StartRequest{To: []chat.ID{to.ID}, Title: title, Key: newID().String(), HTML: "-"})
	if err != nil {
		a.Fatal(err)
	}
	return s.Message.Conversation
}

func (a *archived) post(by chat.User, r chat.SendRequest) string {
	a.Helper()
	r.Key = newID().String()
	s, err := a.Send(a.Context(), actorOf(by), r)
	if err != nil {
		a.Fatal(err)
	}
	return s.Message.ID.String()
}

func (a *archived) send(by chat.User, to chat.ID, text string) string {
	a.Helper()
	return a.post(by, chat.SendRequest{Conversation: to, HTML: text})
}

func (a *archived) note(by chat.User, to chat.ID, text string) string {
	a.Helper()
	return a.post(by, chat.SendRequest{Conversation: to, HTML: text, Note: true})
}

func (a *archived) attach(by chat.User, to chat.ID, text, file string) string {
	a.Helper()
	return a.post(by, chat.SendRequest{Conversation: to, HTML: text, Attachments: []chat.ID{a.upload(by, file).ID}})
}

// others starts so many conversations of staff, all at once.
func (a *archived) others(n int) {
	a.Helper()
	at := a.now()
	for _, err := range each(n, func(i int) error {
		_, err := a.store.Decide(a.Context(), chat.Decision{
			Need: chat.Need{Office: a.office.ID, Actor: a.staff.ID},
			Decide: func(st *chat.State) (chat.Effects, error) {
				return decideStart(st, newID(), numbered("Other", i), at, []chat.User{a.staff}), nil
			},
		})
		return err
	}) {
		if err != nil {
			a.Fatal(err)
		}
	}
}

// fill writes so many messages into a conversation, in one decision.
func (a *archived) fill(by chat.User, conversation chat.ID, n int) {
	a.Helper()
	at := a.now()
	a.decide(chat.Decision{
		Need: chat.Need{Office: a.office.ID, Conversation: conversation, Actor: by.ID},
		Decide: func(st *chat.State) (e chat.Effects, err error) {
			c := st.Thread.Conversation
			for i := range n {
				c.Last = c.Last.Public() + messageStep
				m := chat.Message{
					Office: c.Office, Conversation: c.ID, ID: newID(), Position: c.Last, Kind: chat.Written, Audience: chat.ForAll,
					Author: by.Person(), Via: chat.ViaBrowser, Text: fmt.Sprintf("n%dx", i), At: at, Hash: newHash(),
				}
				e.Messages = append(e.Messages, m)
				e.Searchable = append(e.Searchable, chat.Searchable{
					Office: m.Office, Conversation: m.Conversation, Position: m.Position, Message: m.ID, At: m.At, Words: " " + m.Text + " ",
				})
			}
			c.Newest, c.NewestPublic = c.Last, c.Last
			e.Conversation = &c
			return e, nil
		},
	})
}

// seal puts what nobody in these tests may see behind what there is, until all of that is in segments, and what was put there half.
func (a *archived) seal() {
	a.Helper()
	const many = 6000
	entries := make([]chat.Searchable, many)
	for i := range entries {
		a.noise++
		entries[i] = chat.Searchable{
			Office: a.office.ID, Conversation: newID(), Position: messageStep, Message: newID(), At: a.now(),
			Words: fmt.Sprintf(" oven invoice tax client noise%d ~tax ~client ", a.noise),
		}
	}
	for batch := range slices.Chunk(entries, 500) {
		a.update(func(tx chat.Tx) error { return tx.AddSearchable(a.Context(), batch) })
	}
	if sealed := a.index(); sealed < 4096 || sealed%4096 != 0 {
		a.Fatalf("%d entries were sealed", sealed)
	}
}

// index does all that is to be done to the index.
func (a *archived) index() (entries int) {
	a.Helper()
	for {
		n, err := a.Index(a.Context())
		if err != nil {
			a.Fatal(err)
		}
		if entries += n; n == 0 {
			return entries
		}
	}
}
