package api

import (
	"net/http"
	"time"

	"postern/chat"
)

// templateBody is a template (F13), with placeholders.
type templateBody struct {
	ID        string    `json:"id"`
	Group     string    `json:"group"` // clients | staff | general
	Title     string    `json:"title"`
	HTML      string    `json:"html"`
	Shared    bool      `json:"shared"` // the whole office's
	ChangedAt time.Time `json:"changed_at"`
}

func templateOf(t chat.Template) templateBody {
	return templateBody{t.ID.String(), string(t.Group), t.Title, t.HTML, t.Owner.IsZero(), t.ChangedAt}
}

type placeholderBody struct {
	Name  string `json:"name"`
	About string `json:"about"`
}

type templatesAnswer struct {
	Templates    []templateBody    `json:"templates"`
	Placeholders []placeholderBody `json:"placeholders"` // what templates may name
}

// templates lists the asker's own templates and the shared ones.
func (d *door) templates(w http.ResponseWriter, r *http.Request) error {
	list, err := d.Service.Templates(r.Context(), asker(r).Actor)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, templatesAnswer{
		each(list, templateOf), each(chat.Placeholders(), func(p chat.Placeholder) placeholderBody { return placeholderBody{p.Name, p.About} }),
	})
}

type templateRequest struct {
	Group  string `json:"group"`
	Title  string `json:"title"`
	HTML   string `json:"html"`
	Shared bool   `json:"shared"`
}

func wantedTemplate(w http.ResponseWriter, r *http.Request) (chat.TemplateRequest, error) {
	var in templateRequest
	err := decode(w, r, &in)
	return chat.TemplateRequest{Group: chat.TemplateGroup(in.Group), Title: in.Title, HTML: in.HTML, Shared: in.Shared}, err
}

// addTemplate keeps a new template.
func (d *door) addTemplate(w http.ResponseWriter, r *http.Request) error {
	wanted, err := wantedTemplate(w, r)
	if err != nil {
		return err
	}
	t, err := d.Service.AddTemplate(r.Context(), asker(r).Actor, wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, templateOf(t))
}

// changeTemplate keeps another form of a template.
func (d *door) changeTemplate(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "template")
	if err != nil {
		return err
	}
	wanted, err := wantedTemplate(w, r)
	if err != nil {
		return err
	}
	t, err := d.Service.ChangeTemplate(r.Context(), asker(r).Actor, id, wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, templateOf(t))
}

// dropTemplate takes a template away.
func (d *door) dropTemplate(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "template")
	if err != nil {
		return err
	}
	if err := d.Service.DropTemplate(r.Context(), asker(r).Actor, id); err != nil {
		return err
	}
	return done(w)
}

// fillRequest says whom a template is filled in for.
type fillRequest struct {
	Conversation string   `json:"conversation"`
	To           []string `json:"to"` // of a conversation not yet started
}

type filledAnswer struct {
	HTML     string   `json:"html"`
	Unfilled []string `json:"unfilled"` // placeholders that still stand in it
}

// fillTemplate gives a template ready to be inserted.
func (d *door) fillTemplate(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "template")
	if err != nil {
		return err
	}
	var in fillRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	to, err := parseIDs(in.To, "to")
	if err != nil {
		return err
	}
	var conversation chat.ID
	if in.Conversation != "" {
		if conversation, err = parseID(in.Conversation, "conversation"); err != nil {
			return err
		}
	}
	filled, err := d.Service.FillTemplate(r.Context(), asker(r).Actor, id, conversation, to)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, filledAnswer{filled.HTML, each(filled.Unfilled, func(name string) string { return name })})
}
