package chat

import "testing"

func TestRetitle(t *testing.T) {
	t.Parallel()
	sc := newScene(t)
	sam, tess, anna, bert := sc.user("sam", Staff), sc.user("tess", Owner), sc.user("anna", Client), sc.user("bert", Client)
	sc.started(anna, sam)
	sc.added(sam, nil, tess, bert)
	e, err := sc.change(anna, Change{Title: ptr("Other")})
	sc.must("by who started it", e, err)
	sc.same("events", sc.told(e), []string{"message.created: sam tess | anna bert ", "conversation.changed: sam tess | anna bert "})
	sc.same("line", e.Messages[0].Happening, Retitled)
	sc.same("act", e.Audit[0].Act, ActRetitled)
	sc.same("owed", sc.owed(e), "")
	sc.same("title", sc.thread().Conversation.Title, "Other")
	sc.same("title told", e.Events[1].Body.Summary.Conversation.Title, "Other")

	_, err = sc.change(bert, Change{Title: ptr("Mine")})
	sc.refused("by another contact", err, Forbidden)
	e, err = sc.change(tess, Change{Important: ptr(true)})
	sc.must("important", e, err)
	sc.same("events of importance", sc.told(e), []string{"conversation.changed: sam tess | anna bert "})
	for name, c := range map[string]Change{"nothing": {}, "the same": {Title: ptr("Other"), Important: ptr(true)}} {
		if e, err := sc.change(sam, c); err != nil || !e.Empty() {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	sc.removed(sam, anna)
	_, err = sc.change(anna, Change{Title: ptr("Again")})
	sc.refused("by who started it and left", err, Forbidden)
}
