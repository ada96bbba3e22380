package api

import (
	"net/http"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// searchRequest is what is looked for (F23). It travels in a body, because addresses end up in the logs of whatever stands between.
type searchRequest struct {
	Text         string    `json:"text"`
	Conversation string    `json:"conversation"`
	Author       string    `json:"author"`
	Files        bool      `json:"files"`
	From         time.Time `json:"from"`
	To           time.Time `json:"to"`
	After        string    `json:"after"`
	Limit        int       `json:"limit"`
}

// searchAnswer is a page of hits.
type searchAnswer struct {
	Hits []wire.Hit `json:"hits"`
	Next string     `json:"next,omitempty"` // for `after`; absent: the end
}

// search finds what the asker may read.
func (d *door) search(w http.ResponseWriter, r *http.Request) error {
	if err := d.limits.search.take(byUser(r), time.Now()); err != nil {
		return err
	}
	var in searchRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	wanted := chat.SearchRequest{Text: in.Text, Files: in.Files, From: in.From, To: in.To, Next: in.After, Limit: in.Limit}
	for _, id := range []struct {
		text, field string
		to          *chat.ID
	}{{in.Conversation, "conversation", &wanted.Conversation}, {in.Author, "author", &wanted.Author}} {
		if id.text == "" {
			continue
		}
		parsed, err := parseID(id.text, id.field)
		if err != nil {
			return err
		}
		*id.to = parsed
	}
	page, err := d.Service.Search(r.Context(), asker(r).Actor, wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, searchAnswer{Hits: each(page.Hits, wire.HitOf), Next: page.Next})
}
