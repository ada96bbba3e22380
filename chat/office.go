package chat

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// NewOffice is what an office begins with.
type NewOffice struct {
	Name       string
	URL        string   // of its web pages; its host becomes one of the hosts
	Hosts      []string // further web hosts, without port
	MailDomain string
	Mode       Mode
	Grace      time.Duration
	Inbound    bool
}

// CreateOffice makes an office. For the operator: no actor is asked.
func (s *Service) CreateOffice(ctx context.Context, n NewOffice) (Office, error) {
	o := Office{ID: s.NewID(), Mode: n.Mode, Grace: n.Grace, Inbound: n.Inbound, CreatedAt: s.now()}
	if err := o.name(n.Name, n.URL, n.MailDomain); err != nil {
		return Office{}, err
	}
	if n.Grace < 0 || n.Grace > time.Hour {
		return Office{}, Refuse(Invalid, "The grace time is 0 to 60 minutes.").About("grace")
	}
	if n.Mode != Privacy && n.Mode != Convenience {
		return Office{}, errMode
	}
	err := s.update(ctx, func(tx Tx) error { return s.putOffice(ctx, tx, o, n.Hosts, ActOfficeCreated) })
	return o, err
}

// OfficeNames is what an office goes by; empty: as it was.
type OfficeNames struct {
	Name       string
	URL        string
	Hosts      []string // added: the office answers at those it had, too
	MailDomain string   // answers to mails sent before come to the one it had: they are refused from now on
}

// RenameOffice changes what an office goes by. For the operator: no actor is asked.
func (s *Service) RenameOffice(ctx context.Context, office ID, n OfficeNames) (o Office, err error) {
	err = s.update(ctx, func(tx Tx) error {
		was, err := tx.Office(ctx, office)
		if err != nil {
			return err
		}
		o = *was
		if err := o.name(cmp.Or(n.Name, o.Name), cmp.Or(n.URL, o.URL), cmp.Or(n.MailDomain, o.MailDomain)); err != nil {
			return err
		}
		return s.putOffice(ctx, tx, o, n.Hosts, ActOfficeRenamed)
	})
	return o, err
}

// name gives the office its name, the address of its pages and its mail domain, or says what is wrong with one of them.
func (o *Office) name(name, address, mailDomain string) (err error) {
	if o.Name, err = cleanName(name, "name", 100); err != nil {
		return err
	}
	base, err := url.Parse(address)
	if err != nil || base.Hostname() == "" || base.Scheme != "http" && base.Scheme != "https" || strings.Trim(base.Path, "/") != "" {
		return Refuse(Invalid, "The office's address must be like https://post.example.org.").About("url")
	}
	if !isDomain(mailDomain) {
		return Refuse(Invalid, "The office's mail domain must be like mail.example.org.").About("mail_domain")
	}
	o.URL, o.MailDomain = base.Scheme+"://"+base.Host, strings.ToLower(mailDomain)
	return nil
}

// putOffice writes the office, with the host of its address and further ones.
func (s *Service) putOffice(ctx context.Context, tx Tx, o Office, further []string, act Act) error {
	if err := tx.PutOffice(ctx, o); err != nil {
		return err
	}
	base, err := url.Parse(o.URL)
	if err != nil {
		return err
	}
	for _, host := range unique(strings.Fields(strings.ToLower(base.Hostname() + " " + strings.Join(further, " ")))) {
		if err := tx.PutHost(ctx, o.ID, host); err != nil {
			return err
		}
	}
	return s.note(ctx, tx, o.ID, ID{}, act, o.ID, "")
}

// CreateUser makes a user with a link to sign in by, instead of a mailed invitation. For the operator and the demo.
func (s *Service) CreateUser(ctx context.Context, office ID, in Invitation, kind LinkKind, life time.Duration) (u User, token string, err error) {
	err = s.update(ctx, func(tx Tx) error {
		if u, err = s.addUser(ctx, tx, office, ID{}, in); err != nil {
			return err
		}
		token, err = s.addLink(ctx, tx, &u, kind, life)
		return err
	})
	return u, token, err
}

