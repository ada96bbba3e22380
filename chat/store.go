package chat

import (
	"context"
	"time"
)

// Store is what is remembered: PostgreSQL or SQLite, one meaning (store/storetest holds both to it).
// Errors are refusals of this package ([Unavailable] when the database is away or busy, [Conflict]
// where a unique key is taken, [Invalid] for text that is not UTF-8 or holds NUL) or internal. No method returns before what it promises is durable.
// What is run by it, a decision or the closure of an Update, View or Ask, must not ask the store itself: it would wait for its own transaction.
type Store interface {
	// Decide runs a decision in a transaction, together with those of other callers where that is cheaper, each as if alone
	// and one after the other. Its events come back with their numbers. When the answer to a commit was lost, the error is Unavailable
	// and the same decision with the same key may be run again.
	Decide(context.Context, Decision) ([]Told, error)

	// Update runs what touches more than one conversation or must look further than it named, in a transaction of its
	// own; the closure may run again.
	Update(context.Context, func(Tx) error) ([]Told, error)

	// View reads in one snapshot.
	View(context.Context, func(Reader) error) error

	// Ask is View for who has one question, or several whose answers need not be of one moment: each has a snapshot of its own. The closure may run again.
	Ask(context.Context, func(Reader) error) error

	// Heads gives the streams' heads of many users at once, without badges; users without a stream are left out.
	Heads(context.Context, []ID) (map[ID]Place, error)

	// Ping says whether the database answers and takes writes.
	Ping(context.Context) error
	Close() error
}

