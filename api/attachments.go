package api

import (
	"io"
	"net/http"
	"time"

	"postern/chat"
	"postern/hub/wire"
)

// slowest is the rate, in bytes a second, that a file must travel at to get through, beside a minute for all else.
const slowest = 16 << 10

func timeFor(size int64) time.Duration {
	return time.Minute + time.Duration(size/slowest)*time.Second
}

// upload streams a file that waits for its message (F11).
func (d *door) upload(w http.ResponseWriter, r *http.Request) error {
	most := d.MaxUpload
	if r.ContentLength > most {
		return &http.MaxBytesError{Limit: most}
	}
	if err := d.limits.upload.take(byUser(r), time.Now()); err != nil {
		return err
	}
	patience(w, timeFor(most))
	body := &arriving{from: http.MaxBytesReader(w, r.Body, most)}
	query := r.URL.Query()
	file, err := d.Service.Upload(r.Context(), asker(r).Actor, chat.UploadRequest{Name: query.Get("name"), Key: query.Get("key"), Content: body})
	if body.err != nil {
		return brokenOff(body.err)
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, wire.AttachmentOf(file))
}

// uploaded says whether a file has arrived, for who lost the connection that they sent it on.
func (d *door) uploaded(w http.ResponseWriter, r *http.Request) error {
	file, err := d.Service.Uploaded(r.Context(), asker(r).Actor, r.URL.Query().Get("key"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wire.AttachmentOf(file))
}

// arriving keeps why a body could not be read to its end, whatever was made of it on the way.
type arriving struct {
	from io.Reader
	err  error
}

func (a *arriving) Read(p []byte) (int, error) {
	n, err := a.from.Read(p)
	if err != nil && err != io.EOF {
		a.err = err
	}
	return n, err
}

// download gives a file's bytes, never to be shown by the browser as a page of ours (FAULTS W6).
func (d *door) download(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "attachment")
	if err != nil {
		return err
	}
	open := d.Service.Download
	if r.URL.Query().Get("as_owner") == "true" {
		open = d.Service.DownloadAsOwner
	}
	file, content, err := open(r.Context(), asker(r).Actor, id)
	if err != nil {
		return err
	}
	defer content.Close() // nothing was written to it
	patience(w, timeFor(file.Size))
	h := w.Header()
	h.Set("Content-Type", chat.HarmlessType(file.Type))
	h.Set("Content-Disposition", disposition(file.Name))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("ETag", `"`+file.ID.String()+`"`) // a file's bytes never change
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}

// preview gives a small picture of a file. A browser may keep it for its user, and asks each time whether they may still see it.
func (d *door) preview(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "attachment")
	if err != nil {
		return err
	}
	file, err := d.Service.Previewed(r.Context(), asker(r).Actor, id)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+file.ID.String()+`-small"`) // a file's bytes never change
	if r.Header.Get("If-None-Match") == h.Get("ETag") {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	mediaType, content, err := d.Service.Preview(r.Context(), file)
	if err != nil {
		h.Del("ETag")
		h.Set("Cache-Control", "no-store")
		return err
	}
	defer content.Close() // nothing was written to it
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", "inline")
	h.Set("Content-Security-Policy", filePolicy)
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}
