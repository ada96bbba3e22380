package chat

import "strings"

// maxMentions bounds how many people one message names.
const maxMentions = 100

// mentionMark stands before a mentioned user's id in what the sanitizer gives (package richtext).
const mentionMark = `<span data-mention="`

// mentioned gives the users that sanitised HTML mentions, each once. Text cannot hold the mark: its < is escaped.
func mentioned(html string) (users []ID, err error) {
	for _, rest := range strings.Split(html, mentionMark)[1:] {
		text, _, _ := strings.Cut(rest, `"`)
		id, err := ParseID(text)
		if err != nil {
			return nil, errMention
		}
		users = append(users, id)
	}
	if users = unique(users); len(users) > maxMentions {
		return nil, Refuse(TooLarge, "A message mentions at most 100 people.").About("html")
	}
	return users, nil
}

var errMention = Refuse(Invalid, "Only people who will see the message can be mentioned in it.").About("html")

// mentions gives the people that a message for the audience names. All of them must be in the conversation and see it; of anybody else, nothing
// is said, nor of who in it was shut out: they are no longer told.
func (w *writing) mentions(html string, to Audience) ([]Person, error) {
	ids, err := mentioned(html)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	in := map[ID]Person{}
	for _, u := range w.seats(to) {
		in[u.ID] = u.Person()
	}
	var people []Person
	for _, id := range ids {
		p, ok := in[id]
		if !ok {
			return nil, errMention
		}
		people = append(people, p)
	}
	return people, nil
}

// withoutMentions is sanitised HTML that names nobody by their id: a copy goes to somebody who may not know of them. Mentions are the only spans.
func withoutMentions(html string) string {
	parts := strings.Split(html, mentionMark)
	for i := 1; i < len(parts); i++ {
		_, parts[i], _ = strings.Cut(parts[i], `">`)
	}
	if len(parts) == 1 {
		return html
	}
	return strings.ReplaceAll(strings.Join(parts, ""), "</span>", "")
}
