package chat

// Rights is what a user may do at all: what a client offers them. Each use case asks again for itself.
type Rights struct {
	Message  bool // read, write and attach (F1)
	Start    bool // conversations
	Invite   bool // people, of one role or another
	Settings bool // of the office
}

// Rights gives the user's.
func (u *User) Rights() Rights {
	messaging := mayMessage(u) == nil
	return Rights{
		Message:  messaging,
		Start:    messaging,
		Invite:   mayInvite(u, Client) == nil,
		Settings: u.Role == Owner,
	}
}

// Messaging refuses a user without the messaging permission, whatever they ask of conversations (F1): every door asks it
// before reading. What writes asks again, in its transaction.
func (u *User) Messaging() error { return mayMessage(u) }
