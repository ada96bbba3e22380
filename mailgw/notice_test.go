package mailgw

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"postern/chat"
	"postern/mailgw/letter"
)

// script is a conversation in a language that is written from right to left, with some English in it.
type script struct{ title, author, html, text, signature, quote, file string }

var hebrew = script{
	title: "דוח מע״מ לרבעון השלישי", author: "נועה לוי",
	html: "<p>שלום אנה, אפשר לשלוח את <strong>החשבונית</strong> של Lindgren &amp; Partners?</p><p>The number is INV-2026-17.</p>" +
		"<ul><li><p>עד יום חמישי</p></li><li><p>PDF only</p></li></ul><blockquote><p>אין בעיה</p></blockquote><pre><code>net = 1200</code></pre>",
	text:      "שלום אנה, אפשר לשלוח את החשבונית של Lindgren & Partners?\n\nThe number is INV-2026-17.\n\n- עד יום חמישי\n- PDF only\n\n> אין בעיה\n\nnet = 1200",
	signature: "נועה לוי, רואת חשבון", quote: "איזו חשבונית?", file: "רשימה 2026.pdf",
}

var arabic = script{
	title: "إقرار ضريبة القيمة المضافة", author: "سامي حداد",
	html: "<h2>مرحبا آنا</h2><p>هل يمكنك إرسال <a href=\"https://example.org/x\" rel=\"noopener noreferrer nofollow\">الفاتورة</a> رقم 17؟</p><p>1234567890</p>" +
		"<p>" + strings.Repeat("https://example.org/a/very/long/word/", 5) + "</p>",
	text:      "مرحبا آنا\n\nهل يمكنك إرسال الفاتورة رقم 17؟\n\n1234567890\n\n" + strings.Repeat("https://example.org/a/very/long/word/", 5),
	signature: "سامي حداد", quote: "أي فاتورة؟", file: "قائمة.pdf",
}

func inScript(s script) chat.NoticeFacts {
	f := facts(chat.Convenience)
	by := chat.Person{ID: idOf(1), Name: s.author, View: chat.StaffView}
	f.Content = &chat.MailContent{
		Title: s.title, Subject: s.title,
		Messages: []chat.Message{
			{ID: idOf(6), Kind: chat.Written, Author: by, HTML: s.html, Text: s.text, Attachments: []chat.Attachment{{ID: idOf(7), Name: s.file}}},
			{ID: idOf(8), Kind: chat.Written, Author: f.To.Person(), HTML: "<p>Thank you, and here it is in English.</p>", Text: "Thank you, and here it is in English."},
		},
		Signatures: []chat.Signature{{HTML: "<p>" + s.signature + "</p>", Text: s.signature}, {}},
		Earlier:    []chat.Message{{Author: by, At: f.At.Add(-24 * time.Hour), Text: s.quote}},
	}
	return f
}

// noticeParts are text and HTML of a mail, as a program reads them.
func noticeParts(tb testing.TB, f chat.NoticeFacts) (text, markup string) {
	tb.Helper()
	c, err := testComposer(tb).Notice(f)
	if err != nil {
		tb.Fatal(err)
	}
	l := letter.Read(c.Raw, letter.DefaultLimits())
	return l.Text, l.HTML
}

// crowded are facts of a mail that has more of everything than fits.
func crowded(messages int, each string) chat.NoticeFacts {
	f := facts(chat.Convenience)
	f.Content.Messages, f.Content.Signatures = nil, nil
	for i := range messages {
		m := chat.Message{ID: idOf(byte(i)), Kind: chat.Written, Author: chat.Person{ID: idOf(byte(i)), Name: strings.Repeat("Ö", 200)}, HTML: "<p>" + each + "</p>", Text: each}
		for range 50 {
			m.Attachments = append(m.Attachments, chat.Attachment{ID: idOf(7), Name: strings.Repeat("x", 250) + ".pdf"})
		}
		f.Content.Messages = append(f.Content.Messages, m)
		f.Content.Signatures = append(f.Content.Signatures, chat.Signature{HTML: "<p>" + strings.Repeat("s", 5000) + "</p>", Text: strings.Repeat("s", 5000)})
	}
	for range 3 {
		f.Content.Earlier = append(f.Content.Earlier, chat.Message{Author: f.To.Person(), At: f.At, Text: strings.Repeat(`"`, 1000)})
	}
	return f
}

