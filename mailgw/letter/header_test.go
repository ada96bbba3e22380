package letter

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// crlf makes of a readable literal what SMTP hands over.
func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

func read(s string) *Letter { return Read(crlf(s), DefaultLimits()) }

func TestHeaderRepairs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, letter  string
		subject, text string
		note          Note
	}{
		{"well-formed", "From: a@example.com\nSubject: one\n two\n\nbody", "one two", "body", ""},
		{"space before the colon", "From : a@example.com\nSubject : one\n\nbody", "one", "body", ""},
		{"mbox line", "From a@example.com Mon May  2 16:07:05 2005\nFrom: a@example.com\nSubject: one\n\nbody", "one", "body", NoteMboxLine},
		{"quoted mbox line", ">From a@example.com Mon May  2 16:07:05 2005\nFrom: a@example.com\nSubject: one\n\nbody", "one", "body", NoteMboxLine},
		{"empty lines before", "\n\nFrom: a@example.com\nSubject: one\n\nbody", "one", "body", ""},
		{"junk before", "HTTP/1.1 200 OK\nFrom: a@example.com\nSubject: one\n\nbody", "one", "body", NoteJunkBefore},
		{"indented first field", " From: a@example.com\nSubject: one\n\nbody", "one", "body", NoteJunkBefore},
		{"no empty line", "From: a@example.com\nSubject: one\nDear all\nhow are you\n", "one", "Dear all\nhow are you\n", NoteNoBlankLine},
		{"lost indent of a parameter", "From: a@example.com\nContent-Type: text/plain;\ncharset=utf-8\nSubject: one\n\nbody", "one", "body", NoteBrokenFold},
		{"lost indent before a known field", "From: a@example.com\nSubject: one\ntwo\nTo: b@example.com\n\nbody", "one two", "body", NoteBrokenFold},
		{"lost indent of addresses", "From: a@example.com\nTo: b@example.com,\nc@example.com\n\nbody", "", "body", NoteBrokenFold},
		{"bare CR is no line end", "From: a@example.com\nSubject: one\rBcc: two\n\nbody", "one Bcc: two", "body", NoteHeaderControls},
		{"NUL", "From: a@example.com\nSubject: o\x00ne\n\nbody", "one", "body", NoteHeaderControls},
		{"undeclared UTF-8", "From: a@example.com\nSubject: Grüße\n\nbody", "Grüße", "body", NoteHeader8Bit},
		{"undeclared bytes in the body's charset", "From: a@example.com\nContent-Type: text/plain; charset=koi8-r\nSubject: \xf0\xd2\xc9\xd7\xc5\xd4\n\nbody", "Привет", "body", NoteHeader8Bit},
		{"undeclared bytes", "From: a@example.com\nSubject: caf\xe9\n\nbody", "café", "body", NoteHeader8Bit},
	} {
		l := read(c.letter)
		if l.FromErr != nil || l.From.Address != "a@example.com" || l.Subject != c.subject || l.Text != strings.ReplaceAll(c.text, "\r", "") {
			t.Errorf("%s: from %q (%v), subject %q, text %q", c.name, l.From.Address, l.FromErr, l.Subject, l.Text)
		}
		if c.note != "" && !slices.Contains(l.Notes, c.note) {
			t.Errorf("%s: notes %v lack %s", c.name, l.Notes, c.note)
		}
		if c.note == "" && len(l.Notes) > 0 {
			t.Errorf("%s: notes %v", c.name, l.Notes)
		}
	}
}

func TestNothingIsStillALetter(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "\n", "\r\n\r\n", ":", "From", "\x00", "--", "text without any header"} {
		l := Read([]byte(raw), DefaultLimits())
		if l.FromErr != ErrFromMissing {
			t.Errorf("%q: %v", raw, l.FromErr)
		}
		if v := Judge(l, Envelope{}); v.Fate != Reject {
			t.Errorf("%q: %s", raw, v.Fate)
		}
	}
}

func TestFactsOfTheHeader(t *testing.T) {
	t.Parallel()
	l := read(`Return-Path: <b@example.com>
Delivered-To: x@example.net
Received: from one
Received: from two
From: "Bär, Anna" <a@example.com>
Sender: s@example.com
Reply-To: r@example.com, Other <o@example.com>
To: friends: x@example.net, y@example.net;, z@example.net
Cc: (nobody)
Subject: =?utf-8?q?a?= =?utf-8?b?Yg==?= c
Message-ID: <1 2@example.com>
In-Reply-To: Your message <9@example.net> of Monday
References: <1@example.net>
 <2@example.net><3@example.net> junk
Date: Mon, 2 May 2005 16:07:05 -0600
Auto-Submitted: No (really)
Precedence: First-Class
List-Id: A list <a.example.com>
X-Auto-Response-Suppress: DR, OOF

hello
`)
	want := map[string]any{
		"return": "b@example.com", "delivered": "x@example.net", "received": 2, "from": "Bär, Anna <a@example.com>",
		"sender": "s@example.com", "replyto": "r@example.com o@example.com", "to": "x@example.net y@example.net z@example.net",
		"cc": "", "subject": "ab c", "id": "<12@example.com>", "irt": "<9@example.net>",
		"refs": "<1@example.net> <2@example.net> <3@example.net>", "date": "2005-05-02T16:07:05-06:00",
		"auto": "no", "precedence": "first-class", "list": "a.example.com", "suppress": "dr oof",
	}
	got := map[string]any{
		"return": l.ReturnPath, "delivered": strings.Join(l.DeliveredTo, " "), "received": l.Received,
		"from": l.From.Name + " <" + l.From.Address + ">", "sender": addresses(l.Sender), "replyto": addresses(l.ReplyTo),
		"to": addresses(l.To), "cc": addresses(l.Cc), "subject": l.Subject, "id": l.MessageID, "irt": strings.Join(l.InReplyTo, " "),
		"refs": strings.Join(l.References, " "), "date": l.Date.Format("2006-01-02T15:04:05Z07:00"), "auto": l.AutoSubmitted,
		"precedence": l.Precedence, "list": l.ListID, "suppress": strings.Join(l.Suppress, " "),
	}
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%s: %v, want %v", key, got[key], want[key])
		}
	}
}

