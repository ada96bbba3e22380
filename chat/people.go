package chat

import "time"

// Office is one practice: the tenant. Its web hosts and its mail domain say which one is meant.
type Office struct {
	ID          ID
	Name        string
	URL         string        // of its web pages, such as https://post.example.org; no slash at the end
	MailDomain  string        // of reply addresses and senders, lower case
	Mode        Mode          // what mail may say
	Grace       time.Duration // how long a recipient has to read before a mail goes, 0 to 60 minutes
	Inbound     bool          // accept answers by mail in privacy mode too (F35)
	TeamLetters bool          // a contact's letter to a team's address starts a conversation with it (F36)
	CreatedAt   time.Time
}

// Mode says what mail reveals (F25). Stricter is lower: the effective mode is the least of office's,
// account's and conversation's.
type Mode int

// The modes.
const (
	Privacy     Mode = iota + 1 // a mail says only that a message waits
	Convenience                 // title and content in the mail, which can be answered
)

var modeNames = map[Mode]string{Privacy: "privacy", Convenience: "convenience"}

// String is the mode's name in SQL and JSON.
func (m Mode) String() string { return modeNames[m] }

// ParseMode reads a mode's name; anything else is [Invalid].
func ParseMode(s string) (Mode, error) {
	for m, name := range modeNames {
		if name == s {
			return m, nil
		}
	}
	return 0, errMode
}

var errMode = Refuse(Invalid, "A mode is privacy or convenience.").About("mode")

// Role says what a user is in the office. Nobody changes between staff and contact.
type Role string

// The roles: three of staff, three of contacts.
const (
	Owner       Role = "owner"
	Admin       Role = "admin"
	Staff       Role = "staff"
	Client      Role = "client"
	ClientStaff Role = "client_staff"
	Prospect    Role = "prospect"
)

// Valid says whether the role is one of ours.
func (r Role) Valid() bool { return r.View() != 0 }

// View is the view that the role has of a conversation, or zero for no role of ours.
func (r Role) View() View {
	switch r {
	case Owner, Admin, Staff:
		return StaffView
	case Client, ClientStaff, Prospect:
		return ContactView
	}
	return 0
}

// View is one of the two ways to look at a conversation.
type View int

// The views.
const (
	StaffView   View = iota + 1 // everything in one's spans
	ContactView                 // messages for all in one's spans; never a trace of the rest
)

// User is a person of an office, staff or contact. Users are deactivated, never merged or deleted.
type User struct {
	Office      ID
	ID          ID
	Role        Role
	Name        string
	Email       string // as written; compared without case
	Account     ID     // contacts: the client firm or household, if any
	Coordinator ID     // contacts: the member of staff responsible, if any
	Active      bool
	MayMessage  bool // the messaging permission (F1)
	BCC         bool // receive a blind copy of mail that goes out for one's messages (F9)
	Strict      bool // the mail to them says only that a message waits, whatever the office says
	Mail        MailTimes
	Signature   [32]byte  // of what stands below their messages (F12); zero: nothing
	ToldRead    time.Time // since when mail tells them that a message of theirs was opened (F21); zero: it does not
	Password    string    // argon2id, PHC string; empty: none set
	CreatedAt   time.Time
}

// View is the user's view of conversations.
func (u *User) View() View { return u.Role.View() }

// withoutPassword is the user for those who only write to them.
func (u *User) withoutPassword() User {
	c := *u
	c.Password = ""
	return c
}

// Person is what others see of a user.
func (u *User) Person() Person { return Person{ID: u.ID, Name: u.Name, View: u.View()} }

// Person is a user as others see one.
type Person struct {
	ID   ID
	Name string
	View View
}

// Account is the client firm or household that contacts belong to.
type Account struct {
	Office   ID
	ID       ID
	Name     string
	Category string
	Tags     []string
	Strict   bool // privacy mode, whatever the office says
}

// Actor is who asks: a signed-in user, or the participant that a letter came from.
type Actor struct {
	Office  ID
	User    ID
	Session ID // zero for a letter
	View    View
}

// Session is one signed-in browser. Only the hash of its token is kept.
type Session struct {
	Office    ID
	ID        ID
	User      ID
	TokenHash [32]byte // SHA-256 of the cookie's token
	Agent     string   // User-Agent at sign-in, cut to 200 bytes
	CreatedAt time.Time
	SeenAt    time.Time // moved at most once a minute
	ExpiresAt time.Time // absolute
	EndedAt   time.Time // zero: it still runs
}

// LinkKind says what a link in a mail is good for.
type LinkKind string

// The kinds of links (F44). Each is single use, and spent only by a POST.
const (
	InviteLink LinkKind = "invite"  // sets the first password
	ResetLink  LinkKind = "reset"   // sets a new password and ends all sessions
	SignInLink LinkKind = "sign_in" // opens a session (the demo's links)
)

// Link is a single-use link. Only the hash of its token is kept.
type Link struct {
	Office    ID
	ID        ID
	User      ID
	Kind      LinkKind
	TokenHash [32]byte
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero: not used
}
