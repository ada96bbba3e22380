package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"postern/e2e/client"
	"postern/hub/wire"
)

// member is somebody of an office, with devices at every node.
type member struct {
	*client.Client
	email   string
	staff   bool
	devices []*device
}

// device is a live connection, and all that it was told.
type device struct {
	*client.Client
	live *client.Live

	mu     sync.Mutex
	frames []wire.Frame
}

// hire makes members of these names, the first ones staff, with two devices at the first node and one at the other.
func (s *stage) hire(ctx context.Context, staff int, names ...string) (list []*member, err error) {
	for i, name := range names {
		role := "client"
		if i < staff {
			role = "owner"
		}
		m := &member{email: name + "@people.example", staff: i < staff}
		if m.Client, err = s.join(ctx, name, m.email, role, "", s.node[0]); err != nil {
			return nil, err
		}
		list = append(list, m)
		for _, node := range []string{s.node[0], s.node[1], s.node[0]} {
			c, err := s.again(ctx, m.email, node)
			if err != nil {
				return nil, err
			}
			d := &device{Client: c}
			m.devices = append(m.devices, d)
			if err := d.open(ctx); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

func (d *device) open(ctx context.Context) (err error) {
	d.live, err = d.Live(ctx, func(f wire.Frame) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.frames = append(d.frames, f)
	})
	return err
}

// resume comes back after Close, with what it knew then.
func (d *device) resume(ctx context.Context) (err error) {
	d.live, err = d.live.Again(ctx)
	return err
}

// fromTheBeginning comes back as one that knows nothing but the epoch.
func (d *device) fromTheBeginning(ctx context.Context) (err error) {
	d.live.Close()
	d.live, err = d.live.AgainFrom(ctx, 0)
	if err == nil {
		err = until(ctx, "the stream", func() (bool, error) {
			var me client.Me
			err := d.Do(ctx, http.MethodGet, "/me", nil, &me)
			_, number, _ := strings.Cut(me.AsOf, ".")
			return err == nil && fmt.Sprint(d.live.Standing().Number) == number, err
		})
	}
	return err
}

func dismiss(members []*member) {
	for _, m := range members {
		for _, d := range m.devices {
			d.live.Close()
		}
	}
}

// told gives the frames from a number of them on.
func (d *device) told(from int) []wire.Frame {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]wire.Frame(nil), d.frames[min(from, len(d.frames)):]...)
}

// message is what a frame of a type shows of a message.
func (d *device) message(typ, id string) (m wire.Message, ok bool) {
	for _, f := range d.told(0) {
		if f.Type == typ && json.Unmarshal(f.Data, &m) == nil && m.ID == id {
			return m, true
		}
	}
	return m, false
}

func (m *member) id() string { return m.Me.User.ID }

// act does something to a conversation: a verb of the API below it.
func (m *member) act(ctx context.Context, conversation, verb string, in any) error {
	return m.Do(ctx, http.MethodPost, "/conversations/"+conversation+"/"+verb, in, nil)
}

// write sends a message or an internal note.
func (m *member) write(ctx context.Context, conversation, key, html string, note bool, files ...string) (wire.Message, error) {
	var answer struct{ Message wire.Message }
	in := map[string]any{"key": key, "html": html, "note": note, "attachments": append([]string{}, files...)}
	return answer.Message, m.Do(ctx, http.MethodPost, "/conversations/"+conversation+"/messages", in, &answer)
}

// withdraw takes a message back: undo or retract.
func (m *member) withdraw(ctx context.Context, conversation, message, how string) error {
	return m.act(ctx, conversation, "messages/"+message+"/"+how, map[string]any{})
}

func (m *member) add(ctx context.Context, conversation, user string, history bool) error {
	return m.act(ctx, conversation, "participants", map[string]any{"users": []string{user}, "history": history})
}

func (m *member) remove(ctx context.Context, conversation, user string) error {
	return m.Do(ctx, http.MethodDelete, "/conversations/"+conversation+"/participants/"+user, nil, nil)
}

// rows gives one list, whole.
func (m *member) rows(ctx context.Context, list string) (all []wire.Row, err error) {
	for after := ""; ; {
		var page struct {
			Rows []wire.Row `json:"rows"`
			Next string     `json:"next"`
		}
		if err := m.Do(ctx, http.MethodGet, "/conversations?list="+list+"&limit=100&after="+after, nil, &page); err != nil {
			return nil, fmt.Errorf("list %s: %w", list, err)
		}
		all = append(all, page.Rows...)
		if after = page.Next; after == "" {
			return all, nil
		}
	}
}

// search gives all hits for words, everywhere or in one conversation.
func (m *member) search(ctx context.Context, text, conversation string) (hits []wire.Hit, err error) {
	for after := ""; ; {
		var page struct {
			Hits []wire.Hit `json:"hits"`
			Next string     `json:"next"`
		}
		in := map[string]any{"text": text, "conversation": conversation, "after": after, "limit": 7}
		if err := m.Do(ctx, http.MethodPost, "/search", in, &page); err != nil {
			return nil, err
		}
		hits = append(hits, page.Hits...)
		if after = page.Next; after == "" {
			return hits, nil
		}
	}
}
