package chat

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func upload(t *testing.T, p *practice, by *User, name, key, content string) (Attachment, error) {
	t.Helper()
	p.next()
	return p.Upload(t.Context(), actor(by), UploadRequest{Name: name, Key: key, Content: strings.NewReader(content)})
}

func TestAnUploadSentAgainUnderItsKeyIsTheSame(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	if _, err := p.Uploaded(t.Context(), actor(anna), "one"); KindOf(err) != NotFound {
		t.Fatalf("asked before: %v", err)
	}
	first, err := upload(t, p, anna, "a.txt", "one", "content")
	if err != nil {
		t.Fatal(err)
	}
	again, err := upload(t, p, anna, "a.txt", "one", "content")
	if err != nil || again != first || len(p.model.kept.attachments) != 1 {
		t.Errorf("again: %+v, %v; %d kept", again, err, len(p.model.kept.attachments))
	}
	if known, err := p.Uploaded(t.Context(), actor(anna), "one"); err != nil || known != first {
		t.Errorf("asked: %+v, %v", known, err)
	}
	if _, err := p.Uploaded(t.Context(), actor(sam), "one"); KindOf(err) != NotFound {
		t.Errorf("asked by another: %v", err)
	}
	if _, err := upload(t, p, anna, "a.txt", "one", "other content"); KindOf(err) != Conflict {
		t.Errorf("other content: %v", err)
	}
	if _, err := upload(t, p, anna, "b.txt", "one", "content"); KindOf(err) != Conflict {
		t.Errorf("another name: %v", err)
	}
	if other, err := upload(t, p, sam, "a.txt", "one", "content"); err != nil || other.ID == first.ID {
		t.Errorf("another's: %+v, %v", other, err)
	}
	for _, key := range []string{strings.Repeat("k", 65), "\xff", "a\x00"} {
		if _, err := upload(t, p, anna, "a.txt", key, "content"); KindOf(err) != Invalid {
			t.Errorf("%q: %v", key, err)
		}
	}
}

// scanner finds what contains "evil".
type scanner struct {
	signatures string
	down       error
	scans      int
}

func (s *scanner) Signatures(context.Context) (string, error) { return s.signatures, s.down }

func (s *scanner) Scan(_ context.Context, content io.Reader, _ int64) (string, error) {
	s.scans++
	text, err := io.ReadAll(content)
	if strings.Contains(string(text), "evil") {
		return "Test.Evil", err
	}
	return "", err
}

func TestAScannerStandsBeforeEveryDownload(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	clam := &scanner{signatures: "1"}
	p.Scanner = clam
	sam, anna, bert := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	conv := p.started(t, sam, anna)
	send := func(by *User, content string) Attachment {
		t.Helper()
		file, err := upload(t, p, by, content+".txt", "", content)
		if err != nil {
			t.Fatal(err)
		}
		p.next()
		if _, err := p.Send(t.Context(), actor(by), SendRequest{Conversation: conv, Key: content, Attachments: []ID{file.ID}}); err != nil {
			t.Fatal(err)
		}
		return file
	}
	download := func(u *User, id ID) error {
		p.next()
		_, content, err := p.Download(t.Context(), actor(u), id)
		if content != nil {
			err = errors.Join(err, content.Close())
		}
		return err
	}
	expect := func(what string, err error, kind Kind, scans int) {
		t.Helper()
		if KindOf(err) != kind || kind == 0 && err != nil || clam.scans != scans {
			t.Errorf("%s: %v after %d scans, want kind %q after %d", what, err, clam.scans, kind, scans)
		}
	}
	good, bad := send(anna, "good"), send(anna, "evil")
	expect("a good one", download(sam, good.ID), 0, 1)
	expect("again", download(anna, good.ID), 0, 1)
	expect("a bad one", download(sam, bad.ID), Forbidden, 2)
	expect("again, and by who sent it", download(anna, bad.ID), Forbidden, 2)
	expect("by a stranger, who learns nothing", download(bert, bad.ID), NotFound, 2)
	if acts := p.model.kept.audit; acts[len(acts)-1].Act != ActFileBlocked || acts[len(acts)-1].Object != bad.ID || acts[len(acts)-1].Detail != "Test.Evil" {
		t.Errorf("audit: %+v", acts[len(acts)-1])
	}
	page, err := p.Messages(t.Context(), actor(sam), PageRequest{Conversation: conv})
	if last := page.Messages[len(page.Messages)-1]; err != nil || last.Attachments[0].Scan.Found != "Test.Evil" {
		t.Errorf("the message shows %+v, %v", last.Attachments, err)
	}
	clam.signatures = "2"
	expect("by newer signatures", download(sam, good.ID), 0, 3)
	p.turn += int(scanHolds/time.Second) + 10
	expect("a day later", download(sam, good.ID), 0, 4)
	clam.down = io.ErrClosedPipe
	err = download(sam, good.ID)
	expect("while the scanner is down", err, Unavailable, 4)
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v does not say why", err)
	}
	if _, err := p.Previewed(t.Context(), actor(sam), bad.ID); KindOf(err) != Unavailable {
		t.Errorf("a preview while the scanner is down: %v", err)
	}
}

// pictures are as large as their first two bytes say.
type pictures struct{}

func (pictures) Measure(head []byte) (int, int) { return len(head), 1 }

func (pictures) Small(_ context.Context, _ ID, open func() (io.ReadCloser, error)) ([]byte, error) {
	content, err := open()
	if err != nil {
		return nil, err
	}
	return []byte("small"), content.Close()
}

func TestPreviewsAreForWhoMaySeeTheFile(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	p.Pictures = pictures{}
	sam, anna, bert := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	conv := p.started(t, sam, anna)
	const png, gif = "\x89PNG\r\n\x1a\nrest", "GIF89a rest"
	picture, err := upload(t, p, anna, "a.png", "", png)
	if err != nil || picture.Width != len(png) || picture.Height != 1 {
		t.Fatal(picture, err)
	}
	text, _ := upload(t, p, anna, "a.txt", "", "text")
	moving, _ := upload(t, p, anna, "a.gif", "", gif)
	large, _ := upload(t, p, anna, "b.gif", "", gif+strings.Repeat("x", mostUnscaled))
	p.next()
	sent, err := p.Send(t.Context(), actor(anna), SendRequest{Conversation: conv, Key: "k", Attachments: []ID{picture.ID, text.ID, moving.ID, large.ID}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		by   *User
		id   ID
		kind Kind
		is   string
	}{
		{"a picture", sam, picture.ID, 0, "image/jpeg: small"},
		{"one's own", anna, picture.ID, 0, "image/jpeg: small"},
		{"a stranger's", bert, picture.ID, NotFound, ""},
		{"a text", sam, text.ID, NotFound, ""},
		{"what moves", sam, moving.ID, 0, "image/gif: " + gif},
		{"what moves and is large", sam, large.ID, NotFound, ""},
	} {
		file, err := p.Previewed(t.Context(), actor(c.by), c.id)
		if KindOf(err) != c.kind || c.kind == 0 && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.kind != 0 {
			continue
		}
		mediaType, content, err := p.Preview(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(content); err != nil || mediaType+": "+string(text) != c.is {
			t.Errorf("%s: %s: %.50q, %v", c.name, mediaType, text, err)
		}
	}
	p.next()
	if _, err := p.Retract(t.Context(), actor(anna), conv, sent.Message.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Previewed(t.Context(), actor(sam), picture.ID); KindOf(err) != NotFound {
		t.Errorf("of a retracted message: %v", err)
	}
}
