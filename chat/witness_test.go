package chat

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// What each contact receives is kept as text, byte for byte: answers, errors, frames, signs and mails, in the order they come.

// tell keeps something that the user receives, if they are a contact.
func (w *world) tell(user ID, what string, value any, err error) {
	i := slices.IndexFunc(w.people, func(u *User) bool { return u.ID == user })
	if !slices.Contains(w.hears, i) {
		return
	}
	text, failed := json.Marshal(value)
	if failed != nil {
		w.tb.Fatal(failed)
	}
	if err != nil {
		var refusal *Error
		if !errors.As(err, &refusal) {
			w.tb.Fatalf("%s: %v", what, err)
		}
		text = fmt.Appendf(nil, "refused: %s %q %q %s", refusal.Kind, refusal.Field, refusal.Sentence, refusal.After)
	}
	w.heard[user] = append(w.heard[user], fmt.Sprintf("%d %s: %s", w.now.n, what, text))
}

// Announce is chat.Announcer's: it gives every contact their frame, and remembers where entries came to stand.
func (w *world) Announce(_ context.Context, told []Told) {
	for _, t := range told {
		switch t.Type {
		case MessageCreated:
			w.places[t.Conversation] = append(w.places[t.Conversation], entryPlace{w.now.n, t.Position})
		case ConversationLeft:
			w.left[Seat{t.Conversation, slices.Concat(t.Event.Staff, t.Event.Contacts)[0]}] = w.now.n
		}
		body := t.Body.For(ContactView)
		for _, h := range t.Contacts {
			w.tell(h.User, "frame", []any{h.Place, h.Badge, t.Type, t.Conversation, t.Subject, body}, nil)
		}
	}
	w.told[w.now.n] = w.told[w.now.n] || len(told) > 0
}

// mailed is a mail as whoever it goes to gets it, once it goes, and what its Message-ID is named for.
type mailed struct {
	name string
	to   ID
	says any
}

// Notice is chat.Composer's. Message-IDs are random: each is named for whom it went to, and for which deed.
func (w *world) Notice(f NoticeFacts) (Composed, error) {
	says, name := f, fmt.Sprint("mail ", w.now.n, f.To.ID, f.Conversation)
	says.MessageID, says.PreviousIDs = name, nil
	if w.beside {
		says.ReplyLocal = ""
	}
	for _, id := range f.PreviousIDs {
		says.PreviousIDs = append(says.PreviousIDs, w.mailed[id].name)
	}
	w.mailed[f.MessageID] = mailed{name, f.To.ID, says}
	return Composed{From: "return", To: f.To.Email, Raw: []byte(f.MessageID)}, nil
}

// Digest is chat.Composer's. Its bytes are what it says: one that waits is composed anew where that changes.
func (w *world) Digest(f DigestFacts) (Composed, error) {
	says := f
	says.Mail, says.MessageID = ID{}, ""
	raw, err := json.Marshal(says)
	w.mailed[string(raw)] = mailed{fmt.Sprint("digest ", f.To.ID), f.To.ID, says}
	return Composed{From: "return", To: f.To.Email, Raw: raw}, err
}

// Link is chat.Composer's.
func (w *world) Link(f LinkFacts) (Composed, error) {
	f.Token = ""
	w.tell(f.To.ID, "link", f, nil)
	return Composed{From: "return", To: f.To.Email}, nil
}

// look asks for everything that the user may ask for.
func (w *world) look(d deed) (any, error) {
	if !slices.Contains(w.hears, d.by) {
		return nil, nil // who is not heard looks in vain
	}
	ctx, a := w.tb.Context(), w.actor(d)
	keep := func(what string, value any, err error) { w.tell(a.User, what, value, err) }
	me, err := w.Me(ctx, a)
	keep("me", me, err)
	for _, prefix := range []string{"", "a", "f"} {
		people, err := w.Directory(ctx, a, prefix, 100)
		keep("people", people, err)
	}
	w.lookAtStream(ctx, a, keep)
	w.lookAtDrafts(ctx, a, keep)
	w.lookAtOffice(a, keep)
	w.search(ctx, d, keep)
	seen := map[ID]bool{}
	for _, list := range []List{Inbox, Unread, Important, Archived, Deleted, Recent} {
		next := ""
		for {
			page, err := w.Rows(ctx, a, RowsRequest{List: list, Next: next, Limit: 2})
			keep(string(list), page, err)
			for _, row := range page.Rows {
				if id := row.Conversation.ID; !seen[id] {
					seen[id] = true
					w.lookInto(ctx, a, id, keep)
				}
			}
			if next = page.Next; next == "" {
				break
			}
		}
	}
	return nil, nil
}

