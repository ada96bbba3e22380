package chat

import (
	"strings"
	"testing"
)

func TestPlaceholdersAreChecked(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam := p.user(t, "sam", Staff)
	for html, want := range map[string]string{
		"Dear {{recipient.first_name}}": "",
		"Dear {{ recipient.name }}":     "",
		"{ braces } are just braces":    "",
		"Dear {{recipient.nickname}}":   "{{recipient.nickname}}",
		"Dear {{}}":                     "{{}}",
		"Dear {{firm}}":                 "The recipient's firm or household {{recipient.account}}",
		"Dear {{recipient.name":         "missing",
		"Dear recipient.name}}":         "missing",
		"Dear {{{{date}} and {{date}}":  "missing",
	} {
		_, err := p.AddTemplate(t.Context(), actor(sam), TemplateRequest{Group: General, Title: "T", HTML: html})
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || KindOf(err) != Invalid) {
			t.Errorf("%q: %v, want %q", html, err, want)
		}
	}
	if err := checkPlaceholders(formatted{html: "<p>{{<b>date</b>}}</p>", text: "{{date}}"}); KindOf(err) != Invalid {
		t.Errorf("formatted within: %v", err)
	}
}

func TestATemplateIsFilledForOneRecipient(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess, anna, bert := p.user(t, "sam", Staff), p.user(t, "tess", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	sam.Name, anna.Name = "Dr. Sam Sand", "Anna & Söhne"
	p.put(t, *sam)
	p.put(t, *anna)
	const html = "{{recipient.first_name}}|{{recipient.name}}|{{recipient.account}}|{{conversation.title}}|{{office.name}}|{{me.first_name}}|{{me.name}}"
	p.next()
	tpl, err := p.AddTemplate(t.Context(), actor(sam), TemplateRequest{Group: General, Title: "T", HTML: html})
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		conversation ID
		to           []*User
		want         string
		unfilled     int
	}{
		"a contact among staff": {p.started(t, sam, tess, anna), nil, "Anna|Anna &amp; Söhne|{{recipient.account}}|Title|Office|Sam|Dr. Sam Sand", 1},
		"two contacts":          {p.started(t, sam, anna, bert), nil, "{{recipient.first_name}}|{{recipient.name}}|{{recipient.account}}|Title|Office|Sam|Dr. Sam Sand", 3},
		"staff":                 {p.started(t, sam, tess), nil, "tess|tess|{{recipient.account}}|Title|Office|Sam|Dr. Sam Sand", 1},
		"not yet started":       {ID{}, []*User{bert}, "bert|bert|{{recipient.account}}|{{conversation.title}}|Office|Sam|Dr. Sam Sand", 2},
	} {
		f, err := p.FillTemplate(t.Context(), actor(sam), tpl.ID, c.conversation, idsOf(c.to))
		if err != nil || f.HTML != "<p>"+c.want+"</p>" || len(f.Unfilled) != c.unfilled {
			t.Errorf("%s: %+v, %v", what, f, err)
		}
	}
	_, err = p.FillTemplate(t.Context(), actor(sam), tpl.ID, p.started(t, tess, anna), nil)
	refused(t, "a conversation of others", err, NotFound)
}

func TestTemplatesAreForStaffAndTheirOwners(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess, olga, anna := p.user(t, "sam", Staff), p.user(t, "tess", Admin), p.user(t, "olga", Owner), p.user(t, "anna", Client)
	add := func(u *User, shared bool) (Template, error) {
		p.next()
		return p.AddTemplate(t.Context(), actor(u), TemplateRequest{Group: ForClients, Title: u.Name, HTML: "x", Shared: shared})
	}
	own, err := add(sam, false)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := add(tess, true)
	if err != nil {
		t.Fatal(err)
	}
	_, err = add(sam, true)
	refused(t, "staff shares", err, Forbidden)
	_, err = add(anna, false)
	refused(t, "a contact adds", err, Forbidden)
	_, err = p.Templates(t.Context(), actor(anna))
	refused(t, "a contact lists", err, Forbidden)
	for who, n := range map[*User]int{sam: 2, tess: 1, olga: 1} {
		if list, err := p.Templates(t.Context(), actor(who)); err != nil || len(list) != n {
			t.Errorf("%s has %d, %v", who.Name, len(list), err)
		}
	}
	for what, c := range map[string]struct {
		by   *User
		id   ID
		want Kind
	}{
		"another's":           {tess, own.ID, NotFound},
		"staff, a shared one": {sam, shared.ID, Forbidden},
		"a contact":           {anna, shared.ID, NotFound},
		"none":                {olga, ID{1}, NotFound},
	} {
		refused(t, "drop: "+what, p.DropTemplate(t.Context(), actor(c.by), c.id), c.want)
		_, err := p.ChangeTemplate(t.Context(), actor(c.by), c.id, TemplateRequest{Group: General, Title: "T", HTML: "x"})
		refused(t, "change: "+what, err, c.want)
		if c.want == NotFound {
			_, err = p.FillTemplate(t.Context(), actor(c.by), c.id, ID{}, nil)
			refused(t, "fill: "+what, err, NotFound)
		}
	}
	if err := p.DropTemplate(t.Context(), actor(olga), shared.ID); err != nil {
		t.Error(err)
	}
	for what, r := range map[string]TemplateRequest{
		"no group": {Title: "T", HTML: "x"}, "no title": {Group: General, HTML: "x"}, "nothing in it": {Group: General, Title: "T", HTML: " "},
	} {
		_, err := p.AddTemplate(t.Context(), actor(sam), r)
		refused(t, what, err, Invalid)
	}
	_, err = p.AddTemplate(t.Context(), actor(sam), TemplateRequest{Group: General, Title: "T", HTML: strings.Repeat("x", MaxTemplate+1)})
	refused(t, "too long", err, TooLarge)
}

// A template that comes to be shared, or one's own, needs room there like a new one.
func TestChangedTemplatesNeedRoom(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	olga := p.user(t, "olga", Owner)
	own, err := p.AddTemplate(t.Context(), actor(olga), TemplateRequest{Group: General, Title: "T", HTML: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for n := range MaxTemplates {
		id := ID{1, byte(n >> 8), byte(n)}
		p.model.kept.templates[id] = Template{Office: p.office.ID, ID: id, Group: General, Title: "Shared"}
	}
	change := TemplateRequest{Group: General, Title: "T", HTML: "other", Shared: true}
	_, err = p.ChangeTemplate(t.Context(), actor(olga), own.ID, change)
	refused(t, "one too many shared", err, TooLarge)
	change.Shared = false
	if _, err := p.ChangeTemplate(t.Context(), actor(olga), own.ID, change); err != nil {
		t.Errorf("where it was: %v", err)
	}
}

// However few they are, templates are not longer together than can be listed.
func TestTemplatesAreBoundedTogether(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam := p.user(t, "sam", Staff)
	r := TemplateRequest{Group: General, Title: "T", HTML: strings.Repeat("x", MaxTemplate)}
	var last Template
	for range maxTemplateBytes / (MaxTemplate + len("<p></p>")) {
		p.next()
		var err error
		if last, err = p.AddTemplate(t.Context(), actor(sam), r); err != nil {
			t.Fatal(err)
		}
	}
	p.next()
	_, err := p.AddTemplate(t.Context(), actor(sam), r)
	refused(t, "one too many", err, TooLarge)
	if _, err := p.ChangeTemplate(t.Context(), actor(sam), last.ID, r); err != nil {
		t.Errorf("changed where it was: %v", err)
	}
}
