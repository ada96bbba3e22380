package chat

// Need says what a decision must see. The store locks the conversation, its participants and everybody's stream, in that order, and loads.
type Need struct {
	Office       ID
	Conversation ID        // zero: a new one is about to be made
	Actor        ID        // zero: the system
	Spans        bool      // the participants' spans, to open or close one
	Users        []ID      // to be seen beside the participants and the actor, their streams locked too
	Key          string    // the actor's idempotency key; empty: none
	Uploads      []ID      // attachments to be sent
	Draft        ID        // of the actor: whether it was saved since the version that is sent; zero: not needed
	Once         *[32]byte // a letter that may have been taken before
	ReadTo       Position  // who wrote between the actor's receipts and here; zero: not needed
}

// Decision is a use case as a value: what it must see, and a pure function to its effects. Decide may run
// again; it captures its result in its closure, to be looked at after the commit. It must not change what the State shows
// it: a store may keep that for the next decision.
type Decision struct {
	Need   Need
	Decide func(*State) (Effects, error)
}

// Effects is what a decision wants to be so. Rows that change are given as they are to be afterwards.
type Effects struct {
	Conversation *Conversation // new or changed
	Participants []Participant // new or changed
	Spans        []Span        // opened or closed; key: conversation, user, After
	Messages     []Message     // added, their attachments taken
	Searchable   []Searchable  // of messages added
	Withdrawn    []Message     // as they are withdrawn now
	Receipts     []Receipt     // added
	Events       []Event       // told, in this order
	Notices      []Notice      // owed
	Letters      []Letter      // taken
	Drafts       []SentDraft   // that are no more, whether they were ever saved or not
	Revoked      []Seat        // whose reply address gets a new generation
	Ledger       []LedgerRow
	Audit        []AuditEntry
}

// Seat is a user's place in a conversation.
type Seat struct {
	Conversation ID
	User         ID
}

// Empty says that the decision changes nothing.
func (e *Effects) Empty() bool {
	return e.Conversation == nil && len(e.Participants) == 0 && len(e.Spans) == 0 && len(e.Messages) == 0 && len(e.Withdrawn) == 0 &&
		len(e.Receipts) == 0 && len(e.Events) == 0 && len(e.Notices) == 0 && len(e.Letters) == 0 &&
		len(e.Drafts) == 0 && len(e.Revoked) == 0 && len(e.Ledger) == 0 && len(e.Audit) == 0
}
