package api

import (
	"net/http"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// sittingBody is somebody in a conversation, as staff in it see them.
type sittingBody struct {
	wire.Participant
	Role     string       `json:"role"`
	Account  *accountBody `json:"account,omitempty"`
	Away     bool         `json:"away,omitempty"` // deactivated, or without the messaging permission: they get nothing of it
	JoinedAt time.Time    `json:"joined_at"`      // last time
	LeftAt   *time.Time   `json:"left_at,omitempty"`
	SeesFrom *time.Time   `json:"sees_from,omitempty"` // absent: from the beginning
}

type sittingsAnswer struct {
	People []sittingBody `json:"people"`
}

// sittings tells staff who is and was in a conversation, and what they see of it.
func (d *door) sittings(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "conversation")
	if err != nil {
		return err
	}
	list, err := d.Service.Sittings(r.Context(), asker(r).Actor, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, sittingsAnswer{each(list, sittingOf)})
}

func sittingOf(s chat.Sitting) sittingBody {
	person := wire.PersonOf(s.Person())
	body := sittingBody{
		Participant: wire.Participant{Person: person, CC: s.CC, Active: s.Participant.Active}, Role: string(s.Role),
		Away: s.Messaging() != nil, JoinedAt: s.JoinedAt,
	}
	if !s.LeftAt.IsZero() {
		body.LeftAt = &s.LeftAt
	}
	if s.From.After > 0 {
		body.SeesFrom = &s.From.OpenedAt
	}
	if !s.Account.IsZero() {
		body.Account = &accountBody{ID: s.Account.String(), Name: s.AccountName}
	}
	return body
}
