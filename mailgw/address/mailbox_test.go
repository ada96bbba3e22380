package address

import (
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ addr, local, domain string }{
		{"anna@example.com", "anna", "example.com"},
		{"Anna.B@EXAMPLE.com", "Anna.B", "example.com"},
		{"a..b.@docomo.example", "a..b.", "docomo.example"},
		{"o'hara+tax=x@example.com", "o'hara+tax=x", "example.com"},
		{`"anna b"@example.com`, "anna b", "example.com"},
		{`"a\"@b\\"@example.com`, `a"@b\`, "example.com"},
		{"anna@bücher.example", "anna", "xn--bcher-kva.example"},
		{"anna@BÜCHER.example", "anna", "xn--bcher-kva.example"},
		{"anna@xn--bcher-kva.example", "anna", "xn--bcher-kva.example"},
		{"анна@example.com", "анна", "example.com"},
		{"anna@a_b.example.com", "anna", "a_b.example.com"},
		{"anna@[192.0.2.1]", "anna", "[192.0.2.1]"},
		{"anna@[IPv6:2001:DB8::1]", "anna", "[ipv6:2001:db8::1]"},
		{"root@localhost", "root", "localhost"},
	} {
		local, domain, err := Split(c.addr)
		if err != nil || local != c.local || domain != c.domain {
			t.Errorf("Split(%q) = %q, %q, %v", c.addr, local, domain, err)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{
		"", "@", "anna", "@example.com", "anna@", "anna@@example.com", "anna@b@example.com",
		"anna@example.com, b@example.com", "anna@example.com\r\nBcc: b@example.com", "anna @example.com",
		"anna@ example.com", "anna@example..com", "anna@.example.com", "anna@example.com.", "<anna@example.com>",
		"anna(x)@example.com", `"anna@example.com`, `"anna"b@example.com`, `""@example.com`, "\"a\nb\"@example.com",
		`"a\`, "an\x00na@example.com", "an\u202ena@example.com", "an\u200bna@example.com", "\"an\u202ena\"@example.com",
		"anna@exa\u200dmple.com", "anna@exa mple.com", "anna@[192.0.2.1", "anna@[]", "anna@[a]b]", "anna@exam!ple.com",
		"anna@" + strings.Repeat("a", 64) + ".com", strings.Repeat("a", MaxLength) + "@example.com", "ann\xff@example.com",
	} {
		if local, domain, err := Split(addr); err == nil {
			t.Errorf("Split(%q) = %q, %q", addr, local, domain)
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"anna@example.com", "Anna@EXAMPLE.COM", true},
		{`"anna"@example.com`, "anna@example.com", true},
		{"anna@bücher.example", "ANNA@xn--BCHER-kva.example", true},
		{"ANNÉ@example.com", "anne\u0301@example.com", true},
		{"АННА@example.com", "анна@example.com", true},
		{"anna@example.com", "anna@example.org", false},
		{"anna@example.com", "an.na@example.com", false},
		{"anna@example.com", "anna+x@example.com", false},
		{"anna@example.com", "аnna@example.com", false}, // Cyrillic а
		{"kim@example.com", "\u212aim@example.com", false},
		{"anna@example.com", "anna@exаmple.com", false},
		{"anna", "anna", false},
		{"", "", false},
	} {
		if Equal(c.a, c.b) != c.want || Equal(c.b, c.a) != c.want {
			t.Errorf("Equal(%q, %q) is not %v both ways", c.a, c.b, c.want)
		}
	}
}

// FuzzSplit: what Split gives can be written as an address again, quoted, and gives
// the same; nothing in it can end a line or a header; Equal is reflexive on it.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"anna@example.com", `"a\"@b"@EXAMPLE.com`, "анна@bücher.example", "a@[IPv6:::1]", "a@b@c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, addr string) {
		local, domain, err := Split(addr)
		if err != nil {
			return
		}
		if local == "" || domain == "" || strings.ContainsAny(local+domain, "\r\n\x00") {
			t.Fatalf("Split(%q) = %q, %q", addr, local, domain)
		}
		again := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"@` + domain
		if len(again) > MaxLength {
			return
		}
		if l, d, err := Split(again); err != nil || l != local || d != domain {
			t.Fatalf("Split(%q) = %q, %q, %v; from %q", again, l, d, err, addr)
		}
		if !Equal(addr, again) {
			t.Fatalf("%q is not equal to %q", addr, again)
		}
	})
}
