package richtext

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheShortWayTakesWhatPeopleCompose(t *testing.T) {
	t.Parallel()
	s := New()
	for _, c := range []struct{ in, html, text string }{
		{"<p>Hello</p>", "<p>Hello</p>", "Hello"},
		{"<p>It's done, \"all\" of it &amp; more &lt;&gt; </p>", "<p>It&#39;s done, &#34;all&#34; of it &amp; more &lt;&gt;</p>", "It's done, \"all\" of it & more <>"},
		{"<h2>Till</h2><p>one<br>two</p><p></p><p>three</p>", "<h2>Till</h2><p>one<br>two</p><p></p><p>three</p>", "Till\n\none\ntwo\n\nthree"},
		{"<p><strong>a <em>b</em></strong> <u>c</u>&nbsp;</p>", "<p><strong>a <em>b</em></strong> <u>c</u>\u00a0</p>", "a b c"},
		{"<p>日本語 é 🎉</p>", "<p>日本語 é 🎉</p>", "日本語 é 🎉"},
	} {
		html, text, ok := s.composed(c.in)
		if !ok || html != c.html || text != c.text {
			t.Errorf("%q\n got %q %q %v\nwant %q %q", c.in, html, text, ok, c.html, c.text)
		}
	}
}

func TestTheShortWayLeavesTheRest(t *testing.T) {
	t.Parallel()
	s := New()
	for _, in := range []string{
		"", "words", "<p></p>", "<p> a</p>", "<p>a  b</p>", "<p>a", "<p>a</p>\n", "<p>a\nb</p>", "<p>\x00</p>", "<p>\x7f</p>", "<p>\xff</p>",
		"<p></p><p>a</p>", "<p>a</p><p></p>", "<p>a<br></p>", "<p>a<br><br>b</p>", "<p>&nbsp;</p>", "<p>\u200b</p>", "<p>&copy;</p>", "<p>&amp</p>",
		"<p><em><strong>a</strong></em></p>", "<p><strong>a</strong><strong>b</strong></p>", "<p><strong></strong>a</p>", "<p><strong>a</p>",
		"<p><strong>a<br>b</strong></p>", "<p>a</strong></p>", "<p><strong>a </strong></p>", "<p><strong><em>a</strong></em></p>",
		"<p onclick=x>a</p>", "<P>a</P>", "<script>a</script>", "<p><script>a</script></p>", "<p>a</h1>", "<p>a<p>b</p>", "<ul><li><p>a</p></li></ul>",
		"<p>" + strings.Repeat("x", MaxBytes) + "</p>", "<p>" + strings.Repeat("'", MaxBytes/2) + "</p>",
	} {
		if html, _, ok := s.composed(in); ok {
			t.Errorf("%.60q was taken as %.60q", in, html)
		}
	}
}

func TestBothWaysAgree(t *testing.T) {
	t.Parallel()
	s, taken := New(), 0
	word := rapid.SampledFrom([]string{"a", "word ", " ", "x ", "&nbsp;", "\u00a0", "é", "\u200b", "'", "\"", "&lt;", "&amp;", "&quot;", ">", "<br>"})
	mark := rapid.SampledFrom([]string{"<strong>", "<em>", "<u>", "<s>", "<code>"})
	line := rapid.Custom(func(t *rapid.T) string {
		words := strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "words"), "")
		if rapid.IntRange(0, 2).Draw(t, "marked") > 0 {
			return words
		}
		start := mark.Draw(t, "mark")
		return start + words + endTag(start)
	})
	block := rapid.Custom(func(t *rapid.T) string {
		start := rapid.SampledFrom([]string{"<p>", "<p>", "<h1>", "<h3>"}).Draw(t, "block")
		return start + strings.Join(rapid.SliceOfN(line, 0, 5).Draw(t, "lines"), "") + endTag(start)
	})
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(block, 1, 4).Draw(t, "blocks"), "")
		if _, _, ok := s.composed(in); ok {
			taken++
		}
		checkClean(t, s, in)
	})
	if taken == 0 {
		t.Error("not one took the short way")
	}
}

func BenchmarkSanitize(b *testing.B) {
	s := New()
	for name, in := range map[string]string{
		"composed": "<p>Could you please send me the <strong>till reports</strong> of August, and the baker's invoice?</p><p>" + strings.Repeat("Many thanks. ", 20) + "</p>",
		"list":     "<p>Two things:</p><ul><li><p>the till reports</p></li><li><p>the invoice</p></li></ul><p>" + strings.Repeat("Many thanks. ", 20) + "</p>",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := s.Sanitize(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
