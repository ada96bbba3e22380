package reply

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tongue is what mail programs and people write in one language; the files in
// testdata/tongues hold one after the other. In intros and heads %N is the name of
// whoever wrote the mail answered, %E their address; "|" begins a new line.
type tongue struct {
	language, name        string
	answer, first, second string
	asks                  []string // the paragraphs of the mail answered
	intros, heads         []string
	rules, mobiles        []string
	closing, forward      string
}

func tongues(t testing.TB) []tongue {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "tongues", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tongues: %v", err)
	}
	var all []tongue
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n") {
			what, said, _ := strings.Cut(l, " ")
			if what == "#" {
				all = append(all, tongue{language: said})
				continue
			}
			all[len(all)-1].add(t, what, strings.ReplaceAll(said, "|", "\n"))
		}
	}
	return all
}

func (g *tongue) add(t testing.TB, what, said string) {
	t.Helper()
	switch what {
	case "name":
		g.name = said
	case "answer":
		g.answer = said
	case "first":
		g.first = said
	case "second":
		g.second = said
	case "ask":
		g.asks = strings.Split(said, "\n\n")
	case "intro":
		g.intros = append(g.intros, said)
	case "head":
		g.heads = append(g.heads, said)
	case "rule":
		g.rules = append(g.rules, said)
	case "mobile":
		g.mobiles = append(g.mobiles, said)
	case "closing":
		g.closing = said
	case "forward":
		g.forward = said
	default:
		t.Fatalf("%s: what is %q?", g.language, what)
	}
}

const (
	shortAddress = "n@office.example"
	longAddress  = "first.middle-lastname+clients.2026@correspondence.northwind-partners.example"
)

// fill puts the mail's author into a line.
func (g *tongue) fill(s, address string) string {
	return strings.NewReplacer("%N", g.name, "%E", address).Replace(s)
}

func (g *tongue) ask() string { return strings.Join(g.asks, "\n\n") }
