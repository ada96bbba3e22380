package api

import (
	"net/http"
	"testing"

	"postern/hub/wire"
)

const draftID = "01890000-0000-7000-8000-00000000d0a1"

func TestADraftIsSavedReadSentAndGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	id := sam.start("Papers", "<p>here</p>", w.carla).Row.Conversation.ID
	var file wire.Attachment
	carla.upload("a.txt", []byte("a")).want(http.StatusCreated).into(&file)

	var saved draftAnswer
	carla.put("/drafts/"+draftID, map[string]any{"based_on": 0, "conversation": id, "html": "<p>half <script>x</script>a</p>", "attachments": []string{file.ID}}).want(http.StatusOK).into(&saved)
	d := saved.Draft
	if d.Version != 1 || d.HTML != "<p>half a</p>" || d.Preview != "half a" || d.Conversation != id || len(d.Attachments) != 1 || d.ID != draftID {
		t.Errorf("saved %+v", d)
	}
	var conflict draftAnswer
	carla.put("/drafts/"+draftID, map[string]any{"based_on": 1, "conversation": id, "html": "<p>laptop</p>"}).want(http.StatusOK)
	carla.put("/drafts/"+draftID, map[string]any{"based_on": 1, "conversation": id, "html": "<p>phone</p>"}).want(http.StatusOK).into(&conflict)
	if conflict.Beside == nil || conflict.Beside.Preview != "laptop" || conflict.Draft.Preview != "phone" || conflict.Draft.ID == draftID {
		t.Errorf("a conflict gives %+v", conflict)
	}
	var list draftsAnswer
	carla.get("/drafts").want(http.StatusOK).into(&list)
	if len(list.Drafts) != 2 || list.Drafts[0].HTML != "" {
		t.Errorf("listed %+v", list)
	}
	sam.get("/drafts").want(http.StatusOK).into(&list)
	if len(list.Drafts) != 0 {
		t.Errorf("sam is shown %+v", list)
	}
	sam.get("/drafts/"+draftID).refused(http.StatusNotFound, "not_found", "")
	carla.get("/drafts/" + draftID).want(http.StatusOK).into(&saved)
	if saved.Draft.Version != 2 || saved.Draft.HTML != "<p>laptop</p>" {
		t.Errorf("read %+v", saved.Draft)
	}

	newer := map[string]any{"key": draftID, "html": "<p>laptop</p>", "drafted": true, "draft_version": -1}
	carla.post("/conversations/"+id+"/messages", newer).refused(http.StatusBadRequest, "invalid", "draft_version")

	message := map[string]any{"key": draftID, "html": "<p>laptop</p>", "drafted": true}
	carla.post("/conversations/"+id+"/messages", message).want(http.StatusCreated)
	carla.post("/conversations/"+id+"/messages", message).want(http.StatusCreated)
	carla.get("/drafts/"+draftID).refused(http.StatusNotFound, "not_found", "")
	carla.put("/drafts/"+draftID, map[string]any{"based_on": 2, "conversation": id, "html": "late"}).refused(http.StatusGone, "expired", "")
	second := "/drafts/" + conflict.Draft.ID
	carla.delete(second+"?version=7").refused(http.StatusConflict, "conflict", "version")
	carla.delete(second+"?version=x").refused(http.StatusBadRequest, "invalid", "version")
	carla.delete(second + "?version=1").want(http.StatusNoContent)
	carla.delete(second).want(http.StatusNoContent)
}

func TestAConversationIsStartedFromADraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam := w.as(w.sam)
	var saved draftAnswer
	to := []string{w.carla.ID.String()}
	sam.put("/drafts/"+draftID, map[string]any{"based_on": 0, "to": to, "title": "Plan", "important": true, "html": "dear"}).want(http.StatusOK).into(&saved)
	if !saved.Draft.Secure || saved.Draft.BCC != nil {
		t.Errorf("unless it is said otherwise: %+v", saved.Draft)
	}
	set := map[string]any{"based_on": 1, "to": to, "title": "Plan", "html": "dear", "secure": false, "bcc": false}
	sam.put("/drafts/"+draftID, set).want(http.StatusOK).into(&saved)
	if saved.Draft.Secure || saved.Draft.BCC == nil || *saved.Draft.BCC {
		t.Errorf("set: %+v", saved.Draft)
	}
	if len(saved.Draft.To) != 1 || saved.Draft.To[0].Name != "Carla Client" || saved.Draft.Conversation != "" {
		t.Errorf("saved %+v", saved.Draft)
	}
	sam.post("/conversations", map[string]any{"to": to, "title": "Plan", "html": "dear", "key": draftID, "drafted": true}).want(http.StatusCreated)
	var list draftsAnswer
	sam.get("/drafts").want(http.StatusOK).into(&list)
	if len(list.Drafts) != 0 {
		t.Errorf("left %+v", list)
	}
}