// lookAtStream resumes from several places, in several steps.
func (w *world) lookAtStream(ctx context.Context, a Actor, keep func(string, any, error)) {
	g, err := w.Greet(ctx, a, nil)
	keep("greeting", g, err)
	for _, since := range []Place{{}, {1, 0}, {1, g.Stream.Number / 2}, {1, g.Stream.Number}, {1, g.Stream.Number + 1}, {2, 0}} {
		g, err := w.Greet(ctx, a, &since)
		undated(g.Next)
		keep("greeting since "+since.String(), g, err)
	}
	for _, limit := range []int{5, 1000} {
		for after := int64(0); ; {
			f, err := w.Follow(ctx, a.Office, a.User, after, limit)
			undated(f.Events)
			keep("following", f, err)
			if len(f.Events) == 0 || after > 20 && limit == 5 {
				break
			}
			after = f.Events[len(f.Events)-1].Number
		}
	}
}

// undated takes away when events were written, by the database's clock: it leaves no server.
func undated(events []Shown) {
	for i := range events {
		events[i].At = time.Time{}
	}
}

func (w *world) lookAtDrafts(ctx context.Context, a Actor, keep func(string, any, error)) {
	page, err := w.Drafts(ctx, a)
	keep("drafts", page, err)
	for _, d := range page.Drafts {
		page, err := w.Draft(ctx, a, d.ID)
		keep("draft", page, err)
	}
}

// search looks for what others may have written: words of deeds, titles, names and files, in every conversation and in one.
func (w *world) search(ctx context.Context, d deed, keep func(string, any, error)) {
	a := w.actor(d)
	words := []string{"text", "start", "tit", "retitled", "probed", "file txt", "copy", "letter", "a", "fclient title", fmt.Sprint(d.n - 1), fmt.Sprint("title ", d.n-2)}
	ask := []SearchRequest{{Files: true}, {Author: w.people[0].ID}, {Author: w.people[3].ID}, {From: firstDay, Text: words[d.n%len(words)]}}
	for _, text := range words {
		ask = append(ask, SearchRequest{Text: text})
	}
	ask = append(ask, SearchRequest{Text: "t", Conversation: w.conversation(deed{conv: d.n / 2})})
	for _, r := range ask {
		for r.Limit = 2; ; {
			page, err := w.Search(ctx, a, r)
			keep("search", []any{r.Text, page}, err)
			if r.Next = page.Next; r.Next == "" {
				break
			}
		}
	}
}

// lookInto reads a conversation in every direction, with its files and what was folded away.
func (w *world) lookInto(ctx context.Context, a Actor, id ID, keep func(string, any, error)) {
	page, err := w.Conversation(ctx, a, id)
	keep("conversation", page, err)
	all, err := w.Messages(ctx, a, PageRequest{Conversation: id, Limit: 200})
	keep("newest", all, err)
	for before := Position(0); ; {
		page, err := w.Messages(ctx, a, PageRequest{Conversation: id, Before: before, Limit: 3})
		keep("before", page, err)
		if !page.MoreBefore || len(page.Messages) == 0 {
			break
		}
		before = page.Messages[0].Position
	}
	for after := Position(0); ; {
		page, err := w.Messages(ctx, a, PageRequest{Conversation: id, After: &after, Limit: 3})
		keep("after", page, err)
		if !page.MoreAfter || len(page.Messages) == 0 {
			break
		}
		after = page.Messages[len(page.Messages)-1].Position
	}
	for i, m := range all.Messages {
		if i%3 == 0 {
			page, err := w.Messages(ctx, a, PageRequest{Conversation: id, Around: m.Position + Position(i%2), Limit: 4})
			keep("around", page, err)
			page, err = w.Messages(ctx, a, PageRequest{Conversation: id, Since: m.At.Add(time.Duration(i%2) * time.Millisecond), Limit: 4})
			keep("since", page, err)
		}
		if m.Signature != [32]byte{} {
			sig, err := w.SignatureBelow(ctx, a, id, m.ID)
			keep("below", sig, err)
		}
		if m.Folded {
			text, err := w.Folded(ctx, a, id, m.ID)
			keep("folded", text, err)
		}
		for _, file := range m.Attachments {
			w.download(ctx, a, file.ID, keep)
		}
	}
}

