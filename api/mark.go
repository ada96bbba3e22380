package api

import (
	"net/http"

	"postern/chat"
	"postern/hub/wire"
)

type markRequest struct {
	Conversations []string `json:"conversations"`
	As            string   `json:"as"` // read | unread | archived | deleted | inbox
}

// markAnswer says how each conversation stands afterwards.
type markAnswer struct {
	Marked  []wire.Cursor `json:"marked"`
	Refused []string      `json:"refused"` // those that are none of the asker's
	Badge   int           `json:"badge"`
	AsOf    string        `json:"as_of"`
}

// mark does the same to many conversations.
func (d *door) mark(w http.ResponseWriter, r *http.Request) error {
	var in markRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	ids, err := parseIDs(in.Conversations, "conversations")
	if err != nil {
		return err
	}
	marked, err := d.Service.Mark(r.Context(), asker(r).Actor, ids, chat.Marking(in.As))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, markAnswer{
		Marked: each(marked.Standings, wire.CursorOf), Refused: each(marked.Refused, chat.ID.String),
		Badge: marked.Stream.Badge, AsOf: marked.Stream.Place.String(),
	})
}
