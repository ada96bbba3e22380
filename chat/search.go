package chat

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"
)

// Bounds of a question.
const (
	maxQuestion  = 200 // characters
	maxAsked     = 12  // words
	usualResults = 30
	maxResults   = 100
)

// SearchRequest asks for what was written (F23). All of its conditions must hold.
type SearchRequest struct {
	// Text is words: each must be in the entry (its text, the names of its files) or about it (the conversation's title, the author's name, the names of
	// contacts in the conversation), without case and accents. Of the last, unless something follows it, the beginning will do.
	Text         string
	Conversation ID // only there, each entry by itself; zero: everywhere, each conversation once
	Author       ID
	Files        bool // with files
	From, To     time.Time
	Next         string // of the page before; empty: the newest
	Limit        int
}

// Hit is what was found: an entry, in the conversation as the asker's lists show it.
type Hit struct {
	Row     Row
	Message Message
	Snippet Marked   // of the text
	Title   Marked   // of the conversation
	Files   []Marked // names of the entry's files that hold a word
}

// HitPage is a page of hits, newest first.
type HitPage struct {
	Hits []Hit
	Next string // empty: the end
}

// Search finds what the actor may read. Nothing of what they may not read decides what they get, in which order, or where a page ends.
func (s *Service) Search(ctx context.Context, a Actor, r SearchRequest) (page HitPage, err error) {
	h, err := newHunt(a, r)
	if err != nil {
		return HitPage{}, err
	}
	err = s.look(ctx, a, func(rd Reader) error {
		h.rd, h.found, h.seen, h.about = rd, nil, map[ID]bool{}, map[ID]*Row{} // a look may run again
		if err := h.run(ctx, r.Next != ""); err != nil {
			return err
		}
		page, err = h.page(ctx)
		return err
	})
	return page, err
}

// hunt is a search under way.
type hunt struct {
	rd    Reader
	actor Actor
	query CandidateQuery
	match matcher
	each  bool // every entry, rather than every conversation once
	limit int  // hits to be found, one more than are shown

	found []hit
	seen  map[ID]bool // conversations that have their hit, on this page or one before
	about map[ID]*Row // conversations, without their newest messages, as the actor sees them
}

type hit struct {
	Candidate
	message *Message
}

func newHunt(a Actor, r SearchRequest) (*hunt, error) {
	h := &hunt{actor: a, each: !r.Conversation.IsZero(), limit: usualResults + 1}
	if r.Limit > 0 {
		h.limit = min(r.Limit, maxResults) + 1
	}
	h.query = CandidateQuery{Office: a.Office, User: a.User, Conversation: r.Conversation, From: r.From, To: r.To}
	if utf8.RuneCountInString(r.Text) > maxQuestion || !utf8.ValidString(r.Text) {
		return nil, Refuse(Invalid, "Search for at most 200 characters.").About("q")
	}
	h.match = matcher{words: wordsAsked(r.Text), author: r.Author, files: r.Files}
	switch {
	case len(h.match.words) > maxAsked:
		return nil, Refuse(Invalid, "Search for at most 12 words.").About("q")
	case len(h.match.words) == 0 && r.Author.IsZero() && !r.Files && r.From.IsZero() && r.To.IsZero():
		return nil, Refuse(Invalid, "Say what to search for.").About("q")
	case !r.To.IsZero() && !r.From.Before(r.To):
		return nil, Refuse(Invalid, "The time ends before it begins.").About("to")
	}
	h.query.All = h.match.terms()
	var err error
	h.query.Before, err = parseCandidate(r.Next)
	return h, err
}

// run goes through the candidates until there are hits enough. goesOn says that pages came before this one.
func (h *hunt) run(ctx context.Context, goesOn bool) error {
	top := h.query.Before
	if !goesOn || h.each {
		top = Candidate{}
	}
	var batch []Candidate
	of := map[ID]bool{}
	for c, err := range h.rd.Candidates(ctx, h.query) {
		if err != nil {
			return err
		}
		if h.seen[c.Conversation] {
			continue
		}
		if of[c.Conversation] = true; len(of) > h.limit || h.each && len(batch) > h.limit {
			if err := h.judge(ctx, batch, top); err != nil || len(h.found) >= h.limit {
				return err
			}
			batch = batch[:0]
			clear(of)
		}
		batch = append(batch, c)
	}
	return h.judge(ctx, batch, top)
}

// judge keeps those candidates that the actor may read and that fit. Conversations that were on a page before, those with a hit newer than top, are left out.
func (h *hunt) judge(ctx context.Context, candidates []Candidate, top Candidate) error {
	if len(candidates) == 0 {
		return nil
	}
	access, err := h.access(ctx, candidates)
	if err != nil {
		return err
	}
	before := len(h.found)
	if err := h.judgeAll(ctx, candidates, access); err != nil {
		return err
	}
	slices.SortFunc(h.found[before:], func(a, b hit) int { return a.Compare(b.Candidate) })
	if top.IsZero() {
		return nil
	}
	return h.leaveOutShown(ctx, before, top)
}

