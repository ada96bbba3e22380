package api

import (
	"net/http"
	"strconv"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// rowsAnswer is a page of one of the asker's lists.
type rowsAnswer struct {
	Rows  []wire.Row `json:"rows"`
	Next  string     `json:"next,omitempty"` // for `after`; absent: the end
	Badge int        `json:"badge"`
	AsOf  string     `json:"as_of"`
}

// conversations lists the asker's conversations (F22).
func (d *door) conversations(w http.ResponseWriter, r *http.Request) error {
	limit, err := limitOf(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	wanted := chat.RowsRequest{List: chat.Inbox, Next: query.Get("after"), Limit: limit}
	if query.Has("unanswered_days") {
		if wanted.Unanswered, err = strconv.Atoi(query.Get("unanswered_days")); err != nil || wanted.Unanswered < 1 {
			return chat.Refuse(chat.Invalid, "Unanswered is a number of days from 1 on.").About("unanswered_days")
		}
	}
	if query.Has("list") {
		wanted.List = chat.List(query.Get("list"))
	}
	page, err := d.Service.Rows(r.Context(), asker(r).Actor, wanted)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, rowsAnswer{
		Rows: each(page.Rows, wire.RowOf), Next: page.Next, Badge: page.Stream.Badge, AsOf: page.Stream.Place.String(),
	})
}

// startRequest is a conversation about to begin.
type startRequest struct {
	To           []string `json:"to"`           // users; of staff, teams and circles too
	CC           []string `json:"cc,omitempty"` // the same: staff join, contacts get a copy each
	Audience     string   `json:"audience"`     // private | shared; empty: not said
	Title        string   `json:"title"`
	Important    bool     `json:"important"`
	HTML         string   `json:"html"`
	Attachments  []string `json:"attachments"`
	Key          string   `json:"key"`
	Unsigned     bool     `json:"unsigned"`      // without the asker's signature
	Drafted      bool     `json:"drafted"`       // the key is the id of the asker's draft, which goes with the message
	DraftVersion int64    `json:"draft_version"` // the one that is sent; 0: whichever there is
	Secure       *bool    `json:"secure"`        // mail carries links to the files; absent: true
	BCC          *bool    `json:"bcc"`           // absent: as the profile has it
}

type startAnswer struct {
	Row     wire.Row     `json:"row"`
	Message wire.Message `json:"message"`
	AsOf    string       `json:"as_of"`
}

// start begins a conversation with its first message.
func (d *door) start(w http.ResponseWriter, r *http.Request) error {
	if err := d.limits.send.take(byUser(r), time.Now()); err != nil {
		return err
	}
	var in startRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	to, err := parseIDs(in.To, "to")
	if err != nil {
		return err
	}
	cc, err := parseIDs(in.CC, "cc")
	if err != nil {
		return err
	}
	files, err := parseIDs(in.Attachments, "attachments")
	if err != nil {
		return err
	}
	started, err := d.Service.Start(r.Context(), asker(r).Actor, chat.StartRequest{
		To: to, CC: cc, Audience: chat.Spread(in.Audience), Title: in.Title, Important: in.Important,
		Key: in.Key, HTML: in.HTML, Attachments: files, Secure: in.Secure == nil || *in.Secure, Unsigned: in.Unsigned, Drafted: in.Drafted, DraftVersion: in.DraftVersion, BCC: in.BCC,
	})
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, startAnswer{
		Row: wire.RowOf(started.Row), Message: wire.MessageOf(started.Message), AsOf: started.Place.String(),
	})
}

type conversationAnswer struct {
	Row     wire.Row     `json:"row"`
	Mode    string       `json:"mode"`                     // of the mail for what the asker writes: privacy | convenience
	Because chat.Because `json:"strict_because,omitempty"` // with privacy: office | conversation | account | people
	AsOf    string       `json:"as_of"`
}

// conversation gives one conversation.
func (d *door) conversation(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "conversation")
	if err != nil {
		return err
	}
	page, err := d.Service.Conversation(r.Context(), asker(r).Actor, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, conversationAnswer{
		Row: wire.RowOf(page.Row), Mode: page.Mode.String(), Because: page.Because, AsOf: page.Stream.Place.String(),
	})
}

// changeRequest leaves as it is what it does not name.
type changeRequest struct {
	Title     *string        `json:"title"`
	Important *bool          `json:"important"`
	Assignee  *string        `json:"assignee"` // empty: nobody
	State     *chat.Progress `json:"state"`
	Strict    *bool          `json:"strict"`
}

func (in *changeRequest) change() (chat.Change, error) {
	c := chat.Change{Title: in.Title, Important: in.Important, State: in.State, Strict: in.Strict}
	if in.Title == nil && in.Important == nil && in.Assignee == nil && in.State == nil && in.Strict == nil {
		return c, chat.Refuse(chat.Invalid, "Say what is to change: title, important, assignee, state or strict.")
	}
	if in.Assignee != nil {
		c.Assignee = &chat.ID{}
		if *in.Assignee != "" {
			id, err := parseID(*in.Assignee, "assignee")
			c.Assignee = &id
			return c, err
		}
	}
	return c, nil
}

type changeAnswer struct {
	Conversation wire.Conversation `json:"conversation"`
	AsOf         string            `json:"as_of"`
}

// changeConversation edits title and importance (F8), who answers and how far it is (F40), and whether its mail is private (F25).
func (d *door) changeConversation(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "conversation")
	if err != nil {
		return err
	}
	var in changeRequest
	if err := decode(w, r, &in); err != nil {
		return err
	}
	change, err := in.change()
	if err != nil {
		return err
	}
	changed, err := d.Service.Change(r.Context(), asker(r).Actor, id, change)
	return answerChanged(w, changed, err)
}

func answerChanged(w http.ResponseWriter, c chat.Changed, err error) error {
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, changeAnswer{Conversation: wire.ConversationOf(c.Summary), AsOf: c.Place.String()})
}
