package api

import (
	"net/http"

	"postern/chat"
)

// accountAnswer is a client firm or household as those see it who look after the office's people.
type accountAnswer struct {
	accountBody
	Strict bool `json:"strict"` // the mail of conversations with its people says only that a message waits
}

func accountOf(a chat.Account) accountAnswer {
	return accountAnswer{accountBody{ID: a.ID.String(), Name: a.Name}, a.Strict}
}

// account shows one.
func (d *door) account(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "account")
	if err != nil {
		return err
	}
	a, err := d.Service.Account(r.Context(), asker(r).Actor, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, accountOf(a))
}

type accountRequest struct {
	Strict *bool `json:"strict"`
}

// changeAccount says what the mail of conversations with its people may say (F25).
func (d *door) changeAccount(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "account")
	if err != nil {
		return err
	}
	var in accountRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if in.Strict == nil {
		return chat.Refuse(chat.Invalid, "Say whether it is to be strict.").About("strict")
	}
	a, err := d.Service.SetAccountStrict(r.Context(), asker(r).Actor, id, *in.Strict)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, accountOf(a))
}
