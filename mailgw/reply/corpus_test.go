package reply

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// corpusCase is a row of the corpus's dev.json.
type corpusCase struct {
	ID             string   `json:"id"`
	File           string   `json:"file"`
	Kind           string   `json:"kind"`
	Assert         string   `json:"assert"`
	Compare        string   `json:"compare"`
	Expect         string   `json:"expect_reply"`
	MustContain    []string `json:"must_contain"`
	MustNotContain []string `json:"must_not_contain"`
	Contested      string   `json:"contested"`
}

// TestCorpus cuts replies of public test collections, and counts. A case that
// loses words of the person is the worst; see judge.
func TestCorpus(t *testing.T) {
	t.Parallel()
	root := os.Getenv("POSTERN_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	raw, err := os.ReadFile(filepath.Join(root, "dev", "dev.json"))
	if err != nil {
		fmt.Println("corpus: absent, 0 cases scored")
		t.Skip("no corpus")
	}
	var index struct{ Cases []corpusCase }
	if err := json.Unmarshal(raw, &index); err != nil {
		t.Fatal(err)
	}
	var firm, right, kept, lost, contested, contestedRight int
	for _, c := range index.Cases {
		got := cutCase(t, filepath.Join(root, "dev"), c)
		v := judge(c, got)
		if c.Contested != "" {
			contested++
			if v == exact {
				contestedRight++
			}
			continue
		}
		firm++
		switch v {
		case exact:
			right++
		case keptQuote:
			kept++
			t.Logf("%s: kept: %q", c.ID, clip(got))
		case lostWords:
			lost++
			t.Logf("%s: LOST: %q", c.ID, clip(got))
		}
	}
	t.Logf("corpus: %d firm cases scored: %d exact (%.1f %%), %d kept a quote or signature, %d lost words; contested %d of %d",
		firm, right, 100*float64(right)/float64(firm), kept, lost, contestedRight, contested)
	if firm < 150 {
		t.Errorf("only %d firm cases: the corpus is not whole", firm)
	}
	if lost > 0 {
		t.Errorf("%d cases lose what the person wrote", lost)
	}
	if right*100 < firm*96 {
		t.Errorf("%d of %d exact, less than 96 %%", right, firm)
	}
}

func clip(s string) string { return s[:min(len(s), 400)] }

func cutCase(t *testing.T, dir string, c corpusCase) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.File)))
	if err != nil {
		t.Fatal(err)
	}
	body := strings.ToValidUTF8(string(raw), "\uFFFD")
	switch c.Kind {
	case "html":
		return Cut("", body, Options{}).Reply
	case "eml":
		return Cut(readLetter(t, body), "", Options{}).Reply
	default:
		return Cut(body, "", Options{}).Reply
	}
}

// readLetter gives a letter's first text/plain, which is what the corpus's .eml
// rows are about.
func readLetter(t *testing.T, raw string) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	media, params, _ := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if !strings.HasPrefix(media, "multipart/") {
		return decodeText(t, m.Body, m.Header.Get("Content-Transfer-Encoding"), params["charset"])
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		if media, params, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); media == "text/plain" {
			return decodeText(t, p, p.Header.Get("Content-Transfer-Encoding"), params["charset"])
		}
	}
}

func decodeText(t *testing.T, r io.Reader, encoding, charset string) string {
	t.Helper()
	switch strings.ToLower(encoding) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	if strings.HasPrefix(strings.ToLower(charset), "iso-8859-") {
		r = charmap.ISO8859_1.NewDecoder().Reader(r)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

type verdict int

const (
	exact verdict = iota
	keptQuote
	lostWords
)

// judge follows the corpus's own score.py. Words are lost when something of the
// expected reply is not in ours; what stands in it too much was only kept.
func judge(c corpusCase, got string) verdict {
	ok := true
	if c.Assert == "exact" || c.Assert == "first_fragment" {
		want, have := normal(c.Expect, c.Compare), normal(got, c.Compare)
		ok = have == want || c.Assert == "first_fragment" && strings.HasPrefix(have, want)
		if !ok && missing(c.Expect, got) {
			return lostWords
		}
	}
	for _, must := range c.MustContain {
		if !strings.Contains(squeeze(got), squeeze(must)) {
			return lostWords
		}
	}
	for _, mustNot := range c.MustNotContain {
		ok = ok && !strings.Contains(squeeze(got), squeeze(mustNot))
	}
	if ok {
		return exact
	}
	return keptQuote
}

var (
	spaces     = regexp.MustCompile(`[ \t]+`)
	manyLines  = regexp.MustCompile(`\n{2,}`)
	notWritten = regexp.MustCompile(`[\s*>]+`)
	allSpace   = regexp.MustCompile(`\s+`)
	spelling   = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ", "\u200b", "")
)

func normal(s, compare string) string {
	s = spelling.Replace(s)
	if compare == "ignore-whitespace" {
		return allSpace.ReplaceAllString(s, "")
	}
	var lines []string
	for l := range strings.SplitSeq(s, "\n") {
		lines = append(lines, strings.TrimSpace(spaces.ReplaceAllString(l, " ")))
	}
	return manyLines.ReplaceAllString(strings.TrimSpace(strings.Join(lines, "\n")), "\n\n")
}

func squeeze(s string) string {
	return notWritten.ReplaceAllString(html.UnescapeString(spelling.Replace(s)), "")
}

// missing reports whether a line of want is not in got. Closing formulas and
// names below them do not count: F31 folds signatures.
func missing(want, got string) bool {
	got = squeeze(got)
	b := readText(want)
	for i := range b.signature(0, len(b.lines), make([]Kind, len(b.lines))) {
		if !strings.Contains(got, squeeze(b.text[b.lines[i].start:b.lines[i].end])) {
			return true
		}
	}
	return false
}

// TestJudge proves that the judge can tell the three verdicts apart.
func TestJudge(t *testing.T) {
	t.Parallel()
	row := corpusCase{Assert: "exact", Expect: "one\ntwo"}
	for got, want := range map[string]verdict{"one\n two ": exact, "one\ntwo\n\n> q": keptQuote, "one": lostWords, "": lostWords} {
		if v := judge(row, got); v != want {
			t.Errorf("%q: %v, want %v", got, v, want)
		}
	}
	row = corpusCase{Assert: "contains", MustContain: []string{"a b"}, MustNotContain: []string{"quote"}}
	for got, want := range map[string]verdict{"x a  b": exact, "a b quote": keptQuote, "a": lostWords} {
		if v := judge(row, got); v != want {
			t.Errorf("%q: %v, want %v", got, v, want)
		}
	}
}
