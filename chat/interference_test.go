package chat

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestNonInterference (W2, F5): a random history is lived twice, with and without what a contact may not know of: internal notes with their files,
// mentions and signs, what becomes of them, who answers and how far it is, conversations of staff alone and of other contacts, copies, all that
// happens in a conversation after the contact left it, letters that wait, were rejected or came from robots, mails that came back and what became of
// all others, an owner's look, what others do to their own lists, drafts of others, people who were invited or shut out, templates, teams and circles. Everything that the contact ever receives must be
// equal byte for byte: frames, resumes, lists, pages, results, receipts, files, errors and mails, their number and order.
//
// POSTERN_HISTORIES says how many.
func TestNonInterference(t *testing.T) {
	t.Parallel()
	all := tally{left: map[string]int{}, received: map[string]int{}}
	if stories := all.tell(t, 2000); !t.Failed() {
		all.prove(t, stories)
	}
}

// TestNotesAreHidden (F17) leaves out notes alone, and all that is done with them: whatever else a contact may not know of happens twice.
func TestNotesAreHidden(t *testing.T) {
	t.Parallel()
	all := tally{left: map[string]int{}, received: map[string]int{}, only: []string{"note", "note sign", "undo note", "retract note"}}
	stories := all.tell(t, 500)
	for _, kind := range all.only {
		if all.left[kind] < stories/5 && !t.Failed() {
			t.Errorf("only %d deeds of kind %q were left out in %d stories", all.left[kind], kind, stories)
		}
	}
	t.Logf("histories=%d differ=0", stories) // e2e/prove reads it
}

// tell tells so many stories, or as many as POSTERN_HISTORIES says.
func (all *tally) tell(t *testing.T, usual int) (stories int) {
	t.Helper()
	stories = rounds(t, "POSTERN_HISTORIES", usual)
	t.Run("stories", func(t *testing.T) {
		for part := range 8 {
			t.Run(fmt.Sprint("part ", part), func(t *testing.T) {
				t.Parallel()
				for seed := part; seed < stories && !t.Failed(); seed += 8 {
					all.live(t, uint64(seed), 100)
				}
			})
		}
	})
	return stories
}

// rounds is how often a property is tried: as a variable says, or as usual; under the race detector, which has nothing to find in histories that
// are lived one deed after the other, the tenth part of it. (`make e2e` tries all of them without it.)
func rounds(t *testing.T, variable string, usual int) int {
	t.Helper()
	said := os.Getenv(variable)
	if said == "" && raced {
		return usual / 10
	}
	n, err := strconv.Atoi(cmp.Or(said, strconv.Itoa(usual)))
	if err != nil || n <= 0 {
		t.Fatalf("%s=%q is no number of rounds", variable, said)
	}
	return n
}

// TestMain has garbage collected seldom: histories leave much, and keep little, so that it was half of their time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	m.Run()
}

// tally counts what was compared, so that the test shows that it could have failed.
type tally struct {
	mu       sync.Mutex
	open     func(testing.TB) Store // beside the model; nil: none
	only     []string               // kinds of deeds that are left out; nil: all that are hidden
	left     map[string]int         // deeds left out that had come to something
	received map[string]int         // equal lines, by what they are
}

// live tells a story while one of the contacts listens, and lives it again without what is hidden from them.
func (all *tally) live(t *testing.T, seed uint64, length int) {
	t.Helper()
	setting, viewer := int(seed%16), 3+int(seed)%5
	w := newWorldOn(t, all.open, setting, viewer)
	st := tell(w, seed, setting, length, nil)
	last := deed{n: length, kind: "look", by: viewer} // at the end they look once more
	st.deeds = append(st.deeds, last)
	w.do(last)
	hidden := all.hidden(w, viewer)
	if difference(w, all.again(t, st, viewer, hidden), viewer) != "" {
		all.report(t, seed, st, viewer)
		return
	}
	all.count(w, st, viewer, hidden)
}

// hidden says of a deed whether it is left out.
func (all *tally) hidden(w *world, viewer int) func(deed) bool {
	hidden := w.hiddenFrom(viewer)
	return func(d deed) bool {
		nothing := !w.came[d.n] && !w.told[d.n]
		return hidden(d) && (all.only == nil || slices.Contains(all.only, d.kind) || nothing)
	}
}