// TestGmailShowsAllOfIt: it cuts off what is longer than 102 kB. The beginning of each message, the link and what is folded under are there, however much there is.
func TestGmailShowsAllOfIt(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]chat.NoticeFacts{
		"one":        crowded(1, strings.Repeat("word ", 50_000)),
		"fifty":      crowded(50, strings.Repeat("wörd ", 300)),
		"characters": crowded(3, strings.Repeat(`"`, 60_000)),
		"lines":      crowded(2, strings.Repeat("\n", 40_000)+"end"),
		"blocks":     crowded(2, strings.Repeat("</p><p>x", 20_000)),
	} {
		text, markup := noticeParts(t, f)
		if len(markup) >= 102_000 || len(markup) < 40_000 {
			t.Errorf("%s: %d bytes of HTML", name, len(markup))
		}
		for what, part := range map[string]string{"text": text, "HTML": markup} {
			if got := strings.Count(part, f.Content.Messages[0].Author.Name); got != len(f.Content.Messages) {
				t.Errorf("%s: %d messages in the %s", name, got, what)
			}
			for _, want := range []string{restWaits, "more files wait for you.", readAndAnswer, before} {
				if !strings.Contains(part, want) && (name != "one" || want == restWaits) {
					t.Errorf("%s: the %s does not say %q", name, what, want)
				}
			}
		}
	}
}

// nodes walks the elements and texts of a page.
func nodes(tb testing.TB, markup string) func(func(*html.Node) bool) {
	tb.Helper()
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		tb.Fatal(err)
	}
	return func(yield func(*html.Node) bool) {
		for n := range root.Descendants() {
			if !yield(n) {
				return
			}
		}
	}
}

func all() map[string]chat.NoticeFacts {
	many := crowded(9, "Some words of a message")
	many.Content.More = 3
	return map[string]chat.NoticeFacts{
		"usual": facts(chat.Convenience), "private": facts(chat.Privacy), "copy": copied(chat.Convenience), "private copy": copied(chat.Privacy),
		"enclosing": enclosing(facts(chat.Convenience)), "hebrew": inScript(hebrew), "arabic": inScript(arabic), "many": many,
	}
}

// TestMailsFetchNothing: no picture, font, style sheet or script from anywhere, no form, and nowhere to go but to what is linked.
func TestMailsFetchNothing(t *testing.T) {
	t.Parallel()
	for name, f := range all() {
		_, markup := noticeParts(t, f)
		links := 0
		for n := range nodes(t, markup) {
			switch n.DataAtom {
			case atom.Script, atom.Link, atom.Img, atom.Iframe, atom.Object, atom.Embed, atom.Form, atom.Input, atom.Base, atom.Svg, atom.Video, atom.Audio:
				t.Errorf("%s: <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "href" && n.DataAtom == atom.A {
					links++
					continue
				}
				if strings.Contains(a.Val, "//") || strings.Contains(a.Val, "url(") || strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "background" {
					t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
				}
			}
			if n.Type == html.TextNode && n.Parent.DataAtom == atom.Style && regexp.MustCompile(`url\(|@import|font-face`).MatchString(n.Data) {
				t.Errorf("%s: style %q", name, n.Data)
			}
		}
		if links == 0 {
			t.Errorf("%s: no link", name)
		}
	}
}

