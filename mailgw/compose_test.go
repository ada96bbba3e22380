package mailgw

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/chat"
	"postern/mailgw/address"
	"postern/mailgw/letter"
	"postern/mailgw/reply"
)

var update = flag.Bool("update", false, "write the golden files anew; read the diff")

func testComposer(tb testing.TB) Composer {
	tb.Helper()
	keys, err := address.NewKeys(1, map[uint8][]byte{1: bytes.Repeat([]byte("k"), address.MinSecret)})
	if err != nil {
		tb.Fatal(err)
	}
	return Composer{Addresses{keys}}
}

func idOf(n byte) chat.ID { return chat.ID{0: 1, 6: 0x70, 8: 0x80, 15: n} }

// facts are of a mail with all that there can be in one.
func facts(m chat.Mode) chat.NoticeFacts {
	sam := chat.Person{ID: idOf(1), Name: "Sam Öst", View: chat.StaffView}
	f := chat.NoticeFacts{
		Office: chat.Office{ID: idOf(2), Name: "Lindgren & Partners", URL: "https://post.example.org", MailDomain: domain},
		To:     chat.User{ID: idOf(3), Name: "Anna Müller", Email: "anna@client.example", Role: chat.Client},
		Mail:   idOf(4), MessageID: "OPAQUE26CHARACTERS@" + domain, ReplyLocal: "replyaddress", Mode: m, Conversation: idOf(5), Count: 2,
		PreviousIDs: []string{"FIRST@" + domain, "SECOND@" + domain}, At: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
		Began: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC),
	}
	if m == chat.Convenience {
		f.Content = &chat.MailContent{Title: "VAT return, third quarter – übrig", Subject: "VAT return, third quarter – übrig", Important: true, Messages: []chat.Message{
			{
				ID: idOf(6), Kind: chat.Written, Author: sam, HTML: "<p>Could you send the <strong>invoice</strong>?</p>", Text: "Could you send the invoice?",
				Attachments: []chat.Attachment{{ID: idOf(7), Name: "list <1>.pdf"}},
			},
			{ID: idOf(8), Kind: chat.Written, Author: sam, HTML: "<p>" + strings.Repeat("A long line. ", 100) + "</p>", Text: strings.Repeat("A long line. ", 100)},
		}}
		f.Content.Signatures = []chat.Signature{{}, {HTML: "<p>Sam Öst<br><strong>Tax</strong></p>", Text: "Sam Öst\nTax"}}
	}
	return f
}

// copied are facts of an author's own copy.
func copied(m chat.Mode) chat.NoticeFacts {
	f := facts(m)
	f.Copy = true
	return f
}

// opened are facts of a mail that messages of its recipient were opened.
func opened(m chat.Mode) chat.NoticeFacts {
	f := facts(m)
	f.Opened = true
	if f.Content != nil {
		f.Content.Important, f.Content.Messages, f.Content.Signatures = false, []chat.Message{{Author: f.To.Person(), Text: "Could you send the invoice?"}}, nil
		f.Content.Readers = []chat.Person{{Name: "Anna Müller"}, {Name: "נועה לוי"}}
	}
	return f
}

// TestGolden: the bytes of mails, for a person to read.
func TestGolden(t *testing.T) {
	t.Parallel()
	c := testComposer(t)
	staff := facts(chat.Convenience)
	staff.Content.Messages = append(staff.Content.Messages[:1:1],
		chat.Message{Kind: chat.Note, Author: chat.Person{Name: "Olga"}, HTML: "<p>Ask Bert.</p>", Text: "Ask Bert."},
		chat.Message{Kind: chat.Happen, Happening: chat.LetterHeld, Subjects: []chat.Person{{Name: "Anna Müller"}}},
	)
	staff.Content.Signatures = nil
	more := facts(chat.Convenience)
	more.Content.More = 12
	files := enclosing(facts(chat.Convenience))
	earlier := facts(chat.Convenience)
	earlier.Content.Title = "VAT return, all quarters"
	earlier.Content.Earlier = []chat.Message{
		{Kind: chat.Written, Author: earlier.To.Person(), At: earlier.At.Add(-24 * time.Hour), Text: "Which invoice\ndo you mean?"},
		{Kind: chat.Written, Author: chat.Person{Name: "נועה לוי"}, At: earlier.At, Text: "זאת של מרץ."},
	}
	link := chat.LinkFacts{Office: staff.Office, To: staff.To, Mail: idOf(9), Token: "SECRET", At: staff.At}
	invite, reset := link, link
	invite.Kind, reset.Kind = chat.InviteLink, chat.ResetLink
	for name, compose := range map[string]func() (chat.Composed, error){
		"privacy":      func() (chat.Composed, error) { return c.Notice(facts(chat.Privacy)) },
		"convenience":  func() (chat.Composed, error) { return c.Notice(facts(chat.Convenience)) },
		"staff":        func() (chat.Composed, error) { return c.Notice(staff) },
		"files":        func() (chat.Composed, error) { return c.Notice(files) },
		"more":         func() (chat.Composed, error) { return c.Notice(more) },
		"earlier":      func() (chat.Composed, error) { return c.Notice(earlier) },
		"hebrew":       func() (chat.Composed, error) { return c.Notice(inScript(hebrew)) },
		"arabic":       func() (chat.Composed, error) { return c.Notice(inScript(arabic)) },
		"copy":         func() (chat.Composed, error) { return c.Notice(copied(chat.Convenience)) },
		"copy-privacy": func() (chat.Composed, error) { return c.Notice(copied(chat.Privacy)) },
		"read":         func() (chat.Composed, error) { return c.Notice(opened(chat.Convenience)) },
		"read-privacy": func() (chat.Composed, error) { return c.Notice(opened(chat.Privacy)) },
		"invitation":   func() (chat.Composed, error) { return c.Link(invite) },
		"reset":        func() (chat.Composed, error) { return c.Link(reset) },
	} {
		got, err := compose()
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Enclosed) == 0 {
			sound(t, got)
		}
		path := filepath.Join("testdata", "mails", name+".eml")
		if *update {
			if err := os.WriteFile(path, got.Raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Raw, want) {
			t.Errorf("%s:\n%s", name, got.Raw)
		}
	}
	if _, err := c.Link(chat.LinkFacts{Office: staff.Office, To: staff.To, Kind: chat.SignInLink}); err == nil {
		t.Error("a sign-in link goes by mail")
	}
}

