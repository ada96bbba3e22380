package chat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// What is done to the practice rather than in a conversation: templates, signatures, teams and circles, people shut out and let in again, an owner's look.

func (w *world) template(d deed) (any, error) {
	return w.AddTemplate(w.tb.Context(), w.actor(d), TemplateRequest{
		Group: General, Title: fmt.Sprint("Template ", d.n), HTML: fmt.Sprint("canned ", d.n), Shared: d.on,
	})
}

func (w *world) signOff(d deed) (any, error) {
	return w.SetSignature(w.tb.Context(), w.actor(d), fmt.Sprint("kind regards ", d.n))
}

// gather makes a team or a circle, by the operator.
func (w *world) gather(d deed) (any, error) {
	kind := Team
	var addresses []string
	for _, i := range d.to {
		if i >= w.staff {
			kind = Circle
		}
		addresses = append(addresses, w.people[i].Email)
	}
	return w.SetRoster(w.tb.Context(), w.office.ID, kind, fmt.Sprint("Roster ", d.n), addresses)
}

// addressed are those to whom a conversation begins: by the name of their team or circle, or each by theirs where there is none.
func (w *world) addressed(d deed) []ID {
	if d.roster == 0 {
		return w.ids(d.to)
	}
	id := w.made(d.roster, "", 1)
	if _, ok := w.model.kept.rosters[id]; ok {
		return []ID{id}
	}
	people := slices.Clone(d.to)
	slices.SortFunc(people, func(a, b int) int { return strings.Compare(w.people[a].Name, w.people[b].Name) })
	return w.ids(people)
}

// besides are those in CC, whoever listens before others: then their copy has the same id with and without those.
func (w *world) besides(d deed) []ID {
	people := slices.Clone(d.cc)
	slices.SortStableFunc(people, func(a, b int) int {
		return -cmp.Compare(slices.Index(w.hears, a), slices.Index(w.hears, b))
	})
	return w.ids(people)
}

func (w *world) shut(d deed) (any, error) {
	successor := ID{}
	if d.on {
		successor = w.people[d.n%w.staff].ID
	}
	gone := w.people[d.to[0]].ID
	var theirs []ID
	for id, t := range w.model.kept.threads {
		if t.Conversation.Assignee == gone {
			theirs = append(theirs, id)
		}
	}
	u, err := w.Deactivate(w.tb.Context(), w.actor(d), gone, successor)
	for _, id := range theirs {
		w.handed[id] = w.handed[id] || err == nil
	}
	return u, err
}

func (w *world) letIn(d deed) (any, error) {
	return w.Reactivate(w.tb.Context(), w.actor(d), w.people[d.to[0]].ID)
}

// markAs does the same to some conversations at once. Which of several comes first is nobody's to say: where that would show, there is one.
func (w *world) markAs(d deed, as Marking) (any, error) {
	list := []ID{w.conversation(d)}
	for n := d.n; n > 0 && len(list) < w.marks; n-- {
		if id := w.made(n, "", 1); w.model.kept.threads[id] != nil {
			list = append(list, id)
		}
	}
	return w.Mark(w.tb.Context(), w.actor(d), list, as)
}

func (w *world) mark(d deed) (any, error) {
	return w.markAs(d, []Marking{AsUnread, AsArchived, AsInbox, AsDeleted}[d.pick%4])
}

func (w *world) markRead(d deed) (any, error) { return w.markAs(d, AsRead) }

// lookAtOffice asks for what staff alone may have, and below what messages staff signed.
func (w *world) lookAtOffice(a Actor, keep func(string, any, error)) {
	ctx := w.tb.Context()
	templates, err := w.Templates(ctx, a)
	keep("templates", templates, err)
	rosters, err := w.Rosters(ctx, a)
	keep("rosters", rosters, err)
	for _, list := range []List{Mine, NoOnes} {
		page, err := w.Rows(ctx, a, RowsRequest{List: list})
		keep(string(list), page, err)
	}
	page, err := w.Rows(ctx, a, RowsRequest{List: Inbox, Unanswered: 1})
	keep("unanswered", page, err)
	sig, err := w.Signature(ctx, a)
	keep("signature", sig, err)
}

// ownerLooks has an owner look at conversations, also at those that they are not in, and at a file. Nobody else of the office may.
func (w *world) ownerLooks(d deed) (any, error) {
	ctx, a := w.tb.Context(), w.actor(d)
	if _, err := w.OfficeConversations(ctx, a, OfficeRequest{Person: w.people[d.to[0]].ID, Limit: 3}); err != nil {
		return nil, err
	}
	page, err := w.OpenAsOwner(ctx, a, PageRequest{Conversation: w.conversation(d), Limit: 20})
	if err != nil {
		return nil, err
	}
	for _, m := range page.Messages {
		for _, file := range m.Attachments {
			if _, _, err := w.DownloadAsOwner(ctx, a, file.ID); err != nil {
				return nil, err
			}
		}
	}
	return page, nil
}
