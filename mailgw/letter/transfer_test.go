package letter

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestTransferDecoding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		encoding, in, want string
		damaged            bool
	}{
		{"", "as =41 is", "as =41 is", false},
		{"base64", "aGVsbG8=", "hello", false},
		{"base64", "aGVs\r\nbG8=\r\n", "hello", false},
		{"base64", "aGVsbG8", "hello", false},
		{"base64", "aGVsbG8=aGVsbG8=", "hellohello", false},
		{"base64", "aGV!sbG8=", "hello", true},
		{"base64", "aGVsbG8=\r\n-- \r\nlist", "hello\x96+-", true},
		{"base64", "aGVsb", "hel", true},
		{"base64", "", "", false},
		{"quoted-printable", "caf=C3=A9=\r\n!", "café!", false},
		{"quoted-printable", "caf=c3=a9", "café", false},
		{"quoted-printable", "soft= \t\r\nbreak", "softbreak", false},
		{"quoted-printable", "soft=\nbreak=", "softbreak", false},
		{"quoted-printable", "added  \r\nkept \t x\r\n", "added\r\nkept \t x\r\n", false},
		{"quoted-printable", "a=ZZb=4", "a=ZZb=4", true},
		{"quoted-printable", "a = b", "a = b", true},
		{"quoted-printable", "=", "", false},
		{"uuencode", "begin 644 x\r\n#0V%T\r\n`\r\nend\r\n", "Cat", false},
		{"uuencode", "#0V%T", "Cat", false},
		{"uuencode", "begin 644 x\r\n&0V%T\r\nend\r\n", "Cat", true},
	} {
		for name, wrap := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r }, "by byte": iotest.OneByteReader} {
			d := newDecoder(c.encoding, []byte(c.in))
			got, err := io.ReadAll(wrap(d))
			if err != nil || string(got) != c.want || d.damaged() != c.damaged {
				t.Errorf("%s %q %s: %q, damaged %v, %v", c.encoding, c.in, name, got, d.damaged(), err)
			}
		}
	}
}

func TestUuencodedFilesLeaveTheText(t *testing.T) {
	t.Parallel()
	l := read("From: a@example.com\n\nDear all,\nbegin reading here.\nbegin 644 ../cat.txt\n#0V%T\n`\nend\nbye\n")
	if l.Text != "Dear all,\nbegin reading here.\nbye\n" {
		t.Errorf("text %q", l.Text)
	}
	files := l.Files()
	if len(files) != 1 || files[0].Name != "cat.txt" || content(t, files[0]) != "Cat" {
		t.Errorf("files %v", files)
	}
}

func content(tb testing.TB, p *Part) string {
	tb.Helper()
	b, err := io.ReadAll(p.Open())
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// FuzzDecoders: nothing grows, nothing depends on how it is read, and reading ends.
func FuzzDecoders(f *testing.F) {
	for _, seed := range []string{"aGVs bG8=", "a=\r\n =C3  \r\n", "begin 644 x\n#0V%T\nend", "===", "=4"} {
		for kind := range 4 {
			f.Add(kind, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, kind int, in []byte) {
		encoding := []string{"", "base64", "quoted-printable", "uuencode"}[uint(kind)%4]
		whole, err := io.ReadAll(newDecoder(encoding, in))
		if err != nil || len(whole) > len(in) {
			t.Fatalf("%d bytes of %d, %v", len(whole), len(in), err)
		}
		bits, err := io.ReadAll(iotest.OneByteReader(newDecoder(encoding, in)))
		if err != nil || !bytes.Equal(whole, bits) {
			t.Fatalf("%q and %q, %v", whole, bits, err)
		}
	})
}

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"text/plain":                                      "text/plain",
		"TEXT/HTML; Charset=UTF-8":                        "text/html charset=UTF-8",
		"text / plain ; charset = utf-8":                  "text/plain charset=utf-8",
		"text/plain charset=utf-8":                        "text/plain charset=utf-8",
		"text/plain; charset=utf-8 format=flowed":         "text/plain charset=utf-8 format=flowed",
		"text/plain; (a comment) charset=utf-8 (another)": "text/plain charset=utf-8",
		`a/b; name="x;y"`:                                 "a/b name=x;y",
		`a/b; name="x\"y"`:                                `a/b name=x"y`,
		`a/b; name="C:\dir\x.txt"`:                        `a/b name=C:\dir\x.txt`,
		`a/b; name="never closed`:                         "a/b name=never closed",
		"a/b; name=two words.txt":                         "a/b name=two words.txt",
		"a/b; name=one; name=two":                         "a/b name=one",
		"a/b; name=":                                      "a/b name=",
		"a/b; name==?utf-8?q?=C3=A4?=":                    "a/b name=ä",
		`a/b; name="=?utf-8?q?=C3=A4?= =?utf-8?q?b?="`:    "a/b name=äb",
		"a/b; boundary==?utf-8?q?a?=":                     "a/b boundary==?utf-8?q?a?=",
		"a/b; boundary=\t\"x  y\"":                        "a/b boundary=x  y",
		"a/b; name*=utf-8'en'%C3%A4":                      "a/b name=ä",
		"a/b; name*=iso-8859-1''%E4":                      "a/b name=ä",
		"a/b; name=plain; name*=utf-8''%C3%A4":            "a/b name=ä",
		"a/b; name*0*=utf-8''%C3; name*1*=%A4; name*2=b":  "a/b name=äb",
		"a/b; name*1=b; name*0=a":                         "a/b name=ab",
		`a/b; name*0="=?utf-8?q?=C3=A4"; name*1="b?="`:    "a/b name=äb",
		"a/b; ; ;= ;x":                                    "a/b =",
		"":                                                "",
	} {
		m := parseMediaType(field, "")
		got := []string{m.value}
		for _, name := range []string{"", "boundary", "charset", "format", "name"} {
			if value, ok := m.params[name]; ok {
				got = append(got, name+"="+value)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", field, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"report.pdf":                    "report.pdf",
		"../../etc/passwd":              "passwd",
		`C:\Users\a\report.pdf`:         "report.pdf",
		"a\r\nb\x00.pdf":                "ab.pdf",
		"invoice\u202efdp.exe":          "invoicefdp.exe",
		".htaccess":                     "htaccess",
		" . ":                           "",
		"..":                            "",
		"/":                             "",
		"CON":                           "_CON",
		"nul.txt":                       "_nul.txt",
		"com1.log":                      "_com1.log",
		"communication.txt":             "communication.txt",
		`a<b>:"|?*.txt`:                 "a_b______.txt",
		"a \u00a0 b.txt":                "a b.txt",
		"Übersicht für 2026 (neu).xlsx": "Übersicht für 2026 (neu).xlsx",
		"عقد.pdf":                       "عقد.pdf",
	} {
		if got := cleanName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	long := cleanName(strings.Repeat("ä", 300) + ".pdf")
	if len(long) > longestName || !strings.HasSuffix(long, "ä.pdf") {
		t.Errorf("%q", long)
	}
}
