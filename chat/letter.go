package chat

import "time"

// LetterFate is what became of a letter.
type LetterFate string

// The fates of a letter that was taken.
const (
	LetterPosted      LetterFate = "posted"
	LetterQuarantined LetterFate = "quarantined"
	LetterAutoReply   LetterFate = "auto_reply"
	LetterBounced     LetterFate = "bounced" // a report that a mail of ours will not arrive
	LetterReport      LetterFate = "report"
	LetterDropped     LetterFate = "dropped" // our own mail coming back
)

// Letter is an email received for a participant's reply address, or for the return path of a mail (Reply is zero then), or for a team's, which began its conversation (zero too).
type Letter struct {
	Office       ID
	ID           ID
	Reply        int64
	Conversation ID
	Participant  ID
	Once         [32]byte // hash of reply address, Message-ID and content: the same letter again is the same row
	MessageID    string
	From         string // the header's address
	EnvelopeFrom string
	Peer         string // address of the sending server
	Subject      string
	Class        string
	Auth         string   // what was found out about its author: SPF, DKIM, DMARC; empty: nobody asked
	Signers      []string // domains whose signatures hold
	Fate         LetterFate
	Reason       string
	Entry        ID // message or grey event it became
	RawLetter
	Folded     string // text of what was folded away
	ReceivedAt time.Time

	Decision  LetterDecision // on one in quarantine; empty: none yet
	Trusted   string         // with AcceptTrust: the domain
	DecidedBy ID             // zero: nobody had to, see [ProvenAgain]
	DecidedAt time.Time
}

// RawLetter is a letter as it came, and where that is kept, see [Service.KeepRaw]: in a blob, or in the letter's own row.
type RawLetter struct {
	Raw     [32]byte // hash of the blob; zero: they are in the row
	Content []byte   // on their way into the row; [Reader].LetterContent reads them
	Size    int64
}

// LetterIn is a letter as the mail gateway has read it: what it says and what is to become of it.
type LetterIn struct {
	Letter               // without Office, ID, Conversation, Entry, ReceivedAt
	EnvelopeTo  string   // for the ledger
	HTML        string   // what the person wrote, not yet sanitised
	Attachments []ID     // uploads of the participant, made by TakeFiles
	Answers     []string // Message-IDs that it says it answers, with brackets, the nearest first; as foreign as all of it
}

// Named is a mail or letter whose Message-ID a letter says it answers.
type Named struct {
	MessageID    string   // without brackets
	Kind         MailKind // empty: it is a letter
	Conversation ID
	Newest       Position // newest message that the mail told of; zero: it is a letter
}

// told is the newest message of others' that whoever answers it knows of.
func (n *Named) told() Position {
	if n.Kind != NoticeMail {
		return 0
	}
	return n.Newest
}
