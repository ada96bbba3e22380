package api

import (
	"fmt"
	"net/http"
	"testing"
	"unicode/utf16"

	"postern/hub/wire"
)

// marks are the words that are marked.
func marks(m wire.Marked) (words []string) {
	units := utf16.Encode([]rune(m.Text))
	for _, mark := range m.Marks {
		words = append(words, string(utf16.Decode(units[mark.From:mark.To])))
	}
	return words
}

func TestWhatWasWrittenIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla, carl := w.as(w.sam), w.as(w.carla), w.as(w.carl)
	id := sam.start("Tax return 𝒳 für Müller", "<p>Hello</p>", w.carla).Row.Conversation.ID
	sent := sam.send(id, "𝒳 The invoice — la facture de Müller, again INVOICES")
	sam.post("/conversations/"+id+"/messages", map[string]any{"html": "an invoice between us", "note": true, "key": "note"}).want(http.StatusCreated)

	var found searchAnswer
	carla.post("/search", searchRequest{Text: "invoice muller"}).want(http.StatusOK).into(&found)
	if len(found.Hits) != 1 || found.Hits[0].Message != sent.ID || found.Hits[0].Row.Conversation.ID != id || found.Next != "" {
		t.Fatalf("found %+v", found)
	}
	h := found.Hits[0]
	if got := marks(h.Snippet); len(got) != 2 || got[0] != "invoice" || got[1] != "Müller" {
		t.Errorf("marked %q in %q", got, h.Snippet.Text)
	}
	if got := marks(h.Title); len(got) != 1 || got[0] != "Müller" {
		t.Errorf("marked %q in %q", got, h.Title.Text)
	}
	carl.post("/search", searchRequest{Text: "invoice"}).want(http.StatusOK).into(&found)
	if len(found.Hits) != 0 {
		t.Errorf("a stranger finds %+v", found)
	}
	carla.post("/search", searchRequest{Text: "between us"}).want(http.StatusOK).into(&found)
	if len(found.Hits) != 0 {
		t.Errorf("a contact finds the note: %+v", found)
	}
	for what, in := range map[string]any{
		"nothing asked": searchRequest{}, "no such page": searchRequest{Text: "x", After: "x"}, "no author": searchRequest{Author: "x"},
		"too much": searchRequest{Text: "a b c d e f g h i j k l m"}, "no time": map[string]any{"from": "yesterday"},
	} {
		t.Log(what)
		carla.post("/search", in).want(http.StatusBadRequest)
	}
}

func TestManyConversationsAreMarked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	var all []string
	for i := range 40 {
		all = append(all, sam.start(fmt.Sprint("Title ", i), "<p>Hello</p>", w.carla).Row.Conversation.ID)
	}
	foreign := sam.start("Other", "<p>Hello</p>", w.carl).Row.Conversation.ID
	for _, c := range []struct {
		as    string
		badge int
		inbox int
	}{{"read", 0, 40}, {"unread", 40, 40}, {"archived", 0, 0}, {"inbox", 40, 40}} {
		var answer markAnswer
		carla.post("/marks", markRequest{Conversations: append([]string{foreign}, all...), As: c.as}).want(http.StatusOK).into(&answer)
		if len(answer.Marked) != 40 || len(answer.Refused) != 1 || answer.Refused[0] != foreign || answer.Badge != c.badge || answer.Marked[0].Conversation != all[0] {
			t.Errorf("as %s: %d marked, %v refused, badge %d", c.as, len(answer.Marked), answer.Refused, answer.Badge)
		}
		var inbox rowsAnswer
		carla.get("/conversations").want(http.StatusOK).into(&inbox)
		if len(inbox.Rows) != c.inbox {
			t.Errorf("as %s: %d rows in the inbox", c.as, len(inbox.Rows))
		}
	}
	carla.post("/marks", markRequest{Conversations: all, As: "nonsense"}).want(http.StatusBadRequest)
	carla.post("/marks", markRequest{As: "read"}).want(http.StatusBadRequest)
}
