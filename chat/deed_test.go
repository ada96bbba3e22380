package chat

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// deed is one step of a random history, as plain data: it can be done again in another run, where some of the deeds before it are missing. What
// it names, it names by the deed that made it.
type deed struct {
	n    int    // its place in the history; time and ids come from it
	kind string // a key of kinds
	by   int    // who does it, of world.people
	conv int    // the deed that started the conversation
	of   int    // the contact of world.people whose copy of it is meant; 0: the conversation itself
	ref  int    // another deed: read up to it, send its key again, ask for what it made
	to   []int  // of world.people
	cc   []int  // besides
	pick int    // which of several ways
	on   bool

	roster int // the deed that made the team or circle that is named instead of its members, who are in to; 0: none
}

func (d deed) String() string {
	return fmt.Sprintf("%d: %d %s conv=%d of=%d ref=%d to=%v cc=%v pick=%d on=%t roster=%d", d.n, d.by, d.kind, d.conv, d.of, d.ref, d.to, d.cc, d.pick, d.on, d.roster)
}

// kinds are all that can be done. Kinds in hidden leave no trace for any contact but the one who does them.
var kinds = map[string]func(*world, deed) (any, error){
	"start": (*world).start, "copy": (*world).copy, "send": (*world).send, "note": (*world).note, "again": (*world).again,
	"read": (*world).read, "unread": (*world).unread, "archive": (*world).archive, "mute": (*world).mute,
	"add": (*world).add, "remove": (*world).remove, "title": (*world).title, "important": (*world).important,
	"letter": (*world).letter, "held": (*world).held, "auto": (*world).auto, "bounce": (*world).bounce, "mail": (*world).mail,
	"sign": (*world).sign, "note sign": (*world).noteSign, "mode": (*world).mode, "permit": (*world).permit, "invite": (*world).invite,
	"draft": (*world).draft, "draft sent": (*world).sendDraft, "discard": (*world).discard,
	"look": (*world).look, "probe": (*world).probe,
	"undo": (*world).undo, "retract": (*world).retract, "undo note": (*world).undo, "retract note": (*world).retract,
	"assign": (*world).assign, "progress": (*world).progress, "hand over": (*world).handOver, "profile": (*world).profile,
	"mark": (*world).mark, "mark read": (*world).markRead, "template": (*world).template, "sign off": (*world).signOff, "gather": (*world).gather,
	"shut": (*world).shut, "let in": (*world).letIn, "delete": (*world).delete, "owner looks": (*world).ownerLooks,
	"decide": (*world).decideHeld, "report": (*world).report, "retry": (*world).retry, "clear": (*world).clear,
}

var hiddenKinds = []string{
	"note", "unread", "archive", "delete", "mute", "mark", "auto", "note sign", "invite", "undo note", "retract note", "profile",
	"draft", "discard", "template", "gather", "owner looks",
}

// world is a practice in which deeds are done.
type world struct {
	*practice
	tb     testing.TB
	people []*User             // staff first
	staff  int                 // how many of them
	marks  int                 // how many conversations are marked at once
	hears  []int               // the contacts who listen
	now    deed                // what is being done
	came   map[int]bool        // deeds that came to something
	told   map[int]bool        // those that anybody was told of
	left   map[Seat]int        // the deed by which somebody left last
	needed map[int]bool        // deeds that staff alone saw, until a later one came of them
	handed map[ID]bool         // conversations that somebody was to answer who was shut out: another came for them
	failed map[ID]int          // the deed that said so of a mail first
	places map[ID][]entryPlace // entries by conversation, in the order they were made
	heard  map[ID][]string     // what each contact received, in order
	mailed map[string]mailed   // what mails say, by their random Message-IDs; digests by their bytes

	beside bool // a real store: nobody says when mail is to come, by its clock, and reply addresses are random
}

type entryPlace struct {
	deed     int
	position Position
}

// newWorld is an office with three staff and five contacts, two of them of one account. What the contacts named receive is kept.
func newWorld(tb testing.TB, setting int, hears ...int) *world {
	return newWorldOn(tb, nil, setting, hears...)
}

