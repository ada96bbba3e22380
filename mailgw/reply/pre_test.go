package reply

import "testing"

// TestLineEndsThatCount: in <pre> and its like the HTML of what the person wrote is
// cut at the lines, not at the tags.
func TestLineEndsThatCount(t *testing.T) {
	t.Parallel()
	const quote = "On 19 Nov 2026, at 14:07, Ann &lt;ann@example.com&gt; wrote:\n&gt; Can you come?\n"
	for name, c := range map[string]struct{ html, reply, replyHTML string }{
		"pre":                    {"<pre>Yes &amp; no.\nOn Friday.\n\n" + quote + "</pre>", "Yes & no.\nOn Friday.", "<pre>Yes &amp; no.\nOn Friday.\n\n"},
		"pre with CRLF":          {"<pre>Yes.\r\n\r\n" + quote + "</pre>", "Yes.", "<pre>Yes.\r\n\r\n"},
		"pre, answered below":    {"<pre>" + quote + "\nYes.</pre>", "Yes.", "Yes.</pre>"},
		"white-space: pre-wrap":  {`<div style="color:red; white-space: pre-wrap">Yes.` + "\n\n" + quote + "</div>", "Yes.", `<div style="color:red; white-space: pre-wrap">Yes.` + "\n\n"},
		"ended before the quote": {`<p style="white-space:pre-line">Yes.` + "\n" + `No.</p> <p>Perhaps` + "\n" + `not.</p>`, "Yes.\nNo.\n\nPerhaps not.", `<p style="white-space:pre-line">Yes.` + "\n" + `No.</p> <p>Perhaps` + "\n" + `not.</p>`},
		"nowrap is no pre":       {`<p style="white-space:nowrap">Yes` + "\n" + `indeed.</p>`, "Yes indeed.", `<p style="white-space:nowrap">Yes` + "\n" + `indeed.</p>`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if r := Cut("", c.html, Options{}); r.Reply != c.reply || r.HTML != c.replyHTML {
				t.Errorf("reply %q, HTML %q", r.Reply, r.HTML)
			}
		})
	}
}
