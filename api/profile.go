package api

import (
	"net/http"

	"postern/chat"
)

// profileRequest leaves as it is what it does not name.
type profileRequest struct {
	BCC    *bool `json:"bcc"`
	Strict *bool `json:"strict"`

	MailTimes *mailTimes `json:"mail_times"`
}

// changeMe changes the asker's own profile.
func (d *door) changeMe(w http.ResponseWriter, r *http.Request) error {
	var in profileRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if in.BCC == nil && in.Strict == nil && in.MailTimes == nil {
		return chat.Refuse(chat.Invalid, "Say what is to change: bcc, strict or mail_times.")
	}
	who := asker(r)
	times, err := in.MailTimes.times()
	if err != nil {
		return err
	}
	me, err := d.Service.SetProfile(r.Context(), who.Actor, chat.Profile{BCC: in.BCC, Strict: in.Strict, Mail: times})
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, meOf(me, who.Actor))
}
