package mailgw

import (
	"strings"
	"unicode"

	"postern/richtext"
)

// way is the direction that text is written in, as HTML says it.
type way string

const (
	ltr way = "ltr"
	rtl way = "rtl"
)

// rightToLeft are the scripts of living languages that are.
var rightToLeft = []*unicode.RangeTable{unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam, unicode.Hanifi_Rohingya}

// direction goes by the first letter (Unicode Bidirectional Algorithm, rules P2 and P3): as dir="auto" does, which Outlook and others do not know.
func direction(text string) way {
	for _, r := range text {
		if unicode.IsLetter(r) {
			if unicode.In(r, rightToLeft...) {
				return rtl
			}
			return ltr
		}
	}
	return ltr
}

// start is the side that a line begins at.
func (w way) start() string {
	if w == rtl {
		return "right"
	}
	return "left"
}

// side is where a cell's text stands.
func (w way) side() string { return w.start() }

const blockMargin = "margin:0 0 12px"

// styled are the tags of formatted text, and how mails show them; START is the side that a line begins at. A program's own style of what is not here will do.
var styled = map[string]string{
	"<p>":  blockMargin,
	"<h1>": blockMargin + ";font-size:20px;line-height:1.3",
	"<h2>": blockMargin + ";font-size:18px;line-height:1.3",
	"<h3>": blockMargin + ";font-size:16px;line-height:1.3",
	"<ul>": blockMargin + ";padding:0;padding-START:24px",
	"<ol>": blockMargin + ";padding:0;padding-START:24px",
	"<li>": "margin:0 0 4px",

	"<blockquote>": blockMargin + ";padding:0;padding-START:12px;border-START:3px solid #9ca3af",
	"<pre>":        blockMargin + ";padding:8px;border:1px solid #9ca3af;white-space:pre-wrap;" + mono,
	"<code>":       mono,
}

const mono = "font-family:Consolas,Menlo,monospace;font-size:13px"

// turning are the blocks that have a direction of their own. An item has not: its sign stands on the side that the list keeps free for it.
var turning = map[string]bool{"<p>": true, "<h1>": true, "<h2>": true, "<h3>": true}

// inlined puts styles into formatted text as it is stored (package richtext: one spelling of each tag, and no < that is none), since programs take style sheets away.
// A block that is written in another direction than the whole says so.
func inlined(stored string, whole way) richtext.Markup {
	var b strings.Builder
	for stored != "" {
		text, rest, _ := strings.Cut(stored, "<")
		b.WriteString(text)
		if len(text) == len(stored) {
			break
		}
		tag, after, _ := strings.Cut(rest, ">")
		tag = "<" + tag + ">"
		b.WriteString(strings.TrimSuffix(tag, ">"))
		if style := styled[tag]; style != "" {
			b.WriteString(` style="` + strings.ReplaceAll(style, "START", whole.start()) + `"`)
		}
		if own := blockWay(after); turning[tag] && own != "" && own != whole {
			b.WriteString(` dir="` + string(own) + `" align="` + own.side() + `"`)
		}
		if tag == "<pre>" {
			b.WriteString(` dir="ltr" align="left"`)
		}
		b.WriteString(">")
		stored = after
	}
	return richtext.Markup(b.String())
}

// blockWay is the direction of a block; empty: it has no letters.
func blockWay(block string) way {
	for block != "" {
		text, rest, _ := strings.Cut(block, "<")
		for text != "" {
			before, reference, _ := strings.Cut(text, "&")
			if strings.IndexFunc(before, unicode.IsLetter) >= 0 {
				return direction(before)
			}
			_, text, _ = strings.Cut(reference, ";")
		}
		if blockEnd(rest) {
			return ""
		}
		_, block, _ = strings.Cut(rest, ">")
	}
	return ""
}

func blockEnd(tag string) bool {
	return strings.HasPrefix(tag, "/p>") || strings.HasPrefix(tag, "/h") || strings.HasPrefix(tag, "/li>")
}
