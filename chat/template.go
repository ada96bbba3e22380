package chat

import (
	"context"
	"strings"
	"time"
)

// Limits of templates.
const (
	MaxTemplate  = 64_000 // bytes of HTML as it comes in
	MaxTemplates = 500    // shared ones of an office, and personal ones of each of its staff

	maxTemplateBytes = 4 << 20 // of their HTML, of the same ones: they are listed together
)

// TemplateGroup says to whom a template is meant to be written.
type TemplateGroup string

// The groups.
const (
	ForClients TemplateGroup = "clients"
	AmongStaff TemplateGroup = "staff"
	General    TemplateGroup = "general"
)

// Template is a canned response (F13), for staff alone. Inserting one never sends.
type Template struct {
	Office    ID
	ID        ID
	Owner     ID // zero: shared by the whole office
	Group     TemplateGroup
	Title     string
	HTML      string // sanitised, with placeholders
	ChangedAt time.Time
}

// TemplateRequest is a template as it is to be.
type TemplateRequest struct {
	Group  TemplateGroup
	Title  string
	HTML   string
	Shared bool
}

var (
	errNoTemplate    = Refuse(NotFound, "There is no such template.")
	errTemplateStaff = Refuse(Forbidden, "Only staff use templates.")
	errTemplateAdmin = Refuse(Forbidden, "Only an owner or admin changes what the whole office shares.")
)

// mayUseTemplates: staff alone. A contact is told no more of a template than that there is none.
func mayUseTemplates(u *User) error {
	if err := mayMessage(u); err != nil {
		return err
	}
	if u.View() != StaffView {
		return errTemplateStaff
	}
	return nil
}

// mayChangeTemplate: one's own, and as owner or admin the shared ones.
func mayChangeTemplate(u *User, shared bool) error {
	if shared && u.Role == Staff {
		return errTemplateAdmin
	}
	return nil
}

// Templates gives the actor's own templates and the shared ones, by title.
func (s *Service) Templates(ctx context.Context, a Actor) (list []Template, err error) {
	err = s.lookAs(ctx, a, func(rd Reader, u *User) error {
		if err := mayUseTemplates(u); err != nil {
			return err
		}
		list, err = rd.Templates(ctx, a.Office, a.User)
		return err
	})
	return list, err
}

// AddTemplate keeps a new template.
func (s *Service) AddTemplate(ctx context.Context, a Actor, r TemplateRequest) (Template, error) {
	t, err := s.template(a, r)
	if err != nil {
		return Template{}, err
	}
	t.ID = s.NewID()
	return t, s.changeTemplates(ctx, a, func(tx Tx) error {
		u, err := templateUser(ctx, tx, a, r.Shared)
		if err != nil {
			return err
		}
		if err := roomForTemplate(ctx, tx, &t, u); err != nil {
			return err
		}
		return s.putTemplate(ctx, tx, t, a)
	})
}

// ChangeTemplate keeps another form of a template.
func (s *Service) ChangeTemplate(ctx context.Context, a Actor, id ID, r TemplateRequest) (Template, error) {
	t, err := s.template(a, r)
	if err != nil {
		return Template{}, err
	}
	t.ID = id
	return t, s.changeTemplates(ctx, a, func(tx Tx) error {
		was, err := s.changeable(ctx, tx, a, id)
		if err != nil {
			return err
		}
		u, err := templateUser(ctx, tx, a, r.Shared)
		if err != nil {
			return err
		}
		if err := roomForTemplate(ctx, tx, &t, u); err != nil {
			return err
		}
		if was.Owner != t.Owner && was.Owner.IsZero() {
			if err := s.note(ctx, tx, a.Office, a.User, ActTemplateDropped, id, "shared no more"); err != nil {
				return err
			}
		}
		return s.putTemplate(ctx, tx, t, a)
	})
}

