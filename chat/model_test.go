package chat

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// model is a Store in memory: what the databases do, in few words. It holds one lock for everything and leans on the same
// [Group] as they do.
type model struct {
	mu   sync.Mutex
	now  func() time.Time // the database's clock
	kept *records
}

// records is all that is kept. Rows are values and are replaced, never changed in place, so that a clone is a snapshot.
type records struct {
	offices     map[ID]Office
	hosts       map[string]ID
	accounts    map[ID]Account
	users       map[ID]User
	sessions    map[ID]Session
	links       map[ID]Link
	streams     map[ID]Stream // without badges
	events      map[ID][]StreamEvent
	threads     map[ID]*Thread
	messages    map[ID][]Message
	receipts    map[ID][]Receipt
	attachments map[ID]Attachment
	letters     map[ID]Letter
	notices     map[ID]owedNotice
	addresses   map[Seat]ReplyAddress
	drafts      map[draftKey]Draft
	signatures  map[[32]byte]Signature
	templates   map[ID]Template
	mails       map[ID]Mail
	ledger      []LedgerRow
	aliases     []Alias
	signers     []TrustedSigner
	audit       []AuditEntry
	copied      []Copied
	rosters     map[ID]Roster
	chores      map[string]time.Time // when each is due

	suppressions []Suppression
}

type draftKey struct{ author, id ID }

type owedNotice struct {
	Notice
	state NoticeState
	claim Claim

	settledAt time.Time
}

func newModel(now func() time.Time) *model {
	return &model{now: now, kept: &records{
		offices: map[ID]Office{}, hosts: map[string]ID{}, accounts: map[ID]Account{}, users: map[ID]User{}, sessions: map[ID]Session{},
		links: map[ID]Link{}, streams: map[ID]Stream{}, events: map[ID][]StreamEvent{}, threads: map[ID]*Thread{},
		messages: map[ID][]Message{}, receipts: map[ID][]Receipt{}, attachments: map[ID]Attachment{}, letters: map[ID]Letter{},
		notices: map[ID]owedNotice{}, addresses: map[Seat]ReplyAddress{}, mails: map[ID]Mail{},
		drafts: map[draftKey]Draft{}, signatures: map[[32]byte]Signature{}, templates: map[ID]Template{}, rosters: map[ID]Roster{},
		chores: map[string]time.Time{},
	}}
}

func (k *records) clone() *records {
	c := *k
	c.offices, c.hosts, c.accounts, c.users = maps.Clone(k.offices), maps.Clone(k.hosts), maps.Clone(k.accounts), maps.Clone(k.users)
	c.sessions, c.links, c.streams, c.events = maps.Clone(k.sessions), maps.Clone(k.links), maps.Clone(k.streams), maps.Clone(k.events)
	c.threads, c.messages, c.receipts = maps.Clone(k.threads), maps.Clone(k.messages), maps.Clone(k.receipts)
	c.attachments, c.letters, c.notices = maps.Clone(k.attachments), maps.Clone(k.letters), maps.Clone(k.notices)
	c.addresses, c.mails, c.chores, c.rosters = maps.Clone(k.addresses), maps.Clone(k.mails), maps.Clone(k.chores), maps.Clone(k.rosters)
	c.drafts, c.signatures, c.templates = maps.Clone(k.drafts), maps.Clone(k.signatures), maps.Clone(k.templates)
	return &c
}

// Decide is chat.Store's.
func (m *model) Decide(ctx context.Context, d Decision) ([]Told, error) {
	told, errs := m.together(d)
	return told[0], errs[0]
}

// together runs decisions in one group.
func (m *model) together(decisions ...Decision) (told [][]Told, errs []error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var needs []Need
	for _, d := range decisions {
		needs = append(needs, d.Need)
	}
	g := m.kept.load(needs...)
	for i, d := range decisions {
		errs = append(errs, g.Run(i, d))
	}
	m.kept.write(g, m.now())
	for i := range decisions {
		told = append(told, g.Told(i))
	}
	return told, errs
}

// Update is chat.Store's.
func (m *model) Update(ctx context.Context, do func(Tx) error) ([]Told, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	tx := &modelTx{modelReader: modelReader{records: m.kept.clone()}, now: m.now()}
	if err := do(tx); err != nil {
		return nil, err
	}
	m.kept = tx.records
	if tx.group == nil {
		return nil, nil
	}
	return tx.group.AllTold(), nil
}

// View is chat.Store's.
func (m *model) View(ctx context.Context, do func(Reader) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return do(&modelReader{records: m.kept})
}

// Ask is chat.Store's.
func (m *model) Ask(ctx context.Context, ask func(Reader) error) error { return m.View(ctx, ask) }

// Heads is chat.Store's.
func (m *model) Heads(ctx context.Context, users []ID) (map[ID]Place, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	heads := map[ID]Place{}
	for _, id := range users {
		if s, ok := m.kept.streams[id]; ok {
			heads[id] = s.Place
		}
	}
	return heads, nil
}

// Ping is chat.Store's.
func (m *model) Ping(context.Context) error { return nil }

// Close is chat.Store's.
func (m *model) Close() error { return nil }

