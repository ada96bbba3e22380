package reply

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// checkKept holds what is promised of any input: the parts are the body, and for
// HTML the body is every visible word.
func checkKept(t interface {
	Helper()
	Fatalf(string, ...any)
}, text, src string) {
	t.Helper()
	for name, r := range map[string]Result{"text": Cut(text, "", Options{}), "html": Cut("", src, Options{})} {
		var whole strings.Builder
		for _, p := range r.Parts {
			whole.WriteString(p.Text)
		}
		if name == "text" && whole.String() != newlines(text) {
			t.Fatalf("parts of %q are %q", text, whole.String())
		}
		if got, want := solid(whole.String()), solid(visible(src)); name == "html" && got != want {
			t.Fatalf("words of %q\n got %q\nwant %q", src, got, want)
		}
		if strings.TrimFunc(whole.String(), isSpace) != "" && strings.TrimFunc(r.Reply, isSpace) == "" {
			t.Fatalf("%s: nothing shown of %q", name, whole.String())
		}
		if r.Whole && r.Folded != "" {
			t.Fatalf("%s: whole, and folded %q", name, r.Folded)
		}
		if got, want := solid(visible(r.HTML)), solid(r.Reply); name == "html" && got != want {
			t.Fatalf("reply %q is not its HTML %q", want, r.HTML)
		}
	}
}

// solid is text without white space and list markers, which the reader adds.
func solid(s string) string {
	return strings.Map(func(r rune) rune {
		if isSpace(r) || strings.ContainsRune("-.0123456789", r) {
			return -1
		}
		return r
	}, s)
}

// visible reads HTML's words without any of the reader's code but its list of
// what is not shown.
func visible(src string) string {
	var words strings.Builder
	z := html.NewTokenizer(strings.NewReader(src))
	skip, depth := "", 0
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return words.String()
		}
		tok := z.Token()
		switch {
		case skip != "":
			if tok.Data == skip && kind == html.StartTagToken {
				depth++
			}
			if tok.Data == skip && kind == html.EndTagToken {
				if depth--; depth == 0 {
					skip = ""
				}
			}
		case kind == html.TextToken:
			words.WriteString(tok.Data)
		case kind == html.StartTagToken && invisible[tok.Data], kind == html.SelfClosingTagToken && rawText[tok.Data]:
			skip, depth = tok.Data, 1
		}
	}
}

var (
	textPieces = []string{
		"Yes.", "On Friday", "\n", "\n\n", "> ", ">> q", "> On 5 May 2020, at 10:30, Ann <a@e.com> wrote:\n", "On 5 May 2020, at 10:30, Ann <a@e.com> wrote:\n",
		"From: Ann <a@e.com>\nSent: 5 May 2020\nTo: Bob\nSubject: x\n", "-----Original Message-----\n", "---------- Forwarded message ----------\n", "\n-- \n", "\n--\n", "Ann Lee\n",
		"Regards,\n", "Sent from my iPhone\n", "____________________\n", "##~ answer above ~##\n", "wrote:\n", "2020 10:30 a@e.com:\n", "Tel: +49 711 1234567\n", "www.e.com\n",
		"\r\n", "\t", "\u200b", "\u00a0", "é", "\xff", "<", "mailto:", "|", "-Ann\n", "see below:\n", "写道：\n", "في ٥ مايو ٢٠٢٠، كتب:\n",
	}
	htmlPieces = []string{
		"<div>", "</div>", "<p>", "</p>", "<br>", "<blockquote>", "</blockquote>", `<blockquote type="cite">`, `<div class="gmail_quote">`, `<blockquote class="gmail_quote">`,
		`<div id="divRplyFwdMsg">`, `<div class="moz-cite-prefix">`, `<div class="gmail_signature">`, `<div id="appendonsend"></div>`, "<hr>", `<div style="border-top:solid #B5C4DF 1.0pt">`,
		"<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>", "</ul>", "<ol>", "<pre>", "</pre>", "<span>", "</span>", "<style>", "</style>", "<!--", "-->", `<span id="OLK_SRC_BODY_SECTION">`,
		"Yes", " ", "\n", "&gt; q", "On 5 May 2020, at 10:30, Ann &lt;a@e.com&gt; wrote:", "From: a@e.com", "Sent: 5 May 2020", "Subject: x", "&nbsp;", "<svg>", "</svg>", "<b>", "</b>", "\x00",
	}
)

