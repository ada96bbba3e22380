package chat

import (
	"strings"
	"testing"
)

func TestTitles(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"Tax return 2025": "Tax return 2025",
		"  a \t b\r\nBcc: all@example.org\u2028c\u2029d\u0085e\u007ff\x1b[31m ": "a b Bcc: all@example.org c d e f [31m",
		"\u202eabc":                           "abc", // what turns the rest of a line is taken out
		strings.Repeat("é", 200):              strings.Repeat("é", 200),
		" " + strings.Repeat("🙂", 200) + "\n": strings.Repeat("🙂", 200),
	}
	for in, want := range good {
		if got, err := cleanTitle(in); got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	bad := map[string]Kind{
		"": Invalid, " \r\n\t\u2028": Invalid, "\u200b\u200d": Invalid, "a\x00b": Invalid, "a\xffb": Invalid, "\xed\xa0\x80": Invalid,
		strings.Repeat("é", 201): TooLarge, strings.Repeat("a b", 10000): TooLarge,
	}
	for in, want := range bad {
		if got, err := cleanTitle(in); KindOf(err) != want || got != "" {
			t.Errorf("%.40q: %q, %v, want %s", in, got, err, want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		" Anna Maria ": "Anna Maria", "An\r\nna": "Anna", "a\x00b\u2028c\u2029d\u0085e\x7ff\u009b": "abcdef",
		"invoice\u202efdp.exe": "invoicefdp.exe", "\u2066a\u2069": "a", "\u05d0\u05e0\u05d4": "\u05d0\u05e0\u05d4", strings.Repeat("é", 100): strings.Repeat("é", 100),
	}
	for in, want := range good {
		if got, err := cleanName(in, "name", 100); got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	bad := map[string]Kind{"": Invalid, " \r\n": Invalid, "\x00": Invalid, "a\xff": Invalid, strings.Repeat("é", 101): TooLarge}
	for in, want := range bad {
		if got, err := cleanName(in, "name", 100); KindOf(err) != want || got != "" {
			t.Errorf("%.40q: %q, %v, want %s", in, got, err, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"anna@example.org", " anna@example.org\r\n", "anna.maria+office@mail.example.co.uk", "dörte@büro.example", "o'neil@example.org", "a=b@example.org",
		strings.Repeat("a", 242) + "@example.org",
	} {
		if got, err := cleanEmail(in); got != strings.TrimSpace(in) || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{
		"", "@", "anna", "anna@", "@example.org", "anna@localhost", "anna@.org", "anna@org.", "anna@example..org", "anna@@example.org", "a@b@example.org",
		"anna@example.org, bob@example.org", "anna@example.org;bob", "Anna <anna@example.org>", "\"anna\"@example.org", "anna maria@example.org",
		"anna\r\nBcc: x@example.org", "anna\n@example.org", "anna\x00@example.org", "anna\u2028@example.org", "anna\u0085@example.org", "anna\u00a0x@example.org",
		"anna\u202e@example.org", "anna\u200b@example.org", "anna\xff@example.org", "anna@exam\xffple.org", "anna\ufffd@example.org",
		strings.Repeat("a", 243) + "@example.org",
	} {
		if got, err := cleanEmail(in); KindOf(err) != Invalid || got != "" {
			t.Errorf("%.60q: %q, %v", in, got, err)
		}
	}
}

func TestAgentsAreCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 199) + "é and more"
	for in, want := range map[string]string{
		"": "unknown", "\x00\n": "unknown", "Mozilla/5.0": "Mozilla/5.0", long: strings.Repeat("x", 199), "a\xffb": "ab", "a\r\nb": "ab",
	} {
		if got := cutAgent(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