func addresses(all []Mailbox) string {
	var s []string
	for _, m := range all {
		s = append(s, m.Address)
	}
	return strings.Join(s, " ")
}

func TestReferencesKeepFirstAndNewest(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	limits.References = 3
	l := Read(crlf("From: a@example.com\nReferences: <1@x> <2@x> <3@x> <4@x> <5@x>\n\nhi"), limits)
	if got := strings.Join(l.References, " "); got != "<1@x> <4@x> <5@x>" {
		t.Error(got)
	}
}

func TestMessageIDs(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"<a@b>":                               "<a@b>",
		"a@b":                                 "<a@b>",
		"<no-at>":                             "<no-at>",
		"<ünï@códe.example>":                  "<ünï@códe.example>",
		"no at":                               "",
		"":                                    "",
		"<>":                                  "",
		"<" + strings.Repeat("a", 1000) + ">": "",
	} {
		if got := messageID(value, new(notes)); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"plain":                                 "plain",
		"=?utf-8?q?caf=C3=A9?=":                 "café",
		"=?UTF-8?Q?a_b?= =?UTF-8?Q?c?=":         "a bc",
		"=?utf-8?q?a?= b =?utf-8?q?c?=":         "a b c",
		"=?utf-8?b?4oKs?=":                      "€",
		"=?utf-8?b?4oKs?":                       "=?utf-8?b?4oKs?",
		"=?utf-8?b?4oI?= =?utf-8?b?rA==?=":      "€", // a character in two words
		"=?utf-8?q?=E2=82?==?utf-8?q?=AC?=":     "€",
		"=?iso-8859-1?q?=80?=":                  "€", // windows-1252 is meant
		"=?iso-2022-jp?b?GyRCJCIbKEI=?=":        "あ",
		"=?utf-8*en?q?language?=":               "language",
		"=?nonsense?q?caf=C3=A9?=":              "café",
		`"=?utf-8?q?quoted?="`:                  `"quoted"`,
		"x=?utf-8?q?y?=z":                       "xyz",
		"=?utf-8?q?with spaces inside?=":        "with spaces inside",
		"=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=": "=?utf-8?q?x?=", // once, not twice
		"=?utf-8?q?a=0D=0ABcc:_x?=":             "a Bcc: x",
		"=?utf-8?q?a=00b?=":                     "ab",
		"=?utf-8?b?4oCuZmRw?=":                  "fdp", // a right-to-left override goes
		"=?utf-8?q?a=E2=80=A8b?=":               "a b", // a line separator is a space
		"=?utf-8?q?=ZZ=4?=":                     "=ZZ=4",
		"=?utf-8?x?a?=":                         "=?utf-8?x?a?=",
		"=? =?utf-8?q?a?=":                      "=? a",
	} {
		if got := decodeText(value, ""); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

// FuzzHeader: no field holds what could end a line or the string itself, whatever
// stands in it.
func FuzzHeader(f *testing.F) {
	for _, seed := range []string{
		"From: a@example.com\r\nSubject: =?utf-8?q?=0D=0AX?=\r\n\r\n", "From a b\r\n From: x@y\r\nTo: \"a\\\r\n b\" <c@d>;(\r\n",
		"From: =?utf-8?q?a?= <a@b>\rTo: c@d\n\n", "Content-Type: text/plain; name*0*=utf-8''%0D; name*1=\"x\r\n y\"\r\n\r\n",
		"Return-Path: <>\r\nReferences: <a\r\n b@c> <\xff>\r\nMessage-ID: <\x00>\r\n\r\n", "List-Id: =?utf-8?q?<=0A>?=\r\nFrom: x: a@b;\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := Read(append(raw, "\r\n\r\nbody"...), DefaultLimits())
		for _, s := range facts(l) {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\r\n\x00\u2028") {
				t.Fatalf("%q", s)
			}
		}
		for _, field := range l.Header {
			if strings.ContainsAny(field.Value, "\r\n\x00") || fieldName([]byte(field.Name+":")) != field.Name {
				t.Fatalf("field %q: %q", field.Name, field.Value)
			}
		}
		if l.FromErr == nil {
			local, domain, ok := cutLast(l.From.Address)
			if !ok || local == "" || domain == "" || strings.Contains(domain, "@") || strings.ContainsAny(domain, " <>()\",") {
				t.Fatalf("From %q", l.From.Address)
			}
		}
	})
}

func cutLast(address string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return "", "", false
	}
	return address[:at], address[at+1:], true
}

// facts are all strings of a header that go on to others.
func facts(l *Letter) []string {
	all := []string{l.Subject, l.MessageID, l.AutoSubmitted, l.Precedence, l.ListID, l.ReturnPath, l.From.Name, l.From.Address}
	all = slices.Concat(all, l.InReplyTo, l.References, l.DeliveredTo, l.Suppress)
	for _, list := range [][]Mailbox{l.Sender, l.ReplyTo, l.To, l.Cc} {
		for _, m := range list {
			all = append(all, m.Name, m.Address)
		}
	}
	for _, p := range l.Parts {
		all = append(all, p.Name, p.ContentID, p.Type)
	}
	return all
}
