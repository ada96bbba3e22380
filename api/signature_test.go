package api

import (
	"net/http"
	"testing"

	"postern/hub/wire"
)

func TestASignatureIsSetAndStandsBelowMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla := w.as(w.sam), w.as(w.carla)
	var mine, below signatureBody
	sam.put("/me/signature", signatureBody{"<p>Sam <img src=x>Staff</p>"}).want(http.StatusOK).into(&mine)
	if mine.HTML != "<p>Sam Staff</p>" {
		t.Errorf("kept %q", mine.HTML)
	}
	id := sam.start("Papers", "<p>here</p>", w.carla).Row.Conversation.ID
	signed := sam.send(id, "signed")
	path := "/conversations/" + id + "/messages/"
	carla.get(path + signed.ID + "/signature").want(http.StatusOK).into(&below)
	if !signed.Signed || below != mine {
		t.Errorf("signed %v, and below stands %q", signed.Signed, below.HTML)
	}
	var bare struct{ Message wire.Message }
	sam.post("/conversations/"+id+"/messages", map[string]any{"key": "bare", "html": "x", "unsigned": true}).want(http.StatusCreated).into(&bare)
	if bare.Message.Signed {
		t.Error("signed although it was to be left out")
	}
	carla.get(path+bare.Message.ID+"/signature").refused(http.StatusNotFound, "not_found", "")
	sam.get("/me/signature").want(http.StatusOK).into(&below)
	if below != mine {
		t.Errorf("read %q", below.HTML)
	}
}
