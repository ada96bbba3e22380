package api

import (
	"net/http"
	"strconv"

	"github.com/gorilla/mux"

	"postern/api/session"
	"postern/chat"
)

// asker is who asks; only for handlers of routes that need somebody.
func asker(r *http.Request) session.Asker {
	a, _ := session.Of(r.Context())
	return a
}

// pathID reads an id of the path.
func pathID(r *http.Request, name string) (chat.ID, error) { return parseID(mux.Vars(r)[name], name) }

// pathMessage is the message that a path names in its conversation.
func pathMessage(r *http.Request) (conversation, message chat.ID, err error) {
	if conversation, err = pathID(r, "conversation"); err == nil {
		message, err = pathID(r, "message")
	}
	return conversation, message, err
}

func parseID(text, field string) (chat.ID, error) {
	id, err := chat.ParseID(text)
	if err != nil {
		return chat.ID{}, chat.Refuse(chat.Invalid, "That is not an id.").About(field)
	}
	return id, nil
}

func parseIDs(texts []string, field string) ([]chat.ID, error) {
	ids := make([]chat.ID, len(texts))
	for i, text := range texts {
		id, err := parseID(text, field)
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, nil
}

func parsePosition(text, field string) (chat.Position, error) {
	p, err := chat.ParsePosition(text)
	if err != nil {
		return 0, chat.Refuse(chat.Invalid, "That is not a position in a conversation.").About(field)
	}
	return p, nil
}

// limitOf reads the wish for a page's length; zero: none was said.
func limitOf(r *http.Request) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, chat.Refuse(chat.Invalid, "A limit is a number from 1 on.").About("limit")
	}
	return n, nil
}

// needed refuses a field that was not sent.
func needed[T any](value *T, field string) (T, error) {
	if value == nil {
		var zero T
		return zero, chat.Refuse(chat.Invalid, "This field is missing.").About(field)
	}
	return *value, nil
}
