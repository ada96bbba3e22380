package api

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"postern/chat"
	"postern/hub/wire"
)

// TestFilesNeverBecomePagesOfOurs is FAULTS W6: whatever a file holds or says it is.
func TestFilesNeverBecomePagesOfOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla := w.as(w.carla)
	for _, c := range []struct{ name, content, mediaType string }{
		{"page.html", "<!doctype html><script>alert(1)</script>", "application/octet-stream"},
		{"page.png", "<html><body onload=alert(1)>", "application/octet-stream"},
		{"picture.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "text/plain; charset=utf-8"},
		{"feed.xml", `<?xml version="1.0"?><x/>`, "application/octet-stream"},
		{"both.gif", "GIF89a/*<script>alert(1)</script>*/=1", "image/gif"},
		{"both.pdf", "%PDF-1.4\n<script>alert(1)</script>", "application/pdf"},
		{"script.js", "alert(1)", "text/plain; charset=utf-8"},
		{"program.exe", "MZ\x90\x00\x03\x00\x00\x00", "application/octet-stream"},
		{"empty", "", "text/plain; charset=utf-8"},
	} {
		var file wire.Attachment
		carla.raw("POST", root+"/attachments?name="+url.QueryEscape(c.name), []byte(c.content), func(r *http.Request) {
			r.Header.Set("Content-Type", "text/html") // its word counts for nothing
		}).want(http.StatusCreated).into(&file)
		a := carla.get("/attachments/" + file.ID).want(http.StatusOK)
		if string(a.body) != c.content {
			t.Errorf("%s came down as %q", c.name, a.body)
		}
		for name, want := range map[string]string{
			"Content-Type": c.mediaType, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
			"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.name, name, got, want)
			}
		}
	}
}

func TestFileNamesAreMadeHarmless(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, want string }{
		{"report.pdf", `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`},
		{"Überblick 2026.pdf", `attachment; filename="_berblick 2026.pdf"; filename*=UTF-8''%C3%9Cberblick%202026.pdf`},
		{`a"b;c%d.txt`, `attachment; filename="a_b_c_d.txt"; filename*=UTF-8''a_b%3Bc%25d.txt`},
		{"../../etc/passwd", `attachment; filename="_.._etc_passwd"; filename*=UTF-8''_.._etc_passwd`},
		{`..\..\boot.ini`, `attachment; filename="_.._boot.ini"; filename*=UTF-8''_.._boot.ini`},
		{"a\r\nSet-Cookie: x=1.txt", `attachment; filename="aSet-Cookie_ x=1.txt"; filename*=UTF-8''aSet-Cookie_%20x%3D1.txt`},
		{"invoice\u202efdp.exe", `attachment; filename="invoicefdp.exe"; filename*=UTF-8''invoicefdp.exe`},
		{"a\u2066b\u200fc\u061cd\ufeff.txt", `attachment; filename="abcd.txt"; filename*=UTF-8''abcd.txt`},
		{"a\u00a0\u2003b.txt", `attachment; filename="a  b.txt"; filename*=UTF-8''a%20%20b.txt`},
		{".htaccess", `attachment; filename="htaccess"; filename*=UTF-8''htaccess`},
		{"dots... ", `attachment; filename="dots"; filename*=UTF-8''dots`},
		{"", `attachment; filename="file"; filename*=UTF-8''file`},
		{"\x00\x01\u202e", `attachment; filename="file"; filename*=UTF-8''file`},
		{"\xff\xfe.txt", `attachment; filename="txt"; filename*=UTF-8''txt`},
		{"日本語.txt", `attachment; filename="___.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E.txt`},
	} {
		if got := disposition(c.name); got != c.want {
			t.Errorf("%q:\n%s, want\n%s", c.name, got, c.want)
		}
	}
	long := disposition(strings.Repeat("ü", 300) + ".pdf")
	_, params, err := mime.ParseMediaType(long)
	must(t, err)
	if name := params["filename"]; len(name) > chat.LongestName || !strings.HasSuffix(name, "ü.pdf") {
		t.Errorf("a long name is %d bytes: %q", len(name), name)
	}
}

// FuzzDisposition holds for every name: one header that any reader takes apart into one harmless name.
func FuzzDisposition(f *testing.F) {
	for _, seed := range []string{"a.pdf", "a\"b", "\u202e", "../x", "a\r\nb", strings.Repeat("é", 200), "%00", "a;filename=b", "\xc3\x28"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := disposition(name)
		bad := strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r > 0x7e })
		kind, params, err := mime.ParseMediaType(got)
		if bad || err != nil || kind != "attachment" || len(params) != 1 {
			t.Fatalf("%q became %q: %v", name, got, err)
		}
		file := params["filename"]
		if file == "" || !utf8.ValidString(file) || len(file) > chat.LongestName || strings.ContainsAny(file, `/\:*?"<>|`) || strings.Trim(file, " .") != file ||
			strings.ContainsFunc(file, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Fatalf("%q would be saved as %q", name, file)
		}
	})
}

func TestFilesThatAreTooLargeAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t) // takes 1 MiB
	carla := w.as(w.carla)
	most := bytes.Repeat([]byte("x"), 1<<20)
	carla.upload("exactly.bin", most).want(http.StatusCreated)
	carla.upload("over.bin", append(most, 'x')).refused(http.StatusRequestEntityTooLarge, "too_large", "")
	a := carla.raw("POST", root+"/attachments?name=chunked.bin", nil, func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(io.MultiReader(bytes.NewReader(most), strings.NewReader("x"))), -1
	})
	a.refused(http.StatusRequestEntityTooLarge, "too_large", "")
}

// TestWhatSaysThatItIsTooLargeIsNotReadFirst: the answer comes before the body.
func TestWhatSaysThatItIsTooLargeIsNotReadFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = fmt.Fprintf(conn, "POST %s/attachments?name=x HTTP/1.1\r\nHost: office.test\r\nCookie: postern=%s\r\nContent-Length: %d\r\n\r\n",
		root, w.as(w.carla).token(), 1<<30)
	must(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a gigabyte is answered with %s", answer.Status)
	}
}

func TestUploadsNeedAName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla := w.as(w.carla)
	for name, field := range map[string]string{"": "name", "%00": "name", "%ff": "name", "%0d%0a": "name", "+++": "name"} {
		carla.raw("POST", root+"/attachments?name="+name, []byte("x")).refused(http.StatusBadRequest, "invalid", field)
	}
	carla.raw("POST", root+"/attachments?name="+strings.Repeat("n", 300), []byte("x")).refused(http.StatusRequestEntityTooLarge, "too_large", "name")
}
