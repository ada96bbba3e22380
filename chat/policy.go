package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The rules that need no transaction to be told: pure functions, each with its table of cases in the tests.

// mayMessage says whether the user may use conversations at all (F1).
func mayMessage(u *User) error {
	if u == nil || !u.Active {
		return Refuse(Forbidden, "This account is not active. Ask the office.")
	}
	if !u.MayMessage {
		return Refuse(Forbidden, "You do not have the messaging permission. Ask the office.")
	}
	return nil
}

// mayWriteTo says whether the user may start a conversation with the other, or add them to one. Contacts write to staff only, and another
// contact is to them as if there were no such person, in whatever state.
func mayWriteTo(from, to *User) error {
	switch {
	case to == nil || to.Office != from.Office, from.View() == ContactView && to.View() == ContactView:
		return Refuse(NotFound, "One of the people is not in this office.").About("to")
	case mayMessage(to) != nil:
		return Refuse(Conflict, "One of the people cannot be written to at present.").About("to")
	}
	return nil
}

// Spread says how a conversation with contacts of several accounts is meant (F6).
type Spread string

// The spreads.
const (
	PrivateEach Spread = "private" // one private conversation each
	SharedOne   Spread = "shared"  // one conversation, in which all see each other
)

// spread says whether the contacts' accounts ask for a word on how it is meant, and whether that word was given.
func spread(to []*User, said Spread) error {
	accounts := map[ID]bool{}
	for _, u := range to {
		if u.View() == ContactView {
			key := u.Account
			if key.IsZero() {
				key = u.ID // a contact without an account stands for themselves
			}
			accounts[key] = true
		}
	}
	switch {
	case said != "" && said != PrivateEach && said != SharedOne:
		return Refuse(Invalid, "Say private or shared.").About("audience")
	case len(accounts) < 2:
		return nil
	case said == "":
		return Refuse(Invalid, "These contacts belong to different accounts: say private or shared.").About("audience")
	case said == PrivateEach:
		return Refuse(Invalid, "Private conversations with several accounts at once are not offered yet. Start one each, or choose shared.").About("audience")
	}
	return nil
}

// mayRetitle says whether a participant may change title and importance: staff, and who started it (F8).
func mayRetitle(u *User, c *Conversation) error {
	if u.View() == StaffView || c.StartedBy == u.ID {
		return nil
	}
	return Refuse(Forbidden, "Only the office and whoever started the conversation can change its title.")
}

// mayChange says whether a participant may change what is asked.
func mayChange(u *User, c *Conversation, change Change) error {
	if u.View() != StaffView && (change.Assignee != nil || change.State != nil) {
		return Refuse(Forbidden, "Only staff say who answers and how far a conversation is.")
	}
	if u.View() != StaffView && change.Strict != nil {
		return Refuse(Forbidden, "Only staff say what the mail of a conversation may say.")
	}
	if change.Title != nil || change.Important != nil {
		return mayRetitle(u, c)
	}
	return nil
}

// mayInvite says whether the actor may create users of the role.
func mayInvite(u *User, role Role) error {
	switch {
	case !role.Valid():
		return Refuse(Invalid, "A role is owner, admin, staff, client, client_staff or prospect.").About("role")
	case u.View() != StaffView || !u.Active:
		return Refuse(Forbidden, "Only staff can invite people.")
	case role == Owner && u.Role != Owner:
		return Refuse(Forbidden, "Only an owner can invite an owner.")
	case role.View() == StaffView && u.Role == Staff:
		return Refuse(Forbidden, "Only an owner or admin can invite staff.")
	}
	return nil
}

// mayDeactivate says whether the actor may deactivate a user, or bring them back; nil: nobody known, which is told to those alone who may at all.
func mayDeactivate(actor, u *User) error {
	switch {
	case !maySwitch(actor):
		return errMayNotSwitch
	case u == nil:
		return Refuse(NotFound, "There is no such user.")
	case actor.ID == u.ID:
		return Refuse(Forbidden, "You cannot deactivate yourself. Ask another owner or admin.")
	case u.Role == Owner && actor.Role != Owner:
		return Refuse(Forbidden, "Only an owner can deactivate an owner.")
	}
	return nil
}

// maySwitch says whether the actor may deactivate people at all.
func maySwitch(actor *User) bool { return actor.Active && (actor.Role == Owner || actor.Role == Admin) }

var errMayNotSwitch = Refuse(Forbidden, "Only an owner or admin can deactivate people, or bring them back.")

// EffectiveMode is the strictest of what office, account and conversation ask for (F25): never looser than the office.
func EffectiveMode(office Mode, accountStrict, conversationStrict bool) Mode {
	if accountStrict || conversationStrict {
		return Privacy
	}
	return office
}

// Reveals is what a mail may say under a mode.
type Reveals struct {
	Title, Body, Author, Importance, FileNames, Count bool
	Files                                             bool // themselves, and not only links to them
	Answer                                            bool // it can be answered by mail
}

// LetsOut says what a mode lets out of Postern.
func LetsOut(m Mode) Reveals {
	if m == Convenience {
		return Reveals{Title: true, Body: true, Author: true, Importance: true, FileNames: true, Files: true, Count: true, Answer: true}
	}
	return Reveals{}
}

// cleanTitle trims a title and says whether it will do.
func cleanTitle(title string) (string, error) {
	if !utf8.ValidString(title) || strings.ContainsRune(title, 0) {
		return "", Refuse(Invalid, "The title is not valid text.").About("title")
	}
	title = strings.Join(strings.FieldsFunc(straight(title), func(r rune) bool { return unicode.IsSpace(r) || breaks(r) }), " ")
	if !shows(title) {
		title = ""
	}
	switch n := utf8.RuneCountInString(title); {
	case n == 0:
		return "", Refuse(Invalid, "Give the conversation a title.").About("title")
	case n > MaxTitle:
		return "", Refuse(TooLarge, "The title is too long: 200 characters at most.").About("title")
	}
	return title, nil
}

// breaks says whether the character could end a line or a header, or is a control character otherwise.
func breaks(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// turns says whether the character turns the direction of what follows, so that a name could pretend to end otherwise than it does.
func turns(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// straight takes out what turns the direction of the rest.
func straight(s string) string {
	return strings.Map(func(r rune) rune {
		if turns(r) {
			return -1
		}
		return r
	}, s)
}

// shows says whether anything of the text can be seen.
func shows(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// cleanName trims a person's or file's name, and takes out what could make a reader or a program see another one.
func cleanName(name, field string, most int) (string, error) {
	if !utf8.ValidString(name) {
		return "", Refuse(Invalid, "The name is not valid text.").About(field)
	}
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if breaks(r) || turns(r) {
			return -1
		}
		return r
	}, name))
	if !shows(name) {
		return "", Refuse(Invalid, "Give a name.").About(field)
	}
	if utf8.RuneCountInString(name) > most {
		return "", Refuse(TooLarge, "The name is too long.").About(field)
	}
	return name, nil
}
