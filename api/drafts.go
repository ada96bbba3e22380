package api

import (
	"net/http"
	"strconv"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

type draftsAnswer struct {
	Drafts []wire.Draft `json:"drafts"`
	AsOf   string       `json:"as_of"`
}

// drafts lists the asker's drafts (F14), without their text.
func (d *door) drafts(w http.ResponseWriter, r *http.Request) error {
	page, err := d.Service.Drafts(r.Context(), asker(r).Actor)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, draftsAnswer{each(page.Drafts, wire.DraftOf), page.Stream.Place.String()})
}

type draftAnswer struct {
	Draft  wire.Draft  `json:"draft"`
	Beside *wire.Draft `json:"beside,omitempty"` // the one that stands, where the saved one became a second
	AsOf   string      `json:"as_of"`
}

// draft gives one of the asker's drafts.
func (d *door) draft(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "draft")
	if err != nil {
		return err
	}
	page, err := d.Service.Draft(r.Context(), asker(r).Actor, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, draftAnswer{Draft: wire.DraftOf(page.Draft), AsOf: page.Stream.Place.String()})
}

// draftRequest is a draft, whole.
type draftRequest struct {
	BasedOn      int64    `json:"based_on"`
	Conversation string   `json:"conversation"` // empty: not yet started
	To           []string `json:"to"`           // users; of staff, teams and circles too
	CC           []string `json:"cc"`           // the same, of staff alone
	Audience     string   `json:"audience"`
	Title        string   `json:"title"`
	Important    bool     `json:"important"`
	Note         bool     `json:"note"`
	Unsigned     bool     `json:"unsigned"`
	Secure       *bool    `json:"secure"` // absent: true
	BCC          *bool    `json:"bcc"`    // absent: as the profile has it
	HTML         string   `json:"html"`
	Attachments  []string `json:"attachments"`
}

// saveDraft keeps a draft. Where another was saved since the version that it is based on, both are kept.
func (d *door) saveDraft(w http.ResponseWriter, r *http.Request) error {
	if err := d.limits.draft.take(byUser(r), time.Now()); err != nil {
		return err
	}
	wanted, err := wantedDraft(w, r)
	if err != nil {
		return err
	}
	saved, err := d.Service.SaveDraft(r.Context(), asker(r).Actor, wanted)
	if err != nil {
		return err
	}
	body := draftAnswer{Draft: wire.DraftOf(saved.Draft), AsOf: saved.Place.String()}
	if saved.Beside != nil {
		beside := wire.DraftOf(*saved.Beside)
		body.Beside = &beside
	}
	return answer(w, http.StatusOK, body)
}

func wantedDraft(w http.ResponseWriter, r *http.Request) (wanted chat.DraftRequest, err error) {
	if wanted.ID, err = pathID(r, "draft"); err != nil {
		return wanted, err
	}
	var in draftRequest
	if err := decode(w, r, &in); err != nil {
		return wanted, err
	}
	if in.Conversation != "" {
		if wanted.Conversation, err = parseID(in.Conversation, "conversation"); err != nil {
			return wanted, err
		}
	}
	if wanted.To, err = parseIDs(in.To, "to"); err != nil {
		return wanted, err
	}
	if wanted.CC, err = parseIDs(in.CC, "cc"); err != nil {
		return wanted, err
	}
	if wanted.Attachments, err = parseIDs(in.Attachments, "attachments"); err != nil {
		return wanted, err
	}
	wanted.BasedOn, wanted.Audience, wanted.Title, wanted.HTML = in.BasedOn, chat.Spread(in.Audience), in.Title, in.HTML
	wanted.Important, wanted.Note, wanted.Unsigned = in.Important, in.Note, in.Unsigned
	wanted.Secure, wanted.BCC = in.Secure == nil || *in.Secure, in.BCC
	return wanted, nil
}

// discardDraft drops a draft; with a version, only if that is still the one.
func (d *door) discardDraft(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "draft")
	if err != nil {
		return err
	}
	var version int64
	if text := r.URL.Query().Get("version"); text != "" {
		if version, err = strconv.ParseInt(text, 10, 64); err != nil || version < 1 {
			return chat.Refuse(chat.Invalid, "A draft's versions count from 1 on.").About("version")
		}
	}
	if err := d.Service.DiscardDraft(r.Context(), asker(r).Actor, id, version); err != nil {
		return err
	}
	return done(w)
}