// Reader is what can be asked, within one snapshot but for [Store].Ask. A single thing that is not there is a NotFound refusal.
type Reader interface {
	Many
	Index

	Office(context.Context, ID) (*Office, error)
	OfficeByHost(ctx context.Context, host string) (*Office, error) // host without port, lower case
	OfficeByMailDomain(ctx context.Context, domain string) (*Office, error)
	Offices(context.Context) ([]Office, error)

	User(ctx context.Context, office, user ID) (*User, error)
	UserByEmail(ctx context.Context, office ID, email string) (*User, error) // without case
	Users(ctx context.Context, office ID, users []ID) (map[ID]*User, error)
	People(context.Context, PeopleQuery) ([]Listed, error) // by name
	// Owners gives the office's active owners, the longest there first.
	Owners(ctx context.Context, office ID) ([]User, error)
	// SoleStaff gives, by id, at most limit conversations with contacts in them where the user is in, and no other active staff who may message.
	SoleStaff(ctx context.Context, office, user ID, limit int) ([]ID, error)
	// Assigned gives, by id, at most limit conversations that the user is in and is to answer.
	Assigned(ctx context.Context, office, user ID, limit int) ([]ID, error)
	Account(ctx context.Context, office, account ID) (*Account, error)

	Session(ctx context.Context, tokenHash [32]byte) (*Session, error)
	Sessions(ctx context.Context, office, user ID) ([]Session, error) // running ones, newest first
	Link(ctx context.Context, tokenHash [32]byte) (*Link, error)

	Stream(ctx context.Context, user ID) (Stream, error) // badge counted from the cursors
	// Events gives what follows After in the user's stream, in order, at most limit rows; oldest is the first number still kept (head + 1: none).
	Events(ctx context.Context, user ID, after int64, limit int) (events []StreamEvent, oldest int64, err error)

	// Summaries gives conversations of one office with their people; those that do not exist are left out.
	Summaries(ctx context.Context, office ID, conversations []ID) (map[ID]*Summary, error)
	// Present gives who is in a conversation now, of these views, nil: of any; by id. Nobody, when it does not exist.
	Present(ctx context.Context, office, conversation ID, views []View) ([]ID, error)
	// Spans gives the user's spans, by conversation, oldest first.
	Spans(ctx context.Context, office, user ID, conversations []ID) (map[ID][]Span, error)
	Rows(context.Context, RowQuery) ([]Seating, error)
	OfficeConversations(context.Context, OfficeQuery) ([]ID, error)
	Messages(context.Context, MessageQuery) ([]Message, error)
	// Withdrawn says whether a message of a conversation was taken back, undone or retracted.
	Withdrawn(context.Context, WithdrawnQuery) (bool, error)
	// Unseen counts, for each cursor, what is past it and makes its conversation unread.
	Unseen(context.Context, UnseenQuery) (map[ID]int, error)
	// MessagesAt gives single messages by their places, with attachments; those that do not exist are left out.
	MessagesAt(ctx context.Context, office ID, places []MessagePlace) (map[MessagePlace]*Message, error)
	Message(ctx context.Context, office, message ID) (*Message, error)
	// Untold gives what the author wrote for all in a conversation, from a place on and not taken back, that no [ReadMail] tells of, oldest first.
	Untold(ctx context.Context, office, conversation, author ID, from Position, limit int) ([]Position, error)
	// Receipts gives the receipts that overlap a stretch of a conversation, oldest first.
	Receipts(ctx context.Context, office, conversation ID, after, through Position) ([]ReceiptShown, error)
	Attachment(ctx context.Context, office, attachment ID) (*Attachment, error)
	// Copies gives the copies of a conversation, by the names of their contacts.
	Copies(ctx context.Context, office, conversation ID) ([]CopyMade, error)
	// Rosters gives those of the ids, nil: all of the office's, by name. Members are who can be written to.
	Rosters(ctx context.Context, office ID, ids []ID) ([]Roster, error)
	// RosterAt gives the roster with an address, a local part in lower case; without its members.
	RosterAt(ctx context.Context, office ID, address string) (*Roster, error)

	Template(ctx context.Context, office, template ID) (*Template, error)
	Templates(ctx context.Context, office, owner ID) ([]Template, error) // shared ones and the owner's, by title
	Signature(ctx context.Context, office ID, hash [32]byte) (*Signature, error)
	// Draft gives a draft, also one that is gone; Drafts those of an author that are not, without their HTML, saved last first.
	Draft(ctx context.Context, office, author, draft ID) (*Draft, error)
	Drafts(ctx context.Context, office, author ID, limit int) ([]Draft, error)

	ReplySeat(ctx context.Context, reply int64) (*ReplySeat, error)
	// Letter gives a letter without its Content; LetterContent gives that.
	Letter(ctx context.Context, office, letter ID) (*Letter, error)
	LetterContent(ctx context.Context, office, letter ID) ([]byte, error)
	// Named gives, of so many Message-IDs without brackets, those of mails that a user was sent of a conversation, and of letters of theirs to a team that were posted.
	Named(ctx context.Context, office, user ID, messageIDs []string) ([]Named, error)
	// Aliases gives a user's further addresses; Alias the one of an address in lower case; TrustedSigners who may sign for a user.
	Aliases(ctx context.Context, office, user ID) ([]Alias, error)
	Alias(ctx context.Context, office ID, address string) (*Alias, error)
	TrustedSigners(ctx context.Context, office, user ID) ([]TrustedSigner, error)
	Mail(ctx context.Context, office, mail ID) (*Mail, error)
	Mails(ctx context.Context, office, recipient, conversation ID, limit int) ([]Mail, error) // newest first, without Raw; a zero conversation: any
	ToldRead(ctx context.Context, office ID) ([]User, error)                                  // those whom mail tells that a message of theirs was opened, by name
	FirstMail(ctx context.Context, office ID, recipient, conversation ID) (*Mail, error)      // the first that was neither dropped nor refused, without Raw
	Ledger(context.Context, LedgerQuery) ([]LedgerRow, error)
	Audit(ctx context.Context, office ID, before time.Time, limit int) ([]AuditEntry, error) // newest first
	Notices(ctx context.Context, office, recipient, conversation ID) ([]Notice, error)       // those not settled, oldest first
	// NoticesOf gives every notice of the message at a place but copies, settled or not, by recipient; of a recipient's two the mention.
	NoticesOf(ctx context.Context, office, conversation ID, at Position) ([]Noticed, error)
	// CopyOwed says whether the author of the message at a place is owed a copy of the mail that goes out, held or due.
	CopyOwed(ctx context.Context, office, conversation ID, at Position) (bool, error)
	MailsByID(ctx context.Context, office ID, mails []ID) ([]Mail, error) // without Raw; those that do not exist are left out
	// Carried gives the places of the messages that the mail told of, as long as no other mail carries them.
	Carried(context.Context, Mail) ([]Position, error)
	// Digested gives the notices that a digest carries, conversation by conversation, oldest first.
	Digested(context.Context, Mail) ([]Notice, error)
	// Answers gives what was posted by mail in a conversation after a place, and stands, oldest first.
	Answers(ctx context.Context, office, conversation ID, after Position, limit int) ([]Answer, error)
	Suppression(ctx context.Context, office ID, address string) (*Suppression, error) // of an address in lower case
	Suppressions(ctx context.Context, office ID, limit int) ([]Suppression, error)    // latest first

	// InUse says whether any attachment or letter has the content.
	InUse(context.Context, Content) (bool, error)
}