// CreateLink makes a link for an existing user. For the operator and the demo.
func (s *Service) CreateLink(ctx context.Context, office ID, email string, kind LinkKind, life time.Duration) (token string, err error) {
	err = s.update(ctx, func(tx Tx) error {
		u, err := tx.UserByEmail(ctx, office, email)
		if err == nil {
			token, err = s.addLink(ctx, tx, u, kind, life)
		}
		return err
	})
	return token, err
}

// CreateAccount makes a client firm or household. For the operator and the demo.
func (s *Service) CreateAccount(ctx context.Context, office ID, name string, strict bool) (acc Account, err error) {
	if name, err = cleanName(name, "name", 100); err != nil {
		return Account{}, err
	}
	acc = Account{Office: office, ID: s.NewID(), Name: name, Strict: strict}
	return acc, s.update(ctx, func(tx Tx) error { return tx.PutAccount(ctx, acc) })
}

func (s *Service) addUser(ctx context.Context, tx Tx, office, by ID, in Invitation) (User, error) {
	name, err := cleanName(in.Name, "name", 100)
	if err != nil {
		return User{}, err
	}
	email, err := cleanEmail(in.Email)
	if err != nil {
		return User{}, err
	}
	if !in.Role.Valid() {
		return User{}, Refuse(Invalid, "A role is owner, admin, staff, client, client_staff or prospect.").About("role")
	}
	if !in.Account.IsZero() {
		if in.Role.View() == StaffView {
			return User{}, Refuse(Invalid, "Staff belong to no account.").About("account")
		}
		if _, err := tx.Account(ctx, office, in.Account); err != nil {
			return User{}, err
		}
	}
	u := User{
		Office: office, ID: s.NewID(), Role: in.Role, Name: name, Email: email, Account: in.Account,
		Active: true, MayMessage: true, CreatedAt: s.now(),
	}
	if err := tx.PutUser(ctx, u); err != nil {
		return User{}, err
	}
	if err := s.disown(ctx, tx, office, by, u.Email); err != nil {
		return User{}, err
	}
	return u, s.note(ctx, tx, office, by, ActUserCreated, u.ID, string(in.Role))
}

// cleanEmail takes an address as people have them: one @, a dot within the domain, no spaces or control characters; at most 254 bytes (RFC 5321,
// section 4.5.3.1.3).
func cleanEmail(email string) (string, error) {
	email = strings.TrimSpace(email)
	local, domain, _ := strings.Cut(email, "@")
	if local == "" || !clearOf(local, "") || !isDomain(domain) || !strings.Contains(domain, ".") || len(email) > 254 {
		return "", Refuse(Invalid, "That is not an email address.").About("email")
	}
	return email, nil
}

// isDomain says whether the text can stand after the @ of an address: labels with dots between them.
func isDomain(s string) bool {
	return clearOf(s, "@/") && !slices.Contains(strings.Split(s, "."), "")
}

// clearOf says that the text holds nothing that means something else in an address, nor what cannot be seen.
func clearOf(s, more string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == utf8.RuneError || strings.ContainsRune(`<>()[]\,;:"`+more, r)
	})
}

// OfficeAt is the office that a web host means, without its port; NotFound for a host that is nobody's.
func (s *Service) OfficeAt(ctx context.Context, host string) (o *Office, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		o, err = rd.OfficeByHost(ctx, strings.ToLower(host))
		return err
	})
	return o, err
}

