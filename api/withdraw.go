package api

import (
	"context"
	"net/http"

	"postern/chat"
	"postern/hub/wire"
)

// withdrawnAnswer is a message as it is now.
type withdrawnAnswer struct {
	Message wire.Message      `json:"message"`
	Files   []wire.Attachment `json:"files"` // after an undo: those of the message, as new uploads
	AsOf    string            `json:"as_of"`
}

// undo takes back what the asker has just sent (F41).
func (d *door) undo(w http.ResponseWriter, r *http.Request) error {
	return withdraw(w, r, d.Service.Undo)
}

// retract hides what a message said (F41).
func (d *door) retract(w http.ResponseWriter, r *http.Request) error {
	return withdraw(w, r, d.Service.Retract)
}

// withdraw takes the message of the path back and answers it as it is now.
func withdraw(w http.ResponseWriter, r *http.Request, do func(_ context.Context, _ chat.Actor, conversation, message chat.ID) (chat.Sent, error)) error {
	conversation, message, err := pathMessage(r)
	if err != nil {
		return err
	}
	if err := decode(w, r, &empty{}); err != nil {
		return err
	}
	now, err := do(r.Context(), asker(r).Actor, conversation, message)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, withdrawnAnswer{
		Message: wire.MessageOf(now.Message), Files: each(now.Files, wire.AttachmentOf), AsOf: now.Place.String(),
	})
}
