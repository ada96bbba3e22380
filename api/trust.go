package api

import (
	"net/http"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// trustAnswer is whose word counts for a user's letters beside their own address (F34).
type trustAnswer struct {
	Aliases []alias  `json:"aliases"`
	Signers []signer `json:"signers"`
}

type alias struct {
	Address string `json:"address"`
	added
}

type signer struct {
	Domain string `json:"domain"`
	added
}

type added struct {
	By *wire.Person `json:"by,omitempty"`
	At time.Time    `json:"at"`
}

func trustOf(t chat.Trust) trustAnswer {
	by := func(id chat.ID, at time.Time) added {
		is := added{At: at}
		if p, known := t.By[id]; known {
			person := wire.PersonOf(p)
			is.By = &person
		}
		return is
	}
	return trustAnswer{
		Aliases: each(t.Aliases, func(a chat.Alias) alias { return alias{a.Address, by(a.AddedBy, a.AddedAt)} }),
		Signers: each(t.Signers, func(s chat.TrustedSigner) signer { return signer{s.Domain, by(s.AddedBy, s.AddedAt)} }),
	}
}

// trust shows what decisions on letters have added for a user.
func (d *door) trust(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "user")
	if err != nil {
		return err
	}
	is, err := d.Service.Trust(r.Context(), asker(r).Actor, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, trustOf(is))
}

type distrustRequest struct {
	Address string `json:"address,omitempty"` // one of the two
	Domain  string `json:"domain,omitempty"`
}

// distrust takes one of them back. The address is in the body: paths are logged by proxies.
func (d *door) distrust(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "user")
	if err != nil {
		return err
	}
	var in distrustRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if (in.Address == "") == (in.Domain == "") {
		return chat.Refuse(chat.Invalid, "Say which address, or which domain, is no longer to be believed.").About("address")
	}
	if err := d.Service.Distrust(r.Context(), asker(r).Actor, id, chat.Word{Alias: in.Address, Signer: in.Domain}); err != nil {
		return err
	}
	return done(w)
}
