package richtext_test

import (
	"testing"

	"postern/richtext"
)

func TestFillEscapesAllButMarkup(t *testing.T) {
	t.Parallel()
	hostile := `"><script>alert('1')</script>&`
	const escaped = `&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;`
	got := richtext.Fill(`<a href="%s" width="100%%">%s</a>%s %s`, hostile, hostile, richtext.Markup("<b>bold</b>"), 3)
	if want := richtext.Markup(`<a href="` + escaped + `" width="100%">` + escaped + `</a><b>bold</b> 3`); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