// Tx is a transaction that may write.
type Tx interface {
	Reader
	IndexTx
	// Now is the database's clock: the one that leases run by.
	Now(context.Context) (time.Time, error)

	// Load locks and loads what the needs name, in the one order of locks; Write writes what was applied to it.
	// Update hands the group's events to its caller. Load at most once in a transaction.
	Load(context.Context, ...Need) (*Group, error)
	Write(context.Context, *Group) error

	PutOffice(context.Context, Office) error
	PutHost(ctx context.Context, office ID, host string) error
	PutAccount(context.Context, Account) error
	PutUser(context.Context, User) error // new with its stream, or changed; Conflict when the address is taken
	// HoldOffice lets no other transaction that holds the office run until this one has ended. To be called before anything else is locked.
	HoldOffice(ctx context.Context, office ID) error
	SetBCC(ctx context.Context, office, user ID, bcc bool) error
	SetStrict(ctx context.Context, office, user ID, strict bool) error
	SetToldRead(ctx context.Context, office, user ID, since time.Time) error
	// HoldMailTimes gives when a user wants mail, and lets nobody else hold or set it until the transaction has ended. To be called before notices are locked.
	HoldMailTimes(ctx context.Context, office, user ID) (MailTimes, error)
	SetMailTimes(ctx context.Context, office, user ID, t MailTimes) error
	SetRights(ctx context.Context, office, user ID, role Role, mayMessage bool) error
	SetActive(ctx context.Context, office, user ID, active bool) (bool, error) // false: so it was, or there is no such user
	SetPassword(ctx context.Context, office, user ID, hash string) error
	// RenewEpoch gives the user's stream another epoch: what clients have of it cannot be continued.
	RenewEpoch(ctx context.Context, user ID) error
	AddSession(context.Context, Session) error
	TouchSessions(ctx context.Context, ids []ID, at time.Time) error
	EndSession(ctx context.Context, office, id ID, at time.Time) (bool, error) // false: it had ended
	AddLink(context.Context, Link) error
	UseLink(ctx context.Context, id ID, at time.Time) (bool, error)      // false: it was used
	SpendLinks(ctx context.Context, office, user ID, at time.Time) error // all of the user's that were not used
	AddUpload(context.Context, Attachment) error                         // Conflict when the id is taken
	Scanned(ctx context.Context, office, attachment ID, s Scan) error
	PutTemplate(context.Context, Template) error
	DropTemplate(ctx context.Context, office, template ID) error
	// Sign keeps a signature, if there is none with that content, and names it as the user's from now on; one without a hash: none.
	Sign(ctx context.Context, user ID, s Signature) error
	// PutDraft writes a draft that is new or changed, with the order of its files. A file that is in a draft is not dropped.
	PutDraft(context.Context, Draft) error
	AddCopied(context.Context, []Copied) error
	// PutRoster makes a roster, or gives the one of that name and office, whatever its kind, this kind and these members; its id.
	PutRoster(context.Context, Roster) (ID, error)
	// SetRosterAddress gives a roster an address, or with none takes it away; Conflict when another roster of the office has it. PutRoster leaves it.
	SetRosterAddress(ctx context.Context, office, roster ID, address string) error
	AddAudit(context.Context, AuditEntry) error
	AddLedger(context.Context, LedgerRow) error

	// ClaimNotices leases at most limit pairs of recipient and conversation, whose oldest notice, but for what is kept back for later, is due at the database's now and leased by
	// nobody; the longest due first. The lease is on all that the pair is owed by then, due or not, so that one mail tells of it.
	ClaimNotices(ctx context.Context, token ID, until time.Time, limit int) ([]Claim, error)
	// Owed gives the claim's notices, oldest first, or none when the lease is no longer held.
	Owed(context.Context, Claim) ([]Notice, error)
	// PostponeNotices gives a claim up, and has nothing that it holds be due before that time.
	PostponeNotices(ctx context.Context, c Claim, due time.Time) error
	// KeepBack gives a claim up, and has all that it holds and would be due by then be due at that time, kept back. What is due later may still be undone then, and what was
	// kept back for a time to come stays for that.
	KeepBack(ctx context.Context, c Claim, due time.Time) error
	// OwedTogether gives, with the claim's notices, all that the recipient is owed in the conversations, limit at most, in which something kept back is due by the database's
	// now, conversation by conversation, oldest first; nothing of the claim's when its lease is no longer held. Two who ask for the same recipient's wait for each other.
	OwedTogether(ctx context.Context, c Claim, limit int) ([]Notice, error)
	// SettleTogether settles notices of many conversations as carried by a digest, and marks them as kept back. Otherwise as SettleNotices.
	SettleTogether(ctx context.Context, notices []ID, mail ID) error
	// Recall lets what is kept back of a recipient's be due that long after the database's now at the latest, as if it had not been.
	Recall(ctx context.Context, office, recipient ID, after time.Duration) error
	// SettleNotices is a Conflict when one of them was settled before. After [Tx.Owed] in the same transaction they are held.
	SettleNotices(ctx context.Context, notices []ID, to NoticeState, mail ID) error
	// ReleaseCopies makes due, by the database's now, the copies that are held of messages at the positions.
	ReleaseCopies(ctx context.Context, office, conversation ID, positions []Position) error
	// AddressFor gives the participant's reply address, made with the given number if there is none yet; Conflict when another
	// seat has the number.
	AddressFor(ctx context.Context, office, conversation, user ID, reply int64) (*ReplyAddress, error)
	// DecideLetter keeps what staff decided on a letter; AddAlias is a Conflict when the address is somebody's alias already.
	DecideLetter(context.Context, Letter) error
	AddAlias(context.Context, Alias) error
	TrustSigner(context.Context, TrustedSigner) error
	// DropAlias and DropSigner take back, and say whether there was anything.
	DropAlias(ctx context.Context, office, user ID, address string) (bool, error)
	DropSigner(ctx context.Context, office, user ID, domain string) (bool, error)
	MarkMailed(ctx context.Context, reply int64, newest Position) error
	AddMail(context.Context, Mail) error
	// ClaimMails leases mails that wait and are due, and those whose sender's lease lapsed (their Doubled grows).
	ClaimMails(ctx context.Context, token ID, until time.Time, limit int) ([]Mail, error)
	// FinishMail settles an attempt, if the token still holds it; wipe empties Raw.
	FinishMail(ctx context.Context, office, mail, token ID, r MailResult, wipe bool) (bool, error)
	ReportMail(ctx context.Context, office, mail ID, r MailReport, reason string, at time.Time) error
	// OweAgain makes due, by the database's now, what the mail carried, and says how many notices that are; they keep its id until another carries them.
	OweAgain(context.Context, Mail) (int64, error)
	// CarryOver has another mail carry what the mail carried.
	CarryOver(ctx context.Context, from Mail, to ID) error
	// Suppress is a Conflict when the address is suppressed already; ClearSuppression false when it is not.
	Suppress(context.Context, Suppression) error
	ClearSuppression(ctx context.Context, office, id ID) (bool, error)

	// Due says to one caller that a chore is due by the database's now; it is due again at next.
	Due(ctx context.Context, chore string, next time.Time) (bool, error)
	// TrimStreams takes events of before a time from the beginnings of streams, at most each of one stream: of the first users by id past after. It
	// gives the last of them, or zero when there are none, and how many events went.
	TrimStreams(ctx context.Context, after ID, users int, before time.Time, each int) (last ID, trimmed int64, err error)
	// DropDrafts takes away at most limit drafts that nobody touched since a time, and those that are gone since another.
	DropDrafts(ctx context.Context, untouched, gone time.Time, limit int) (int64, error)
	// DropUploads takes away at most limit uploads that were made before a time, never sent and are in no draft, and gives their contents.
	DropUploads(ctx context.Context, before time.Time, limit int) ([]Content, error)
	DropSessions(ctx context.Context, before time.Time, limit int) (int64, error) // that ended or expired before
	DropLinks(ctx context.Context, before time.Time, limit int) (int64, error)    // that were used or expired before
}