func (w *world) download(ctx context.Context, a Actor, id ID, keep func(string, any, error)) {
	file, content, err := w.Download(ctx, a, id)
	var text []byte
	if err == nil {
		text, err = io.ReadAll(content)
	}
	keep("file", []any{file, hex.EncodeToString(text)}, err)
}

// probe asks for something that another deed made, or pretends to: whether it was done in this run, the asker cannot know.
func (w *world) probe(d deed) (any, error) {
	ctx, a := w.tb.Context(), w.actor(d)
	conversation, message, file := w.conversation(d), w.made(d.ref, "", 1), w.made(d.ref, "file", 1)
	if w.model.kept.attachments[file].Owner == a.User {
		file = w.made(d.ref, "no file", 1) // one's own is no probe
	}
	guess := Position(d.ref%7)<<20 + Position(d.n%3)
	line := w.made(d.ref, "", 2) // of a letter that waits
	mail := w.made(d.ref, "mail of "+w.people[d.to[0]].ID.String()+conversation.String(), 1)
	write := SendRequest{Conversation: conversation, Key: fmt.Sprint("probe ", d.n), HTML: "x"}
	ask := [probes]func() (any, error){
		probeOpen: func() (any, error) { return w.Conversation(ctx, a, conversation) },
		probeAround: func() (any, error) {
			return w.Messages(ctx, a, PageRequest{Conversation: conversation, Around: guess, Limit: 3})
		},
		probeAfter: func() (any, error) {
			return w.Messages(ctx, a, PageRequest{Conversation: conversation, After: &guess, Limit: 1})
		},
		probeBefore: func() (any, error) {
			return w.Messages(ctx, a, PageRequest{Conversation: conversation, Before: guess, Limit: 1})
		},
		probeRead:   func() (any, error) { return w.MarkRead(ctx, a, conversation, guess, d.on) },
		probeUnread: func() (any, error) { return w.MarkUnread(ctx, a, conversation) },
		probeFolded: func() (any, error) { return w.Folded(ctx, a, conversation, message) },
		probeFile: func() (any, error) {
			var answer any
			w.download(ctx, a, file, func(_ string, v any, err error) { answer = fmt.Sprint(v, err) })
			return answer, nil
		},
		probeNoteSign: func() (any, error) { return w.SignTo(ctx, a, conversation, ForStaff) },
		probeSign:     func() (any, error) { return w.SignTo(ctx, a, conversation, ForAll) },
		probeAdd:      func() (any, error) { return w.Add(ctx, a, conversation, w.ids(d.to), nil) },
		probeRemove:   func() (any, error) { return nil, w.Remove(ctx, a, conversation, w.people[d.to[0]].ID, ID{}) },
		probeTitle:    func() (any, error) { return w.Change(ctx, a, conversation, Change{Title: ptr("Probed")}) },
		probeArchive:  func() (any, error) { return w.Archive(ctx, a, conversation, d.on) },
		probeNote:     func() (any, error) { r := write; r.Note = true; return w.Send(ctx, a, r) },
		probeAttach:   func() (any, error) { r := write; r.Attachments = []ID{file}; return w.Send(ctx, a, r) },
		probeStart: func() (any, error) {
			return w.Start(ctx, a, StartRequest{To: w.ids(d.to), Title: "Probe", Key: write.Key, HTML: "x"})
		},
		probePerson: func() (any, error) {
			return w.Start(ctx, a, StartRequest{To: []ID{message}, Title: "Probe", Key: write.Key, HTML: "x"})
		},
		probeMark:    func() (any, error) { return w.Mark(ctx, a, []ID{conversation}, AsUnread) },
		probeCopies:  func() (any, error) { return w.Copies(ctx, a, conversation) },
		probeCopy:    func() (any, error) { return w.CopyMessage(ctx, a, conversation, message, w.ids(d.to)) },
		probeUndo:    func() (any, error) { return w.Undo(ctx, a, conversation, message) },
		probeRetract: func() (any, error) { return w.Retract(ctx, a, conversation, message) },
		probeBelow:   func() (any, error) { return w.SignatureBelow(ctx, a, conversation, message) },
		probeAssign:  func() (any, error) { return w.Change(ctx, a, conversation, Change{Assignee: &a.User}) },
		probeFill:    func() (any, error) { return w.FillTemplate(ctx, a, message, conversation, w.ids(d.to)) },
		probeMention: func() (any, error) {
			r := write
			r.HTML += mentionMark + message.String() + `">x</span>` + mentionMark + w.people[d.to[0]].ID.String() + `">y</span>`
			return w.Send(ctx, a, r)
		},
		probeSearch: func() (any, error) {
			return w.Search(ctx, a, SearchRequest{Text: fmt.Sprint("text ", d.ref), Conversation: conversation})
		},
		probeShut:   func() (any, error) { return w.Deactivate(ctx, a, w.people[d.to[0]].ID, ID{}) },
		probeDelete: func() (any, error) { return w.Delete(ctx, a, conversation, d.on) },
		probeHeld:   func() (any, error) { return w.Held(ctx, a, conversation, line) },
		probeDecide: func() (any, error) {
			held, _, err := w.Decide(ctx, a, DecideRequest{Conversation: conversation, Message: line, Decision: RejectHeld})
			return held, err
		},
		probeDeliveries: func() (any, error) { return w.Deliveries(ctx, a, conversation, message) },
		probeRetry:      func() (any, error) { return nil, w.RetryMail(ctx, a, conversation, message, mail) },
		probeSuppressed: func() (any, error) { return w.Suppressions(ctx, a) },
		probeClear:      func() (any, error) { return nil, w.ClearSuppression(ctx, a, message) },
		probeOffice:     func() (any, error) { return w.OfficeConversations(ctx, a, OfficeRequest{}) },
		probeAsOwner:    func() (any, error) { return w.OpenAsOwner(ctx, a, PageRequest{Conversation: conversation}) },
		probeOwnersFile: func() (any, error) { _, _, err := w.DownloadAsOwner(ctx, a, file); return nil, err },
		probeUsers:      func() (any, error) { return w.Users(ctx, a, UsersRequest{}) },
		probeList:       func() (any, error) { return w.Rows(ctx, a, RowsRequest{List: Mine, Unanswered: d.ref % 2}) },
		probeDraft:      func() (any, error) { return w.Draft(ctx, a, w.draftID(d)) },
		probeTo: func() (any, error) {
			return w.SaveDraft(ctx, a, DraftRequest{ID: w.made(d.n, "probe", 1), To: []ID{message, w.people[d.to[0]].ID}, HTML: "x"})
		},
		probeAddress: func() (any, error) {
			local := w.Addresses.Reply(ReplyAddress{Reply: int64(d.ref), Generation: 1})
			return w.Addressee(ctx, local, strings.ToUpper(w.office.MailDomain), d.on)
		},
	}
	return ask[d.pick%probes]()
}

// The ways to probe.
const (
	probeOpen = iota
	probeAround
	probeAfter
	probeBefore
	probeRead
	probeUnread
	probeFolded
	probeFile
	probeNoteSign
	probeSign
	probeAdd
	probeRemove
	probeTitle
	probeArchive
	probeNote
	probeAttach
	probeStart
	probePerson
	probeAddress
	probeDraft
	probeTo
	probeMark
	probeCopies
	probeCopy
	probeUndo
	probeRetract
	probeBelow
	probeAssign
	probeFill
	probeMention
	probeSearch
	probeShut
	probeDelete
	probeHeld
	probeDecide
	probeDeliveries
	probeRetry
	probeSuppressed
	probeClear
	probeOffice
	probeAsOwner
	probeOwnersFile
	probeUsers
	probeList
	probes
)
