package chat

import (
	"net/mail"
	"strings"
	"testing"
)

// TestForeignIDs: what programs make is named in a header of ours, and nothing that could be more than an id there.
func TestForeignIDs(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxForeignID-len("<@b.example>"))
	for _, id := range []string{
		"a@b", "CAF=x+y_z-9.8w@mail.gmail.com", "AM0PR01MB1234E5F6A7B8C9D0@AM0PR01MB1234.eurprd01.prod.exchangelabs.com", "6E3A-11@[192.0.2.1]", "x@[IPv6:2001:db8::1]",
		"a!#$%&'*+/=?^_`{|}~-@b", long + "@b.example",
	} {
		if got := foreignID("<" + id + ">"); got != id {
			t.Errorf("<%s> is named %q", id, got)
		}
	}
	for _, id := range []string{
		"", "a@b", "<a@b", "a@b>", "<>", "<@>", "<a>", "<@b>", "<a@>", "<a@b@c>", "<a..b@c>", "<.a@c>", "<a.@c>", "<a@.c>", "<a b@c>", "<a\t@c>", "<a@b>\r\nBcc: x@y", "<a\r\n@b>", "<a@b>\n", "\n<a@b>",
		"<a@b\x00>", "<a@b><c@d>", "<a@b> <c@d>", "<a@b>,<c@d>", "<ä@b>", "<a@bü>", "<\"a b\"@c>", "<a(x)@c>", "<a:b@c>", "<a;@c>", "<a@[b>", "<a@[b]c]>", "<a@[b\r\n]>", "<a@[\\]>", "<\xff@b>",
		"<a" + long + "@b.example>",
	} {
		if got := foreignID(id); got != "" {
			t.Errorf("%q is named %q", id, got)
		}
	}
}

// FuzzForeignID: whatever it was, what is named stands in a header as one id on one line, and is what was there.
func FuzzForeignID(f *testing.F) {
	for _, id := range []string{"<a@b>", "<a@b>\r\nBcc: x@y", "<a\x00@b>", "<a.b@[::1]>", "<a@b> <c@d>", "<\u2028@b>"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		got := foreignID(id)
		if got == "" {
			return
		}
		if id != "<"+got+">" || len(id) > maxForeignID || strings.Count(got, "@") != 1 {
			t.Fatalf("%q is named %q", id, got)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`<>()",;\`, r) }); i >= 0 {
			t.Fatalf("%q has %q at %d", got, got[i], i)
		}
		m, err := mail.ReadMessage(strings.NewReader("References: " + id + "\r\nSubject: s\r\n\r\n"))
		if err != nil || len(m.Header) != 2 || m.Header.Get("References") != id {
			t.Fatalf("%q in a header: %v, %v", id, m, err)
		}
	})
}
