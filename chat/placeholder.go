package chat

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Placeholder is what a template may name, to be filled in when it is inserted.
type Placeholder struct {
	Name  string
	About string
	value func(*filling) string // empty: it cannot be filled
}

// Placeholders are all that there are.
func Placeholders() []Placeholder {
	return []Placeholder{
		{"recipient.first_name", "The recipient's first name", func(f *filling) string { return firstName(f.recipient.Name) }},
		{"recipient.name", "The recipient's name", func(f *filling) string { return f.recipient.Name }},
		{"recipient.account", "The recipient's firm or household", func(f *filling) string { return f.account }},
		{"conversation.title", "The conversation's title", func(f *filling) string { return f.title }},
		{"office.name", "Your office's name", func(f *filling) string { return f.office.Name }},
		{"me.first_name", "Your first name", func(f *filling) string { return firstName(f.me.Name) }},
		{"me.name", "Your name", func(f *filling) string { return f.me.Name }},
		{"me.email", "Your address", func(f *filling) string { return f.me.Email }},
		{"date", "The day it is inserted", func(f *filling) string { return f.at.Format("2 January 2006") }},
	}
}

// filling is what placeholders are filled from. With no recipient, or more than one, those that name a recipient stay.
type filling struct {
	office    Office
	me        User
	recipient User
	account   string
	title     string
	at        time.Time
}

var placeholderForm = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// checkPlaceholders says whether all that looks like a placeholder is one, and stands in one piece in the HTML too.
func checkPlaceholders(text formatted) error {
	named := placeholderForm.FindAllStringSubmatch(text.text, -1)
	for _, p := range named {
		if placeholder(p[1]) == nil {
			return Refuse(Invalid, "There is no placeholder {{"+firstCharacters(p[1], 40)+"}}. There are: "+strings.Join(placeholderNames(), "; ")+".").About("html")
		}
	}
	if rest := placeholderForm.ReplaceAllString(text.text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		return Refuse(Invalid, "A placeholder begins with {{ and ends with }}: one of them is missing.").About("html")
	}
	whole := placeholderForm.FindAllStringSubmatch(text.html, -1)
	broken := func(p []string) bool { return placeholder(p[1]) == nil }
	if len(whole) != len(named) || slices.ContainsFunc(whole, broken) {
		return Refuse(Invalid, "Format a placeholder as a whole, or not at all.").About("html")
	}
	return nil
}

func placeholder(name string) *Placeholder {
	all := Placeholders()
	if i := slices.IndexFunc(all, func(p Placeholder) bool { return p.Name == name }); i >= 0 {
		return &all[i]
	}
	return nil
}

// placeholderNames are all of them, as they are offered and as they are written.
func placeholderNames() (names []string) {
	for _, p := range Placeholders() {
		names = append(names, p.About+" {{"+p.Name+"}}")
	}
	return names
}

// fill puts values in place of placeholders. Those that have none stay as they are, for everybody to see, and are named.
func (f *filling) fill(template string) (filled string, unfilled []string) {
	filled = placeholderForm.ReplaceAllStringFunc(template, func(whole string) string {
		name := placeholderForm.FindStringSubmatch(whole)[1]
		if p := placeholder(name); p != nil {
			if value := p.value(f); value != "" {
				return html.EscapeString(value)
			}
		}
		unfilled = append(unfilled, name)
		return whole
	})
	return filled, unique(unfilled)
}

// firstName is the first word of a name that is no title such as Dr.
func firstName(name string) string {
	words := strings.Fields(name)
	for _, word := range words {
		if !strings.HasSuffix(word, ".") {
			return word
		}
	}
	return strings.Join(words, " ")
}
