package chat

// Writes is what a group's transaction writes. Conversations and participants are written as Threads has them now.
type Writes struct {
	NewConversations     []ID
	ChangedConversations []ID
	NewParticipants      []Seat
	ChangedParticipants  []Seat
	Spans                []Span // to be inserted, or closed where one with the same After is open
	Messages             []Message
	Searchable           []Searchable
	Withdrawn            []Message // as they are withdrawn now
	Receipts             []Receipt
	Events               []StreamEvent // Badge and At are the store's to fill
	Notices              []Notice
	Letters              []Letter
	Drafts               []SentDraft
	Revoked              []Seat
	Ledger               []LedgerRow
	Audit                []AuditEntry
}

func (w *Writes) add(e Effects) {
	w.Spans = append(w.Spans, e.Spans...)
	w.Messages = append(w.Messages, e.Messages...)
	w.Searchable = append(w.Searchable, e.Searchable...)
	w.Withdrawn = append(w.Withdrawn, e.Withdrawn...)
	w.Receipts = append(w.Receipts, e.Receipts...)
	w.Notices = append(w.Notices, e.Notices...)
	w.Letters = append(w.Letters, e.Letters...)
	w.Drafts = append(w.Drafts, e.Drafts...)
	w.Revoked = append(w.Revoked, e.Revoked...)
	w.Ledger = append(w.Ledger, e.Ledger...)
	w.Audit = append(w.Audit, e.Audit...)
}

// Writes is all that the decisions applied so far want written.
func (g *Group) Writes() *Writes { return &g.out }

// Empty says that there is nothing to write.
func (w *Writes) Empty() bool {
	return len(w.NewConversations)+len(w.ChangedConversations)+len(w.NewParticipants)+len(w.ChangedParticipants)+
		len(w.Spans)+len(w.Messages)+len(w.Withdrawn)+len(w.Receipts)+len(w.Events)+len(w.Notices)+len(w.Letters)+len(w.Drafts)+
		len(w.Revoked)+len(w.Ledger)+len(w.Audit) == 0
}

// note keeps what is to be written of a participant who was like that before, or was not there.
func (g *Group) note(seat Seat, was, is *Participant) {
	cursors, changed := g.cursors[seat]
	switch {
	case changed:
	case was == nil:
		g.out.NewParticipants = append(g.out.NewParticipants, seat)
	default:
		g.out.ChangedParticipants = append(g.out.ChangedParticipants, seat)
	}
	g.cursors[seat] = (cursors || !changed) && was != nil && onlyCursors(*was, *is)
	if is.InBadge() != (was != nil && was.InBadge()) {
		g.recount[seat.User] = true
	}
}

// onlyCursors says whether a participant has changed in nothing but what messages and reading move.
func onlyCursors(from, to Participant) bool {
	from.LastRead, from.Opened, from.NewestOther, from.Newest, from.ActiveAt = to.LastRead, to.Opened, to.NewestOther, to.Newest, to.ActiveAt
	from.MarkedUnread, from.Archived, from.Muted = to.MarkedUnread, to.Archived, to.Muted
	return from == to
}

// Moved says whether, of a changed conversation, only Last, Newest, NewestPublic, ActiveAt, ActivePublic, UnansweredSince and Hash have changed.
func (g *Group) Moved(conversation ID) bool { return g.moved[conversation] }

// OnlyCursors says whether, of a changed participant, only LastRead, Opened, NewestOther, Newest, ActiveAt, MarkedUnread, Archived and
// Muted have changed.
func (g *Group) OnlyCursors(s Seat) bool { return g.cursors[s] }

// Recount are the users whose badge may be another one after the group. Everybody else's is as it was when the group was loaded.
func (g *Group) Recount() map[ID]bool { return g.recount }

// onlyMoved says whether a conversation has changed in nothing but what every entry moves.
func onlyMoved(from, to Conversation) bool {
	from.Last, from.Newest, from.NewestPublic, from.Hash = to.Last, to.Newest, to.NewestPublic, to.Hash
	from.ActiveAt, from.ActivePublic, from.UnansweredSince = to.ActiveAt, to.ActivePublic, to.UnansweredSince
	return from == to
}
