package mailgw

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"

	"postern/chat"
)

// bytesOnly is a mail without files.
func bytesOnly(raw string) Content { return Content{Mail: chat.Mail{Raw: []byte(raw)}} }

// shelf has the contents of files.
type shelf map[[32]byte]string

type onShelf struct{ *strings.Reader }

func (onShelf) Close() error { return nil }

func (s shelf) Open(_ context.Context, _ chat.ID, hash [32]byte) (io.ReadSeekCloser, error) {
	content, ok := s[hash]
	if !ok {
		return nil, errors.New("no such file")
	}
	return onShelf{strings.NewReader(content)}, nil
}

func (s shelf) put(id byte, name, mediaType, content string) chat.Attachment {
	hash := sha256.Sum256([]byte(content))
	s[hash] = content
	return chat.Attachment{ID: idOf(id), Name: name, Type: mediaType, Size: int64(len(content)), Hash: hash}
}

// enclosing puts a file into the first message that travels in the mail, beside the one that does not.
func enclosing(f chat.NoticeFacts, files ...chat.Attachment) chat.NoticeFacts {
	if files == nil {
		files = []chat.Attachment{shelf{}.put(20, "Übersicht.pdf", "application/pdf", "%PDF-1.7")}
	}
	first := &f.Content.Messages[0]
	first.Attachments = append(slices.Clone(first.Attachments), files...)
	f.Content.Enclosed = files
	return f
}

// TestFilesInAMail: another program reads every file out of the mail as it was, under its name, as a type that runs nothing.
func TestFilesInAMail(t *testing.T) {
	t.Parallel()
	s := shelf{}
	long := strings.Repeat("Müllers Übersicht 请", 20) + ".pdf"
	type file struct{ name, mediaType, content string }
	sent := []file{
		{"plain.pdf", "application/pdf", "%PDF-1.7\x00\xff\r\n.\r\n"},
		{"übersicht für Anna.txt", "text/plain; charset=utf-8", "one\ntwo\n"},
		{long, "image/png", strings.Repeat("\x89PNG", 10_000)},
		{strings.Repeat("a", 190) + ".zip", "application/zip", "PK"},
		{"page.html", "text/html; charset=utf-8", "<script>alert(1)</script>"},
		{"empty", "application/octet-stream", ""},
		{"line.bin", "application/octet-stream", strings.Repeat("x", 57)},
		{"line and one.bin", "application/octet-stream", strings.Repeat("x", 58)},
		{"x\"; y=z\r\nBcc: evil@attacker.example", "text/plain\r\nBcc: y", "x"},
		{"../../etc/passwd", "application/pdf; name=evil", "x"},
	}
	want := slices.Clone(sent)
	want[2].name = chat.SafeName(long)
	want[4].mediaType = "application/octet-stream"
	want[8] = file{"x_; y=zBcc_ evil@attacker.example", "application/octet-stream", "x"}
	want[9] = file{"_.._etc_passwd", "application/pdf", "x"}
	var files []chat.Attachment
	for i, f := range sent {
		files = append(files, s.put(byte(20+i), f.name, f.mediaType, f.content))
	}
	composed, err := testComposer(t).Notice(enclosing(facts(chat.Convenience), files...))
	if err != nil {
		t.Fatal(err)
	}
	content := Content{Mail: chat.Mail{Raw: composed.Raw, Enclosed: composed.Enclosed}, Files: s}
	raw := wholeOf(t, content)
	same(t, "size", content.Size(), int64(len(raw)))
	for line := range strings.SplitSeq(raw, "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("line %.200q", line)
		}
	}
	r, err := mail.CreateReader(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "fields of the file", r.Header.Has("Bcc"), false)
	var texts []string
	var got []file
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatal(err)
		}
		h, ok := part.Header.(*mail.AttachmentHeader)
		if !ok {
			texts = append(texts, string(body))
			continue
		}
		name, err := h.Filename()
		if err != nil {
			t.Fatal(err)
		}
		media, params, err := h.ContentType()
		if err != nil {
			t.Fatal(err)
		}
		if params["charset"] != "" {
			media += "; charset=" + params["charset"]
		}
		same(t, "the old name", oldName(t, params["name"]), name)
		got = append(got, file{name, media, string(body)})
	}
	same(t, "files", len(got), len(want))
	for i := range got {
		same(t, "file", got[i], want[i])
	}
	same(t, "texts", len(texts), 2)
	for _, text := range texts {
		if !strings.Contains(text, "plain.pdf") || !strings.Contains(text, attached) || !strings.Contains(text, "?file="+idOf(7).String()) ||
			strings.Contains(text, idOf(20).String()) {
			t.Errorf("the text says of files: %s", text)
		}
	}
}

