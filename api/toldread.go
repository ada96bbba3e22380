package api

import (
	"net/http"

	"postern/chat"
)

// toldReadAnswer is whom mail tells that a message of theirs was opened (F21).
type toldReadAnswer struct {
	Users []userAnswer `json:"users"`
}

// toldRead shows them to owners and admins.
func (d *door) toldRead(w http.ResponseWriter, r *http.Request) error {
	return answerToldRead(w, r)(d.Service.ToldRead(r.Context(), asker(r).Actor))
}

type toldReadRequest struct {
	Users *[]string `json:"users"`
}

// setToldRead says who they are from now on.
func (d *door) setToldRead(w http.ResponseWriter, r *http.Request) error {
	var in toldReadRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if in.Users == nil {
		return chat.Refuse(chat.Invalid, "Say whom mail is to tell that a message of theirs was opened.").About("users")
	}
	users, err := parseIDs(*in.Users, "users")
	if err != nil {
		return err
	}
	return answerToldRead(w, r)(d.Service.SetToldRead(r.Context(), asker(r).Actor, users))
}

func answerToldRead(w http.ResponseWriter, r *http.Request) func([]chat.User, error) error {
	return func(list []chat.User, err error) error {
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, toldReadAnswer{each(list, func(u chat.User) userAnswer {
			return userOf(chat.Listed{User: u}, asker(r).User.ID)
		})})
	}
}
