package chat

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// texts are the messages of a page, with what lies beyond it.
func (page *MessagesPage) texts() (s string) {
	if page.MoreBefore {
		s = "< "
	}
	for _, m := range page.Messages {
		s += m.Text + " "
	}
	if page.MoreAfter {
		s += ">"
	}
	return s
}

// TestPagesOfMessages reads a conversation with a note after every message, as staff and as a contact.
func TestPagesOfMessages(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	conv := p.started(t, sam, anna)
	for i := range 4 {
		p.wrote(t, sam, SendRequest{Conversation: conv, HTML: fmt.Sprint("n", i), Note: true})
		p.sent(t, sam, conv, fmt.Sprint("m", i))
	}
	at := func(n Position) *Position { return ptr(n << 20) }
	all, err := p.Messages(t.Context(), actor(anna), PageRequest{Conversation: conv})
	if err != nil {
		t.Fatal(err)
	}
	m2 := all.Messages[3]
	for _, c := range []struct {
		who  *User
		r    PageRequest
		want string
	}{
		{anna, PageRequest{}, "first m0 m1 m2 m3 "},
		{sam, PageRequest{}, "first n0 m0 n1 m1 n2 m2 n3 m3 "},
		{anna, PageRequest{Limit: 2}, "< m2 m3 "},
		{anna, PageRequest{Limit: 5}, "first m0 m1 m2 m3 "},
		{anna, PageRequest{Limit: 2, Before: 4 << 20}, "< m0 m1 >"},
		{anna, PageRequest{Limit: 2, Before: 3 << 20}, "first m0 >"},
		{anna, PageRequest{Limit: 2, After: at(0)}, "first m0 >"},
		{anna, PageRequest{Limit: 2, After: at(3)}, "< m2 m3 "},
		{anna, PageRequest{Limit: 2, After: at(9)}, "< "},
		{anna, PageRequest{Limit: 3, Around: 3 << 20}, "< m0 m1 m2 >"},
		{anna, PageRequest{Limit: 3, Around: 3<<20 + 7}, "< m1 m2 m3 "},
		{anna, PageRequest{Limit: 9, Around: 3 << 20}, "first m0 m1 m2 m3 "},
		{anna, PageRequest{Limit: 1, Around: 3 << 20}, "< m1 >"},
		{sam, PageRequest{Limit: 3, Around: 3 << 20}, "< n1 m1 n2 >"},
		{anna, PageRequest{Limit: 2, Since: firstDay}, "first >"},
		{anna, PageRequest{Limit: 2, Since: firstDay.Add(time.Hour)}, "< m2 m3 "},
		{anna, PageRequest{Limit: 2, Since: m2.At}, "< m1 m2 >"},
		{anna, PageRequest{Limit: 2, Since: m2.At.Add(time.Millisecond)}, "< m2 m3 "},
		{sam, PageRequest{Limit: 2, Since: m2.At}, "< n2 m2 >"},
		{sam, PageRequest{Limit: 2, Since: m2.At.Add(-time.Millisecond)}, "< n2 m2 >"},
	} {
		c.r.Conversation = conv
		page, err := p.Messages(t.Context(), actor(c.who), c.r)
		if err != nil || page.texts() != c.want {
			t.Errorf("%s, %+v: %q, %v, want %q", c.who.Name, c.r, page.texts(), err, c.want)
		}
		if page.Stream.User != c.who.ID || page.Stream.Number == 0 {
			t.Errorf("stream %+v", page.Stream)
		}
	}
	if pageSize(0) != usualPage || pageSize(-1) != usualPage || pageSize(1<<30) != maxPage {
		t.Error("pages are not bounded")
	}
}