// newWorldOn has a store that open makes beside the model, if there is one.
func newWorldOn(tb testing.TB, open func(testing.TB) Store, setting int, hears ...int) *world {
	w := &world{
		tb: tb, staff: 3, marks: 1, hears: hears, came: map[int]bool{}, told: map[int]bool{}, left: map[Seat]int{}, places: map[ID][]entryPlace{},
		heard: map[ID][]string{}, mailed: map[string]mailed{}, needed: map[int]bool{}, handed: map[ID]bool{}, failed: map[ID]int{},
	}
	n := NewOffice{Mode: Privacy + Mode(setting&1), Inbound: setting&2 != 0, Grace: time.Duration(setting>>2&1) * 20 * time.Second}
	undoFor := undoFor
	if open != nil { // by the databases' clock: what is due on the one and not yet on the other would be no fault
		undoFor = time.Duration(setting>>1&1) * time.Hour
		n.Grace, w.beside = undoFor, true
	}
	w.practice = newPracticeOn(tb, open, n)
	w.UndoFor = max(undoFor, time.Microsecond)
	roles := []Role{Owner, Staff, Admin, Client, ClientStaff, Prospect, Client, Client}
	for i, r := range roles {
		w.people = append(w.people, w.practice.user(tb, string(rune('a'+i))+string(r), r))
	}
	w.next()
	account, err := w.CreateAccount(tb.Context(), w.office.ID, "Firm", setting&8 != 0)
	if err != nil {
		tb.Fatal(err)
	}
	for _, i := range []int{3, 4} {
		member := *w.people[i]
		member.Account = account.ID
		w.put(tb, member)
	}
	w.TellTo(w)
	w.Service.Composer = w
	return w
}

// beginning is when histories begin: some deeds before ten o'clock, an hour of digests and the end of quiet hours.
var beginning = firstDay.Add(time.Hour - 50*time.Second)

// at is when a deed is done: two seconds after the one before it, and every thirty an hour later.
func (d deed) at() time.Time {
	return beginning.Add(time.Duration(d.n)*2*time.Second + time.Duration(d.n/30)*time.Hour)
}

// scope begins the deed's time and ids; part tells its parts from each other.
func (w *world) scope(d deed, part string) {
	w.steps.begin(fmt.Sprintf("deed %d %s", d.n, part), d.at())
}

// made is the i-th id that a part of a deed makes, whether it was done in this run or not.
func (w *world) made(n int, part string, i int) (id ID) {
	before := *w.steps
	defer func() { *w.steps = before }()
	w.scope(deed{n: n}, part)
	for range i {
		id = w.steps.id()
	}
	return id
}

// conversation is the one that a deed is about: what another started, or a contact's copy of it, the first one.
func (w *world) conversation(d deed) ID {
	original := w.made(d.conv, "", 1)
	if d.of == 0 {
		return original
	}
	found, began := w.made(d.conv, fmt.Sprint("copy for ", d.of), 1), time.Time{}
	for id, t := range w.model.kept.threads {
		c := &t.Conversation
		if c.CopyOf == original && t.Participants[w.people[d.of].ID] != nil && (began.IsZero() || c.StartedAt.Before(began)) {
			found, began = id, c.StartedAt
		}
	}
	return found
}

// do does a deed, and keeps what a contact who does it is answered.
func (w *world) do(d deed) error {
	w.now = d
	w.scope(d, "")
	answer, err := kinds[d.kind](w, d)
	if err == nil {
		w.came[d.n] = true
	} else if KindOf(err) == 0 {
		w.tb.Fatalf("%s: %v", d, err)
	}
	if d.by >= w.staff {
		w.tell(w.people[d.by].ID, d.kind, answer, err)
	}
	return err
}

func (w *world) actor(d deed) Actor { return actor(w.people[d.by]) }

func (w *world) ids(to []int) (ids []ID) {
	for _, i := range to {
		ids = append(ids, w.people[i].ID)
	}
	return ids
}

func (w *world) start(d deed) (any, error) {
	return w.Start(w.tb.Context(), w.actor(d), StartRequest{
		To: w.addressed(d), CC: w.besides(d), Audience: SharedOne, Title: fmt.Sprint("Title ", d.n), Important: d.on,
		Key: fmt.Sprint("key ", d.n), HTML: fmt.Sprint("start ", d.n),
	})
}

