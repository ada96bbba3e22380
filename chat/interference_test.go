package chat

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestNonInterference (W2, F5): a random history is lived twice, with and without what a contact may not know of: internal notes with their files
// and signs, what becomes of them, who answers and how far it is, conversations of staff alone and of other contacts, copies, all that happens in
// a conversation after the contact left it, letters of others that wait or came from robots, mails that came back, what others do to their own
// lists, drafts of others, people who were invited. Everything that the
// contact ever receives must be equal byte for byte: frames, resumes, lists, pages, receipts, files, errors and mails, their number and order.
func TestNonInterference(t *testing.T) {
	t.Parallel()
	stories, length, viewers := 320, 90, 2
	if os.Getenv("POSTERN_LONG") != "" {
		stories, length, viewers = 2000, 120, 5
	}
	all := tally{left: map[string]int{}, received: map[string]int{}}
	t.Run("stories", func(t *testing.T) {
		for part := range 8 {
			t.Run(fmt.Sprint("part ", part), func(t *testing.T) {
				t.Parallel()
				for seed := part; seed < stories && !t.Failed(); seed += 8 {
					all.live(t, uint64(seed), length, viewers)
				}
			})
		}
	})
	if !t.Failed() {
		all.prove(t, stories)
	}
}

// tally counts what was compared, so that the test shows that it could have failed.
type tally struct {
	mu       sync.Mutex
	left     map[string]int // deeds left out that had come to something
	received map[string]int // equal lines, by what they are
}

// live tells a story, and lives it again for some of the contacts, each time without what is hidden from one.
func (all *tally) live(t *testing.T, seed uint64, length, viewers int) {
	t.Helper()
	setting := int(seed % 16)
	var hears []int
	for i := range viewers {
		hears = append(hears, 3+int(seed+uint64(i))%5)
	}
	w := newWorld(t, setting, hears...)
	st := tell(w, seed, setting, length, nil)
	for _, viewer := range hears { // at the end each looks once more
		d := deed{n: length + viewer, kind: "look", by: viewer}
		st.deeds = append(st.deeds, d)
		w.do(d)
	}
	for _, viewer := range hears {
		hidden := w.hiddenFrom(viewer)
		if difference(w, st.again(t, viewer, hidden), viewer) != "" {
			report(t, seed, st, viewer)
			return
		}
		all.count(w, st, viewer, hidden)
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
		case "mail", "mode", "permit":
			return false
		case "again", "probe": // may come to nothing here, and to something where what it repeats is missing
			if !w.told[d.n] {
				return true
			}
		}
		if (d.kind == "undo" || d.kind == "retract") && w.sees(user, w.sentBy(d.ref)) { // also after leaving
			return !w.came[d.n]
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
	case "send", "again", "letter", "draft", "draft sent":
		return d.by < w.staff
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

// again lives the story in a new world in which one contact listens, without the deeds that are left out.
func (st story) again(tb testing.TB, viewer int, leave func(deed) bool) *world {
	w := newWorld(tb, st.setting, viewer)
	for _, d := range st.deeds {
		if !leave(d) {
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

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// renamed gives ids the numbers in which they first appear: they are random, so that nobody can tell from one how many there were before it.
func renamed(lines []string) []string {
	names := map[string]string{}
	var list []string
	for _, line := range lines {
		list = append(list, anID.ReplaceAllStringFunc(line, func(id string) string {
			if names[id] == "" {
				names[id] = fmt.Sprint("id-", len(names))
			}
			return names[id]
		}))
	}
	return list
}

func head(s string, n int) string { return s[:min(len(s), n)] }

// report tells the shortest story found in which the contact learns something.
func report(t *testing.T, seed uint64, st story, viewer int) {
	t.Helper()
	learns := func(deeds []deed) (string, func(deed) bool) {
		with := newWorld(t, st.setting, viewer)
		for _, d := range deeds {
			with.do(d)
		}
		hidden := with.hiddenFrom(viewer)
		return difference(with, story{st.setting, deeds}.again(t, viewer, hidden), viewer), hidden
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
		"unread", "archive", "mute", "invite", "assign", "progress", "undo note", "retract note", "draft", "discard",
	} {
		if all.left[kind] < stories/4 {
			t.Errorf("only %d deeds of kind %q were left out in %d stories", all.left[kind], kind, stories)
		}
	}
	for _, what := range []string{
		"frame", "mail", "greeting", "following", "inbox", "unread", "important", "archived", "conversation", "newest", "before", "after", "around",
		"people", "search", "file", "folded", "sign", "probe", "refused", "drafts", "draft", "send", "letter", "read",
	} {
		if all.received[what] < stories/2 {
			t.Errorf("only %d lines of %q were compared in %d stories", all.received[what], what, stories)
		}
	}
	t.Logf("histories=%d differ=0", stories) // e2e/prove reads it
	t.Logf("left out: %v\ncompared: %v", all.left, all.received)
}
