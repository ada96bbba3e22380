package api

import (
	"net/http"

	"postern/chat"
)

// teamLettersAnswer is whether clients' letters to teams start conversations (F36), and where to.
type teamLettersAnswer struct {
	On      bool       `json:"on"`
	Private bool       `json:"private"` // letters are refused all the same: the office's mail carries no content
	Domain  string     `json:"domain"`  // of the addresses
	Teams   []teamBody `json:"teams"`
}

type teamBody struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Members int    `json:"members"`           // who can be written to
	Address string `json:"address,omitempty"` // what stands before the @
}

// teamLetters shows it to owners and admins.
func (d *door) teamLetters(w http.ResponseWriter, r *http.Request) error {
	return answerTeamLetters(w)(d.Service.TeamLetters(r.Context(), asker(r).Actor))
}

type teamLettersRequest struct {
	On *bool `json:"on"`
}

// switchTeamLetters turns it on or off.
func (d *door) switchTeamLetters(w http.ResponseWriter, r *http.Request) error {
	var in teamLettersRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if in.On == nil {
		return chat.Refuse(chat.Invalid, "Say whether letters to teams start conversations.").About("on")
	}
	return answerTeamLetters(w)(d.Service.SwitchTeamLetters(r.Context(), asker(r).Actor, *in.On))
}

type teamAddressRequest struct {
	Address *string `json:"address"` // empty: none any more
}

// giveTeamAddress gives a team its address, or takes it away.
func (d *door) giveTeamAddress(w http.ResponseWriter, r *http.Request) error {
	team, err := pathID(r, "team")
	if err != nil {
		return err
	}
	var in teamAddressRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if in.Address == nil {
		return chat.Refuse(chat.Invalid, "Say what stands before the @.").About("address")
	}
	return answerTeamLetters(w)(d.Service.GiveTeamAddress(r.Context(), asker(r).Actor, team, *in.Address))
}

func answerTeamLetters(w http.ResponseWriter) func(chat.TeamLetters, error) error {
	return func(l chat.TeamLetters, err error) error {
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, teamLettersAnswer{l.Office.TeamLetters, l.Private(), l.Office.MailDomain, each(l.Teams, func(r chat.Roster) teamBody {
			return teamBody{r.ID.String(), r.Name, len(r.Members), r.Address}
		})})
	}
}
