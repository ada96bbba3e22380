package api

import (
	"net/http"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// heldAnswer is a letter in quarantine, as staff are shown it.
type heldAnswer struct {
	ID          string       `json:"id"`
	Participant wire.Person  `json:"participant"`      // whose reply address it was sent to
	From        string       `json:"from"`             // address in its From
	FromName    string       `json:"from_name"`        // as the sender wrote it
	Theirs      bool         `json:"theirs,omitempty"` // From is an address of the participant's already
	Subject     string       `json:"subject"`
	ReceivedAt  time.Time    `json:"received_at"`
	Reason      string       `json:"reason"`  // why it waits
	Auth        string       `json:"auth"`    // what was found out about its author; empty: nobody asked
	Signers     []string     `json:"signers"` // domains whose signatures hold
	HTML        string       `json:"html"`
	Text        string       `json:"text"`
	Folded      string       `json:"folded"`
	Files       []heldFile   `json:"files"`
	Barred      string       `json:"barred,omitempty"` // why the asker may not decide
	Decision    string       `json:"decision,omitempty"`
	DecidedBy   *wire.Person `json:"decided_by,omitempty"`
	DecidedAt   *time.Time   `json:"decided_at,omitempty"`
}

type heldFile struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

func heldOf(h chat.Held) heldAnswer {
	a := heldAnswer{
		ID: h.ID.String(), Participant: wire.PersonOf(h.Of), From: h.From, FromName: h.Content.FromName, Theirs: h.Theirs, Subject: h.Subject, ReceivedAt: h.ReceivedAt,
		Reason: h.Reason, Auth: h.Auth, Signers: append([]string{}, h.Signers...), HTML: h.Content.HTML, Text: h.Text, Folded: h.Content.Folded,
		Files:  each(h.Content.Files, func(f chat.LetterFile) heldFile { return heldFile{f.Name, f.Type, f.Size} }),
		Barred: h.Barred, Decision: string(h.Decision),
	}
	if h.Decision != "" {
		a.DecidedAt = &h.DecidedAt
	}
	if !h.Decider.ID.IsZero() {
		by := wire.PersonOf(h.Decider)
		a.DecidedBy = &by
	}
	return a
}

// held shows a letter in quarantine (F34).
func (d *door) held(w http.ResponseWriter, r *http.Request) error {
	conversation, message, err := pathMessage(r)
	if err != nil {
		return err
	}
	h, err := d.Service.Held(r.Context(), asker(r).Actor, conversation, message)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, heldOf(h))
}

type decideRequest struct {
	Decision string `json:"decision"`         // accepted | aliased | trusted | rejected
	Domain   string `json:"domain,omitempty"` // with trusted
}

type decideAnswer struct {
	Letter heldAnswer `json:"letter"`
	AsOf   string     `json:"as_of"`
}

// decide settles a letter in quarantine (F34).
func (d *door) decide(w http.ResponseWriter, r *http.Request) error {
	if err := d.limits.send.take(byUser(r), time.Now()); err != nil {
		return err
	}
	conversation, message, err := pathMessage(r)
	if err != nil {
		return err
	}
	var in decideRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	h, place, err := d.Service.Decide(r.Context(), asker(r).Actor, chat.DecideRequest{
		Conversation: conversation, Message: message, Decision: chat.LetterDecision(in.Decision), Domain: in.Domain,
	})
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, decideAnswer{Letter: heldOf(h), AsOf: place.String()})
}
