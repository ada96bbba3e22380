package api

import (
	"context"
	"net/http"

	"postern/chat"
	"postern/hub/wire"
)

// stoodAnswer is the asker's own state in a conversation after a change.
type stoodAnswer struct {
	Standing wire.Standing `json:"standing"`
	Badge    int           `json:"badge"`
	AsOf     string        `json:"as_of"`
}

// stand decodes the input, does what is wanted of the asker's own state, and answers it.
func stand[In any](w http.ResponseWriter, r *http.Request, do func(chat.ID, In) (chat.Stood, error)) error {
	id, err := pathID(r, "conversation")
	if err != nil {
		return err
	}
	var in In
	if err := decode(w, r, &in); err != nil {
		return err
	}
	stood, err := do(id, in)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, stoodAnswer{
		Standing: wire.StandingOf(stood.Standing), Badge: stood.Badge, AsOf: stood.Place.String(),
	})
}

type readRequest struct {
	Position string `json:"position"`
	Opened   bool   `json:"opened"`
}

// read moves the asker's cursor and gives receipts (F20).
func (d *door) read(w http.ResponseWriter, r *http.Request) error {
	return stand(w, r, func(id chat.ID, in readRequest) (chat.Stood, error) {
		to, err := parsePosition(in.Position, "position")
		if err != nil {
			return chat.Stood{}, err
		}
		return d.Service.MarkRead(r.Context(), asker(r).Actor, id, to, in.Opened)
	})
}

// unread marks a conversation unread for the asker.
func (d *door) unread(w http.ResponseWriter, r *http.Request) error {
	return stand(w, r, func(id chat.ID, _ empty) (chat.Stood, error) {
		return d.Service.MarkUnread(r.Context(), asker(r).Actor, id)
	})
}

// turned is one of the switches that a user has in a conversation, as they want it.
func turned[In any](w http.ResponseWriter, r *http.Request, name string, wanted func(In) *bool, turn func(context.Context, chat.Actor, chat.ID, bool) (chat.Stood, error)) error {
	return stand(w, r, func(id chat.ID, in In) (chat.Stood, error) {
		on, err := needed(wanted(in), name)
		if err != nil {
			return chat.Stood{}, err
		}
		return turn(r.Context(), asker(r).Actor, id, on)
	})
}

type archiveRequest struct {
	Archived *bool `json:"archived"`
}

// archive takes a conversation out of the asker's inbox, or puts it back.
func (d *door) archive(w http.ResponseWriter, r *http.Request) error {
	return turned(w, r, "archived", func(in archiveRequest) *bool { return in.Archived }, d.Service.Archive)
}

type deleteRequest struct {
	Deleted *bool `json:"deleted"`
}

// delete takes a conversation out of the asker's lists, or puts it back.
func (d *door) delete(w http.ResponseWriter, r *http.Request) error {
	return turned(w, r, "deleted", func(in deleteRequest) *bool { return in.Deleted }, d.Service.Delete)
}

type muteRequest struct {
	Muted *bool `json:"muted"`
}

// mute keeps a conversation out of the asker's badge and mail, or lets it back in.
func (d *door) mute(w http.ResponseWriter, r *http.Request) error {
	return turned(w, r, "muted", func(in muteRequest) *bool { return in.Muted }, d.Service.Mute)
}
