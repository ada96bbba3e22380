package chat

import "time"

// NoticeKind says why somebody is owed word.
type NoticeKind string

// The kinds of notices.
const (
	MessageNotice NoticeKind = "message" // for a message that its recipient has not read
	MentionNotice NoticeKind = "mention" // for one that names its recipient: owed also where they muted the conversation
	CopyNotice    NoticeKind = "copy"    // the author's blind copy (F9)
	ReadNotice    NoticeKind = "read"    // that somebody opened what its recipient wrote, from Position on (F21)
)

// Notice is a recipient being owed word of a message. A message, a recipient and a kind make at most one.
type Notice struct {
	Office       ID
	ID           ID
	Kind         NoticeKind
	Conversation ID
	Message      ID // zero: of a [ReadNotice]
	Position     Position
	Recipient    ID
	Held         bool          // a copy that waits until a mail tells of its message; the store keeps it as the state
	After        time.Duration // the grace time; it runs from the commit, by the database's clock
	DueAt        time.Time     // the end of it: the store fills it in
	KeptBack     bool          // DueAt is when its recipient wants mail ([MailTimes]), or a digest carries it
	Mail         ID            // that carries it; of one that is owed again: that failed
}

// Noticed is a notice and what became of it.
type Noticed struct {
	Notice
	Became    NoticeState
	SettledAt time.Time // zero: it is not
}

// Answer is a message that came by mail.
type Answer struct {
	Author, Message ID
	At              time.Time
}

// NoticeState is what became of a notice.
type NoticeState string

// The states of a notice.
const (
	NoticeHeld    NoticeState = "held" // a copy of staff's, while no mail has told of its message
	NoticeDue     NoticeState = "due"
	NoticeDropped NoticeState = "dropped" // read in time, left, or no longer allowed
	NoticeMailed  NoticeState = "mailed"  // a mail row carries it

	NoticeSuppressed NoticeState = "suppressed" // no mail goes to its recipient's address
)

// State is the state in which the notice begins.
func (n *Notice) State() NoticeState {
	if n.Held {
		return NoticeHeld
	}
	return NoticeDue
}

// Claim is a worker's short lease on what one recipient is owed in one conversation.
type Claim struct {
	Office       ID
	Recipient    ID
	Conversation ID
	Token        ID        // the fence: only its holder may settle
	Until        time.Time // by the database's clock
}

// MailKind says what a mail is for.
type MailKind string

// The kinds of mails.
const (
	NoticeMail MailKind = "notice"
	CopyMail   MailKind = "copy"   // an author's blind copy
	ReadMail   MailKind = "read"   // that messages of its recipient were opened, from Quoted to Newest
	DeskMail   MailKind = "desk"   // a letter to postmaster or abuse, for an owner; its bytes are wiped as well
	DigestMail MailKind = "digest" // what is owed over all conversations, at the hours that its recipient chose
	LinkMail   MailKind = "link"   // invitation or reset; its bytes are wiped once it is accepted
)

// MailState is what became of a mail.
type MailState string

// The states of a mail.
const (
	MailSending  MailState = "sending"  // a worker has it, until its lease lapses
	MailWaiting  MailState = "waiting"  // to be tried at NextTry
	MailAccepted MailState = "accepted" // the relay said 250
	MailFailed   MailState = "failed"   // refused for good, or tried too long
	MailDropped  MailState = "dropped"  // not sent any more: read meanwhile, no longer allowed, or replaced by one that says less
)