// load gives a group of copies.
func (k *records) load(needs ...Need) *Group {
	g := NewGroup()
	for _, n := range needs {
		if o, ok := k.offices[n.Office]; ok {
			g.Offices[o.ID] = &o
		}
		users := append([]ID{n.Actor}, n.Users...)
		if t := k.threads[n.Conversation]; t != nil && t.Conversation.Office == n.Office {
			users = append(users, t.Order...)
			if g.Threads[n.Conversation] == nil {
				k.loadThread(g, t)
			}
			k.loadAuthors(g, n, t)
		}
		for _, id := range users {
			if u, ok := k.users[id]; ok && u.Office == n.Office && g.Users[id] == nil {
				s := k.streams[id]
				g.Users[id], g.Streams[id] = &u, &s
			}
		}
		k.loadEarlier(g, n)
	}
	return g
}

func (k *records) loadThread(g *Group, t *Thread) {
	loaded := g.AddThread(t.Conversation)
	for _, id := range t.Order {
		loaded.AddParticipant(*t.Participants[id])
		for _, s := range t.Spans[id] {
			loaded.AddSpan(s)
		}
	}
}

// loadAuthors gives who wrote what the actor is about to read.
func (k *records) loadAuthors(g *Group, n Need, t *Thread) {
	reader := t.Participants[n.Actor]
	if reader == nil || n.ReadTo == 0 {
		return
	}
	type who struct {
		author ID
		to     Audience
	}
	found := map[who]int{}
	for _, m := range k.messages[n.Conversation] {
		if !m.Counts() || m.Withdrawn == Undone || m.Position <= reader.Opened || m.Position > n.ReadTo {
			continue
		}
		i, ok := found[who{m.Author.ID, m.Audience}]
		if !ok {
			i = len(g.Authored)
			found[who{m.Author.ID, m.Audience}] = i
			g.Authored = append(g.Authored, Authored{
				Conversation: n.Conversation, Reader: n.Actor, Author: m.Author.ID, Audience: m.Audience, First: m.Position,
			})
		}
		g.Authored[i].Last = m.Position
	}
}

// loadEarlier gives what was sent, uploaded or taken before.
func (k *records) loadEarlier(g *Group, n Need) {
	if n.Key != "" {
		for _, list := range k.messages {
			for _, m := range list {
				if m.Author.ID == n.Actor && m.Key == n.Key {
					g.Keys[ClientKey{n.Actor, n.Key}] = &m
				}
			}
		}
	}
	for _, id := range n.Uploads {
		if a, ok := k.attachments[id]; ok {
			g.Uploads[id] = &a
		}
	}
	if d, ok := k.drafts[draftKey{n.Actor, n.Draft}]; ok {
		g.Drafts[DraftKey{n.Actor, n.Draft}] = &DraftState{
			Office: d.Office, Author: d.Author, ID: d.ID, Conversation: d.Conversation, Version: d.Version, Gone: d.Gone,
		}
	}
	for _, l := range k.letters {
		if n.Once != nil && l.Once == *n.Once {
			g.Letters[l.Once] = &l
		}
	}
}

// write keeps what the group's decisions want written, and puts the badges into its streams.
func (k *records) write(g *Group, at time.Time) {
	w := g.Writes()
	for _, id := range slices.Concat(w.NewConversations, w.ChangedConversations) {
		k.threads[id] = g.Threads[id]
	}
	for _, seat := range slices.Concat(w.NewParticipants, w.ChangedParticipants) {
		k.threads[seat.Conversation] = g.Threads[seat.Conversation]
	}
	for _, m := range w.Messages {
		if m.Undoable > 0 {
			m.UndoUntil = at.Add(m.Undoable)
		}
		k.messages[m.Conversation] = append(k.messages[m.Conversation], m)
		for _, a := range m.Attachments {
			k.attachments[a.ID] = a
		}
	}
	for _, m := range w.Withdrawn {
		list := slices.Clone(k.messages[m.Conversation])
		list[slices.IndexFunc(list, func(one Message) bool { return one.ID == m.ID })] = m
		k.messages[m.Conversation] = list
	}
	for _, r := range w.Receipts {
		k.receipts[r.Conversation] = append(k.receipts[r.Conversation], r)
	}
	for _, n := range w.Notices {
		n.DueAt = at.Add(n.After)
		k.notices[n.ID] = owedNotice{Notice: n, state: n.State()}
	}
	for _, d := range w.Drafts {
		key := draftKey{d.Author, d.ID}
		if rest, ok := k.drafts[key]; ok && !d.Rest.IsZero() {
			rest.ID, rest.Version = d.Rest, 1
			k.drafts[draftKey{d.Author, d.Rest}] = rest
		}
		k.drafts[key] = Draft{
			Office: d.Office, Author: d.Author, ID: d.ID, Version: k.drafts[key].Version + 1, Conversation: d.Conversation, SavedAt: d.At, Gone: true,
		}
	}
	for _, l := range w.Letters {
		k.letters[l.ID] = l
	}
	for _, seat := range w.Revoked {
		if a, ok := k.addresses[seat]; ok {
			a.Generation++
			k.addresses[seat] = a
		}
	}
	k.ledger, k.audit = append(k.ledger, w.Ledger...), append(k.audit, w.Audit...)
	for id, s := range g.Streams {
		s.Badge = k.badge(id)
		k.streams[id] = Stream{User: id, Place: s.Place}
	}
	for _, e := range w.Events {
		e.At, e.Badge = at, g.Streams[e.User].Badge
		k.events[e.User] = append(k.events[e.User], e)
	}
}

// badge counts the conversations that are unread for the user.
func (k *records) badge(user ID) (n int) {
	for _, t := range k.threads {
		if p := t.Participants[user]; p != nil && p.InBadge() {
			n++
		}
	}
	return n
}
