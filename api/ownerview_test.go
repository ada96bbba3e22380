package api

import (
	"net/http"
	"strings"
	"testing"

	"postern/chat"
)

// TestTheOwnerOpensAnyConversation (F2): all of it, with files, without anybody being told; nobody else can, and cannot tell what there is.
func TestTheOwnerOpensAnyConversation(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	olivia, id := s.as(s.olivia), s.real.conversation
	olivia.get("/conversations/"+id).refused(http.StatusNotFound, "not_found", "") // the premise: she is not in it
	before := s.as(s.carla).state(id)

	var list officeConversationsAnswer
	olivia.get("/office/conversations?limit=1").want(http.StatusOK).into(&list)
	if len(list.Conversations) != 1 || list.Next == "" && len(list.Conversations) > 1 {
		t.Fatalf("a page is %+v", list)
	}
	seen := map[string]bool{}
	for next := ""; ; next = list.Next {
		list = officeConversationsAnswer{}
		olivia.get("/office/conversations?limit=1&person=" + s.carla.ID.String() + "&after=" + next).want(http.StatusOK).into(&list)
		for _, c := range list.Conversations {
			seen[c.ID] = true
		}
		if list.Next == "" {
			break
		}
	}
	if !seen[id] {
		t.Errorf("carla's conversations are %v", seen)
	}

	var opened openAnswer
	open := "/office/conversations/" + id + "/open"
	answer := olivia.post(open, empty{}).want(http.StatusOK)
	answer.into(&opened)
	if opened.Conversation.Title != newTitle || !strings.Contains(string(answer.body), noteText) || !strings.Contains(string(answer.body), firstText) {
		t.Errorf("opened %s", answer.body)
	}
	olivia.post(open, map[string]any{"after": opened.Page.Messages[0].Position}).want(http.StatusOK).into(&opened)
	if len(opened.Page.Messages) == 0 || strings.Contains(opened.Page.Messages[0].Text, firstText) {
		t.Errorf("after the first: %+v", opened.Page.Messages)
	}
	olivia.get("/attachments/"+s.real.attachment).refused(http.StatusNotFound, "not_found", "")
	if got := olivia.get("/attachments/" + s.real.attachment + "?as_owner=true").want(http.StatusOK); len(got.body) == 0 {
		t.Error("the file is empty")
	}
	olivia.get("/attachments/"+someID+"?as_owner=true").refused(http.StatusNotFound, "not_found", "")
	if after := s.as(s.carla).state(id); after != before {
		t.Errorf("carla sees %s, before %s", after, before)
	}

	for who, u := range map[string]chat.User{"staff outside": s.tess, "a client": s.carla, "staff in it": s.sam} {
		b := s.as(u)
		same(t, who, b.post(open, empty{}), b.post("/office/conversations/"+someID+"/open", empty{}), http.StatusForbidden)
		same(t, who, b.get("/attachments/"+s.real.attachment+"?as_owner=true"), b.get("/attachments/"+someID+"?as_owner=true"), http.StatusForbidden)
		b.get("/office/conversations").refused(http.StatusForbidden, "forbidden", "")
	}
	olivia.post("/office/conversations/"+someID+"/open", empty{}).refused(http.StatusNotFound, "not_found", "")
	olivia.get("/office/conversations?after=%21").refused(http.StatusBadRequest, "invalid", "after")
}
