package chat

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                           "",
		" Hello, WORLD! ":            "hello world",
		"Müller & Søn, Straße 7b":    "muller son strasse 7b",
		"L'e\u0301te\u0301 naïve":    "l ete naive",
		"\u0301 stray mark":          "stray mark",
		"İstanbul ISTANBUL ıstan":    "istanbul istanbul istan",
		"ΣΊΣΥΦΟΣ σίσυφος":            "σισυφοσ σισυφοσ",
		"Ёлка ёлка":                  "елка елка",
		"発票no.7":                     "発 票 no 7",
		"a_b@example.org":            "a b example org",
		strings.Repeat("x", 200):     strings.Repeat("x", maxWord-utf8.UTFMax+1),
		"one\x00two \xff three":      "one two three",
		"Łódź ŁÓDŹ œuvre Þór ǆungla": "lodz lodz oeuvre thor dzungla",
	} {
		var got []string
		for w := (words{text: text}); w.next(); {
			got = append(got, string(w.folded))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzWords: words lie one behind the other, on the bounds of characters, and asking for a word of a text finds it.
func FuzzWords(f *testing.F) {
	f.Add("Müller & Søn", "発票 x")
	f.Fuzz(func(t *testing.T, text, other string) {
		last := 0
		for w := (words{text: text}); w.next(); {
			if w.from < last || w.to <= w.from || w.to > len(text) || len(w.folded) == 0 || len(w.folded) > maxWord || !utf8.Valid(w.folded) {
				t.Fatalf("%q from %d to %d after %d", w.folded, w.from, w.to, last)
			}
			if last = w.to; len(rest([]Term{{Word: string(w.folded)}}, text)) != 0 {
				t.Fatalf("%q is not found in its own text", w.folded)
			}
		}
		m := matcher{words: wordsAsked(other)}
		for _, marked := range []Marked{m.mark(text), m.snippet(text)} {
			for _, mark := range marked.Marks {
				if !m.hits(fold(marked.Text[mark.From:mark.To])) {
					t.Fatalf("marked %q", marked.Text[mark.From:mark.To])
				}
			}
		}
	})
}

func fold(word string) string {
	w := words{text: word}
	w.next()
	return string(w.folded)
}

func TestSnippets(t *testing.T) {
	t.Parallel()
	m := matcher{words: wordsAsked("needle")}
	long := strings.Repeat("hay in a stack\n", 40)
	for text, want := range map[string]string{
		"short":                     "short",
		"a Needle\tor two needles":  "a Needle or two needles",
		long + "the needle " + long: "… ",
	} {
		got := m.snippet(text)
		if want == "… " {
			if !strings.HasPrefix(got.Text, want) || !strings.HasSuffix(got.Text, " …") || len(got.Text) > 2*snippetBytes || len(got.Marks) != 1 {
				t.Errorf("a long text: %q %v", got.Text, got.Marks)
			}
			continue
		}
		if got.Text != want {
			t.Errorf("%q: %q", text, got.Text)
		}
		for _, mark := range got.Marks {
			if word := got.Text[mark.From:mark.To]; !slices.Contains([]string{"Needle", "needles"}, word) {
				t.Errorf("marked %q", word)
			}
		}
	}
}