// TestReceiptsOnPages: staff see all, contacts those of their own messages (F20).
func TestReceiptsOnPages(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, tess, anna, bert := p.user(t, "sam", Owner), p.user(t, "tess", Staff), p.user(t, "anna", Client), p.user(t, "bert", Client)
	conv := p.started(t, sam, tess, anna, bert)
	annas, berts := p.sent(t, anna, conv, "anna's"), p.sent(t, bert, conv, "bert's")
	for _, r := range []struct {
		who *User
		to  Position
	}{{tess, annas.Position}, {tess, berts.Position}, {bert, annas.Position}, {anna, berts.Position}} {
		p.next()
		if _, err := p.MarkRead(t.Context(), actor(r.who), conv, r.to, true); err != nil {
			t.Fatal(err)
		}
	}
	readers := func(u *User, r PageRequest) (names []string) {
		t.Helper()
		r.Conversation = conv
		page, err := p.Messages(t.Context(), actor(u), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Receipts {
			names = append(names, r.Reader.Name)
		}
		return names
	}
	for _, c := range []struct {
		who  *User
		r    PageRequest
		want []string
	}{
		{sam, PageRequest{}, []string{"tess", "tess", "bert", "anna"}},
		{anna, PageRequest{}, []string{"tess", "bert"}},
		{bert, PageRequest{}, []string{"tess", "anna"}},
		{anna, PageRequest{Before: annas.Position}, nil}, // a page without a message of hers
		{bert, PageRequest{Limit: 1}, []string{"tess", "anna"}},
	} {
		if got := readers(c.who, c.r); !slices.Equal(got, c.want) {
			t.Errorf("%s, %+v: receipts of %v, want %v", c.who.Name, c.r, got, c.want)
		}
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna, bert := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	conv := p.started(t, sam, anna)
	upload := func(u *User, name, content string) Attachment {
		t.Helper()
		p.next()
		a, err := p.Upload(t.Context(), actor(u), UploadRequest{Name: name, Content: strings.NewReader(content)})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	get := func(u *User, id ID) (string, error) {
		_, content, err := p.Download(t.Context(), actor(u), id)
		if err != nil {
			return "", err
		}
		text, err := io.ReadAll(content)
		return string(text), errors.Join(err, content.Close())
	}
	page, secret, waiting := upload(sam, "page.png", "<html>not an image"), upload(sam, "note.txt", "secret"), upload(sam, "later.txt", "later")
	if page.Type != "text/html; charset=utf-8" || page.Size != 18 {
		t.Errorf("sniffed %+v", page)
	}
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "x", Attachments: []ID{page.ID}})
	p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "x", Attachments: []ID{secret.ID}, Note: true})
	_, unknown := get(anna, ID{1})
	if KindOf(unknown) != NotFound {
		t.Fatalf("a file that is none: %v", unknown)
	}
	for _, c := range []struct {
		who  *User
		file Attachment
		want string
	}{
		{sam, page, "<html>not an image"}, {sam, secret, "secret"}, {sam, waiting, "later"},
		{anna, page, "<html>not an image"}, {anna, secret, ""}, {anna, waiting, ""}, {bert, page, ""},
	} {
		got, err := get(c.who, c.file.ID)
		if c.want == "" && (err == nil || err.Error() != unknown.Error()) || c.want != "" && err != nil || got != c.want {
			t.Errorf("%s gets %s: %q, %v", c.who.Name, c.file.Name, got, err)
		}
	}
	p.next()
	if _, err := p.Upload(t.Context(), actor(sam), UploadRequest{Name: "\r\n", Content: strings.NewReader("x")}); KindOf(err) != Invalid {
		t.Errorf("without a name: %v", err)
	}
	if _, err := p.Upload(t.Context(), actor(sam), UploadRequest{Name: "x", Content: iotest.ErrReader(io.ErrClosedPipe)}); KindOf(err) != Invalid || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("broken off: %v", err)
	}
	p.MaxUpload = 5
	if _, err := p.Upload(t.Context(), actor(sam), UploadRequest{Name: "x", Content: strings.NewReader("123456")}); KindOf(err) != TooLarge {
		t.Errorf("too large: %v", err)
	}
	if a, err := p.Upload(t.Context(), actor(sam), UploadRequest{Name: "empty", Content: strings.NewReader("")}); err != nil || a.Size != 0 {
		t.Errorf("empty: %+v, %v", a, err)
	}
}

func TestFolded(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna, bert := p.user(t, "sam", Owner), p.user(t, "anna", Client), p.user(t, "bert", Client)
	conv, other := p.started(t, sam, anna), p.started(t, sam, anna)
	m := p.lettered(t, anna, conv, LetterPosted, "> quote")
	plain := p.sent(t, sam, conv, "no letter")
	note := p.wrote(t, sam, SendRequest{Conversation: conv, HTML: "x", Note: true})
	for _, u := range []*User{sam, anna} {
		if text, err := p.Folded(t.Context(), actor(u), conv, m.Entry); text != "> quote" || err != nil {
			t.Errorf("%s: %q, %v", u.Name, text, err)
		}
	}
	if text, err := p.Folded(t.Context(), actor(anna), conv, plain.ID); text != "" || err != nil {
		t.Errorf("of what is no letter: %q, %v", text, err)
	}
	_, unknown := p.Folded(t.Context(), actor(anna), conv, ID{1})
	for what, try := range map[string]func() (string, error){
		"a stranger":                  func() (string, error) { return p.Folded(t.Context(), actor(bert), conv, m.Entry) },
		"by way of another":           func() (string, error) { return p.Folded(t.Context(), actor(anna), other, m.Entry) },
		"a note":                      func() (string, error) { return p.Folded(t.Context(), actor(anna), conv, note.ID) },
		"a conversation that is none": func() (string, error) { return p.Folded(t.Context(), actor(anna), ID{1}, m.Entry) },
	} {
		if text, err := try(); text != "" || KindOf(err) != NotFound || err.Error() != unknown.Error() {
			t.Errorf("%s: %q, %v", what, text, err)
		}
	}
}

// TestReceiptsOverGreyLines: who retitled a conversation is told no more than who wrote in it, when staff read a note behind the grey line.
func TestReceiptsOverGreyLines(t *testing.T) {
	t.Parallel()
	p := newPractice(t, NewOffice{})
	sam, anna := p.user(t, "sam", Owner), p.user(t, "anna", Client)
	tess := p.user(t, "tess", Staff)
	conv := p.started(t, anna, sam, tess)
	p.next()
	if _, err := p.Change(t.Context(), actor(anna), conv, Change{Title: ptr("Other")}); err != nil {
		t.Fatal(err)
	}
	note := p.wrote(t, tess, SendRequest{Conversation: conv, HTML: "x", Note: true})
	p.next()
	if _, err := p.MarkRead(t.Context(), actor(sam), conv, note.Position, true); err != nil {
		t.Fatal(err)
	}
	for u, want := range map[*User]int{anna: 1, tess: 2} {
		page, err := p.Messages(t.Context(), actor(u), PageRequest{Conversation: conv})
		if err != nil || len(page.Receipts) != want {
			t.Errorf("%s: %+v, %v, want %d", u.Name, page.Receipts, err, want)
		}
	}
}
