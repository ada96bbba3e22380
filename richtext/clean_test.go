package richtext

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"
)

// checkClean holds all that is promised of any output: only allowed nodes, valid
// UTF-8 within bounds, the same from the gate, and the same when done twice.
func checkClean(t interface {
	Helper()
	Fatalf(string, ...any)
}, s *Sanitizer, in string) {
	t.Helper()
	out, text, err := s.Sanitize(in)
	if errors.Is(err, ErrTooLarge) {
		return
	}
	if err != nil {
		t.Fatalf("Sanitize(%q): %v", in, err)
	}
	if why := notAllowed(out); why != "" {
		t.Fatalf("Sanitize(%q) = %q: %s", in, out, why)
	}
	if !utf8.ValidString(out) || !utf8.ValidString(text) || strings.ContainsRune(out+text, 0) || len(out) > MaxBytes || len(text) > MaxBytes {
		t.Fatalf("Sanitize(%q): broken bytes or bounds", in)
	}
	if whole, wholeText, err := s.whole(in); err != nil || out != whole || text != wholeText {
		t.Fatalf("Sanitize(%q)\n   short %q %q\nfull way %q %q (%v)", in, out, text, whole, wholeText, err)
	}
	doc, _ := read(in)
	if written, _ := writeHTML(doc); !doc.isBlank() && written != out {
		t.Fatalf("Sanitize(%q): the gate changed\n%q to\n%q", in, written, out)
	}
	again, textAgain, err := s.Sanitize(out)
	if err != nil || again != out || textAgain != text {
		t.Fatalf("Sanitize twice of %q\n once %q %q\ntwice %q %q (%v)", in, out, text, again, textAgain, err)
	}
}

// notAllowed reads the output as a browser would and says what is in it that
// should not be. It knows nothing of the code under test.
func notAllowed(out string) string {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(out), body)
	if err != nil {
		return err.Error()
	}
	var rendered strings.Builder
	for _, top := range nodes {
		if top.Type == html.TextNode {
			return "text outside a block"
		}
		if why := nodeNotAllowed(top); why != "" {
			return why
		}
		for n := range top.Descendants() {
			if why := nodeNotAllowed(n); why != "" {
				return why
			}
		}
		if err := html.Render(&rendered, top); err != nil {
			return err.Error()
		}
	}
	if got := strings.ReplaceAll(rendered.String(), "<br/>", "<br>"); got != out {
		return "a browser reads it as " + got
	}
	return ""
}

func nodeNotAllowed(n *html.Node) string {
	switch {
	case n.Type == html.TextNode:
		return ""
	case n.Type != html.ElementNode || n.Namespace != "":
		return "a node of another kind: " + n.Data
	case !strings.Contains(" p br strong em u s code pre h1 h2 h3 ul ol li blockquote a span ", " "+n.Data+" "):
		return "element " + n.Data
	}
	for _, a := range n.Attr {
		switch n.Data + "." + a.Key {
		case "a.href":
			scheme, rest, _ := strings.Cut(a.Val, ":")
			if scheme == "mailto" && strings.Contains(rest, "@") {
				continue
			}
			host := strings.FieldsFunc(rest+"?", func(r rune) bool { return strings.ContainsRune("/?#", r) })
			if scheme != "http" && scheme != "https" || !strings.HasPrefix(rest, "//") || len(host) == 0 || strings.Contains(host[0], "@") {
				return "address " + a.Val
			}
		case "a.rel":
			if a.Val != "noopener noreferrer nofollow" {
				return "rel " + a.Val
			}
		case "span.data-mention":
			if len(a.Val) != 36 || strings.Trim(a.Val, "0123456789abcdef-") != "" {
				return "mention " + a.Val
			}
		default:
			return "attribute " + n.Data + "." + a.Key
		}
	}
	if n.Data == "a" && len(n.Attr) != 2 || n.Data == "span" && len(n.Attr) != 1 {
		return "attributes missing on " + n.Data
	}
	return ""
}

// TestNotAllowedSees proves that the judge of the other tests can say no.
func TestNotAllowedSees(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"words", "<div>x</div>", "<p onclick=x>x</p>", `<p><a href="https://e.com">x</a></p>`, "<p><script>x</script></p>",
		`<p><a href="javascript:x" rel="noopener noreferrer nofollow">x</a></p>`, "<p>a<p>b", "<p><b>x</p>", "<svg></svg>", "<!--x-->",
		`<p><span data-mention="x">x</span></p>`, "<p>a\r\nb</p>", "<p><p>x</p></p>",
	} {
		if notAllowed(bad) == "" {
			t.Errorf("passed: %s", bad)
		}
	}
}

func TestAnyMixOfTagsComesOutClean(t *testing.T) {
	t.Parallel()
	s := New()
	piece := rapid.SampledFrom([]string{
		"<p>", "</p>", "<br>", "<div>", "</div>", "<b>", "</b>", "<i>", "</i>", "<u>", "</u>", "<s>", "</s>", "<code>", "</code>", "<h1>", "</h1>", "<h4>",
		"<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<blockquote>", "</blockquote>", "<pre>", "</pre>", "</a>", "</span>", "<span>",
		`<a href="https://e.com/a b?x=&quot;&amp;y#f">`, `<a href="mailto:a@e.com?subject=x">`, `<a href="javascript:x">`, `<span data-mention="` + someone + `">`,
		"<table>", "<tr>", "<td>", "</table>", "<script>", "</script>", "<svg>", "</svg>", "<svg/>", "<!--", "-->", "<img alt='🎉'>", "<title>", "</title>",
		"a", "word", " ", "\n", "\r", "&nbsp;", "&lt;", "&amp;", "\"", "'", "<", ">", "\x00", "\u202e", "\u200b", "é", "\xff", "&#13;", "&#x80;", "|", "\n\n",
	})
	rapid.Check(t, func(t *rapid.T) {
		checkClean(t, s, strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(t, "pieces"), ""))
	})
}

func FuzzSanitize(f *testing.F) {
	s := New()
	for _, c := range hostile {
		f.Add(c.in)
	}
	f.Add("<ul><li>a<ul><li><pre> x </pre></ul></ul><blockquote><h2>b<br><br>c</blockquote>")
	f.Add(`<a href="https://e.com/%zz?q=<x>">a <b>b</a> c</b>`)
	f.Add("<p>It's <strong>a</strong> <em>b</em><br>c&nbsp;</p><p></p><h2>d</h2>")
	f.Fuzz(func(t *testing.T, in string) { checkClean(t, s, in) })
}

func FuzzFromText(f *testing.F) {
	s := New()
	f.Add("a\n\n  b https://e.com/x). <c> www.e.com/(y) ann@e.com")
	f.Add("\t\u00a0\r\n.\v\f\x00")
	f.Fuzz(func(t *testing.T, in string) {
		html, err := FromText(in)
		if err != nil {
			return
		}
		clean, _, err := s.Sanitize(html)
		if err != nil || clean != html {
			t.Fatalf("FromText(%q) = %q is not canonical: %q (%v)", in, html, clean, err)
		}
		checkClean(t, s, html)
	})
}