// DropTemplate takes a template away. What was written with it stays.
func (s *Service) DropTemplate(ctx context.Context, a Actor, id ID) error {
	return s.changeTemplates(ctx, a, func(tx Tx) error {
		was, err := s.changeable(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := tx.DropTemplate(ctx, a.Office, id); err != nil || !was.Owner.IsZero() {
			return err
		}
		return s.note(ctx, tx, a.Office, a.User, ActTemplateDropped, id, "")
	})
}

// changeTemplates runs changes of an office's templates one after the other: how many there are, and that one is still there, is so until the end.
func (s *Service) changeTemplates(ctx context.Context, a Actor, do func(Tx) error) error {
	return s.update(ctx, func(tx Tx) error {
		if err := tx.HoldOffice(ctx, a.Office); err != nil {
			return err
		}
		return do(tx)
	})
}

// template bounds, cleans and checks a template.
func (s *Service) template(a Actor, r TemplateRequest) (Template, error) {
	t := Template{Office: a.Office, Group: r.Group, ChangedAt: s.now()}
	if !r.Shared {
		t.Owner = a.User
	}
	if r.Group != ForClients && r.Group != AmongStaff && r.Group != General {
		return t, Refuse(Invalid, "A template is for clients, staff or general.").About("group")
	}
	if len(r.HTML) > MaxTemplate {
		return t, Refuse(TooLarge, "The template is too long: 64,000 characters with their formatting at most.").About("html")
	}
	var err error
	if t.Title, err = cleanName(r.Title, "title", 100); err != nil {
		return t, err
	}
	text, err := s.clean(r.HTML)
	if err != nil {
		return t, err
	}
	if strings.TrimSpace(text.text) == "" {
		return t, Refuse(Invalid, "The template is empty.").About("html")
	}
	t.HTML = text.html
	return t, checkPlaceholders(text)
}

func templateUser(ctx context.Context, rd Reader, a Actor, shared bool) (*User, error) {
	u, err := rd.User(ctx, a.Office, a.User)
	if err == nil {
		err = mayUseTemplates(u)
	}
	if err == nil {
		err = mayChangeTemplate(u, shared)
	}
	return u, err
}

// readable gives a template that the actor may use.
func readable(ctx context.Context, rd Reader, a Actor, id ID) (*Template, error) {
	t, err := rd.Template(ctx, a.Office, id)
	if KindOf(err) == NotFound || err == nil && (a.View != StaffView || !t.Owner.IsZero() && t.Owner != a.User) {
		return nil, errNoTemplate
	}
	return t, err
}

// changeable gives a template that the actor may change.
func (s *Service) changeable(ctx context.Context, rd Reader, a Actor, id ID) (*Template, error) {
	u, err := rd.User(ctx, a.Office, a.User)
	if err == nil {
		err = mayMessage(u)
	}
	if err != nil {
		return nil, err
	}
	t, err := readable(ctx, rd, a, id)
	if err != nil {
		return nil, err
	}
	return t, mayChangeTemplate(u, t.Owner.IsZero())
}

// roomForTemplate says whether the template fits beside the others of its list.
func roomForTemplate(ctx context.Context, rd Reader, t *Template, u *User) error {
	all, err := rd.Templates(ctx, u.Office, u.ID)
	if err != nil {
		return err
	}
	n, bytes := 0, len(t.HTML)
	for i := range all {
		if all[i].Owner == t.Owner && all[i].ID != t.ID {
			n, bytes = n+1, bytes+len(all[i].HTML)
		}
	}
	switch {
	case n >= MaxTemplates:
		return Refuse(TooLarge, "There are 500 templates already. Remove some first.")
	case bytes > maxTemplateBytes:
		return Refuse(TooLarge, "The templates are too long together. Shorten or remove some first.").About("html")
	}
	return nil
}

// putTemplate writes a template; what the whole office shares is in the audit log (F39).
func (s *Service) putTemplate(ctx context.Context, tx Tx, t Template, a Actor) error {
	if err := tx.PutTemplate(ctx, t); err != nil || !t.Owner.IsZero() {
		return err
	}
	return s.note(ctx, tx, a.Office, a.User, ActTemplateShared, t.ID, "")
}
