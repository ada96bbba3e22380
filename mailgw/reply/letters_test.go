package reply

import (
	"html"
	"strings"
)

// wrapAt breaks lines at spaces, as programs do.
func wrapAt(s string, width int) string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		now := ""
		for _, w := range strings.Split(l, " ") {
			if now != "" && len([]rune(now))+1+len([]rune(w)) > width {
				out = append(out, now)
				now = w
				continue
			}
			if now != "" {
				now += " "
			}
			now += w
		}
		out = append(out, now)
	}
	return strings.Join(out, "\n")
}

// made is a letter made of a tongue, with what its author wrote.
type made struct {
	kind, text, html, want string
}

func (g *tongue) letters() []made {
	var all []made
	text := func(kind, want string, pieces ...string) {
		all = append(all, made{kind: kind, text: strings.Join(pieces, "\n"), want: want})
	}
	page := func(kind, want, src string) { all = append(all, made{kind: kind, html: src, want: want}) }
	a, q := g.answer, g.ask()

	text("alone", a, a)
	if g.closing != "" {
		text("alone, closing", a, a, "", g.closing, "Paul Ray")
	}
	for _, m := range g.mobiles {
		text("alone, mobile line", a, a, "", m)
	}
	for _, raw := range g.intros {
		in, long := g.fill(raw, shortAddress), g.fill(raw, longAddress)
		text("top, marked", a, a, "", in, "", marked(q))
		text("top, marked close", a, a, "", in, marked(q))
		text("top, touching", a, a, in, marked(q))
		text("top, unmarked", a, a, "", in, "", q)
		text("top, all marked", a, a, "", marked(in), ">", marked(q))
		if g.closing != "" {
			text("top, closing", a, a, "", g.closing, "Paul Ray", "", in, "", marked(q))
		}
		for _, m := range g.mobiles {
			text("top, mobile line", a, a, "", m, "", in, "", marked(q))
		}
		text("bottom", a, in, marked(q), "", a)
		text("bottom, wrapped", a, wrapAt(long, 78), marked(q), "", a)
		mixed := strings.Join([]string{in, marked(g.asks[0]), "", g.first, "", marked(g.asks[1]), "", g.second}, "\n")
		text("interleaved", mixed, mixed)
		text("interleaved, tail", mixed, mixed, "", "> --", "> "+g.name)
		for _, width := range []int{78, 72, 60, 40} {
			text("top, wrapped, marked", a, a, "", wrapAt(long, width), marked(q))
			text("top, wrapped, unmarked", a, a, "", wrapAt(long, width), "", q)
		}
		text("top, wrapped before the address", a, a, "", strings.Replace(in, " <", "\n<", 1), "", marked(q))
		text("top, NBSP", a, a, "", strings.ReplaceAll(in, " ", "\u00a0"), "", marked(q))
		text("top, NNBSP", a, a, "", strings.ReplaceAll(in, "2:07 ", "2:07\u202f"), "", q)
		text("top, RTL marks", a, a, "", "\u202b"+strings.ReplaceAll(in, "<", "\u202a<")+"\u202c", "", marked(q))
		text("top, RTL marks, unmarked", a, a, "", "\u200f"+in+"\u200f", "", q)

		ei, ea, eq := htmlLines(in), paragraphs(a), paragraphs(q)
		page("Gmail", a, `<div dir="ltr">`+ea+`</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">`+ei+`<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">`+eq+`</blockquote></div>`)
		page("Apple Mail", a, `<html><body>`+ea+`<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>`+ei+`</div><br class="Apple-interchange-newline"><div>`+eq+`</div></blockquote></div><br></body></html>`)
		page("Thunderbird", a, `<p>`+ea+`</p><div class="moz-cite-prefix">`+ei+`<br></div><blockquote type="cite" cite="mid:x@office.example">`+eq+`</blockquote>`)
		page("Thunderbird, bottom", a, `<div class="moz-cite-prefix">`+ei+`<br></div><blockquote type="cite" cite="mid:x@office.example">`+eq+`</blockquote><p>`+ea+`</p>`)
		page("plain blockquote", a, ea+`<div>`+ei+`</div><blockquote style="margin:0 0 0 .8ex;border-left:1px #ccc solid">`+eq+`</blockquote>`)
		page("plain blockquote, bottom", a, `<div>`+ei+`</div><blockquote>`+eq+`</blockquote>`+ea)
		page("no blockquote", a, ea+`<p>`+ei+`</p>`+eq)
		page("Yahoo", a, `<html><body><div class="yahoo-style-wrap">`+ea+`</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>`+ei+`</div><div>`+eq+`</div></div></body></html>`)
		page("Gmail, interleaved", strings.Join([]string{in, g.asks[0], g.first, g.asks[1], g.second}, "\n"),
			`<div class="gmail_quote"><div class="gmail_attr">`+ei+`<br></div><blockquote class="gmail_quote">`+paragraphs(g.asks[0])+`</blockquote>`+paragraphs(g.first)+`<blockquote class="gmail_quote">`+paragraphs(g.asks[1])+`</blockquote>`+paragraphs(g.second)+`</div>`)
	}
	for _, raw := range g.heads {
		h := g.fill(raw, shortAddress)
		text("header lines", a, a, "", h, "", q)
		text("header lines, touching", a, a, h, "", q)
		text("header lines, rule", a, a, "", "________________________________", h, "", q)
		text("header lines, tabs", a, a, "", "________________________________", strings.ReplaceAll(h, ": ", ":\t"), "", q)
		text("header lines, stars", a, a, "", stars(h), "", q)
		text("header lines, marked", a, a, "", marked(h+"\n\n"+q))
		text("header lines, NBSP", a, a, "", strings.ReplaceAll(h, ":", "\u00a0:"), "", q)
		text("header lines, dates narrow", a, a, "", strings.ReplaceAll(h, "2:07 ", "2:07\u202f"), "", q)
		if g.closing != "" {
			text("header lines, closing", a, a, "", g.closing, "Paul Ray", "", h, "", q)
		}
		for _, r := range g.rules {
			text("divider and header lines", a, a, "", r, h, "", q)
			text("divider, no empty line", a, a, r, h, q)
			text("divider, marked", a, a, "", r, marked(h), "> ", marked(q))
		}
		kept := strings.Join([]string{a, "", g.forward, h, "", q}, "\n")
		text("forwarded", kept, kept)

		eh, ea, eq := boldHeads(h), paragraphs(a), paragraphs(q)
		page("Outlook for Windows", a, `<div class="WordSection1"><p class="MsoNormal">`+ea+`<o:p></o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">`+eh+`<o:p></o:p></p></div></div><p class="MsoNormal">`+eq+`</p></div>`)
		page("Outlook on the web", a, `<div>`+ea+`</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri" color="#000000">`+eh+`</font><div>&nbsp;</div></div><div>`+eq+`</div>`)
		page("Outlook, ids lost", a, `<div>`+ea+`</div><hr><div dir="ltr"><font face="Calibri">`+eh+`</font><div>&nbsp;</div></div><div>`+eq+`</div>`)
		page("header lines, no structure", a, ea+`<div><br></div><div>`+eh+`</div><div><br></div>`+eq)
		page("header lines in paragraphs", a, ea+`<p>`+strings.ReplaceAll(eh, "<br>", "</p><p>")+`</p>`+eq)
		page("header lines in a table", a, ea+`<table><tr><td>`+strings.NewReplacer("</b> ", "</b></td><td>", "<br>", "</td></tr><tr><td>").Replace(eh)+`</td></tr></table>`+eq)
		for _, r := range g.rules {
			page("divider in HTML", a, ea+`<br><br>`+html.EscapeString(r)+`<br>`+eh+`<br><br>`+eq)
		}
	}
	return all
}

func htmlLines(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>") }

func stars(h string) string {
	lines := strings.Split(h, "\n")
	for i, l := range lines {
		label, value, _ := strings.Cut(l, ":")
		lines[i] = "*" + label + ":*" + value
	}
	return strings.Join(lines, "\n")
}

func boldHeads(h string) string {
	lines := strings.Split(html.EscapeString(h), "\n")
	for i, l := range lines {
		for _, colon := range []string{":", "："} {
			if label, value, ok := strings.Cut(l, colon); ok {
				lines[i] = "<b>" + label + colon + "</b> " + strings.TrimSpace(value)
				break
			}
		}
	}
	return strings.Join(lines, "<br>")
}
