package richtext

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFromText(t *testing.T) {
	t.Parallel()
	link := func(href, text string) string {
		return `<a href="` + href + `" rel="noopener noreferrer nofollow">` + text + "</a>"
	}
	for _, c := range []struct{ name, in, want string }{
		{"nothing", " \n\n", ""},
		{"lines and paragraphs", "a\nb\r\n\r\n\r\nc\n", "<p>a<br>b</p><p>c</p>"},
		{"markup is words", "<b>x</b> & \"y\"", "<p>&lt;b&gt;x&lt;/b&gt; &amp; &#34;y&#34;</p>"},
		{"indent and columns", "a\n  b   c\n\td", "<p>a<br>\u00a0\u00a0b\u00a0 c<br>\u00a0\u00a0\u00a0\u00a0d</p>"},
		{"address", "see https://e.com/a?b=1&c=2.", "<p>see " + link("https://e.com/a?b=1&amp;c=2", "https://e.com/a?b=1&amp;c=2") + ".</p>"},
		{"address in brackets", "(https://e.com/x_(y))", "<p>(" + link("https://e.com/x_(y)", "https://e.com/x_(y)") + ")</p>"},
		{"www", "www.example.com!", "<p>" + link("https://www.example.com", "www.example.com") + "!</p>"},
		{"mail", "ask ann.lee@example.com, please", "<p>ask " + link("mailto:ann.lee@example.com", "ann.lee@example.com") + ", please</p>"},
		{"angle brackets", "<https://e.com>", "<p>&lt;" + link("https://e.com", "https://e.com") + "&gt;</p>"},
		{"no address", "http:// javascript:alert(1) a@b", "<p>http:// javascript:alert(1) a@b</p>"},
		{"user name", "https://bank@evil.example", "<p>https://bank@evil.example</p>"},
		{"control", "a\x00\x07b", "<p>a\ufffd\ufffdb</p>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, err := FromText(c.in); err != nil || got != c.want {
				t.Errorf("FromText(%q)\n got %q (%v)\nwant %q", c.in, got, err, c.want)
			}
		})
	}
	if _, err := FromText(strings.Repeat("&", MaxBytes/4)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("grown over the limit: %v", err)
	}
}

func TestTextSurvivesTheWayThroughHTML(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"one", "one\ntwo\n\nthree", "a  b\n    c", "see https://e.com/x?y=1 now", "5 < 6 && 7 > 6", "- a\n- b"} {
		html, err := FromText(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Text(html); err != nil || got != text {
			t.Errorf("%q came back as %q (%v)", text, got, err)
		}
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"", 10, ""},
		{"short", 10, "short"},
		{" two\n\nlines ", 10, "two lines"},
		{"a sentence that is too long", 18, "a sentence that…"},
		{"unbreakableunbreakable", 10, "unbreakab…"},
		{"first, second", 8, "first…"},
		{"e\u0301e\u0301e\u0301e\u0301", 4, "e\u0301…"},
		{"👩‍👩‍👧 family", 4, "…"},
		{"🇩🇪🇫🇷 x", 3, "…"},
		{"x", 0, ""},
		{"\xff\xfe", 5, "\ufffd\ufffd"},
		{strings.Repeat(" ", 1000) + "late", 4, "late"},
	} {
		got := Excerpt(c.in, c.n)
		if got != c.want || utf8.RuneCountInString(got) > c.n {
			t.Errorf("Excerpt(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}
