package mailgw

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/chat"
)

// digested are facts of a digest with all that there can be in one.
func digested(m chat.Mode) chat.DigestFacts {
	sam := chat.Person{ID: idOf(1), Name: "Sam <Öst>", View: chat.StaffView}
	return chat.DigestFacts{
		Office: chat.Office{ID: idOf(2), Name: "Lindgren & Partners", URL: "https://post.example.org", MailDomain: domain},
		To:     chat.User{ID: idOf(3), Name: "Anna Müller", Email: "anna@client.example", Role: chat.Client},
		Mail:   idOf(4), MessageID: "OPAQUE26CHARACTERS@" + domain, Mode: m, More: true, At: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
		Parts: []chat.DigestPart{
			{Conversation: idOf(5), Title: "VAT return – übrig", Important: true, Count: 7, Messages: []chat.Message{
				{ID: idOf(6), Kind: chat.Written, Author: sam, Text: "Could you send\nthe <invoice>?"},
				{ID: idOf(7), Kind: chat.Note, Author: sam, Text: "Second canary"},
			}},
			{Conversation: idOf(8), Title: "Payroll", Count: 1, Messages: []chat.Message{{ID: idOf(9), Kind: chat.Written, Author: sam, Attachments: []chat.Attachment{{ID: idOf(10), Name: "slips.pdf"}}}}},
		},
	}
}

func TestDigests(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]chat.Mode{"digest": chat.Convenience, "digest-privacy": chat.Privacy} {
		got, err := testComposer(t).Digest(digested(mode))
		if err != nil {
			t.Fatal(err)
		}
		m, decoded := sound(t, got)
		for _, wanted := range []string{"List-Unsubscribe", "List-Unsubscribe-Post"} {
			if m.Header.Get(wanted) == "" {
				t.Errorf("%s has no %s", name, wanted)
			}
		}
		if m.Header.Get("Reply-To") != "" {
			t.Errorf("%s can be answered", name)
		}
		if mode == chat.Privacy {
			for _, said := range []string{"Sam", "VAT", "Payroll", "invoice", "canary", "slips", "Importance", idOf(5).String()} {
				if strings.Contains(decoded, said) {
					t.Errorf("a private digest says %q:\n%s", said, decoded)
				}
			}
		}
		path := filepath.Join("testdata", "mails", name+".eml")
		if *update {
			if err := os.WriteFile(path, got.Raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(path); err != nil || !bytes.Equal(got.Raw, want) {
			t.Errorf("%s, %v:\n%s", name, err, got.Raw)
		}
	}
}

// TestPrivateDigestsAreTheSame, whatever waits: of two they differ in nothing but what they are handed of their recipient and themselves.
func TestPrivateDigestsAreTheSame(t *testing.T) {
	t.Parallel()
	full, empty := digested(chat.Privacy), digested(chat.Privacy)
	empty.Parts, empty.More = nil, false
	a, err := testComposer(t).Digest(full)
	if err != nil {
		t.Fatal(err)
	}
	b, err := testComposer(t).Digest(empty)
	if err != nil || !bytes.Equal(a.Raw, b.Raw) {
		t.Errorf("%v:\n%s\n%s", err, a.Raw, b.Raw)
	}
}