func TestNothingIsEverLost(t *testing.T) {
	t.Parallel()
	text, src := rapid.SampledFrom(textPieces), rapid.SampledFrom(htmlPieces)
	rapid.Check(t, func(t *rapid.T) {
		checkKept(t, strings.Join(rapid.SliceOfN(text, 0, 40).Draw(t, "text"), ""), strings.Join(rapid.SliceOfN(src, 0, 60).Draw(t, "html"), ""))
	})
}

func FuzzCut(f *testing.F) {
	f.Add("Yes.\n\nOn 5 May 2020, at 10:30, Ann <a@e.com> wrote:\n> q\n\n-- \nBob", `Yes<div class="gmail_quote">On ... wrote:<blockquote>q</blockquote></div>`)
	f.Add(strings.Join(textPieces, ""), strings.Join(htmlPieces, ""))
	f.Fuzz(checkKeptFuzz)
}

func checkKeptFuzz(t *testing.T, text, src string) {
	checkKept(t, text, src)
	Cut(text, src, Options{Subject: text, From: "Ann Lee ann@e.com"})
}

// TestTimeIsBounded reads 200 kB of what is made to take long. It takes a tenth of a
// second; work that grows with the square of the size takes minutes.
func TestTimeIsBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		unit       string
		head, tail string
		html       bool
	}{
		{name: "one line of quote marks", unit: ">"},
		{name: "quote", unit: "> All the words of the mail before.\n", head: "Yes.\n\n"},
		{name: "answers in quotes", unit: "> q\na\n"},
		{name: "answers to a quote", unit: "> q\n\na\n\n", head: "On 5 May 2020, at 10:30, Ann <a@e.com> wrote:\n"},
		{name: "attributions", unit: "On 5 May 2020 10:30 a@e.com\n"},
		{name: "attributions with colons", unit: "2020 1:11:\n"},
		{name: "half attributions", unit: "On 5 May 2020 I wrote to a@e.com:\n"},
		{name: "header lines", unit: "To: a\n"},
		{name: "header lines with gaps", unit: "To: a\n\n"},
		{name: "initials", unit: "AW> a\n", head: "On 5 May 2020, at 10:30, Ann <a@e.com> wrote:\n"},
		{name: "pointed attributions", unit: ">>> On 5 May 2020 10:30\na@e.com\n\n"},
		{name: "attributions of no name", unit: "On 5 May 2020 10:30 he said, she wrote:\n\n\n"},
		{name: "quotes on the line", unit: "On 5 May 2020 10:30 Ann <a@e.com> wrote:  q\n"},
		{name: "typed rules", unit: "---\n\nAnn\n"},
		{name: "header lines with values", unit: "From: x\n\nSubject\n"},
		{name: "rules", unit: "-----\n"},
		{name: "delimiters", unit: "--\n"},
		{name: "formulas", unit: "Regards\n"},
		{name: "mobile lines", unit: "Sent from my iPhone\n"},
		{name: "names with dashes", unit: "a\n\n-Ann\n\n"},
		{name: "empty lines", unit: "\n", tail: "From: x"},
		{name: "brackets", unit: "<\n"},
		{name: "labels under empty lines", unit: "a: b\n\n\n\n"},
		{name: "cards", unit: "Ann Lee\nTel: +49 711 123456\nwww.e.com\n\n"},
		{name: "divs", unit: "<div>", html: true},
		{name: "divs with words", unit: "<div>a", html: true},
		{name: "quotes", unit: "<blockquote>a", html: true},
		{name: "frames", unit: `<div class="gmail_quote">a</div>`, html: true},
		{name: "frames in frames", unit: `<div class="gmail_quote">a`, html: true},
		{name: "stray ends", unit: "</div></span></table>", head: strings.Repeat("<div><span>", 2000), html: true},
		{name: "stray ends in tables", unit: "</blockquote>a", head: "<blockquote>" + strings.Repeat("<table>", 900), html: true},
		{name: "lists", unit: "<ol><li>", html: true},
		{name: "tables", unit: "<table><tr><td>", html: true},
		{name: "attributes", unit: " a=b", head: "<p", tail: ">x", html: true},
		{name: "classes", unit: "gmail_quote ", head: `<div class="`, tail: `">x`, html: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := c.head + strings.Repeat(c.unit, 200_000/len(c.unit)) + c.tail
			begin := time.Now()
			if c.html {
				Cut("", in, Options{})
			} else {
				Cut(in, "", Options{})
			}
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
