package api

import (
	"net/http"

	"postern/chat"
)

type healthAnswer struct {
	Status string `json:"status"`
}

// alive says that the process answers.
func (d *door) alive(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, http.StatusOK, healthAnswer{"alive"})
}

// ready says whether new requests should come here: not while draining, nor without what the node stands on.
func (d *door) ready(w http.ResponseWriter, r *http.Request) error {
	if err := d.Ready(r.Context()); err != nil {
		return chat.Refuse(chat.Unavailable, "This node does not take requests just now.").Because(err)
	}
	return answer(w, http.StatusOK, healthAnswer{"ready"})
}
