package api

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"testing"

	"postern/hub/wire"
)

func aPicture(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))))
	return b.Bytes()
}

func TestAnImageHasAPreviewForWhoMaySeeIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sam, carla, carl := w.as(w.sam), w.as(w.carla), w.as(w.carl)
	id := sam.start("Pictures", "<p>see</p>", w.carla).Row.Conversation.ID
	var file wire.Attachment
	carla.upload("oven.png", aPicture(t, 1200, 600)).want(http.StatusCreated).into(&file)
	if file.Width != 1200 || file.Height != 600 {
		t.Errorf("uploaded %+v", file)
	}
	preview := "/attachments/" + file.ID + "/preview"
	sam.get(preview).refused(http.StatusNotFound, "not_found", "")
	var sent sendAnswer
	carla.post("/conversations/"+id+"/messages", map[string]any{"key": "k", "html": "", "attachments": []string{file.ID}}).want(http.StatusCreated).into(&sent)
	small := sam.get(preview).want(http.StatusOK)
	if m, err := jpeg.DecodeConfig(bytes.NewReader(small.body)); err != nil || m.Width != 640 || m.Height != 320 {
		t.Errorf("the preview is %+v, %v", m, err)
	}
	if kept := small.header.Get("Cache-Control"); kept != "private, no-cache" {
		t.Errorf("it may be kept as %q has it", kept)
	}
	have := func(r *http.Request) { r.Header.Set("If-None-Match", small.header.Get("ETag")) }
	sam.do("GET", preview, nil, have).want(http.StatusNotModified)
	carl.do("GET", preview, nil, have).refused(http.StatusNotFound, "not_found", "")
	w.nobody().do("GET", preview, nil, have).refused(http.StatusUnauthorized, "unsigned", "")

	var text, torn wire.Attachment
	carla.upload("a.txt", []byte("text")).want(http.StatusCreated).into(&text)
	carla.get("/attachments/"+text.ID+"/preview").refused(http.StatusNotFound, "not_found", "")
	carla.upload("torn.png", aPicture(t, 300, 300)[:60]).want(http.StatusCreated).into(&torn)
	if a := carla.get("/attachments/" + torn.ID + "/preview"); a.status == http.StatusOK || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("a torn picture: %d, %q", a.status, a.header.Get("Cache-Control"))
	}

	carla.post("/conversations/"+id+"/messages/"+sent.Message.ID+"/retract", empty{}).want(http.StatusOK)
	sam.do("GET", preview, nil, have).refused(http.StatusNotFound, "not_found", "")
	sam.get("/attachments/"+file.ID).refused(http.StatusNotFound, "not_found", "")
}

func TestABrokenUploadIsAskedForByItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla := w.as(w.carla)
	carla.get("/attachments?key=one").refused(http.StatusNotFound, "not_found", "")
	carla.get("/attachments").refused(http.StatusBadRequest, "invalid", "key")
	put := func(name string, content []byte) reply {
		return carla.raw("POST", root+"/attachments?key=one&name="+url.QueryEscape(name), content)
	}
	var first, again, asked wire.Attachment
	put("a.txt", []byte("text")).want(http.StatusCreated).into(&first)
	put("a.txt", []byte("text")).want(http.StatusCreated).into(&again)
	carla.get("/attachments?key=one").want(http.StatusOK).into(&asked)
	if again != first || asked != first {
		t.Errorf("first %+v, again %+v, asked %+v", first, again, asked)
	}
	put("a.txt", []byte("other")).refused(http.StatusConflict, "conflict", "key")
	w.as(w.sam).get("/attachments?key=one").refused(http.StatusNotFound, "not_found", "")
}

// scanner says what it is told to.
type scanner struct {
	found string
	err   error
}

func (s *scanner) Signatures(context.Context) (string, error) { return "1", s.err }

func (s *scanner) Scan(context.Context, io.Reader, int64) (string, error) { return s.found, s.err }

func TestABlockedFileIsRefusedClearly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clam := &scanner{err: errors.New("connection refused")}
	w.service.Scanner = clam
	carla := w.as(w.carla)
	var file wire.Attachment
	carla.upload("a.png", aPicture(t, 10, 10)).want(http.StatusCreated).into(&file)
	for _, path := range []string{"/attachments/" + file.ID, "/attachments/" + file.ID + "/preview"} {
		clam.found, clam.err = "", errors.New("connection refused")
		if p := carla.get(path).refused(http.StatusServiceUnavailable, "unavailable", ""); p.After != 30 || !p.Retry {
			t.Errorf("%s: %+v", path, p)
		}
	}
	clam.found, clam.err = "Evil", nil
	for _, path := range []string{"/attachments/" + file.ID + "/preview", "/attachments/" + file.ID} {
		carla.get(path).refused(http.StatusForbidden, "forbidden", "")
	}
}
