package reply

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// stranger is a letter written before the rules were looked at: what must be seen of
// it, and what may be seen or folded (closings, quotes between answers).
type stranger struct {
	name, subject, from, text, html string
	want, soft                      []string
	known                           bool // cut wrongly, for the reason that stands with it
}

// judge tells what is wrong with what was seen: words of the author are missing, or
// words of the quote are left.
func (s stranger) judge(got string) (lost, left string) {
	flat := func(s string) string {
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
			return r <= ' ' || strings.ContainsRune("\u00a0\u202f\u200b\u200e\u200f\u202a\u202b\u202c\ufeff\u2063", r)
		}), "")
	}
	rest := flat(got)
	for _, w := range s.want {
		if w = flat(w); !strings.Contains(rest, w) {
			lost += w + " "
		} else if w != "" {
			rest = strings.Replace(rest, w, "", 1)
		}
	}
	for _, w := range s.soft {
		if w = flat(w); w != "" {
			rest = strings.ReplaceAll(rest, w, "")
			rest = strings.ReplaceAll(rest, strings.TrimLeft(w, ">"), "")
		}
	}
	return lost, strings.Trim(rest, "->_")
}

func TestStrangers(t *testing.T) {
	t.Parallel()
	letters := slices.Concat(handwritten(t, "letters.txt"), handwritten(t, "later.txt"), fromRows(t))
	var n, lost, left, known int
	for i, s := range letters {
		if i%stride != 0 {
			continue
		}
		n++
		r := Cut(s.text, s.html, Options{Subject: s.subject, From: s.from})
		if s.html == "" && whole(r) != newlines(s.text) {
			t.Errorf("%s: shown and folded are not all of it", s.name)
		}
		missing, over := s.judge(r.Reply)
		switch {
		case s.known:
			if missing+over == "" {
				t.Errorf("%s is cut well by now", s.name)
			}
			known++
		case missing != "":
			lost++
			t.Errorf("LOST %s: %s\n--- text\n%s\n--- html\n%s\n--- reply\n%s\n", s.name, missing, s.text, s.html, r.Reply)
		case over != "":
			left++
			t.Logf("LEFT %s: %s\n--- text\n%s\n--- html\n%s\n--- reply\n%s\n", s.name, over, s.text, s.html, r.Reply)
		}
	}
	fmt.Printf("corpus: strangers=%d lost=%d left=%d known=%d\n", n, lost, left, known)
	if left*1000 > n*2 || n < 500 {
		t.Errorf("%d of %d with quotes left", left, n)
	}
}

// whole puts the parts together.
func whole(r Result) string {
	var all strings.Builder
	for _, p := range r.Parts {
		all.WriteString(p.Text)
	}
	return all.String()
}

// handwritten reads a file of testdata/strangers: "=== name", then "--- part" each.
func handwritten(t *testing.T, file string) []stranger {
	t.Helper()
	var out []stranger
	for section := range strings.SplitSeq(strangerFile(t, file), "\n=== ") {
		name, rest, _ := strings.Cut(strings.TrimPrefix(section, "=== "), "\n")
		s := stranger{name: name}
		for part := range strings.SplitSeq("\n"+rest, "\n--- ") {
			kind, body, _ := strings.Cut(part, "\n")
			switch kind {
			case "text":
				s.text = body
			case "html":
				s.html = body
			case "subject":
				s.subject = strings.TrimSpace(body)
			case "from":
				s.from = strings.TrimSpace(body)
			case "known":
				s.known = true
			case "want":
				s.want = strings.Split(strings.TrimSpace(body), "\n")
			case "soft":
				s.soft = strings.Split(strings.TrimSpace(body), "\n")
			case "":
			default:
				t.Fatalf("%s: part %q", name, kind)
			}
		}
		out = append(out, s)
	}
	return out
}

func strangerFile(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "strangers", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// tongueWords are the words of a language, by their names in words.txt.
type tongueWords map[string]string

func strangerWords(t *testing.T) map[string]tongueWords {
	t.Helper()
	out := map[string]tongueWords{}
	var now tongueWords
	for l := range strings.SplitSeq(strangerFile(t, "words.txt"), "\n") {
		if lang, ok := strings.CutPrefix(l, "["); ok {
			now = tongueWords{}
			out[strings.TrimSuffix(lang, "]")] = now
		} else if key, value, ok := strings.Cut(l, "="); ok && now != nil {
			now[key] = strings.ReplaceAll(value, `\n`, "\n")
		}
	}
	return out
}

// fromRows makes the letters of rows.txt: each row in each shape that its program can write.
func fromRows(t *testing.T) []stranger {
	t.Helper()
	words := strangerWords(t)
	var out []stranger
	for l := range strings.SplitSeq(strangerFile(t, "rows.txt"), "\n") {
		if l == "" || l[0] == '#' {
			continue
		}
		f := strings.SplitN(l, " ", 3)
		w := words[f[0]]
		if w == nil {
			t.Fatalf("no words for %s", f[0])
		}
		for i, correspondent := range [][2]string{
			{"Anna Weber", "a.weber@weber.example"},
			{"Weber, Schneider & Partner mbB", "reply+k7f2m9q4x8c3v6b1n5z0a2s4d6@post.kanzlei-weber.example"},
		} {
			intro := strings.NewReplacer("{N}", correspondent[0], "{A}", correspondent[1]).Replace(f[2])
			for _, s := range shapes(f[1], intro, w) {
				s.name = fmt.Sprintf("%s, %d", strings.Join([]string{f[0], f[1], intro, s.name}, " / "), i)
				out = append(out, s)
			}
		}
	}
	return out
}

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
	return "<div>" + intro + "</div><blockquote>" + said + "</blockquote>"
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
