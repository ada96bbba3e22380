package api

import (
	"net/http"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

type copiesAnswer struct {
	Copies []wire.CopyMade `json:"copies"`
}

// copies lists the copies of a conversation, to its staff (F5).
func (d *door) copies(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "conversation")
	if err != nil {
		return err
	}
	made, err := d.Service.Copies(r.Context(), asker(r).Actor, id)
	return answerCopies(w, made, err)
}

type copyRequest struct {
	To []string `json:"to"` // contacts
}

// copyMessage copies a message to contacts, each in a conversation of their own with the staff (F5).
func (d *door) copyMessage(w http.ResponseWriter, r *http.Request) error {
	if err := d.limits.send.take(byUser(r), time.Now()); err != nil {
		return err
	}
	id, message, err := pathMessage(r)
	if err != nil {
		return err
	}
	var in copyRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	to, err := parseIDs(in.To, "to")
	if err != nil {
		return err
	}
	made, err := d.Service.CopyMessage(r.Context(), asker(r).Actor, id, message, to)
	return answerCopies(w, made, err)
}

func answerCopies(w http.ResponseWriter, made []chat.CopyMade, err error) error {
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, copiesAnswer{Copies: each(made, wire.CopyMadeOf)})
}

type rosterBody struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"` // team | circle
	Name    string `json:"name"`
	Members int    `json:"members"` // who can be written to
}

type rostersAnswer struct {
	Rosters []rosterBody `json:"rosters"`
}

// rosters lists the office's teams and circles, to staff (F5).
func (d *door) rosters(w http.ResponseWriter, r *http.Request) error {
	list, err := d.Service.Rosters(r.Context(), asker(r).Actor)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, rostersAnswer{Rosters: each(list, func(o chat.Roster) rosterBody {
		return rosterBody{ID: o.ID.String(), Kind: string(o.Kind), Name: o.Name, Members: len(o.Members)}
	})})
}