// Mail is one outgoing email to one recipient, with its exact bytes.
type Mail struct {
	Office       ID
	ID           ID
	Kind         MailKind
	Recipient    ID
	Conversation ID         // zero for a digest and a link mail
	Newest       Position   // newest message it tells of
	Quoted       Position   // oldest of the earlier messages that are folded under, or that a [ReadMail] tells of; zero: none
	From, To     string     // envelope
	MessageID    string     // without angle brackets; opaque, one per mail
	Subject      string     // where the mode lets it out, else empty
	Mode         Mode       // what it was composed under
	Raw          []byte     // CRLF line ends
	Enclosed     []Enclosed // files that belong into Raw, in their order: with them these are the exact bytes
	State        MailState
	Attempts     int
	Doubled      int // times it may have gone without our knowing: a lapsed lease was sent again, or the relay's last answer was lost
	NextTry      time.Time
	Token        ID // fence of the current attempt
	Until        time.Time
	QueueID      string // of the relay
	Reason       string // of the last failure
	CreatedAt    time.Time
	SettledAt    time.Time // when the last attempt ended
	Again        ID        // the mail that it is another attempt of, or says less than

	Report       MailReport // what came back for it
	ReportReason string
	ReportedAt   time.Time
}

// MailResult is what an attempt came to.
type MailResult struct {
	State   MailState // accepted, waiting or failed
	Code    int       // SMTP reply code, zero if none was had
	QueueID string
	Reason  string
	Lost    bool          // it was handed over whole, and the answer never came: it may have been taken
	Gone    bool          // with failed: there is no such address, now or later
	Wait    time.Duration // with waiting: until the next try, by the database's clock
	NextTry time.Time     // the end of it: the service fills it in
	Peer    string        // the relay's address
}

// ReplyAddress is what brings an answer back: one a participant and conversation.
type ReplyAddress struct {
	Office       ID
	Reply        int64  // random; with Generation and a MAC it is the local part
	Generation   uint16 // grows when the participant leaves or staff revoke it
	Conversation ID
	User         ID
	Mailed       Position // newest message that a mail to this participant told of
}

// ReplySeat is whom a reply address means, and what bears on whether an answer of theirs may come, and is believed. It is asked for with every letter,
// so all of it is looked up at once.
type ReplySeat struct {
	Office  Office
	Address ReplyAddress
	User    User
	Active  bool // takes part in the conversation
	Trusted bool // there are further addresses of theirs, or domains whose signature counts for them

	ConversationStrict bool
	AccountStrict      bool // an account of somebody who takes part
}

// NoticeFacts is all that a notice mail may be made of. Content is empty in privacy mode, so a composer cannot reveal it.
type NoticeFacts struct {
	Office       Office
	To           User
	Mail         ID
	MessageID    string
	ReplyLocal   string // local part of the reply address
	Mode         Mode
	Conversation ID
	Copy         bool // the recipient's own messages, as others are told of them by mail
	Opened       bool // the recipient's own messages, which somebody opened
	Count        int  // messages that wait; zero in privacy mode
	Content      *MailContent
	PreviousIDs  []string  // Message-IDs of earlier mails to this recipient in this conversation, oldest first: the first of all, and the last ones
	Began        time.Time // when the first of them was made; of the first one: when it is
	At           time.Time
}

// MailContent is what convenience mode adds.
type MailContent struct {
	Title     string
	Subject   string // the title as the recipient's first mail had it: programs thread by it
	Answers   string // Message-ID of the recipient's letter that began the conversation, fit for a header, without brackets; empty: there is none
	Important bool
	Messages  []Message // what is owed, oldest first, as the recipient may see it
	More      int       // messages that wait besides, and are not shown
	Earlier   []Message // those before, oldest first, as the recipient may see them; without files

	Readers []Person // who opened them, where the mail tells of that

	Signatures []Signature // one below each message; without a hash: none

	Enclosed []Attachment // of those messages' files: what travels in the mail itself, in their order
}

// LinkFacts is all that an invitation or reset mail may be made of.
type LinkFacts struct {
	Office Office
	To     User
	Kind   LinkKind
	Mail   ID
	Token  string // the secret, base64url; goes into the link's fragment
	At     time.Time
}

// Composed is a mail ready to send.
type Composed struct {
	From, To string // envelope
	Raw      []byte
	Enclosed []Enclosed
}