// hiddenFrom says of a deed of this world whether the contact may know nothing of it.
func (w *world) hiddenFrom(viewer int) func(deed) bool {
	user := w.people[viewer].ID
	return func(d deed) bool {
		if d.by == viewer {
			return false
		}
		switch d.kind {
		case "mail", "mode", "permit", "sign off":
			return false
		case "shut", "let in":
			return d.to[0] >= w.staff && d.to[0] != viewer
		case "report", "bounce", "retry", "clear": // to others their mail is nothing, nor theirs to them, unless more or less of it comes
			return d.to[0] != viewer || !w.needed[d.n]
		case "assign", "progress":
			return !w.handed[w.conversation(d)]
		case "held":
			if !w.needed[d.n] {
				return true
			}
		case "again", "probe": // may come to nothing here, and to something where what it repeats is missing
			if !w.told[d.n] {
				return true
			}
		}
		if !w.came[d.n] && !w.told[d.n] {
			return true // it may have been for what is hidden that it was refused
		}
		if (d.kind == "undo" || d.kind == "retract") && w.sees(user, w.sentBy(d.ref)) { // also after leaving
			return false
		}
		conversation := w.conversation(d)
		if d.kind == "start" {
			conversation = w.made(d.n, "", 1)
		}
		if d.kind == "copy" {
			return w.people[d.to[0]].ID != user
		}
		if w.flows(d) && w.copied(conversation, user) {
			return false
		}
		thread := w.model.kept.threads[conversation]
		if d.kind == "look" || slices.Contains(hiddenKinds, d.kind) || thread == nil || thread.Participants[user] == nil {
			return true
		}
		return !thread.Participants[user].Active && d.n > w.left[Seat{conversation, user}]
	}
}

// flows says of a deed whether it goes on to the copies of its conversation: what staff write there may be copied, and its title and its staff are
// theirs.
func (w *world) flows(d deed) bool {
	switch d.kind {
	case "start", "title", "important", "add", "remove", "hand over", "undo", "retract":
		return true
	case "send", "again", "letter", "held", "draft", "draft sent":
		return d.by < w.staff
	case "decide":
		return d.to[0] < w.staff
	}
	return false
}

// copied says whether the contact has a copy of the conversation.
func (w *world) copied(conversation, contact ID) bool {
	for _, t := range w.model.kept.threads {
		if t.Conversation.CopyOf == conversation && t.Participants[contact] != nil {
			return true
		}
	}
	return false
}

// sees says whether the user may read the place of the message, at the end.
func (w *world) sees(user, message ID) bool {
	u := w.model.kept.users[user]
	for conversation, list := range w.model.kept.messages {
		for _, m := range list {
			if m.ID == message {
				return Access{View: u.View(), Spans: w.model.kept.threads[conversation].Spans[user]}.Sees(m.Position, m.Audience)
			}
		}
	}
	return false
}

// again lives the story in a new world in which one contact listens, without the deeds that are left out, and without the other contacts in CC.
func (all *tally) again(tb testing.TB, st story, viewer int, leave func(deed) bool) *world {
	w := newWorldOn(tb, all.open, st.setting, viewer)
	for _, d := range st.deeds {
		if !leave(d) {
			if all.only == nil {
				d.cc = slices.DeleteFunc(slices.Clone(d.cc), func(i int) bool { return i >= w.staff && i != viewer })
			}
			w.do(d)
		}
	}
	return w
}

// difference is the first line that the contact received in one world but not in the other.
func difference(one, two *world, viewer int) string {
	id := one.people[viewer].ID
	a, b := one.heard[id], two.heard[id]
	if !slices.Equal(a, b) {
		a, b = renamed(a), renamed(b)
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			at := 0
			for at < min(len(a[i]), len(b[i])) && a[i][at] == b[i][at] {
				at++
			}
			at = max(0, at-60)
			return fmt.Sprintf("with:    %s ... %s\nwithout: %s ... %s", head(a[i], 40), head(a[i][at:], 400), head(b[i], 40), head(b[i][at:], 400))
		}
	}
	if len(a) != len(b) {
		longer := a
		if len(b) > len(a) {
			longer = b
		}
		return fmt.Sprintf("%d lines with, %d without, first: %s", len(a), len(b), head(longer[min(len(a), len(b))], 400))
	}
	return ""
}

// aPage is where a page ends: ids among other things, as base64.
var aPage = regexp.MustCompile(`"eyJ[0-9A-Za-z_-]+"`)

