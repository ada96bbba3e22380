package query

import (
	"strings"
	"unicode/utf8"

	"postern/chat"
)

var taken = map[string]string{
	"offices":      "An office has this mail domain already.",
	"office_hosts": "An office has this web host already.",
	"aliases":      "Somebody in the office has this address already.",
	"rosters":      "Another team has this address already.",
	"users":        "Somebody in the office has this email address already.",
}

// Taken is the refusal for a unique constraint of the table that a row ran into: a Conflict.
func Taken(table string) *chat.Error {
	if sentence, ok := taken[table]; ok {
		return chat.Refuse(chat.Conflict, sentence)
	}
	return chat.Refuse(chat.Conflict, "That exists already.")
}

// Unkeepable is the refusal for text that one of the databases cannot keep.
func Unkeepable() *chat.Error {
	return chat.Refuse(chat.Invalid, "Text must be UTF-8 and may not hold the character NUL.")
}

// Keepable says whether both databases give the text back as it is: UTF-8 without NUL.
func Keepable(text string) bool { return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 }

// Unavailable is the refusal while the database is away, busy, full or read-only.
func Unavailable(cause error) *chat.Error {
	return chat.Refuse(chat.Unavailable, "The database cannot be reached just now; try again in a moment.").Because(cause)
}
