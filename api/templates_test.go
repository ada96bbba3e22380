package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestATemplateIsKeptFilledAndRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, tess, olivia, carla := w.as(w.sam), w.as(w.tess), w.as(w.olivia), w.as(w.carla)
	greeting := templateRequest{Group: "clients", Title: "Greeting", HTML: "<p>Dear {{recipient.first_name}} of {{recipient.account}},<br>{{me.name}}</p>"}
	var kept templateBody
	sam.post("/templates", greeting).want(http.StatusCreated).into(&kept)
	if kept.Shared || kept.Group != "clients" {
		t.Errorf("kept %+v", kept)
	}
	id := sam.start("Papers", "<p>here</p>", w.carla).Row.Conversation.ID
	var filled filledAnswer
	sam.post("/templates/"+kept.ID+"/fill", map[string]any{"conversation": id}).want(http.StatusOK).into(&filled)
	if filled.HTML != "<p>Dear Carla of Carla &amp; Co,<br>Sam Staff</p>" || len(filled.Unfilled) != 0 {
		t.Errorf("filled %+v", filled)
	}
	sam.post("/templates/"+kept.ID+"/fill", map[string]any{"to": []string{}}).want(http.StatusOK).into(&filled)
	if !strings.Contains(filled.HTML, "{{recipient.first_name}}") || len(filled.Unfilled) != 2 {
		t.Errorf("for nobody it is filled %+v", filled)
	}
	greeting.HTML = "<p>Dear {{recipient.nick}}</p>"
	if p := sam.put("/templates/"+kept.ID, greeting).refused(http.StatusBadRequest, "invalid", "html"); !strings.Contains(p.Detail, "{{recipient.nick}}") {
		t.Errorf("refused with %q", p.Detail)
	}
	greeting.HTML, greeting.Shared = "<p>Dear all</p>", true
	sam.put("/templates/"+kept.ID, greeting).refused(http.StatusForbidden, "forbidden", "")
	olivia.post("/templates", greeting).want(http.StatusCreated).into(&kept)
	var list templatesAnswer
	tess.get("/templates").want(http.StatusOK).into(&list)
	if len(list.Templates) != 1 || !list.Templates[0].Shared || len(list.Placeholders) < 5 {
		t.Errorf("tess has %+v", list)
	}
	tess.delete("/templates/"+kept.ID).refused(http.StatusForbidden, "forbidden", "")
	olivia.delete("/templates/" + kept.ID).want(http.StatusNoContent)
	carla.get("/templates").refused(http.StatusForbidden, "forbidden", "")
	carla.post("/templates", greeting).refused(http.StatusForbidden, "forbidden", "")
}
