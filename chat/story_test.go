package chat

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// story is a random history: what was done, in order.
type story struct {
	setting int
	deeds   []deed
}

// weights say how often each kind of deed comes up.
var weights = map[string]int{
	"start": 4, "copy": 2, "send": 14, "note": 8, "again": 2, "read": 12, "unread": 2, "archive": 3, "mute": 2, "add": 4, "remove": 3, "title": 2,
	"important": 2, "letter": 4, "held": 2, "auto": 2, "bounce": 5, "mail": 5, "sign": 2, "note sign": 1, "mode": 1, "permit": 1, "invite": 1,
	"draft": 5, "draft sent": 3, "discard": 3, "look": 2, "probe": 9,
	"undo": 5, "retract": 3, "undo note": 3, "retract note": 2, "assign": 3, "progress": 4, "hand over": 1, "profile": 5,
	"mark": 2, "mark read": 2, "template": 1, "sign off": 2, "gather": 2, "shut": 2, "let in": 2,
	"delete": 3, "owner looks": 2, "decide": 4, "report": 4, "retry": 3, "clear": 2,
}

// tell makes up a story of so many deeds while doing it, so that most of them come to something.
func tell(w *world, seed uint64, setting, length int, each func(deed)) story {
	teller := newTeller(w, seed)
	st := story{setting: setting}
	for n := range length {
		d := teller.deed(n)
		st.deeds = append(st.deeds, d)
		if err := w.do(d); err == nil {
			teller.remember(d)
		}
		if each != nil {
			each(d)
		}
	}
	return st
}

func newTeller(w *world, seed uint64) *teller {
	t := &teller{world: w, rnd: rand.New(rand.NewPCG(seed, 0)), earlier: map[string][]int{}}
	for kind := range kinds {
		for range weights[kind] {
			t.kinds = append(t.kinds, kind)
		}
	}
	slices.Sort(t.kinds)
	return t
}

// remember keeps a deed that came to something, for later ones.
func (t *teller) remember(d deed) {
	t.earlier[d.kind], t.done = append(t.earlier[d.kind], d.n), append(t.done, d)
	if d.kind == "draft" {
		t.drafts = append(t.drafts, d)
	}
	switch d.kind {
	case "copy":
		t.know(thread{d.conv, d.to[0]})
	case "start":
		t.know(thread{d.n, 0})
		for _, i := range d.cc {
			if i >= t.staff && !slices.Contains(d.to, i) {
				t.know(thread{d.n, i})
			}
		}
	}
}

func (t *teller) know(one thread) {
	if !slices.Contains(t.threads, one) {
		t.threads = append(t.threads, one)
	}
}

// thread names a conversation: the deed that started it, and whose copy of that it is, 0: it itself.
type thread struct{ conv, of int }

type teller struct {
	*world
	rnd     *rand.Rand
	kinds   []string
	threads []thread
	earlier map[string][]int // deeds by kind
	drafts  []deed           // that saved one
	done    []deed           // those that came to something
}

func (t *teller) chance(in int) bool { return t.rnd.IntN(in) == 0 }

func (t *teller) deed(n int) deed {
	d := deed{n: n, kind: t.kinds[t.rnd.IntN(len(t.kinds))], by: t.rnd.IntN(len(t.people)), pick: t.rnd.IntN(1000), on: t.chance(3)}
	if n < 2 || len(t.threads) == 0 {
		d.kind = "start"
	}
	if n > 0 {
		d.ref = t.rnd.IntN(n)
	}
	if len(t.threads) > 0 {
		in := t.threads[t.rnd.IntN(len(t.threads))]
		d.conv, d.of = in.conv, in.of
	}
	t.cast(&d)
	return d
}

