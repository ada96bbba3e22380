package api

import (
	"net/http"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// delivery is what became of word of a message for one recipient.
type delivery struct {
	Recipient   wire.Person `json:"recipient"`
	State       string      `json:"state"`
	At          *time.Time  `json:"at,omitempty"`
	WaitsFor    string      `json:"waits_for,omitempty"`
	WaitsUntil  *time.Time  `json:"waits_until,omitempty"`
	Mails       []sentMail  `json:"mails"`
	SeenAt      *time.Time  `json:"seen_at,omitempty"`
	RepliedAt   *time.Time  `json:"replied_at,omitempty"`
	Reply       string      `json:"reply,omitempty"`
	Suppression string      `json:"suppression,omitempty"`
	Retry       bool        `json:"retry,omitempty"`
}

type sentMail struct {
	ID       string     `json:"id"`
	State    string     `json:"state"`
	MadeAt   time.Time  `json:"made_at"`
	At       *time.Time `json:"at,omitempty"`
	Attempts int        `json:"attempts"`
	QueueID  string     `json:"queue_id,omitempty"`
	Reason   string     `json:"reason,omitempty"`
}

func deliveryOf(d chat.Delivery) delivery {
	one := delivery{
		Recipient: wire.PersonOf(d.Recipient), State: string(d.State), At: timeOf(d.At), WaitsFor: string(d.WaitsFor), WaitsUntil: timeOf(d.WaitsUntil),
		Mails: each(d.Mails, sentMailOf), SeenAt: timeOf(d.SeenAt), RepliedAt: timeOf(d.RepliedAt), Retry: d.Retry,
	}
	if !d.Reply.IsZero() {
		one.Reply = d.Reply.String()
	}
	if !d.Suppression.IsZero() {
		one.Suppression = d.Suppression.String()
	}
	return one
}

func sentMailOf(m chat.MailSent) sentMail {
	return sentMail{
		ID: m.Mail.String(), State: string(m.State), MadeAt: m.MadeAt, At: timeOf(m.At), Attempts: m.Attempts, QueueID: m.QueueID, Reason: m.Reason,
	}
}

// timeOf is nil for no time.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type deliveriesAnswer struct {
	Deliveries []delivery `json:"deliveries"`
}

// deliveries shows staff what became of word of a message (F27).
func (d *door) deliveries(w http.ResponseWriter, r *http.Request) error {
	conversation, message, err := pathMessage(r)
	if err != nil {
		return err
	}
	list, err := d.Service.Deliveries(r.Context(), asker(r).Actor, conversation, message)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, deliveriesAnswer{each(list, deliveryOf)})
}

// retryMail sends a mail again that failed (F27).
func (d *door) retryMail(w http.ResponseWriter, r *http.Request) error {
	if err := d.limits.send.take(byUser(r), time.Now()); err != nil {
		return err
	}
	conversation, message, mail, err := pathMail(r)
	if err != nil {
		return err
	}
	if err := decode(w, r, &empty{}); err != nil {
		return err
	}
	if err := d.Service.RetryMail(r.Context(), asker(r).Actor, conversation, message, mail); err != nil {
		return err
	}
	return d.deliveries(w, r)
}

// openedMail is a mail as its recipient got it, but for our own addresses in it.
type openedMail struct {
	sentMail
	From     string       `json:"from"` // envelope
	To       string       `json:"to"`
	Mode     string       `json:"mode"`
	Header   []mailField  `json:"header"`
	Text     string       `json:"text"`
	HTML     string       `json:"html,omitempty"`
	Files    []mailedFile `json:"files"`
	Withheld string       `json:"withheld,omitempty"` // why the content is not shown
}

type mailField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type mailedFile struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

type openedMailAnswer struct {
	Mail openedMail `json:"mail"`
}

func openedMailOf(m chat.OpenedMail) openedMail {
	return openedMail{
		sentMail: sentMailOf(m.MailSent), From: m.From, To: m.To, Mode: m.Mode.String(), Text: m.Content.Text, HTML: m.Content.HTML, Withheld: m.Withheld,
		Header: each(m.Content.Header, func(f chat.MailField) mailField { return mailField(f) }),
		Files:  each(m.Files, func(f chat.MailedFile) mailedFile { return mailedFile(f) }),
	}
}

// openMail shows staff the mail that a recipient got (F25): a POST, since it is put on record.
func (d *door) openMail(w http.ResponseWriter, r *http.Request) error {
	conversation, message, mail, err := pathMail(r)
	if err != nil {
		return err
	}
	if err := decode(w, r, &empty{}); err != nil {
		return err
	}
	opened, err := d.Service.OpenMail(r.Context(), asker(r).Actor, conversation, message, mail)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, openedMailAnswer{openedMailOf(opened)})
}

// pathMail is the mail that a path names, of a message in its conversation.
func pathMail(r *http.Request) (conversation, message, mail chat.ID, err error) {
	if conversation, message, err = pathMessage(r); err == nil {
		mail, err = pathID(r, "mail")
	}
	return conversation, message, mail, err
}

type suppression struct {
	ID      string      `json:"id"`
	Address string      `json:"address"`
	Person  wire.Person `json:"person"`
	Cause   string      `json:"cause"`
	Reason  string      `json:"reason"`
	At      time.Time   `json:"at"`
}

type suppressionsAnswer struct {
	Suppressions []suppression `json:"suppressions"`
}

// suppressions shows staff the addresses that no notices go to (F27).
func (d *door) suppressions(w http.ResponseWriter, r *http.Request) error {
	list, err := d.Service.Suppressions(r.Context(), asker(r).Actor)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, suppressionsAnswer{each(list, func(s chat.SuppressionShown) suppression {
		return suppression{s.ID.String(), s.Address, wire.PersonOf(s.Person), string(s.Cause), s.Reason, s.At}
	})})
}

// clearSuppression lets mail go to an address again.
func (d *door) clearSuppression(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "suppression")
	if err != nil {
		return err
	}
	if err := d.Service.ClearSuppression(r.Context(), asker(r).Actor, id); err != nil {
		return err
	}
	return done(w)
}