// TestMailsLookRightWithoutTheirHead: whatever a program must know to show a mail stands on the elements. Of the style sheet nothing is needed in light colours, and no table is
// laid out by what Outlook does not know.
func TestMailsLookRightWithoutTheirHead(t *testing.T) {
	t.Parallel()
	beyond := regexp.MustCompile(`flex|grid|position:|float:|calc\(|var\(|-inline-|(^|;)(color|background)[^;]*(black|white|#000|#fff)`)
	for name, f := range all() {
		_, markup := noticeParts(t, f)
		for n := range nodes(t, markup) {
			if n.Type != html.ElementNode {
				continue
			}
			style := attribute(n, "style")
			if found := beyond.FindString(style); found != "" && n.DataAtom != atom.A {
				t.Errorf("%s: <%s> has %q", name, n.Data, found)
			}
			switch n.DataAtom {
			case atom.Table:
				if attribute(n, "role") != "presentation" || attribute(n, "cellspacing") != "0" {
					t.Errorf("%s: a table of data", name)
				}
			case atom.Td:
				if !strings.Contains(style, "font-family:") {
					t.Errorf("%s: a cell in Outlook's own font: %q", name, style)
				}
			case atom.P, atom.Ul, atom.Ol, atom.Blockquote, atom.Pre, atom.H1, atom.H2, atom.H3:
				if !strings.Contains(style, "margin:") {
					t.Errorf("%s: <%s> with a program's own margins", name, n.Data)
				}
			case atom.Html:
				if attribute(n, "lang") != "en" {
					t.Errorf("%s: of no language", name)
				}
			}
		}
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// TestTextAndHTMLSayTheSame, word for word and in the same order: but for addresses, which HTML has behind its words.
func TestTextAndHTMLSayTheSame(t *testing.T) {
	t.Parallel()
	addresses := regexp.MustCompile(`https://\S+`)
	words := func(s string) []string {
		return strings.FieldsFunc(addresses.ReplaceAllString(s, " "), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	for name, f := range all() {
		text, markup := noticeParts(t, f)
		var shown strings.Builder
		for n := range nodes(t, markup) {
			if n.Type == html.TextNode && n.Parent.DataAtom != atom.Style {
				shown.WriteString(n.Data + " ")
			}
		}
		a, b := words(text), words(shown.String())
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("%s: the text goes on with %q, the HTML with %q", name, a[i:min(len(a), i+9)], b[i:min(len(b), i+9)])
			}
		}
		if len(a) != len(b) || len(a) < 9 {
			t.Errorf("%s: %d words of text, %d of HTML", name, len(a), len(b))
		}
	}
}

// TestDirections: of each message by its first letter, and of a block that differs, said so that Outlook knows.
func TestDirections(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]way{"": ltr, "123": ltr, "abc אב": ltr, "אב abc": rtl, "12: مرحبا": rtl, "« Été »": ltr, "日本": ltr, "ދިވެހި": rtl} {
		same(t, text, direction(text), want)
	}
	for stored, want := range map[string]string{
		"<p>אב</p>":                          `<p style="M">אב</p>`,
		"<p>ab</p>":                          `<p style="M" dir="ltr" align="left">ab</p>`,
		"<p>12</p><p>ab</p>":                 `<p style="M">12</p><p style="M" dir="ltr" align="left">ab</p>`,
		"<p>&amp; &lt;אב</p>":                `<p style="M">&amp; &lt;אב</p>`,
		"<p><em>ab</em> אב</p>":              `<p style="M" dir="ltr" align="left"><em>ab</em> אב</p>`,
		"<blockquote><p>אב</p></blockquote>": `<blockquote style="M;padding:0;padding-right:12px;border-right:3px solid #9ca3af"><p style="M">אב</p></blockquote>`,
		"<pre><code>x &lt; y</code></pre>":   `<pre style="M;padding:8px;border:1px solid #9ca3af;white-space:pre-wrap;` + mono + `" dir="ltr" align="left"><code style="` + mono + `">x &lt; y</code></pre>`,
		"words alone":                        "words alone",
	} {
		same(t, stored, strings.ReplaceAll(string(inlined(stored, rtl)), blockMargin, "M"), want)
	}
}

// TestThreadIndexTellsOfTheThreadAlone: the same beginning for mails of one thread, another for those of another, and nothing that counts.
func TestThreadIndexTellsOfTheThreadAlone(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	at := func(first string, days int) string {
		return threadIndex(first, began, began.AddDate(0, 0, days), days > 0)
	}
	root := at("first@x", 0)
	if len(root) != 32 || !strings.HasPrefix(root, "Ad") { // 22 bytes, of which the first is 1
		t.Errorf("root %q", root)
	}
	seen := []string{root}
	for _, days := range []int{1, 2, 300, 700, 4000} {
		one := at("first@x", days)
		if len(one) != 36 || one[:28] != root[:28] || slices.Contains(seen, one) {
			t.Errorf("after %d days %q, the first %q", days, one, root)
		}
		seen = append(seen, one)
	}
	if other := at("other@x", 0); other[8:] == root[8:] {
		t.Error("two threads look like one")
	}
	f := facts(chat.Privacy)
	c, err := testComposer(t).Notice(f)
	if err != nil {
		t.Fatal(err)
	}
	m, _ := sound(t, c)
	same(t, "in privacy mode", m.Header.Get("Thread-Topic"), m.Header.Get("Subject"))
	same(t, "by the first", m.Header.Get("Thread-Index"), threadIndex(f.PreviousIDs[0], f.Began, f.At, true))
}

// TestTheSubjectStays as the first mail had it; the title of now is in the mail.
func TestTheSubjectStays(t *testing.T) {
	t.Parallel()
	f := facts(chat.Convenience)
	f.Content.Title = "Another title"
	c, err := testComposer(t).Notice(f)
	if err != nil {
		t.Fatal(err)
	}
	m, decoded := sound(t, c)
	if !strings.Contains(decoded, "Subject: VAT return") || strings.Contains(m.Header.Get("Subject")+m.Header.Get("Thread-Topic"), "Another") || strings.Count(decoded, "Another title") != 2 {
		t.Errorf("the mail says %s", fmt.Sprint(decoded))
	}
}