// cast says who does the deed and to whom.
func (t *teller) cast(d *deed) {
	d.to = []int{t.rnd.IntN(len(t.people))}
	switch d.kind {
	case "start":
		t.starter(d)
	case "copy":
		d.of = 0 // copies have none
		d.by, d.to = t.among(*d, func(i int) bool { return i < t.staff }, d.by), []int{t.contact()}
	case "note", "note sign", "add":
		d.by = t.among(*d, func(i int) bool { return i < t.staff }, d.by)
	case "undo", "retract":
		t.takeBack(d, "send")
	case "undo note", "retract note":
		t.takeBack(d, "note")
	case "assign", "progress":
		d.by = t.among(*d, func(i int) bool { return i < t.staff }, d.by)
		d.to[0] = t.among(*d, func(i int) bool { return i < t.staff }, d.by)
	case "hand over":
		d.by, d.to[0] = t.among(*d, func(i int) bool { return i < t.staff }, d.by), t.rnd.IntN(t.staff)
	case "gather":
		d.by, d.to = 0, []int{t.rnd.IntN(len(t.people)), t.rnd.IntN(len(t.people)), t.rnd.IntN(len(t.people))}
	case "template", "sign off":
		d.by = t.rnd.IntN(t.staff)
	case "shut":
		d.by, d.to[0] = 0, 1+t.rnd.IntN(len(t.people)-1)
	case "let in":
		d.by = 0
		for i, u := range t.people {
			if !t.model.kept.users[u.ID].Active {
				d.to[0] = i
			}
		}
	case "mode":
		d.by = 0
	case "invite", "mail":
		d.by = 2 // no contact's doing
	case "bounce", "report", "retry", "clear":
		t.ofMail(d)
	case "decide":
		t.decides(d)
	case "owner looks":
		d.by = max(0, t.rnd.IntN(t.staff+2)-2) // mostly the owner
	case "permit":
		d.by, d.to, d.on = 0, []int{1 + t.rnd.IntN(len(t.people)-1)}, !t.chance(3)
	case "draft sent", "discard":
		if len(t.drafts) > 0 {
			saved := t.drafts[t.rnd.IntN(len(t.drafts))]
			d.by, d.conv, d.of, d.ref, d.pick = saved.by, saved.conv, saved.of, saved.ref, d.pick&^1|saved.pick&1
		}
	case "look":
		d.by = t.contact()
	case "probe":
		d.by = t.contact()
		for range t.rnd.IntN(2) {
			d.to = append(d.to, t.rnd.IntN(len(t.people)))
		}
		t.seek(d)
	case "remove":
		d.by = t.among(*d, func(int) bool { return true }, d.by)
		if d.to[0] = t.among(*d, func(int) bool { return true }, d.by); t.chance(3) {
			d.to[0] = d.by
		}
	default:
		if !t.chance(12) {
			d.by = t.among(*d, func(int) bool { return true }, d.by)
		}
	}
	switch {
	case d.kind == "read" && !t.chance(4):
		d.ref = d.n
	case d.kind == "again" && !t.chance(3):
		d.ref = max(0, d.n-1-t.rnd.IntN(5))
	}
}

// takeBack picks a message or note to be taken back, mostly by its author and mostly the newest one, within the time to undo it.
func (t *teller) takeBack(d *deed, kind string) {
	sent := t.earlier[kind]
	if len(sent) == 0 {
		d.kind = kind // there must be something first
		return
	}
	d.ref = sent[len(sent)-1]
	if strings.HasPrefix(d.kind, "retract") && t.chance(2) {
		d.ref = sent[t.rnd.IntN(len(sent))]
	}
	for _, earlier := range t.done {
		if earlier.n == d.ref {
			d.conv, d.of = earlier.conv, earlier.of
			if !t.chance(6) {
				d.by = earlier.by
			}
		}
	}
}

// ofMail picks a mail that something is told of, or that failed and is sent again; or whose address is to be believed in again.
func (t *teller) ofMail(d *deed) {
	d.by = 2
	switch gone := t.model.kept.suppressions; {
	case d.kind == "clear" && len(gone) > 0:
		d.to[0] = t.person(gone[t.rnd.IntN(len(gone))].User)
		return
	case d.kind == "clear":
		d.kind, d.pick = "report", reportGone // there must be something first
	}
	type seat struct {
		thread
		to int
	}
	var fit []seat
	for _, in := range t.threads {
		conversation := t.conversation(deed{conv: in.conv, of: in.of})
		for i, u := range t.people {
			if m := t.newestMail(conversation, u.ID); m != nil && (d.kind != "retry" || m.Failed()) {
				fit = append(fit, seat{in, i})
			}
		}
	}
	if len(fit) > 0 {
		one := fit[t.rnd.IntN(len(fit))]
		d.conv, d.of, d.to[0] = one.conv, one.of, one.to
	}
	if d.kind == "retry" {
		d.by = t.among(*d, func(i int) bool { return i < t.staff }, d.by)
	}
}

