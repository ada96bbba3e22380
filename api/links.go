package api

import (
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
)

// linkRequest is a link's token, out of the fragment of its address; with a password where it sets one.
type linkRequest struct {
	Token    string `json:"token"`
	Password string `json:"password"`
}

// linkAnswer says what a link is good for, before it is used.
type linkAnswer struct {
	Kind   string `json:"kind"` // invite | reset | sign_in
	Name   string `json:"name"`
	Email  string `json:"email"`
	Office string `json:"office"`
}

// lookAtLink does not spend the link.
func (d *door) lookAtLink(w http.ResponseWriter, r *http.Request) error {
	in, err := d.link(w, r)
	if err != nil {
		return err
	}
	shown, err := d.Service.LookLink(r.Context(), visitOf(r).office.ID, in.Token)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, linkAnswer{Kind: string(shown.Kind), Name: shown.Name, Email: shown.Email, Office: shown.Office})
}

// useLink spends the link and signs in.
func (d *door) useLink(w http.ResponseWriter, r *http.Request) error {
	in, err := d.link(w, r)
	if err != nil {
		return err
	}
	opened, err := d.Service.UseLink(r.Context(), visitOf(r).office.ID, in.Token, in.Password, r.UserAgent())
	if err != nil {
		return err
	}
	return d.welcome(w, r, opened)
}

func (d *door) link(w http.ResponseWriter, r *http.Request) (in linkRequest, err error) {
	if err := d.limits.link.take(byNetwork(r), time.Now()); err != nil {
		return in, err
	}
	if err := decode(w, r, &in); err != nil {
		return in, err
	}
	if in.Token == "" {
		return in, chat.Refuse(chat.Invalid, "The link is not whole. Open it again from the mail.").About("token")
	}
	return in, nil
}

type forgottenRequest struct {
	Email string `json:"email"`
}

// forgotten mails a reset link, if the address is a user's. The answer is the same either way and takes the same time; what goes
// wrong behind it is for the log.
func (d *door) forgotten(w http.ResponseWriter, r *http.Request) error {
	if err := d.limits.forgotten.take(byNetwork(r), time.Now()); err != nil {
		return err
	}
	var in forgottenRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if in.Email == "" {
		return chat.Refuse(chat.Invalid, "Give the address that you sign in with.").About("email")
	}
	answered := time.NewTimer(d.Limits.ForgottenAnswer)
	defer answered.Stop()
	if d.limits.forgottenTo.take(byAccount(r, in.Email), time.Now()) == nil {
		if err := d.Service.Forgotten(r.Context(), visitOf(r).office.ID, in.Email); err != nil {
			zerolog.Ctx(r.Context()).Error().Err(err).Msg("reset link not mailed")
		}
	}
	select {
	case <-answered.C:
	case <-r.Context().Done():
		return r.Context().Err()
	}
	return answer(w, http.StatusAccepted, empty{})
}
