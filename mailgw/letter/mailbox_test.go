package letter

import (
	"testing"
)

func TestFrom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, name, address string }{
		{"a@example.com", "", "a@example.com"},
		{"<a@example.com>", "", "a@example.com"},
		{"Anna <a@example.com>", "Anna", "a@example.com"},
		{"Anna B. C <a@example.com>", "Anna B. C", "a@example.com"},
		{`"B, Anna" <a@example.com>`, "B, Anna", "a@example.com"},
		{"=?utf-8?q?B=C3=A4r?= <a@example.com>", "Bär", "a@example.com"},
		{"=?utf-8?q?B=C3=A4r?=<a@example.com>", "Bär", "a@example.com"},
		{"=?utf-8?Q?B,_Anna?= <a@example.com>", "B, Anna", "a@example.com"},
		{`"=?utf-8?q?B=C3=A4r?=" <a@example.com>`, "Bär", "a@example.com"},
		{"a@example.com (Anna)", "Anna", "a@example.com"},
		{"Anna (at home) <a@example.com>", "Anna", "a@example.com"},
		{"a@example.com <a@example.com>", "a@example.com", "a@example.com"},
		{"A@Example.com <a@example.com>", "A@Example.com", "a@example.com"},
		{`"evil@example.org" <a@example.com>`, "evil@example.org", "a@example.com"},
		{`"a <evil@example.org>" <a@example.com>`, "a <evil@example.org>", "a@example.com"},
		{"=?utf-8?q?evil=40example.org?= <a@example.com>", "evil@example.org", "a@example.com"},
		{`"a b"@example.com`, "", `"a b"@example.com`},
		{`"ab"@example.com`, "", `ab@example.com`},
		{`"a@evil.example"@example.com`, "", `"a@evil.example"@example.com`},
		{"a@example.com,", "", "a@example.com"},
		{"< a@example.com >", "", "a@example.com"},
		{"jöhn@mächine.example", "", "jöhn@mächine.example"},
		{"a..b.@docomo.example", "", "a..b.@docomo.example"},
		{"a@[192.0.2.1]", "", "a@[192.0.2.1]"},
		{"Anna\n <a@example.com>", "Anna", "a@example.com"},
		{"a@example.com\n Subject: indented by mistake", "", "a@example.com"},
	} {
		l := read("From: " + c.from + "\nTo: x@example.net\n\nhi")
		if l.FromErr != nil || l.From.Name != c.name || l.From.Address != c.address {
			t.Errorf("%q: %q <%s>, %v", c.from, l.From.Name, l.From.Address, l.FromErr)
		}
	}
}

// TestFromRefuses holds what must never come out as one author (S13).
func TestFromRefuses(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]error{
		"From: a@example.com\nFrom: b@example.com":  ErrFromRepeated,
		"From: a@example.com\nfrom: a@example.com":  ErrFromRepeated,
		"From: a@example.com\nFROM : b@example.com": ErrFromRepeated,
		"Subject: x":                                        ErrFromMissing,
		"From: a@example.com, b@example.com":                ErrFromSeveral,
		"From: a@example.com; b@example.com":                ErrFromSeveral,
		"From: a@example.com b@example.com":                 ErrFromSeveral,
		"From: A <a@example.com> B <b@example.com>":         ErrFromSeveral,
		"From: A <a@example.com>, B <b@example.com>":        ErrFromSeveral,
		"From: <a@example.com><b@example.com>":              ErrFromSeveral,
		"From: a@example.com <b@example.com>":               ErrFromSeveral,
		"From: a@example.com\n b@example.com":               ErrFromSeveral,
		"From: friends: a@example.com;":                     ErrFromGroup,
		"From: friends:;":                                   ErrFromGroup,
		"From:":                                             ErrFromMalformed,
		"From: ":                                            ErrFromMalformed,
		"From: Anna":                                        ErrFromMalformed,
		"From: <>":                                          ErrFromMalformed,
		"From: <=?utf-8?q?a=40example.com?=>":               ErrFromMalformed,
		"From: =?utf-8?q?a=40example.com?=":                 ErrFromMalformed,
		"From: =?utf-8?q?a?=@example.com":                   ErrFromMalformed,
		"From: Anna <a@example.com":                         ErrFromMalformed,
		"From: \"Anna <a@example.com>":                      ErrFromMalformed,
		"From: (Anna <a@example.com>":                       ErrFromMalformed,
		"From: <a@example.com> b":                           ErrFromMalformed,
		"From: <<a@example.com>>":                           ErrFromMalformed,
		"From: a@@example.com":                              ErrFromMalformed,
		"From: a@b@example.com":                             ErrFromMalformed,
		"From: <@x.example:a@example.com>":                  ErrFromMalformed,
		"From: a @example.com":                              ErrFromMalformed,
		"From: a@ example.com":                              ErrFromMalformed,
		"From: a(b)@example.com":                            ErrFromMalformed,
		"From: a@(b)example.com":                            ErrFromMalformed,
		"From: a@example..com":                              ErrFromMalformed,
		"From: a@example.com.":                              ErrFromMalformed,
		"From: a@exam_ple!.com":                             ErrFromMalformed,
		"From: \"\"@example.com":                            ErrFromMalformed,
		"From: \"a\u202eb\"@example.com":                    ErrFromMalformed,
		"From: a\u200bb@example.com":                        ErrFromMalformed,
		"From: \xff@example.com":                            ErrFromMalformed,
		"From: a@example.com\rBcc: b@example.com":           ErrFromGroup,
		"From: undisclosed-recipients:;\nTo: a@example.com": ErrFromGroup,
	} {
		l := read(from + "\n\nhi")
		if l.FromErr == nil || l.From != (Mailbox{}) {
			t.Errorf("%q: %q, %v", from, l.From.Address, l.FromErr)
		} else if l.FromErr != want {
			t.Errorf("%q: %v, want %v", from, l.FromErr, want)
		}
		if v := Judge(l, Envelope{}); v.Fate == AcceptReply || v.Fate == AcceptWithAttachments {
			t.Errorf("%q: %s", from, v.Fate)
		}
	}
}

func TestListsKeepWhatCanBeRead(t *testing.T) {
	t.Parallel()
	l := read("From: a@example.com\nTo: b@example.com, broken, <c@example.com>; d@e@f, \"g, h\" <g@example.com>\n\nhi")
	if got := addresses(l.To); got != "b@example.com c@example.com g@example.com" {
		t.Error(got)
	}
	limits := DefaultLimits()
	limits.Addresses = 2
	l = Read(crlf("From: a@example.com\nTo: b@x, c@x, d@x\nTo: e@x\n\nhi"), limits)
	if got := addresses(l.To); got != "b@x c@x" {
		t.Error(got)
	}
}