// ownFields are all the header fields that a mail of ours may have.
var ownFields = map[string]bool{
	"From": true, "To": true, "Reply-To": true, "Subject": true, "Date": true, "Message-Id": true, "In-Reply-To": true, "References": true,
	"Thread-Topic": true, "Thread-Index": true, "List-Unsubscribe": true, "List-Unsubscribe-Post": true, "Auto-Submitted": true, "X-Auto-Response-Suppress": true, InstanceHeader: true, "Importance": true, "X-Priority": true,
	"Mime-Version": true, "Content-Type": true, "Content-Transfer-Encoding": true,
}

// sound checks what holds of every mail of ours, and gives it decoded: fields and parts, each with its own words.
func sound(tb testing.TB, c chat.Composed) (m *mail.Message, decoded string) {
	tb.Helper()
	for line := range strings.SplitSeq(string(c.Raw), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") {
			tb.Errorf("line %.200q", line)
		}
	}
	if strings.ContainsAny(c.From+c.To, "\r\n \x00") {
		tb.Errorf("envelope %q %q", c.From, c.To)
	}
	m, err := mail.ReadMessage(bytes.NewReader(c.Raw))
	if err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	for name, values := range m.Header {
		if !ownFields[name] || len(values) != 1 {
			tb.Errorf("header field %s: %q", name, values)
		}
		text, err := new(mime.WordDecoder).DecodeHeader(values[0])
		if err != nil {
			tb.Errorf("header field %s: %v", name, err)
		}
		fmt.Fprintf(&b, "%s: %s\n", name, text)
	}
	leaves := 0
	for part := range parts(tb, textproto.MIMEHeader(m.Header), m.Body) {
		b.WriteString(part + "\n")
		leaves++
	}
	if most := 1 + strings.Count(m.Header.Get("Content-Type"), "alternative"); leaves != most {
		tb.Errorf("%d parts", leaves)
	}
	return m, b.String()
}

// parts gives the decoded leaves with their headers.
func parts(tb testing.TB, h textproto.MIMEHeader, body io.Reader) func(func(string) bool) {
	return func(yield func(string) bool) {
		media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
		if err != nil {
			tb.Fatal(err)
		}
		if media == "multipart/alternative" {
			r := multipart.NewReader(body, params["boundary"])
			for {
				p, err := r.NextRawPart()
				if err == io.EOF {
					return
				}
				if err != nil {
					tb.Fatal(err)
				}
				for leaf := range parts(tb, p.Header, p) {
					if !yield(leaf) {
						return
					}
				}
			}
		}
		if h.Get("Content-Transfer-Encoding") != "quoted-printable" {
			tb.Errorf("encoding %q", h.Get("Content-Transfer-Encoding"))
		}
		text, err := io.ReadAll(quotedprintable.NewReader(body))
		if err != nil {
			tb.Fatal(err)
		}
		yield(media + "\n" + string(text))
	}
}

