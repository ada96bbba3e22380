package wire

import "encoding/json"

// Subprotocol is the WebSocket subprotocol of this version.
const Subprotocol = "postern.v1"

// MaxFrame is the largest frame a client may send, in bytes: a message's body and its wrapping.
const MaxFrame = 384 << 10

// Types of frames from the server. Those of the event log carry a number; hello, reset, ack, error and the passing
// signs do not.
const (
	TypeHello   = "hello"
	TypeReset   = "reset"   // the client's state cannot be continued: load again
	TypeSkipped = "skipped" // an event that today's rights no longer show
	TypeAck     = "ack"
	TypeError   = "error"

	TypeMessageCreated      = "message.created"      // Message
	TypeMessageWithdrawn    = "message.withdrawn"    // Message, without what it said: retracted, or undone and to be forgotten
	TypeConversationJoined  = "conversation.joined"  // Row: one's own, new or again
	TypeConversationChanged = "conversation.changed" // Conversation: title, importance, participants
	TypeConversationLeft    = "conversation.left"    // Left: one's own
	TypeCursorMoved         = "cursor.moved"         // Cursor: one's own
	TypeReceiptCreated      = "receipt.created"      // Receipt
	TypeDraftChanged        = "draft.changed"        // DraftMark: one's own
	TypeDraftGone           = "draft.gone"           // DraftMark: one's own, sent or discarded
	TypeMailChanged         = "mail.changed"         // MailMark: for staff

	TypeTyping  = "typing"  // Sign
	TypeViewing = "viewing" // Sign
)

// Frame is a frame from the server. Behind a slow link several come as one JSON array.
type Frame struct {
	Event int64           `json:"event,omitempty"` // number in the user's stream
	Badge *int            `json:"badge,omitempty"` // with Event: unread conversations after its group
	Type  string          `json:"type"`
	Key   string          `json:"key,omitempty"` // with ack and error: of the client's frame
	Data  json.RawMessage `json:"data,omitempty"`
}

// Hello opens every connection, all of one snapshot.
type Hello struct {
	Epoch    int64  `json:"epoch"`
	Number   int64  `json:"number"` // the head of the stream; events after `since` up to here follow
	Badge    int    `json:"badge"`
	At       string `json:"at"`        // the server's time, RFC 3339
	Resumed  bool   `json:"resumed"`   // false: a reset follows, or no since was given
	SpreadMS int64  `json:"spread_ms"` // the connection lost, come back within so many milliseconds, at random: many others have the same server
}

// Reset tells where the stream stands; the client reloads what it shows.
type Reset struct {
	Epoch  int64 `json:"epoch"`
	Number int64 `json:"number"`
}

// Skipped stands for every event from the frame's predecessor up to the frame's number.
type Skipped struct {
	From int64 `json:"from"` // first number skipped
}

// MailMark says that the fate of a mail changed: ask for the deliveries of the messages that it tells of.
type MailMark struct {
	Conversation string `json:"conversation"`
	Recipient    string `json:"recipient"` // id of whom the mail is for
	Through      string `json:"through"`   // position of the newest message that it tells of
}

// Left says that one is no longer in the conversation.
type Left struct {
	Conversation string `json:"conversation"`
	Vanished     bool   `json:"vanished,omitempty"` // its first message was undone: forget that it was there
}

// Ack answers a send: the message is durable.
type Ack struct {
	ID           string `json:"id"`
	Conversation string `json:"conversation"`
	Position     string `json:"position"`
	At           string `json:"at"` // RFC 3339
}

// Sign is a passing sign: nobody stores it.
type Sign struct {
	Conversation string `json:"conversation"`
	Person       Person `json:"person"`
	Note         bool   `json:"note,omitempty"` // typing an internal note; staff only
	On           bool   `json:"on"`             // false: stopped
}

// Command is a frame from the client. Unknown fields and types are ignored.
type Command struct {
	Type         string   `json:"type"`          // send | read | typing | viewing
	Key          string   `json:"key,omitempty"` // send: idempotency key, 1 to 64 characters; echoed in ack and error
	Conversation string   `json:"conversation"`
	HTML         string   `json:"html,omitempty"`
	Note         bool     `json:"note,omitempty"` // send, typing: internal note
	Important    bool     `json:"important,omitempty"`
	Attachments  []string `json:"attachments,omitempty"`   // ids of uploads
	Secure       *bool    `json:"secure,omitempty"`        // send: mail carries links to the files; false: in convenience mode the files themselves, as far as they fit; absent: true
	Unsigned     bool     `json:"unsigned,omitempty"`      // send: without the author's signature
	Drafted      bool     `json:"drafted,omitempty"`       // send: the key is the id of one's own draft, which goes with the message
	DraftVersion int64    `json:"draft_version,omitempty"` // send, with drafted: the version that is sent; a newer one goes on as a draft of its own
	BCC          *bool    `json:"bcc,omitempty"`           // send: a blind copy of the mail that goes out; absent: as the profile has it
	Position     string   `json:"position,omitempty"`      // read: everything to here was seen
	Opened       bool     `json:"opened,omitempty"`        // read: sent on navigation; clears the marked-unread flag
	On           bool     `json:"on,omitempty"`            // typing, viewing
}