// renamed gives ids the numbers in which they first appear: they are random, so that nobody can tell from one how many there were before it.
func renamed(lines []string) []string {
	names := map[string]string{}
	var list []string
	for _, line := range lines {
		if strings.Contains(line, `"eyJ`) {
			line = aPage.ReplaceAllStringFunc(line, func(page string) string {
				plain, err := base64.RawURLEncoding.DecodeString(strings.Trim(page, `"`))
				if err != nil {
					return page
				}
				return string(plain)
			})
		}
		list = append(list, renameIDs(line, names))
	}
	return list
}

// renameIDs does it in one line.
func renameIDs(line string, names map[string]string) string {
	const length, first = 36, 8 // of an id as text, and of what stands before its first hyphen
	var b strings.Builder
	for {
		at := strings.IndexByte(line, '-')
		if at < 0 {
			b.WriteString(line)
			return b.String()
		}
		from := at - first
		if from < 0 || len(line) < from+length || line[at+5] != '-' || line[at+10] != '-' || line[at+15] != '-' {
			b.WriteString(line[:at+1])
			line = line[at+1:]
			continue
		}
		id := line[from : from+length]
		if names[id] == "" {
			names[id] = fmt.Sprint("id-", len(names))
		}
		b.WriteString(line[:from])
		b.WriteString(names[id])
		line = line[from+length:]
	}
}

func head(s string, n int) string { return s[:min(len(s), n)] }

// report tells the shortest story found in which the contact learns something.
func (all *tally) report(t *testing.T, seed uint64, st story, viewer int) {
	t.Helper()
	learns := func(deeds []deed) (string, func(deed) bool) {
		with := newWorldOn(t, all.open, st.setting, viewer)
		for _, d := range deeds {
			with.do(d)
		}
		hidden := all.hidden(with, viewer)
		return difference(with, all.again(t, story{st.setting, deeds}, viewer, hidden), viewer), hidden
	}
	deeds := st.deeds
	for size := len(deeds) / 2; size > 0; size /= 2 {
		for from := 0; from < len(deeds); {
			fewer := slices.Delete(slices.Clone(deeds), from, min(from+size, len(deeds)))
			if line, _ := learns(fewer); line != "" {
				deeds = fewer
			} else {
				from += size
			}
		}
	}
	line, hidden := learns(deeds)
	var b strings.Builder
	for _, d := range deeds {
		mark := "  "
		if hidden(d) {
			mark = "- "
		}
		fmt.Fprintf(&b, "%s%s\n", mark, d)
	}
	t.Errorf("seed %d, setting %d: contact %d learns what they may not know (- is hidden from them):\n%s%s", seed, st.setting, viewer, &b, line)
}

func (all *tally) count(w *world, st story, viewer int, hidden func(deed) bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, d := range st.deeds {
		if hidden(d) && w.came[d.n] {
			all.left[d.kind]++
		}
	}
	for _, line := range w.heard[w.people[viewer].ID] {
		_, what, _ := strings.Cut(line, " ")
		what, text, _ := strings.Cut(what, ": ")
		all.received[what]++
		if strings.HasPrefix(text, "refused") {
			all.received["refused"]++
		}
	}
}

// prove says that there was something to hide and something to compare.
func (all *tally) prove(t *testing.T, stories int) {
	t.Helper()
	for _, kind := range []string{
		"note", "start", "copy", "send", "read", "add", "remove", "title", "letter", "held", "auto", "bounce", "note sign", "sign",
		"unread", "archive", "mute", "mark", "mark read", "invite", "assign", "progress", "undo", "retract", "undo note", "retract note", "hand over",
		"draft", "draft sent", "discard", "template", "gather", "shut", "let in", "delete", "owner looks", "decide", "report", "retry", "clear",
	} {
		if all.left[kind] < stories/5 {
			t.Errorf("only %d deeds of kind %q were left out in %d stories", all.left[kind], kind, stories)
		}
	}
	for _, what := range []string{
		"frame", "mail", "greeting", "following", "inbox", "unread", "important", "archived", "deleted", "recent", "conversation", "newest", "before", "after", "around",
		"people", "search", "file", "folded", "below", "sign", "probe", "refused", "drafts", "draft", "draft sent", "templates", "rosters", "send",
		"letter", "read", "mark", "undo", "retract", "delete",
	} {
		if all.received[what] < stories/20 {
			t.Errorf("only %d lines of %q were compared in %d stories", all.received[what], what, stories)
		}
	}
	if all.received["digest"] < stories/100 {
		t.Errorf("only %d digests were compared in %d stories", all.received["digest"], stories)
	}
	t.Logf("histories=%d differ=0", stories) // e2e/prove reads it
	t.Logf("left out: %v\ncompared: %v", all.left, all.received)
}
