package api

import (
	"net/http"

	"postern/chat"
	"postern/hub/wire"
)

type officeConversationsAnswer struct {
	Conversations []wire.Conversation `json:"conversations"`
	Next          string              `json:"next,omitempty"` // for `after`; absent: the end
}

// officeConversations lists all of the office's conversations to an owner (F2).
func (d *door) officeConversations(w http.ResponseWriter, r *http.Request) error {
	limit, err := limitOf(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	wanted := chat.OfficeRequest{Next: query.Get("after"), Limit: limit}
	if query.Has("person") {
		if wanted.Person, err = parseID(query.Get("person"), "person"); err != nil {
			return err
		}
	}
	page, err := d.Service.OfficeConversations(r.Context(), asker(r).Actor, wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, officeConversationsAnswer{Conversations: each(page.Summaries, wire.ConversationOf), Next: page.Next})
}

// openRequest asks for a stretch: before or after a position; neither: the end.
type openRequest struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

type openAnswer struct {
	Conversation wire.Conversation `json:"conversation"`
	Page         messagesAnswer    `json:"page"`
}

// openAsOwner gives an owner a stretch of any conversation: a POST, since it is put on record.
func (d *door) openAsOwner(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "conversation")
	if err != nil {
		return err
	}
	var in openRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	wanted := chat.PageRequest{Conversation: id}
	for where, position := range map[string]string{"before": in.Before, "after": in.After} {
		if position == "" {
			continue
		}
		if wanted, err = from(wanted, where, position); err != nil {
			return err
		}
	}
	page, err := d.Service.OpenAsOwner(r.Context(), asker(r).Actor, wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, openAnswer{wire.ConversationOf(page.Summary), messagesOf(page.MessagesPage)})
}