func oldName(t *testing.T, encoded string) string {
	t.Helper()
	var h message.Header
	h.Set("Subject", encoded)
	name, err := h.Text("Subject")
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func wholeOf(t *testing.T, c Content) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestAMailIsWrittenWholeOrNotAtAll: nothing goes out when a file is away, or is not what it was.
func TestAMailIsWrittenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	relay := newRelayServer(t, false, func(*smtp.Server) {})
	s := shelf{}
	f := s.put(20, "x.pdf", "application/pdf", "%PDF-1.7")
	composed, err := testComposer(t).Notice(enclosing(facts(chat.Convenience), f))
	if err != nil {
		t.Fatal(err)
	}
	content := Content{Mail: chat.Mail{Raw: composed.Raw, Enclosed: composed.Enclosed}, Files: s}
	send := func() error {
		_, err := (&Relay{Addr: relay.addr, Hello: domain}).Send(t.Context(), "b@mail.example.org", "a@b.example", "id", content)
		return err
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	same(t, "taken", relay.taken()[0].raw, wholeOf(t, content))
	for _, damage := range []func(){
		func() { s[f.Hash] = "%PDF-1.7 and more" }, func() { s[f.Hash] = "%PDF" }, func() { delete(s, f.Hash) },
		func() { content.Mail.Enclosed[0].At = 1 << 40 },
	} {
		damage()
		if err := send(); err == nil {
			t.Error("a damaged mail was sent")
		}
	}
	same(t, "mails", len(relay.taken()), 1)
}

// TestFilesThroughARelay: what was sent unticked arrives in the mail, what was ticked does not; in privacy mode nothing does. A relay that refuses
// a mail for its files gets one without them.
func TestFilesThroughARelay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*chat.NewOffice)
		refuses bool // large mails
		secure  bool
		want    []bool // of the mails to Anna, whether the file is in it
	}{
		"unticked":           {func(*chat.NewOffice) {}, false, false, []bool{true}},
		"ticked":             {func(*chat.NewOffice) {}, false, true, []bool{false}},
		"in privacy mode":    {inPrivacy, false, false, []bool{false}},
		"a relay refuses it": {func(*chat.NewOffice) {}, true, false, []bool{false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.change)
			relay := newRelayServer(t, false, func(s *smtp.Server) {
				if c.refuses {
					s.MaxMessageBytes = 100_000
				}
			})
			content := strings.Repeat("Filecanary\x00", 10_000)
			file, err := w.Upload(t.Context(), actor(w.sam), chat.UploadRequest{Name: "Namecanary ü.bin", Content: strings.NewReader(content)})
			if err != nil {
				t.Fatal(err)
			}
			w.sends(w.sam, chat.SendRequest{HTML: "Here it is.", Attachments: []chat.ID{file.ID}, Secure: c.secure})
			stop := w.sender(&Relay{Addr: relay.addr, Hello: domain})
			waitFor(t, func() bool { return len(relay.taken()) >= 3 })
			stop()
			var got []bool
			for _, m := range relay.taken() {
				if !strings.HasPrefix(m.to, "anna@") {
					continue
				}
				files := enclosedIn(t, m.raw)
				if len(files) > 0 {
					same(t, "file", files, []string{"Namecanary ü.bin: " + content})
				}
				got = append(got, len(files) > 0)
				same(t, "the file's name is told", strings.Contains(m.raw, "Namecanary"), strings.HasSuffix(name, "ticked"))
			}
			same(t, "mails", got, c.want)
		})
	}
}

// enclosedIn reads the attachments of a mail: name and content.
func enclosedIn(t *testing.T, raw string) (files []string) {
	t.Helper()
	r, err := mail.CreateReader(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if h, ok := part.Header.(*mail.AttachmentHeader); ok {
			name, nameErr := h.Filename()
			body, err := io.ReadAll(part.Body)
			if err := errors.Join(err, nameErr); err != nil {
				t.Fatal(err)
			}
			files = append(files, name+": "+string(body))
		}
	}
}
