package api

import (
	"net/http"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// officeBody is the office as its people see it.
type officeBody struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Mode string `json:"mode"` // privacy | convenience
}

func officeOf(o chat.Office) officeBody {
	return officeBody{ID: o.ID.String(), Name: o.Name, Mode: o.Mode.String()}
}

type officeRequest struct {
	Mode    string `json:"mode"`
	Confirm bool   `json:"confirm"`
}

// changeOffice switches what mails may say (F25).
func (d *door) changeOffice(w http.ResponseWriter, r *http.Request) error {
	var in officeRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	mode, err := chat.ParseMode(in.Mode)
	if err != nil {
		return err
	}
	office, err := d.Service.SetMode(r.Context(), asker(r).Actor, mode, in.Confirm)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, officeOf(*office))
}

type invitationRequest struct {
	Name    string `json:"name"`
	Email   string `json:"email"`
	Role    string `json:"role"`
	Account string `json:"account"` // contacts only; empty: none
}

// invitationAnswer is the user to be, whose invitation is on its way.
type invitationAnswer struct {
	Person wire.Person `json:"person"`
	Role   string      `json:"role"`
	Email  string      `json:"email"`
	Sent   bool        `json:"sent"` // a mail is made and will be tried
}

// invite creates a user and mails them a link (F44).
func (d *door) invite(w http.ResponseWriter, r *http.Request) error {
	if err := d.limits.invite.take(byUser(r), time.Now()); err != nil {
		return err
	}
	var in invitationRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	invitation := chat.Invitation{Name: in.Name, Email: in.Email, Role: chat.Role(in.Role)}
	if in.Account != "" {
		account, err := parseID(in.Account, "account")
		if err != nil {
			return err
		}
		invitation.Account = account
	}
	u, err := d.Service.Invite(r.Context(), asker(r).Actor, invitation)
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, invitationAnswer{
		Person: wire.PersonOf(u.Person()), Role: string(u.Role), Email: u.Email, Sent: true,
	})
}

type userRequest struct {
	Active    *bool      `json:"active"`
	Role      *chat.Role `json:"role"`
	Messaging *bool      `json:"messaging"`
	Strict    *bool      `json:"strict"`
	Successor string     `json:"successor"` // of a member of staff who goes; empty: whoever is next
}

// userAnswer is a user as those see them who look after people.
type userAnswer struct {
	Person wire.Person `json:"person"`
	Role   string      `json:"role"`
	Email  string      `json:"email"`
	Active bool        `json:"active"`

	Messaging bool         `json:"messaging"` // the messaging permission (F1)
	Strict    bool         `json:"strict"`    // the mail to them says only that a message waits
	Account   *accountBody `json:"account,omitempty"`
	Self      bool         `json:"self,omitempty"` // the asker
}

func userOf(l chat.Listed, asking chat.ID) userAnswer {
	u := userAnswer{
		Person: wire.PersonOf(l.Person()), Role: string(l.Role), Email: l.Email, Active: l.Active, Messaging: l.MayMessage, Strict: l.Strict, Self: l.ID == asking,
	}
	if !l.Account.IsZero() {
		u.Account = &accountBody{ID: l.Account.String(), Name: l.AccountName}
	}
	return u
}

type usersAnswer struct {
	Users []userAnswer `json:"users"`
	Next  string       `json:"next,omitempty"` // for `after`; absent: the end
}

// users lists the office's people for those who look after them.
func (d *door) users(w http.ResponseWriter, r *http.Request) error {
	limit, err := limitOf(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	prefix, err := needText(query.Get("q"), "q")
	if err != nil {
		return err
	}
	wanted := chat.UsersRequest{Prefix: prefix, Next: query.Get("after"), Limit: limit}
	switch query.Get("active") {
	case "", "true":
	case "false":
		wanted.Deactivated = true
	default:
		return errSayActive
	}
	switch query.Get("kind") {
	case "":
	case "staff":
		wanted.Views = []chat.View{chat.StaffView}
	case "contact":
		wanted.Views = []chat.View{chat.ContactView}
	default:
		return chat.Refuse(chat.Invalid, "A kind is staff or contact.").About("kind")
	}
	who := asker(r).Actor
	page, err := d.Service.Users(r.Context(), who, wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, usersAnswer{
		Users: each(page.Users, func(l chat.Listed) userAnswer { return userOf(l, who.User) }), Next: page.Next,
	})
}

var (
	errSayActive = chat.Refuse(chat.Invalid, "Say active: true or false.").About("active")
	errSayWhat   = chat.Refuse(chat.Invalid, "Say active, or role, messaging and strict: what is to be different.").About("active")
)

// changeUser deactivates a user, brings them back, or changes what they may do.
func (d *door) changeUser(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "user")
	if err != nil {
		return err
	}
	var in userRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	u, err := d.changed(r, id, in)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, userOf(chat.Listed{User: u}, chat.ID{}))
}

func (d *door) changed(r *http.Request, id chat.ID, in userRequest) (u chat.User, err error) {
	var successor chat.ID
	if in.Successor != "" {
		if successor, err = parseID(in.Successor, "successor"); err != nil {
			return u, err
		}
	}
	granting := in.Role != nil || in.Messaging != nil || in.Strict != nil
	switch who := asker(r).Actor; {
	case granting == (in.Active != nil):
		return u, errSayWhat
	case granting:
		return d.Service.Grant(r.Context(), who, id, chat.Grants{Role: in.Role, Message: in.Messaging, Strict: in.Strict}, successor)
	case *in.Active:
		return d.Service.Reactivate(r.Context(), who, id)
	default:
		return d.Service.Deactivate(r.Context(), who, id, successor)
	}
}

// listedBody is somebody the asker may write to. Role and account are told to staff alone.
type listedBody struct {
	wire.Person
	Role    string       `json:"role,omitempty"`
	Account *accountBody `json:"account,omitempty"`
}

type accountBody struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type directoryAnswer struct {
	People []listedBody `json:"people"`
}

// directory lists whom the asker may write to, or who is deactivated.
func (d *door) directory(w http.ResponseWriter, r *http.Request) error {
	limit, err := limitOf(r)
	if err != nil {
		return err
	}
	prefix, err := needText(r.URL.Query().Get("q"), "q")
	if err != nil {
		return err
	}
	list := d.Service.Directory
	switch r.URL.Query().Get("active") {
	case "", "true":
	case "false":
		list = d.Service.Deactivated
	default:
		return errSayActive
	}
	who := asker(r).Actor
	found, err := list(r.Context(), who, prefix, limit)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, directoryAnswer{each(found, func(l chat.Listed) listedBody { return listedOf(l, who.View) })})
}

func listedOf(l chat.Listed, to chat.View) listedBody {
	body := listedBody{Person: wire.PersonOf(l.Person())}
	if to != chat.StaffView {
		return body
	}
	body.Role = string(l.Role)
	if !l.Account.IsZero() {
		body.Account = &accountBody{ID: l.Account.String(), Name: l.AccountName}
	}
	return body
}