// copy copies what staff wrote last in a conversation to a contact (F5).
func (w *world) copy(d deed) (any, error) {
	var newest ID
	for _, m := range w.model.kept.messages[w.conversation(d)] {
		if m.Kind == Written && m.Author.View == StaffView {
			newest = m.ID
		}
	}
	return w.CopyMessage(w.tb.Context(), w.actor(d), w.conversation(d), newest, w.ids(d.to))
}

// upload puts down a file for the deed's message, if it has one.
func (w *world) upload(d deed) (files []ID, err error) {
	if !d.on {
		return nil, nil
	}
	w.scope(d, "file")
	a, err := w.Upload(w.tb.Context(), w.actor(d), UploadRequest{Name: fmt.Sprintf("file %d.txt", d.n), Content: strings.NewReader(fmt.Sprint("content ", d.n))})
	w.scope(d, "")
	return []ID{a.ID}, err
}

func (w *world) send(d deed) (any, error) {
	files, err := w.upload(d)
	if err != nil {
		return nil, err
	}
	text := fmt.Sprint("text ", d.n)
	if d.pick%5 == 0 {
		text += mentionMark + w.people[d.to[0]].ID.String() + `">@x</span>`
	}
	return w.Send(w.tb.Context(), w.actor(d), SendRequest{
		Conversation: w.conversation(d), Key: fmt.Sprint("key ", d.n), HTML: text, Note: d.kind == "note", Attachments: files,
		Important: d.pick%7 == 0, BCC: []*bool{nil, nil, nil, ptr(true), ptr(false)}[d.pick%11%5],
	})
}

// draft saves a draft, by turns of a conversation and of one not yet started, anew or over the one that another deed saved.
func (w *world) draft(d deed) (any, error) {
	files, err := w.upload(d)
	if err != nil {
		return nil, err
	}
	r := DraftRequest{ID: w.draftID(d), HTML: fmt.Sprint("draft ", d.n), Attachments: files, BasedOn: int64(d.pick / 3 % 3)}
	if d.pick%3 == 0 {
		r.To, r.Title = w.ids(d.to), fmt.Sprint("Draft ", d.n)
	} else {
		r.Conversation = w.conversation(d)
	}
	return w.SaveDraft(w.tb.Context(), w.actor(d), r)
}

// draftID is of the conversation, or of another deed.
func (w *world) draftID(d deed) ID {
	if d.pick%2 == 0 {
		return w.made(d.conv, "draft", 1)
	}
	return w.made(d.ref, "draft", 1)
}

// sendDraft sends what may be a draft of the author's, or of another, or none.
func (w *world) sendDraft(d deed) (any, error) {
	return w.Send(w.tb.Context(), w.actor(d), SendRequest{
		Conversation: w.conversation(d), Key: w.draftID(d).String(), HTML: fmt.Sprint("of a draft ", d.n), Drafted: true,
	})
}

func (w *world) discard(d deed) (any, error) {
	return nil, w.DiscardDraft(w.tb.Context(), w.actor(d), w.draftID(d), int64(d.pick/2%3))
}

// sentBy is the message that another deed sent.
func (w *world) sentBy(n int) ID { return w.made(n, "", 1) }

func (w *world) undo(d deed) (any, error) {
	return w.Undo(w.tb.Context(), w.actor(d), w.conversation(d), w.sentBy(d.ref))
}

func (w *world) retract(d deed) (any, error) {
	return w.Retract(w.tb.Context(), w.actor(d), w.conversation(d), w.sentBy(d.ref))
}

// assign asks a member of staff to answer, or nobody.
func (w *world) assign(d deed) (any, error) {
	to := ID{}
	if d.pick%4 > 0 {
		to = w.people[d.to[0]].ID
	}
	return w.Change(w.tb.Context(), w.actor(d), w.conversation(d), Change{Assignee: &to})
}

func (w *world) progress(d deed) (any, error) {
	return w.Change(w.tb.Context(), w.actor(d), w.conversation(d), Change{State: ptr([]Progress{Open, Waiting, Done, Done}[d.pick%4])})
}

// handOver leaves for another member of staff.
func (w *world) handOver(d deed) (any, error) {
	return nil, w.Remove(w.tb.Context(), w.actor(d), w.conversation(d), w.people[d.by].ID, w.people[d.to[0]].ID)
}