// TestPrivacySaysNothing: two mails of which one tells of everything and the other of nothing are the same, byte for byte, whatever the composer is
// handed (F25, W12).
func TestPrivacySaysNothing(t *testing.T) {
	t.Parallel()
	c := testComposer(t)
	for _, mode := range []chat.Mode{chat.Privacy, 0} {
		quiet, loud := facts(chat.Privacy), facts(chat.Convenience)
		quiet.Mode, loud.Mode = mode, mode
		canary := func(n int) string { return fmt.Sprintf("Canary%02d", n) }
		loud.Count = 7777
		loud.Content = &chat.MailContent{Title: canary(1), Subject: canary(12), Earlier: []chat.Message{{Text: canary(13)}}, Important: true, Messages: []chat.Message{{
			ID: idOf(77), Office: idOf(78), Conversation: idOf(79), Author: chat.Person{ID: idOf(80), Name: canary(2)}, HTML: canary(3), Text: canary(4),
			Important: true, Key: canary(5), Folded: true, Letter: idOf(81), Happening: chat.Happening(canary(6)),
			Subjects:    []chat.Person{{Name: canary(7)}},
			Attachments: []chat.Attachment{{ID: idOf(82), Name: canary(8), Type: canary(9), Inline: canary(10)}},
		}}, Enclosed: []chat.Attachment{{ID: idOf(82), Name: canary(8), Type: canary(9), Size: 3}}}
		loud.Office.Mode, loud.Office.Grace, loud.Office.Inbound = chat.Convenience, time.Hour, true
		loud.To.Password, loud.To.Account, loud.To.Role = canary(11), idOf(83), chat.Owner
		a, err := c.Notice(quiet)
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Notice(loud)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Enclosed) != 0 || !bytes.Equal(a.Raw, b.Raw) || a.From != b.From || a.To != b.To {
			t.Errorf("mode %d:\n%s\n%s", mode, a.Raw, b.Raw)
		}
		_, decoded := sound(t, b)
		if strings.Contains(decoded, "Canary") || strings.Contains(decoded, "Importance") {
			t.Errorf("mode %d reveals: %s", mode, decoded)
		}
	}
	loud := facts(chat.Convenience) // the premise: it would tell
	all, err := c.Notice(loud)
	if err != nil {
		t.Fatal(err)
	}
	if _, decoded := sound(t, all); !strings.Contains(decoded, "invoice") || !strings.Contains(decoded, "Importance: high") {
		t.Errorf("convenience says nothing: %s", decoded)
	}
}

// TestConvenience: what the mail is to be answered by, threaded by and known by.
func TestConvenience(t *testing.T) {
	t.Parallel()
	c := testComposer(t)
	f := facts(chat.Convenience)
	got, err := c.Notice(f)
	if err != nil {
		t.Fatal(err)
	}
	m, decoded := sound(t, got)
	from, err := m.Header.AddressList("From")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "from", *from[0], mail.Address{Name: "Lindgren & Partners", Address: "replyaddress@" + domain})
	same(t, "threading", []string{m.Header.Get("Message-ID"), m.Header.Get("In-Reply-To"), m.Header.Get("References")},
		[]string{"<OPAQUE26CHARACTERS@" + domain + ">", "<SECOND@" + domain + ">", "<FIRST@" + domain + "> <SECOND@" + domain + ">"})
	for _, want := range []string{
		"Subject: VAT return, third quarter – übrig", "Importance: high", "X-Priority: 1", "Auto-Submitted: auto-generated", "<strong>invoice</strong>",
		"Sam Öst", "list <1>.pdf", "list &lt;1&gt;.pdf", "https://post.example.org/c/" + idOf(5).String() + "?file=" + idOf(7).String(),
	} {
		if !strings.Contains(decoded, want) {
			t.Errorf("%q is missing in\n%s", want, decoded)
		}
	}
	ref, ok := c.Addresses.Read(f.Office.ID, strings.TrimSuffix(got.From, "@"+domain))
	same(t, "return path", []any{ref.Mail, ok}, []any{f.Mail, true})
	l := letter.Read(got.Raw, letter.DefaultLimits())
	same(t, "known as our own", isOwn(l, []recipient{{Addressee: chat.Addressee{Office: f.Office}}}), true)
	same(t, "not as another's", isOwn(l, []recipient{{Addressee: chat.Addressee{Office: chat.Office{MailDomain: "other.example"}}}}), false)
}

