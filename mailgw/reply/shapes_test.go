package reply

import (
	"html"
	"strings"
)

func lines(s string) []string { return strings.Split(s, "\n") }

// shapes gives the letters that a way of a program makes of an introduction.
func shapes(way, intro string, w tongueWords) []stranger {
	var out []stranger
	p := programOf(way, intro)
	add := func(name, own string, want, soft []string) {
		text := own + "\n\n" + p.textTail([]string{w["q1"], "", w["q2"]})
		page := p.htmlHead(own) + p.htmlTail([]string{w["q1"], w["q2"]})
		out = append(out,
			stranger{name: name + "/text", text: text, want: want, soft: soft},
			stranger{name: name + "/html", html: page, want: want, soft: soft},
		)
		if name == "word" {
			out = append(out, stranger{name: name + "/both", text: text, html: page, want: want, soft: soft})
		}
	}
	add("top", w["own"]+"\n\n"+w["bye"], lines(w["own"]), lines(w["bye"]))
	add("word", w["word"], lines(w["word"]), nil)
	add("tricky", w["tricky"], lines(w["tricky"]), nil)
	if p.marks {
		soft := append(lines(p.intro), p.intro, w["q1"], w["q2"])
		out = append(out, stranger{name: "inter/text", want: []string{w["a1"], w["a2"]}, soft: soft,
			text: p.introText() + "\n> " + w["q1"] + "\n\n" + w["a1"] + "\n\n> " + w["q2"] + "\n\n" + w["a2"] + "\n\n> Anna Weber\n> Tel. 0711 12345\n"})
		out = append(out, stranger{name: "bottom/text", want: lines(w["own"]), soft: lines(w["bye"]),
			text: p.introText() + "\n> " + w["q1"] + "\n>\n> " + w["q2"] + "\n\n" + w["own"] + "\n\n" + w["bye"] + "\n"})
		out = append(out, stranger{name: "bottom/html", want: lines(w["own"]), soft: lines(w["bye"]),
			html: p.htmlTail([]string{w["q1"], w["q2"]}) + p.htmlHead(w["own"])})
	}
	return out
}

// program is how one writes what it quotes.
type program struct {
	way, intro string
	marks      bool // "> " in text, a blockquote that can be broken in HTML
}

func programOf(way, intro string) program {
	switch way {
	case "gmail", "gmail-mobile", "thunderbird", "plain":
		return program{way, intro, true}
	}
	return program{way, intro, false}
}

// head gives the lines of a block of heads: labels and what stands after them.
func (p program) head() []string {
	l := strings.Split(p.intro, "|")
	after := []string{"Anna Weber <a.weber@weber.example>", l[4], "Tom Becker <tom@client.example>", "Re: 2025"}
	for i := range after {
		after[i] = l[i] + " " + after[i]
	}
	return after
}

func (p program) introText() string {
	switch p.way {
	case "gmail", "gmail-mobile":
		return wrapAt(p.intro, 76)
	case "bare":
		return strings.ReplaceAll(p.intro, "|", "\n")
	}
	return p.intro
}

func (p program) textTail(quoted []string) string {
	raw := strings.Join(quoted, "\n")
	marked := "> " + strings.ReplaceAll(raw, "\n", "\n> ")
	switch p.way {
	case "gmail", "gmail-mobile":
		return p.introText() + "\n\n" + marked + "\n"
	case "ios", "quoted-head":
		return "> " + strings.ReplaceAll(p.intro, "|", "\n> ") + "\n> \n" + marked + "\n"
	case "outlook", "outlook-mail", "outlook-mac":
		return strings.Join(p.head(), "\n") + "\n\n" + raw + "\n"
	case "owa":
		return "________________________________\n" + strings.Join(p.head(), "\n") + "\n\n" + raw + "\n"
	case "bare", "yahoo":
		return p.introText() + "\n\n" + raw + "\n"
	case "thunderbird", "plain":
		return p.introText() + "\n" + marked + "\n"
	}
	return p.intro + "\n\n" + marked + "\n"
}