// PeopleQuery asks the directory.
type PeopleQuery struct {
	Office ID
	Views  []View // which people
	Prefix string // of any word of the name, or of the address; empty: everybody
	Except ID     // the asker
	Limit  int

	Deactivated bool // those, and not the active ones
	NamesOnly   bool // nobody is found by their address

	AfterName string // without a prefix: those after this name and id; empty: from the first
	AfterID   ID
	Among     []ID // these, active or not, of whatever view and however found; nil: not asked for
}

// Listed is a user in the directory.
type Listed struct {
	User
	AccountName string
}

// List is one of the lists of conversations (F22).
type List string

// The lists.
const (
	Inbox     List = "inbox"
	Unread    List = "unread"
	Important List = "important"
	Mine      List = "mine"       // to be answered by the user, and not done; for staff
	NoOnes    List = "unassigned" // to be answered by nobody yet, and not done; for staff
	Archived  List = "archived"
	Deleted   List = "deleted"
	Recent    List = "recent" // all there are, archived or not, but for those deleted
)

// RowQuery asks for one list of one user, ordered by the participant's ActiveAt, then by the conversation's id, both
// descending; keyset paging. Inbox and Unread leave out archived and deleted rows; Archived and Deleted have only those.
type RowQuery struct {
	Office       ID
	User         ID
	List         List
	Conversation ID        // just this one, whatever list; zero: the list
	Unanswered   time.Time // those in which a contact has waited since then or longer; zero: any
	BeforeAt     time.Time // zero: from the top
	BeforeID     ID
	Limit        int
}

// Seating is one user's own row in a list, before its conversation is put to it.
type Seating struct {
	Participant
	Preview *Message // the message at Participant.Newest, with attachments; nil: none yet
}

// MessageQuery asks for a stretch of a conversation, within what the viewer may read; answers ascend by position.
type MessageQuery struct {
	Office       ID
	Conversation ID
	Access       Access
	Forward      bool     // those after After, the first Limit; otherwise those before Before, the last Limit
	After        Position // with Forward
	Before       Position // without; zero: the newest
	Limit        int
	Undone       bool // with what was undone: for the record alone, never for a viewer
}

// UnseenQuery asks how much a user has not seen of conversations they are in: past each cursor, entries by others that count (a letter held back is the only
// event that does; staff do not count what was copied).
type UnseenQuery struct {
	Office, User ID
	View         View
	Cursors      []MessagePlace // one for each conversation
	Look         int            // no more than so many entries past each are looked at
}

// MessagePlace names a message by its place.
type MessagePlace struct {
	Conversation ID
	Position     Position
}