// TestInjection: nothing that people write becomes a header field, a recipient or a part (S19).
func TestInjection(t *testing.T) {
	t.Parallel()
	c := testComposer(t)
	for _, evil := range []string{
		"x\r\nBcc: evil@attacker.example", "x\nBcc: evil@attacker.example", "x\rBcc: evil@attacker.example", "x\x00Bcc: y", "x\u2028Bcc: y", "x\u2029Bcc: y",
		"x\u0085Bcc: y", "x\v\fBcc: y", "x\r\n\r\n<script>", "=?utf-8?q?x=0D=0ABcc:_evil@attacker.example?=", `x" <evil@attacker.example>, "y`, "x\r\n .\r\n.\r\n",
		"\r\n--=_OPAQUE26CHARACTERS\r\nContent-Type: text/html\r\n\r\n<b>x</b>", strings.Repeat("long ", 5000), strings.Repeat("w", 5000), strings.Repeat("ü", 3000), "\xff\xfe",
	} {
		f := facts(chat.Convenience)
		f.Office.Name, f.To.Name, f.Content.Title, f.Content.Subject = evil, evil, evil, evil
		f.Content.Messages[0].Author.Name, f.Content.Messages[0].Attachments[0].Name, f.Content.Messages[0].Text = evil, evil, evil
		for _, mode := range []chat.Mode{chat.Convenience, chat.Privacy} {
			f.Mode = mode
			got, err := c.Notice(f)
			if err != nil {
				t.Fatalf("%.40q: %v", evil, err)
			}
			m, _ := sound(t, got)
			to, err := m.Header.AddressList("To")
			if err != nil || len(to) != 1 || to[0].Address != "anna@client.example" {
				t.Errorf("%.40q: to %v, %v", evil, to, err)
			}
			if from, err := m.Header.AddressList("From"); err != nil || len(from) != 1 || from[0].Address != "replyaddress@"+domain {
				t.Errorf("%.40q: from %v, %v", evil, from, err)
			}
		}
	}
}

// TestRecipientAddresses: domains go out as DNS has them, local parts as they are.
func TestRecipientAddresses(t *testing.T) {
	t.Parallel()
	c := testComposer(t)
	for email, want := range map[string]string{
		"anna@client.example":      "anna@client.example",
		"Anna@Client.Example":      "Anna@client.example",
		"anna@müller.example":      "anna@xn--mller-kva.example",
		"änna@müller.example":      "änna@xn--mller-kva.example",
		"o'neill+x@client.example": "o'neill+x@client.example",
		"anna@not a domain":        "anna@not a domain",
		"anna@x\r\nBcc: y":         "anna@x  Bcc: y",
	} {
		f := facts(chat.Privacy)
		f.To.Email = email
		got, err := c.Notice(f)
		if err != nil {
			t.Fatal(err)
		}
		same(t, email, got.To, want)
		if bytes.Contains(got.Raw, []byte("\r\nBcc:")) {
			t.Errorf("%q made a header field", email)
		}
	}
}

// TestReferences: twenty are few enough for lines that every server takes.
func TestReferences(t *testing.T) {
	t.Parallel()
	f := facts(chat.Privacy)
	f.PreviousIDs = nil
	first, err := testComposer(t).Notice(f)
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := sound(t, first); m.Header.Get("References")+m.Header.Get("In-Reply-To") != "" {
		t.Error("the first mail answers another")
	}
	for i := range 20 {
		f.PreviousIDs = append(f.PreviousIDs, fmt.Sprintf("%026d@%s.example", i, strings.Repeat("d", 60)))
	}
	got, err := testComposer(t).Notice(f)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := sound(t, got)
	same(t, "references", strings.Count(m.Header.Get("References"), "<"), 20)
	if ids := m.Header.Get("References"); !strings.HasSuffix(ids, f.PreviousIDs[19]+">") {
		t.Errorf("references %q", ids)
	}
}

// TestAnswersToOurMails: what programs make of a mail of ours when it is answered is cut at our marker, in text and in HTML.
func TestAnswersToOurMails(t *testing.T) {
	t.Parallel()
	got, err := testComposer(t).Notice(facts(chat.Convenience))
	if err != nil {
		t.Fatal(err)
	}
	ours := letter.Read(got.Raw, letter.DefaultLimits())
	if !strings.Contains(ours.Text, marker) || !strings.Contains(ours.HTML, marker) {
		t.Fatal("the marker is missing")
	}
	quoted := "> " + strings.ReplaceAll(ours.Text, "\n", "\n> ")
	for name, cut := range map[string]reply.Result{
		"text, quoted":     reply.Cut("Yes, tomorrow.\n\nAm 22.11.26 schrieb L:\n"+quoted, "", reply.Options{}),
		"text, not quoted": reply.Cut("Yes, tomorrow.\n\n"+ours.Text, "", reply.Options{}),
		"HTML, unknown":    reply.Cut("", "<div>Yes, tomorrow.</div><br>"+ours.HTML, reply.Options{}),
		"HTML, gmail":      reply.Cut("", `<div dir="ltr">Yes, tomorrow.</div><div class="gmail_quote"><div class="gmail_attr">On Sun, L wrote:<br></div><blockquote class="gmail_quote">`+ours.HTML+`</blockquote></div>`, reply.Options{}),
	} {
		same(t, name, cut.Reply, "Yes, tomorrow.")
		if !strings.Contains(cut.Folded, "invoice") {
			t.Errorf("%s: folded %q", name, cut.Folded)
		}
	}
}