// judgeAll loads of each conversation the newest candidate, and then, where that is no hit, ever more of the older ones.
func (h *hunt) judgeAll(ctx context.Context, candidates []Candidate, access map[ID]Access) error {
	for most := 1; len(candidates) > 0; most *= 4 {
		var now, later []Candidate
		taken := map[ID]int{}
		for _, c := range candidates {
			switch {
			case h.seen[c.Conversation] || !access[c.Conversation].Sees(c.Position, ForAll): // whom it is for is with the message
			case taken[c.Conversation] == most && !h.each:
				later = append(later, c)
			default:
				now = append(now, c)
				taken[c.Conversation]++
			}
		}
		if err := h.judgeThese(ctx, now, access); err != nil {
			return err
		}
		candidates = later
	}
	return nil
}

func (h *hunt) judgeThese(ctx context.Context, candidates []Candidate, access map[ID]Access) error {
	places := make([]MessagePlace, len(candidates))
	for i, c := range candidates {
		places[i] = c.Place()
	}
	messages, err := h.rd.MessagesAt(ctx, h.actor.Office, places)
	if err != nil {
		return err
	}
	if err := h.learn(ctx, places, messages); err != nil {
		return err
	}
	for _, c := range candidates {
		m := messages[c.Place()]
		if h.seen[c.Conversation] || m == nil || !access[c.Conversation].Sees(m.Position, m.Audience) || !h.fits(m) {
			continue
		}
		h.found = append(h.found, hit{c, m})
		h.seen[c.Conversation] = !h.each
	}
	return nil
}

func (h *hunt) access(ctx context.Context, candidates []Candidate) (map[ID]Access, error) {
	var seats []Seat
	for _, c := range candidates {
		seats = append(seats, Seat{c.Conversation, h.actor.User})
	}
	spans, err := h.rd.SpansOf(ctx, h.actor.Office, unique(seats))
	access := make(map[ID]Access, len(spans))
	for seat, list := range spans {
		access[seat.Conversation] = Access{View: h.actor.View, Spans: list}
	}
	return access, err
}

// learn loads what is about the conversations of messages that do not hold every word themselves.
func (h *hunt) learn(ctx context.Context, places []MessagePlace, messages map[MessagePlace]*Message) error {
	var ids []ID
	for _, place := range places {
		if m := messages[place]; m != nil && h.about[place.Conversation] == nil && h.match.needsMore(m) {
			ids = append(ids, place.Conversation)
		}
	}
	rows, err := rowsOf(ctx, h.rd, h.actor, unique(ids), false)
	for i := range rows {
		h.about[rows[i].Conversation.ID] = &rows[i]
	}
	return err
}

func (h *hunt) fits(m *Message) bool {
	if m.Withdrawn != "" {
		return false
	}
	if m.At.Before(h.query.From) || !h.query.To.IsZero() && !m.At.Before(h.query.To) {
		return false
	}
	return h.match.fits(m, h.about[m.Conversation])
}

// leaveOutShown takes away, of the hits from a number on, the conversations that were on a page before: those with a newer hit than the page begins after.
func (h *hunt) leaveOutShown(ctx context.Context, first int, top Candidate) error {
	kept := h.found[:first]
	for _, one := range h.found[first:] {
		newer := hunt{rd: h.rd, actor: h.actor, query: h.query, match: h.match, each: true, limit: 1, seen: map[ID]bool{}, about: h.about}
		newer.query.Conversation, newer.query.Before = one.Conversation, Candidate{}
		newer.query.From = top.At
		if err := newer.run(ctx, false); err != nil {
			return err
		}
		if len(newer.found) == 0 || newer.found[0].Compare(top) > 0 {
			kept = append(kept, one)
		}
	}
	h.found = kept
	return nil
}

// page shows what was found.
func (h *hunt) page(ctx context.Context) (page HitPage, err error) {
	if len(h.found) >= h.limit {
		h.found = h.found[:h.limit-1]
		page.Next = h.found[len(h.found)-1].key()
	}
	var ids []ID
	for _, one := range h.found {
		ids = append(ids, one.Conversation)
	}
	rows, err := rowsOf(ctx, h.rd, h.actor, unique(ids), true)
	if err != nil {
		return page, err
	}
	for _, one := range h.found {
		i := slices.IndexFunc(rows, func(r Row) bool { return r.Conversation.ID == one.Conversation })
		if i >= 0 {
			page.Hits = append(page.Hits, h.match.show(rows[i], one.message.For(h.actor.View)))
		}
	}
	return page, nil
}

// rowsOf gives conversations as the actor's lists have them, with their newest messages or without.
func rowsOf(ctx context.Context, rd Reader, a Actor, conversations []ID, newest bool) ([]Row, error) {
	if len(conversations) == 0 {
		return nil, nil
	}
	var seats []Seat
	for _, id := range conversations {
		seats = append(seats, Seat{id, a.User})
	}
	standings, err := rd.Participants(ctx, a.Office, seats)
	if err != nil {
		return nil, err
	}
	var places []MessagePlace
	for _, p := range standings {
		if newest && p.Newest != 0 {
			places = append(places, MessagePlace{p.Conversation, p.Newest})
		}
	}
	messages, err := rd.MessagesAt(ctx, a.Office, places)
	if err != nil {
		return nil, err
	}
	var seatings []Seating
	for _, seat := range seats {
		if p := standings[seat]; p != nil {
			seatings = append(seatings, Seating{*p, messages[MessagePlace{p.Conversation, p.Newest}]})
		}
	}
	return rows(ctx, rd, a, seatings)
}
