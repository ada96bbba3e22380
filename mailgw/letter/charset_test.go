package letter

import (
	"testing"
	"unicode/utf8"
)

func TestCharsets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, raw, want string
		how              verdict
	}{
		{"utf-8", "gr\xc3\xbc\xc3\x9fe", "grüße", asDeclared},
		{"UTF8", "gr\xc3\xbc\xc3\x9fe", "grüße", asDeclared},
		{`"utf-8"`, "a", "a", asDeclared},
		{"utf-8", "\xef\xbb\xbfa", "a", asDeclared},
		{"", "gr\xc3\xbc\xc3\x9fe", "grüße", undeclared},
		{"", "gr\xfc\xdfe", "grüße", undeclared},
		{"", "\x1b$B$\"\x1b(B", "あ", undeclared},
		{"us-ascii", "gr\xc3\xbc\xc3\x9fe", "grüße", wrong},
		{"us-ascii", "gr\xfc\xdfe", "grüße", asDeclared},
		{"iso-8859-1", "\x80 \x93x\x94", "€ “x”", asDeclared},
		{"iso-8859-1", "gr\xc3\xbc\xc3\x9fe", "grüße", wrong},
		{"utf-8", "gr\xfc\xdfe", "grüße", wrong},
		{"utf-8", "gr\xc3\xbc\xc3\x9fe \xff", "grüße \ufffd", asDeclared},
		{"iso-8859-8-i", "\xf9\xec\xe5\xed", "שלום", asDeclared},
		{"windows-1255", "\xf9\xec\xe5\xed", "שלום", asDeclared},
		{"windows-1256", "\xe3\xd1\xcd\xc8\xc7", "مرحبا", asDeclared},
		{"koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет", asDeclared},
		{"cp1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет", asDeclared},
		{"cp437", "gr\x81\xe1e", "grüße", asDeclared},
		{"gb2312", "\xc4\xe3\xba\xc3", "你好", asDeclared},
		{"gb2312", "\x95\x32\x82\x36", "𠀀", asDeclared}, // gb18030 is meant
		{"hz-gb-2312", "~{Dc:C~}", "你好", asDeclared},
		{"big5", "\xa7A\xa6n", "你好", asDeclared},
		{"ks_c_5601-1987", "\xbe\xc8\xb3\xe7", "안녕", asDeclared},
		{"ks_c_5601-1987", "\x8c\x63", "똠", asDeclared}, // windows-949 is meant
		{"iso-2022-kr", "\x1b$)C\x0e>H3g\x0f!", "안녕!", asDeclared},
		{"iso-2022-jp", "\x1b$B$\"\x1b(B", "あ", asDeclared},
		{"cp932", "\x82\xa0", "あ", asDeclared},
		{"euc-jp", "\xa4\xa2", "あ", asDeclared},
		{"utf-16", "\xfe\xff\x00a\x00\xe4", "aä", asDeclared},
		{"utf-16", "a\x00b\x00\xe4\x00", "abä", asDeclared},
		{"utf-16", "\x00a\x00b\x00\xe4", "abä", asDeclared},
		{"utf-16le", "a\x00\xe4\x00", "aä", asDeclared},
		{"utf-7", "caf+AOk- +- 1+1 x", "café + 1\ufffd x", asDeclared},
		{"unicode-1-1-utf-7", "plain", "plain", asDeclared},
		{"x-unknown", "gr\xc3\xbc\xc3\x9fe", "grüße", undeclared},
		{"fakescii-7", "gr\xfc\xdfe", "grüße", unknown},
		{"iso-2022-cn", "gr\xfc\xdfe", "grüße", unknown},
		{"utf-8", "a\x00b", "ab", asDeclared},
	} {
		got, how := decodeCharset([]byte(c.raw), c.label)
		if c.label == "utf-7" { // what follows a lone plus is anybody's guess
			c.want, got = c.want[:len("café + ")], got[:len("café + ")]
		}
		if got != c.want || how != c.how {
			t.Errorf("%s %q: %q (%d), want %q (%d)", c.label, c.raw, got, how, c.want, c.how)
		}
	}
}

// FuzzCharset: the result can be stored, whatever the label.
func FuzzCharset(f *testing.F) {
	for _, label := range []string{"", "utf-8", "utf-7", "utf-16", "iso-2022-jp", "iso-2022-kr", "hz", "gb2312", "utf-32", "cp037", "none"} {
		f.Add(label, []byte("a+AOk-\x1b$B$\"~{Dc\xff\x00\x0e"))
	}
	f.Fuzz(func(t *testing.T, label string, raw []byte) {
		text := toUTF8(raw, label)
		if !utf8.ValidString(text) {
			t.Fatalf("%q", text)
		}
		for i := range len(text) {
			if text[i] == 0 {
				t.Fatalf("NUL in %q", text)
			}
		}
	})
}

func TestFlowed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, want string
		delSp    bool
	}{
		{"one \ntwo\nthree\n", "one two\nthree\n", false},
		{"para \ngraph\n", "paragraph\n", true},
		{"one\n-- \nname \nplace\n", "one\n-- \nname place\n", false},
		{"one \n-- \nname\n", "one \n-- \nname\n", false},
		{"> one \n> two\n>> three \n> four\nfive\n", "> one two\n>> three \n> four\nfive\n", false},
		{" > not a quote\n From here\n", "> not a quote\nFrom here\n", false},
		{"> one \ntwo", "> one \ntwo\n", false},
		{"", "", false},
	} {
		if got := unflow(c.in, c.delSp); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}
