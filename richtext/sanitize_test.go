package richtext

import (
	"errors"
	"strings"
	"testing"
)

const someone = "0192f3a4-7c1e-7abc-8def-0123456789ab"

func TestSanitizeKeepsWhatAPersonFormatted(t *testing.T) {
	t.Parallel()
	rel := ` rel="noopener noreferrer nofollow"`
	for _, c := range []struct{ name, in, html, text string }{
		{"nothing", "", "", ""},
		{"plain words get a paragraph", "hello", "<p>hello</p>", "hello"},
		{"paragraphs", "<p>one</p><p>two</p>", "<p>one</p><p>two</p>", "one\n\ntwo"},
		{"empty paragraph inside stays, at the ends goes", "<p></p><p>a</p><p></p><p>b</p><p><br></p>", "<p>a</p><p></p><p>b</p>", "a\n\nb"},
		{"breaks", "<p>a<br>b<br/>c</p>", "<p>a<br>b<br>c</p>", "a\nb\nc"},
		{"break at the end shows nothing", "<p>a<br></p>", "<p>a</p>", "a"},
		{"white space folds", "<p>  a \n\t b  </p>", "<p>a b</p>", "a b"},
		{"no-break space stays", "a&nbsp;&nbsp;b", "<p>a\u00a0\u00a0b</p>", "a  b"},
		{"old tags", "<b>a</b><i>b</i><strike>c</strike><ins>d</ins><tt>e</tt>",
			"<p><strong>a</strong><em>b</em><s>c</s><u>d</u><code>e</code></p>", "abcde"},
		{"one order of nesting", "<u><i><b>x</b></i></u>", "<p><strong><em><u>x</u></em></strong></p>", "x"},
		{"misnested", "<b>1<i>2</b>3</i>4", "<p><strong>1<em>2</em></strong><em>3</em>4</p>", "1234"},
		{"same style joins", "<b>a</b><strong>b</strong>", "<p><strong>ab</strong></p>", "ab"},
		{"space between styles", "<b>a</b> <i>b</i>", "<p><strong>a</strong> <em>b</em></p>", "a b"},
		{"headings", "<h1>a</h1><h2>b</h2><h3>c</h3><h5>d</h5>", "<h1>a</h1><h2>b</h2><h3>c</h3><h3>d</h3>", "a\n\nb\n\nc\n\nd"},
		{"bullets", "<ul><li>a<li>b</ul>", "<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n- b"},
		{"numbers", "<ol><li><p>a</p></li><li><p>b<br>c</p></li></ol>", "<ol><li><p>a</p></li><li><p>b<br>c</p></li></ol>", "1. a\n2. b\n   c"},
		{"nested list", "<ul><li>a<ol><li>b</li></ol></li></ul>", "<ul><li><p>a</p><ol><li><p>b</p></li></ol></li></ul>", "- a\n  1. b"},
		{"list in list as Outlook writes it", "<ul><li>a</li><ul><li>b</li></ul></ul>",
			"<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>", "- a\n  - b"},
		{"items without a list", "<li>a</li><li>b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n- b"},
		{"empty item", "<ul><li></li><li>b</li></ul>", "<ul><li><p></p></li><li><p>b</p></li></ul>", "-\n- b"},
		{"quote", "<blockquote><p>a</p><p>b</p></blockquote>c", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", "> a\n>\n> b\n\nc"},
		{"quote in a list", "<ul><li><blockquote>a</blockquote></li></ul>", "<ul><li><blockquote><p>a</p></blockquote></li></ul>", "- > a"},
		{"code", "<pre><code>a &lt;b&gt;\n  c\n</code></pre>", "<pre><code>a &lt;b&gt;\n  c</code></pre>", "a <b>\n  c"},
		{"div is a line", "<div>a</div><div>b</div><div><br></div><div>c</div>", "<p>a<br>b<br><br>c</p>", "a\nb\n\nc"},
		{"table", "<table><tr><th>Q</th><th>EUR</th></tr><tr><td>1</td><td>20</td></tr></table>", "<p>Q | EUR<br>1 | 20</p>", "Q | EUR\n1 | 20"},
		{"link", `<a href="https://example.com/x?a=1&b=2">here</a>`,
			`<p><a href="https://example.com/x?a=1&amp;b=2"` + rel + `>here</a></p>`, "here (https://example.com/x?a=1&b=2)"},
		{"link that says itself", `<a href="http://example.com/">example.com</a>`, `<p><a href="http://example.com/"` + rel + `>example.com</a></p>`, "example.com"},
		{"mail link", `<a href="mailto:ann@example.com">Ann</a>`, `<p><a href="mailto:ann@example.com"` + rel + `>Ann</a></p>`, "Ann (ann@example.com)"},
		{"bold link", `<b>see <a href="https://e.com">this</a></b>`,
			`<p><strong>see </strong><a href="https://e.com"` + rel + `><strong>this</strong></a></p>`, "see this (https://e.com)"},
		{"mention", `Hi <span data-mention="` + someone + `" class="x"> @Ann <b>Lee</b></span>, and`,
			`<p>Hi <span data-mention="` + someone + `">@Ann Lee</span>, and</p>`, "Hi @Ann Lee, and"},
		{"mention of nobody", `<span data-mention="1 or 1=1">@Ann</span>`, "<p>@Ann</p>", "@Ann"},
		{"two mentions stay two", `<span data-mention="` + someone + `">@A</span><span data-mention="` + someone + `">@A</span>`,
			`<p><span data-mention="` + someone + `">@A</span><span data-mention="` + someone + `">@A</span></p>`, "@A@A"},
		{"emoji as a picture", `<img data-emoji src="https://t.example/x.gif" alt="🎉">`, "<p>🎉</p>", "🎉"},
		{"bold that is none", `<b style="font-weight: normal"><p>a</p></b>`, "<p>a</p>", "a"},
		{"markup as words", "&lt;script&gt;alert(1)&lt;/script&gt;", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<script>alert(1)</script>"},
		{"Outlook's empty line", "<p class=MsoNormal>a</p><p>&nbsp;</p><p>b<br>&#8203;<br>c</p>", "<p>a</p><p></p><p>b<br><br>c</p>", "a\n\nb\n\nc"},
		{"Word's paragraph mark", "<p>a<o:p></o:p></p>", "<p>a</p>", "a"},
		{"override kept", "a\u202eb", "<p>a\u202eb</p>", "a\u202eb"},
		{"NUL and controls", "a\x00b\x1bc&#0;", "<p>a\ufffdb\ufffdc\ufffd</p>", "a\ufffdb\ufffdc\ufffd"},
		{"not UTF-8", "a\xffb", "<p>a\ufffdb</p>", "a\ufffdb"},
		{"nothing visible", "<p>\u200b&nbsp;</p><ul><li></li></ul>", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			html, text, err := New().Sanitize(c.in)
			if err != nil || html != c.html || text != c.text {
				t.Errorf("Sanitize(%q)\n got %q\n     %q (%v)\nwant %q\n     %q", c.in, html, text, err, c.html, c.text)
			}
		})
	}
}

func TestSanitizeBounds(t *testing.T) {
	t.Parallel()
	link := `<a href="https://example.com/` + strings.Repeat("x", 2000) + `">`
	for _, c := range []struct {
		name, in string
		tooLarge bool
	}{
		{"at the limit", strings.Repeat("x", MaxBytes-7), false},
		{"result over the limit", strings.Repeat("x", MaxBytes-6), true},
		{"input over the limit", strings.Repeat(" ", MaxBytes+1), true},
		{"escapes grow", strings.Repeat("<b>'</b>", MaxBytes/8), false},
		{"one link in many paragraphs", link + strings.Repeat("<p>x", 60000), true},
		{"nested quotes around lines", strings.Repeat("<blockquote>", 100) + strings.Repeat("x<br>", 40000), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := New().Sanitize(c.in)
			if got := errors.Is(err, ErrTooLarge); got != c.tooLarge || err != nil && !got {
				t.Errorf("too large: got %v (%v), want %v", got, err, c.tooLarge)
			}
		})
	}
}

