package api

import (
	"net/http"

	"postern/chat"
)

type addRequest struct {
	Users   []string `json:"users"`
	History *bool    `json:"history"` // absent: staff with it, contacts without
}

// addParticipants brings people into a conversation (F15).
func (d *door) addParticipants(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "conversation")
	if err != nil {
		return err
	}
	var in addRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	users, err := parseIDs(in.Users, "users")
	if err != nil {
		return err
	}
	changed, err := d.Service.Add(r.Context(), asker(r).Actor, id, users, in.History)
	return answerChanged(w, changed, err)
}

// removeParticipant leaves, or takes somebody out (F16); with a successor, who takes over.
func (d *door) removeParticipant(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "conversation")
	if err != nil {
		return err
	}
	user, err := pathID(r, "user")
	if err != nil {
		return err
	}
	var successor chat.ID
	if query := r.URL.Query(); query.Has("successor") {
		if successor, err = parseID(query.Get("successor"), "successor"); err != nil {
			return err
		}
	}
	if err := d.Service.Remove(r.Context(), asker(r).Actor, id, user, successor); err != nil {
		return err
	}
	return done(w)
}