// profile wants copies of mails, or does not, and says when mail is to come.
func (w *world) profile(d deed) (any, error) {
	p := Profile{BCC: &d.on, Strict: []*bool{nil, ptr(d.on)}[d.pick%2]}
	if !w.beside {
		p.Mail = []*MailTimes{{Digest: AtHours(10, 11, 12, 13)}, {QuietFrom: 9 * 60, QuietUntil: 10 * 60}, {Digest: AtHours(10, 12), QuietFrom: 22 * 60, QuietUntil: 10 * 60}, {}}[d.pick%4]
	}
	return w.SetProfile(w.tb.Context(), w.actor(d), p)
}

func (w *world) note(d deed) (any, error) { return w.send(d) }

// again sends under the key of another deed: the same message, if it was the sender's own and so, or a conflict.
func (w *world) again(d deed) (any, error) {
	return w.Send(w.tb.Context(), w.actor(d), SendRequest{
		Conversation: w.conversation(d), Key: fmt.Sprint("key ", d.ref), HTML: fmt.Sprint("text ", d.ref), Note: d.on,
	})
}

// read reads as far as there was something by the time of another deed, or to the end whatever there is.
func (w *world) read(d deed) (any, error) {
	var to Position
	if d.pick%4 == 0 {
		to = 1 << 60
	}
	for _, p := range w.places[w.conversation(d)] {
		if p.deed <= d.ref {
			to = max(to, p.position)
		}
	}
	return w.MarkRead(w.tb.Context(), w.actor(d), w.conversation(d), to, d.on)
}

func (w *world) unread(d deed) (any, error) {
	return w.MarkUnread(w.tb.Context(), w.actor(d), w.conversation(d))
}

func (w *world) archive(d deed) (any, error) {
	return w.Archive(w.tb.Context(), w.actor(d), w.conversation(d), d.on)
}

func (w *world) delete(d deed) (any, error) {
	return w.Delete(w.tb.Context(), w.actor(d), w.conversation(d), !d.on)
}

func (w *world) mute(d deed) (any, error) {
	return w.Mute(w.tb.Context(), w.actor(d), w.conversation(d), d.on)
}

func (w *world) add(d deed) (any, error) {
	history := []*bool{nil, fromFirst, fromNowOn}[d.pick%3]
	return w.Add(w.tb.Context(), w.actor(d), w.conversation(d), w.ids(d.to), history)
}

func (w *world) remove(d deed) (any, error) {
	return nil, w.Remove(w.tb.Context(), w.actor(d), w.conversation(d), w.people[d.to[0]].ID, ID{})
}

func (w *world) title(d deed) (any, error) {
	return w.Change(w.tb.Context(), w.actor(d), w.conversation(d), Change{Title: ptr(fmt.Sprint("Retitled ", d.n))})
}

func (w *world) important(d deed) (any, error) {
	return w.Change(w.tb.Context(), w.actor(d), w.conversation(d), Change{Important: &d.on})
}

func (w *world) sign(d deed) (any, error)     { return w.signTo(d, ForAll) }
func (w *world) noteSign(d deed) (any, error) { return w.signTo(d, ForStaff) }

// signTo shows a passing sign to everybody it is for.
func (w *world) signTo(d deed, to Audience) (any, error) {
	company, err := w.SignTo(w.tb.Context(), w.actor(d), w.conversation(d), to)
	for _, id := range company.Others {
		w.tell(id, "sign", []any{w.conversation(d), to, company.Person}, nil)
	}
	return nil, err
}

func (w *world) mode(d deed) (any, error) {
	return w.SetMode(w.tb.Context(), w.actor(d), Privacy+Mode(d.pick%2), true)
}

// permit gives somebody the messaging permission, or takes it.
func (w *world) permit(d deed) (any, error) {
	u := w.model.kept.users[w.people[d.to[0]].ID]
	u.MayMessage = d.on
	w.put(w.tb, u)
	return nil, nil
}

// invite brings another contact into the office.
func (w *world) invite(d deed) (any, error) {
	name := fmt.Sprint("new ", d.n)
	_, err := w.Invite(w.tb.Context(), w.actor(d), Invitation{Name: name, Email: fmt.Sprintf("new%d@example.org", d.n), Role: Client})
	return nil, err
}
