package api

import (
	"net/http"

	"postern/chat"
)

// signatureBody is what stands below messages (F12); empty: nothing.
type signatureBody struct {
	HTML string `json:"html"`
}

func answerSignature(w http.ResponseWriter, s chat.Signature, err error) error {
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, signatureBody{s.HTML})
}

// signature gives the asker's own.
func (d *door) signature(w http.ResponseWriter, r *http.Request) error {
	s, err := d.Service.Signature(r.Context(), asker(r).Actor)
	return answerSignature(w, s, err)
}

// setSignature changes the asker's own, for messages from now on.
func (d *door) setSignature(w http.ResponseWriter, r *http.Request) error {
	var in signatureBody
	if err := decode(w, r, &in); err != nil {
		return err
	}
	s, err := d.Service.SetSignature(r.Context(), asker(r).Actor, in.HTML)
	return answerSignature(w, s, err)
}

// signatureBelow gives the one that a message was sent with.
func (d *door) signatureBelow(w http.ResponseWriter, r *http.Request) error {
	conversation, message, err := pathMessage(r)
	if err != nil {
		return err
	}
	s, err := d.Service.SignatureBelow(r.Context(), asker(r).Actor, conversation, message)
	return answerSignature(w, s, err)
}