// SetMode switches between privacy and convenience (F25): an owner's decision, confirmed, and in the audit log.
func (s *Service) SetMode(ctx context.Context, a Actor, m Mode, confirmed bool) (o *Office, err error) {
	if m != Privacy && m != Convenience {
		return nil, errMode
	}
	if m == Convenience && !confirmed {
		return nil, Refuse(Invalid, "In convenience mode mails carry titles and messages over the open internet. Confirm that this is allowed for your office.").About("confirm")
	}
	err = s.update(ctx, func(tx Tx) error {
		u, err := tx.User(ctx, a.Office, a.User)
		if err != nil {
			return err
		}
		if u.Role != Owner || !u.Active {
			return Refuse(Forbidden, "Only an owner changes what mails may say.")
		}
		if o, err = tx.Office(ctx, a.Office); err != nil {
			return err
		}
		o.Mode = m
		if err := tx.PutOffice(ctx, *o); err != nil {
			return err
		}
		return s.note(ctx, tx, a.Office, a.User, ActModeChanged, a.Office, m.String())
	})
	return o, err
}

// Me is the actor's own view of themselves.
type Me struct {
	User   User
	Office Office
	Stream Stream
	Undo   time.Duration // how long a send may be undone

	Unsubscribed bool // no notices go to the actor by mail, since they unsubscribed from their digest

	Mode      Mode  // of what goes out to the actor: the office's, or stricter
	MaxUpload int64 // bytes of a file
}

// Me says who the actor is and where their stream stands.
func (s *Service) Me(ctx context.Context, a Actor) (me Me, err error) {
	err = s.Store.View(ctx, func(rd Reader) error {
		u, err := rd.User(ctx, a.Office, a.User)
		if err != nil {
			return err
		}
		o, err := rd.Office(ctx, a.Office)
		if err != nil {
			return err
		}
		me.User, me.Office, me.Undo, me.MaxUpload = *u, *o, s.UndoFor, s.MaxUpload
		if me.Mode, err = ownMode(ctx, rd, o, u); err != nil {
			return err
		}
		suppressed, err := suppressionOf(ctx, rd, u.Office, u.Email)
		if err != nil {
			return err
		}
		me.Unsubscribed = suppressed != nil && suppressed.Cause == Unsubscribed
		me.Stream, err = rd.Stream(ctx, a.User)
		return err
	})
	return me, err
}

// For gives what a view is shown of somebody in the directory.
func (l Listed) For(v View) Listed {
	if v == StaffView {
		l.Password = ""
		return l
	}
	return Listed{User: User{Office: l.Office, ID: l.ID, Role: l.Role, Name: l.Name, Active: l.Active, MayMessage: l.MayMessage}}
}

// Directory lists whom the actor may write to: staff everybody, contacts staff only, never more than a page. Contacts are told names and roles.
func (s *Service) Directory(ctx context.Context, a Actor, prefix string, limit int) ([]Listed, error) {
	return s.directory(ctx, a, PeopleQuery{Prefix: prefix, Limit: limit})
}

// Deactivated lists those who could be reactivated, as Directory does, for those who may.
func (s *Service) Deactivated(ctx context.Context, a Actor, prefix string, limit int) ([]Listed, error) {
	return s.directory(ctx, a, PeopleQuery{Prefix: prefix, Limit: limit, Deactivated: true})
}

func (s *Service) directory(ctx context.Context, a Actor, q PeopleQuery) (people []Listed, err error) {
	q.Office, q.Except, q.Prefix, q.Limit = a.Office, a.User, strings.TrimSpace(q.Prefix), pageSize(q.Limit)
	q.Views, q.NamesOnly = []View{StaffView}, a.View != StaffView // contacts are shown no address, and find none out by trying
	if a.View == StaffView {
		q.Views = append(q.Views, ContactView)
	}
	if len(q.Prefix) > 200 {
		return nil, Refuse(TooLarge, "The search is too long.").About("q")
	}
	err = s.lookAs(ctx, a, func(rd Reader, u *User) error {
		if q.Deactivated && !maySwitch(u) {
			return errMayNotSwitch
		}
		people, err = rd.People(ctx, q)
		return err
	})
	for i := range people {
		people[i] = people[i].For(a.View)
	}
	return people, err
}
