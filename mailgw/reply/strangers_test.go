package reply

import (
	"fmt"
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
	letters := slices.Concat(handwritten(t, "letters.txt"), handwritten(t, "later.txt"), handwritten(t, "last.txt"), fromRows(t))
	var n, lost, left, knownLost, knownLeft int
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
		case s.known && missing != "":
			knownLost++
		case s.known && over != "":
			knownLeft++
		case s.known:
			t.Errorf("%s is cut well by now", s.name)
		case missing != "":
			lost++
			t.Errorf("LOST %s: %s\n--- text\n%s\n--- html\n%s\n--- reply\n%s\n", s.name, missing, s.text, s.html, r.Reply)
		case over != "":
			left++
			t.Logf("LEFT %s: %s\n--- text\n%s\n--- html\n%s\n--- reply\n%s\n", s.name, over, s.text, s.html, r.Reply)
		}
	}
	fmt.Printf("corpus: strangers=%d lost=%d left=%d known_lost=%d known_left=%d\n", n, lost, left, knownLost, knownLeft)
	if left*1000 > n*2 || n < 500 {
		t.Errorf("%d of %d with quotes left", left, n)
	}
}

// TestStrangersThroughEachProgram puts what was written in the letters above what programs
// quote, some of them for each letter: nothing of it may be lost.
func TestStrangersThroughEachProgram(t *testing.T) {
	t.Parallel()
	words, rows := strangerWords(t), strangerRows(t)
	var n, lost int
	for i, s := range slices.Concat(handwritten(t, "letters.txt"), handwritten(t, "later.txt"), handwritten(t, "last.txt")) {
		if s.known || s.subject != "" || len(s.want) < 2 {
			continue
		}
		own, opts := strings.Join(s.want, "\n\n"), Options{From: s.from}
		alone := stranger{want: lines(Cut(own, "", opts).Reply)}
		for k := 0; k < 20; k += stride {
			row := rows[(i*37+k*13)%len(rows)]
			w, p := words[row.lang], programOf(row.way, row.intro("Anna Weber", "a.weber@weber.example"))
			text := own + "\n\n" + p.textTail([]string{w["q1"], "", w["q2"]})
			page := p.htmlHead(own) + p.htmlTail([]string{w["q1"], w["q2"]})
			inText, _ := alone.judge(Cut(text, "", opts).Reply)
			inHTML, _ := alone.judge(Cut("", page, opts).Reply)
			if n += 2; inText+inHTML != "" {
				lost++
				t.Errorf("%s above %s: LOST %s %s", s.name, p.intro, inText, inHTML)
			}
		}
	}
	fmt.Printf("corpus: strangers through programs=%d lost=%d\n", n, lost)
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

// row is a line of rows.txt: the language and way of a program, and what it writes above
// a quote.
type row struct{ lang, way, raw string }

func (r row) intro(name, address string) string {
	return strings.NewReplacer("{N}", name, "{A}", address).Replace(r.raw)
}

func strangerRows(t *testing.T) []row {
	t.Helper()
	var out []row
	for l := range strings.SplitSeq(strangerFile(t, "rows.txt"), "\n") {
		if l != "" && l[0] != '#' {
			f := strings.SplitN(l, " ", 3)
			out = append(out, row{f[0], f[1], f[2]})
		}
	}
	return out
}

// fromRows makes the letters of rows.txt: each row in each shape that its program can write.
func fromRows(t *testing.T) []stranger {
	t.Helper()
	words := strangerWords(t)
	var out []stranger
	for _, r := range strangerRows(t) {
		w := words[r.lang]
		if w == nil {
			t.Fatalf("no words for %s", r.lang)
		}
		for i, author := range [][2]string{
			{"Anna Weber", "a.weber@weber.example"},
			{"Weber, Schneider & Partner mbB", "reply+k7f2m9q4x8c3v6b1n5z0a2s4d6@post.kanzlei-weber.example"},
		} {
			intro := r.intro(author[0], author[1])
			for _, s := range shapes(r.way, intro, w) {
				s.name = fmt.Sprintf("%s / %s / %s / %s, %d", r.lang, r.way, intro, s.name, i)
				out = append(out, s)
			}
		}
	}
	return out
}