func TestDepthIsBoundedAndNothingIsLost(t *testing.T) {
	t.Parallel()
	for _, open := range []string{"<blockquote>", "<ul><li>", "<ul>", "<li>", "<ol><blockquote>", "<b>", "<div>", "<svg><p>"} {
		in := strings.Repeat(open, 5000) + "words"
		html, text, err := New().Sanitize(in)
		if err != nil {
			t.Fatalf("%s: %v", open, err)
		}
		if n := deepest(html); n > maxDepth+2 {
			t.Errorf("%s: %d deep", open, n)
		}
		if !strings.Contains(text, "words") && open != "<svg><p>" {
			t.Errorf("%s: words lost: %q", open, text)
		}
	}
}

// deepest counts how many tags are open at once.
func deepest(html string) int {
	depth, most := 0, 0
	for tag := range strings.SplitSeq(html, "<") {
		switch {
		case strings.HasPrefix(tag, "/"):
			depth--
		case tag != "" && !strings.HasPrefix(tag, "br>"):
			depth++
		}
		most = max(most, depth)
	}
	return most
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]bool{
		"": true, "<p></p>": true, "<p><br>&nbsp;</p>": true, "<script>x</script>": true, "&#8203;": true,
		`<img src="x" alt="logo">`: true, "<p>.</p>": false, `<span data-mention="` + someone + `">@A</span>`: false,
		"<pre> x</pre>": false, strings.Repeat(" ", MaxBytes+1): false,
	} {
		if got := Empty(html); got != want {
			t.Errorf("Empty(%.40q) = %v", html, got)
		}
	}
}
