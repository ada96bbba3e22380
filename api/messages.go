package api

import (
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"postern/chat"
	"postern/hub/wire"
)

// messagesAnswer is a stretch of a conversation, ascending.
type messagesAnswer struct {
	Messages   []wire.Message `json:"messages"`
	Receipts   []wire.Receipt `json:"receipts"`
	MoreBefore bool           `json:"more_before"`
	MoreAfter  bool           `json:"more_after"`
	AsOf       string         `json:"as_of"`
}

// messages gives a stretch of a conversation: its end, before, after or around a position, or about the first message since a time.
func (d *door) messages(w http.ResponseWriter, r *http.Request) error {
	wanted, err := pageRequest(r)
	if err != nil {
		return err
	}
	page, err := d.Service.Messages(r.Context(), asker(r).Actor, wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, messagesOf(page))
}

func messagesOf(page chat.MessagesPage) messagesAnswer {
	return messagesAnswer{
		Messages: each(page.Messages, wire.MessageOf), Receipts: each(page.Receipts, wire.ReceiptOf),
		MoreBefore: page.MoreBefore, MoreAfter: page.MoreAfter, AsOf: page.Stream.Place.String(),
	}
}

func pageRequest(r *http.Request) (p chat.PageRequest, err error) {
	if p.Conversation, err = pathID(r, "conversation"); err != nil {
		return p, err
	}
	if p.Limit, err = limitOf(r); err != nil {
		return p, err
	}
	query, named := r.URL.Query(), 0
	for _, where := range []string{"before", "after", "around", "since"} {
		if !query.Has(where) {
			continue
		}
		if named++; named > 1 {
			return p, chat.Refuse(chat.Invalid, "Ask for before, after, around or since, not for more than one.").About(where)
		}
		if where == "since" {
			if p.Since, err = momentOf(query, where); err != nil {
				return p, err
			}
			continue
		}
		if p, err = from(p, where, query.Get(where)); err != nil {
			return p, err
		}
	}
	return p, nil
}

// from has the page begin at a position: before, after or around it.
func from(p chat.PageRequest, where, position string) (chat.PageRequest, error) {
	at, err := parsePosition(position, where)
	if err != nil {
		return p, err
	}
	switch where {
	case "before":
		p.Before = at
	case "after":
		p.After = &at
	case "around":
		p.Around = at
	}
	return p, nil
}

type sendAnswer struct {
	Message wire.Message `json:"message"`
	AsOf    string       `json:"as_of"`
}

// send writes a message or note: the body is the socket's `send`, its conversation the path's. The same key with the same content is answered as the first time.
func (d *door) send(w http.ResponseWriter, r *http.Request) error {
	if err := d.limits.send.take(byUser(r), time.Now()); err != nil {
		return err
	}
	var in wire.Command
	if err := decode(w, r, &in); err != nil {
		return err
	}
	in.Conversation = mux.Vars(r)["conversation"]
	message, err := in.Send()
	if err != nil {
		return err
	}
	sent, err := d.Service.Send(r.Context(), asker(r).Actor, message)
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, sendAnswer{Message: wire.MessageOf(sent.Message), AsOf: sent.Place.String()})
}

// foldedAnswer is what was folded away of a letter.
type foldedAnswer struct {
	Text string `json:"text"`
	HTML string `json:"html,omitempty"`
}

// folded gives the folded rest of a letter (F31).
func (d *door) folded(w http.ResponseWriter, r *http.Request) error {
	conversation, message, err := pathMessage(r)
	if err != nil {
		return err
	}
	text, err := d.Service.Folded(r.Context(), asker(r).Actor, conversation, message)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, foldedAnswer{Text: text})
}