// decides picks a letter that waits, or waited.
func (t *teller) decides(d *deed) {
	waiting := t.earlier["held"]
	if len(waiting) == 0 {
		d.kind = "held" // there must be something first
		d.by = t.among(*d, func(int) bool { return true }, d.by)
		return
	}
	held := t.deedOf(waiting[max(0, len(waiting)-1-t.rnd.IntN(3))])
	d.ref, d.conv, d.of, d.to[0] = held.n, held.conv, held.of, held.by
	if d.by = t.rnd.IntN(t.staff); !t.chance(6) {
		d.by = t.among(*d, func(i int) bool { return i < t.staff && i != held.by }, d.by)
	}
}

// seek lets a probe look for something that is hidden: a note or its file, a person, a conversation, a circle, a template.
func (t *teller) seek(d *deed) {
	kind := []string{"note", "note", "invite", "copy", "gather", "template", "held", "send"}[t.rnd.IntN(8)]
	made := t.earlier[kind]
	if len(made) == 0 {
		return
	}
	d.ref = made[t.rnd.IntN(len(made))]
	switch kind {
	case "note":
		d.pick = []int{probeAround, probeRead, probeFolded, probeFile, probeFile, probeAttach, probeAttach, probeUndo, probeRetract, probeSearch, probeCopy}[t.rnd.IntN(11)]
	case "template":
		d.pick = probeFill
	case "held":
		d.conv, d.of = t.deedOf(d.ref).conv, t.deedOf(d.ref).of
		d.pick = []int{probeHeld, probeDecide}[t.rnd.IntN(2)]
	case "send":
		d.conv, d.of = t.deedOf(d.ref).conv, t.deedOf(d.ref).of
		d.pick = []int{probeDeliveries, probeRetry}[t.rnd.IntN(2)]
	case "invite", "gather":
		d.pick = []int{probePerson, probeMention}[t.rnd.IntN(2)]
	case "copy":
		copied := t.deedOf(d.ref)
		d.conv, d.of = copied.conv, copied.to[0]
	}
}

func (t *teller) contact() int { return t.staff + t.rnd.IntN(len(t.people)-t.staff) }

// starter gives a conversation's first people: a contact and staff, staff and contacts of one account or several, a team or circle, or staff alone;
// staff often with others in CC.
func (t *teller) starter(d *deed) {
	d.by = t.rnd.IntN(t.staff)
	switch t.rnd.IntN(6) {
	case 0:
		d.by, d.to = t.contact(), []int{t.rnd.IntN(t.staff)}
		return
	case 1:
		d.by, d.to = 0, []int{1, 2}
	case 2:
		d.to = []int{3, 4}
	case 3:
		d.to = []int{t.rnd.IntN(t.staff), t.contact(), t.contact(), t.contact()}
	case 4:
		d.to = []int{t.contact()}
		if made := t.earlier["gather"]; len(made) > 0 {
			d.roster = made[t.rnd.IntN(len(made))]
			d.to = slices.DeleteFunc(slices.Clone(t.deedOf(d.roster).to), func(i int) bool {
				u := t.model.kept.users[t.people[i].ID]
				return mayMessage(&u) != nil
			})
		}
	default:
		d.to = []int{t.contact()}
	}
	if t.chance(3) {
		d.cc = []int{t.contact(), t.rnd.IntN(len(t.people))}
	}
}

// deedOf is one that came to something.
func (t *teller) deedOf(n int) deed {
	i := slices.IndexFunc(t.done, func(d deed) bool { return d.n == n })
	return t.done[i]
}

// among picks one of those who are in the conversation.
func (t *teller) among(d deed, fits func(int) bool, otherwise int) int {
	thread := t.model.kept.threads[t.conversation(d)]
	var in []int
	for i, u := range t.people {
		if p := thread.Participants[u.ID]; p != nil && p.Active && fits(i) {
			in = append(in, i)
		}
	}
	if len(in) == 0 {
		return otherwise
	}
	return in[t.rnd.IntN(len(in))]
}