// htmlHead is what the person wrote, as the program's editor puts it down.
func (p program) htmlHead(own string) string {
	var out strings.Builder
	open, end, empty := "<div>", "</div>", "<div><br></div>"
	switch p.way {
	case "gmail":
		return `<div dir="ltr"><div>` + strings.ReplaceAll(html.EscapeString(own), "\n", "</div><div>") + "</div></div><br>"
	case "outlook", "outlook-mail":
		open, end, empty = `<p class="MsoNormal"><span style="mso-fareast-language:EN-US">`, "<o:p></o:p></span></p>", `<p class="MsoNormal"><o:p>&nbsp;</o:p></p>`
	case "owa":
		open, end, empty = `<div class="elementToProof" style="font-size:12pt">`, "</div>", `<div class="elementToProof"><br></div>`
	case "thunderbird":
		return "<p>" + strings.ReplaceAll(strings.ReplaceAll(html.EscapeString(own), "\n\n", "</p>\n<p>"), "\n", "<br>\n") + "</p>\n"
	case "gmail-mobile":
		open, empty = `<div dir="auto">`, `<div dir="auto"><br></div>`
	case "bare":
		return strings.ReplaceAll(html.EscapeString(own), "\n", "<br>\n") + "<br>\n<br>\n"
	}
	for _, l := range lines(own) {
		if l == "" {
			out.WriteString(empty)
		} else {
			out.WriteString(open + html.EscapeString(l) + end)
		}
	}
	return out.String()
}

func (p program) htmlTail(quoted []string) string {
	said := "<p>" + strings.Join(quoted, "</p><p>") + "</p>"
	intro := html.EscapeString(p.intro)
	switch p.way {
	case "gmail", "gmail-mobile":
		return `<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">` + intro + `<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">` + said + "</blockquote></div>"
	case "apple":
		return `<div><br><blockquote type="cite"><div>` + intro + `</div><br class="Apple-interchange-newline"><div>` + said + "</div></blockquote></div><br>"
	case "ios":
		return `<div dir="ltr"><br><blockquote type="cite">` + intro + `<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">` + said + "</div></blockquote>"
	case "thunderbird":
		return `<div class="moz-cite-prefix">` + intro + `<br></div><blockquote type="cite" cite="mid:1@weber.example">` + said + "</blockquote>"
	case "outlook", "outlook-mail", "outlook-mac", "owa":
		return p.htmlHeads() + said
	case "yahoo":
		return `<div id="ydp1" class="yahoo_quoted"><div style="font-family:Arial;font-size:13px;color:#26282a;"><div>` + intro + `</div><div><br></div><div><br></div><div>` + said + "</div></div></div>"
	case "quoted-head":
		return "<blockquote>" + strings.ReplaceAll(intro, "|", "<br>") + "<br><br>" + said + "</blockquote>"
	case "bare":
		return strings.ReplaceAll(intro, "|", "<br>\n") + "<br>\n<br>\n" + strings.Join(quoted, "<br>\n") + "<br>\n"
	}
	return "<div><br></div><div>" + intro + "</div><blockquote>" + said + "</blockquote>"
}

func (p program) htmlHeads() string {
	var heads []string
	for i, l := range p.head() {
		label := strings.Split(p.intro, "|")[i]
		heads = append(heads, "<b>"+html.EscapeString(label)+"</b>"+html.EscapeString(strings.TrimPrefix(l, label)))
	}
	block := strings.Join(heads, "<br>")
	switch p.way {
	case "owa":
		return `<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">` + block + "</font><div>&nbsp;</div></div>"
	case "outlook-mac":
		return `<div id="mail-editor-reference-message-container"><div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p style="margin:0cm">` + block + "</p></div></div></div>"
	case "outlook-mail":
		return `<p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">` + block + "</p>"
	}
	return `<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">` + block + "<o:p></o:p></p></div>"
}
