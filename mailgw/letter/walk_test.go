package letter

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	"pgregory.net/rapid"
)

// outline lists a letter's parts: kind, type, name and the first words.
func outline(tb testing.TB, l *Letter) string {
	tb.Helper()
	var lines []string
	for _, p := range l.Parts {
		words := strings.Join(strings.Fields(content(tb, p)), " ")
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", p.Kind, p.Type, p.Name, words[:min(len(words), 20)])))
	}
	return strings.Join(lines, "\n")
}

func TestStructure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, want, text, html string }{
		{"declared boundary is the start of another", `Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=b-1

--b-1

one
--b-1
Content-Type: text/html

<p>one
--b-1--
--b
Content-Type: application/pdf

pdf
--b--`, "body text/plain  one\nbody text/html  <p>one\nattachment application/pdf attachment-1.pdf pdf", "one", "<p>one"},
		{"inner boundary is the outer one and a closing mark", `Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/mixed; boundary=b--

--b--
Content-Type: text/plain

one
--b----
`, "body text/plain  one", "one", ""},
		{"same boundary inside", `Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/mixed; boundary=b

--b

one
--b--
--b

two
--b--`, "body text/plain  one\nbody text/plain  two", "one\n\ntwo\n", ""},
		{"inner never closed", `Content-Type: multipart/mixed; boundary=o

--o
Content-Type: multipart/mixed; boundary=i

--i

one
--o

two
--o--`, "body text/plain  one\nbody text/plain  two", "one\n\ntwo\n", ""},
		{"nothing closed", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n", "body text/plain  one\nbody text/plain  two", "one\n\ntwo\n", ""},
		{"space after delimiters", "Content-Type: multipart/mixed; boundary=\"b \"\n\n--b \t\n\none\n--b-- \n", "body text/plain  one", "one", ""},
		{"undeclared boundary", "Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\none\n--x\n\ntwo\n--x--\n", "body text/plain  one\nbody text/plain  two", "one\n\ntwo\n", ""},
		{"other boundary than declared", "Content-Type: multipart/mixed; boundary=y\n\n--x\nContent-Type: text/plain\n\none\n--x--\n", "body text/plain  one", "one", ""},
		{"dashes in a preamble are not a boundary", "Content-Type: multipart/mixed; boundary=b\n\n--x\nhello\n--b\n\none\n--b--\n", "body text/plain  one", "one", ""},
		{"no part at all", "Content-Type: multipart/mixed; boundary=b\n\nsome words\n", "body text/plain  some words", "some words\n", ""},
		{"no body at all", "Content-Type: multipart/mixed; boundary=b\n", "body text/plain", "", ""},
		{"part without header and empty line", "Content-Type: multipart/mixed; boundary=b\n\n--b\nhello there\n--b--\n", "body text/plain  hello there", "hello there", ""},
		{"part without body", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n--b\n\none\n--b--\n", "body text/plain\nbody text/plain  one", "one", ""},
		{"multipart in base64", "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\nLS1iCgpvbmUKLS1iLS0K\n", "body text/plain  one", "one", ""},
		{"letter in a letter stays whole", `Content-Type: multipart/mixed; boundary=b

--b

one
--b
Content-Type: message/rfc822

Subject: inner
Content-Type: multipart/mixed; boundary=c

--c

not mine
--c--
--b--`, "body text/plain  one\nattachment message/rfc822 letter-1.eml Subject: inner Conte", "one", ""},
		{"digest", "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: inner\n\nx\n--b--", "attachment message/rfc822 letter-1.eml Subject: inner x", "", ""},
		{"text and HTML after each other", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na < b\nc\n--b\nContent-Type: text/html\n\n<p>d\n--b--",
			"body text/plain  a < b c\nbody text/html  <p>d", "", "<div>a &lt; b<br>\nc</div>\n<div><p>d</div>\n"},
		{"files between texts", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: image/png; name=x.png\n\npng\n--b\n\ntwo\n--b--",
			"body text/plain  one\nattachment image/png x.png png\nbody text/plain  two", "one\n\ntwo\n", ""},
		{"alternative with files inside", `Content-Type: multipart/alternative; boundary=a

--a

one
--a
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html

<p>one
--b
Content-Type: application/pdf; name=x.pdf

pdf
--b
Content-Type: text/html

<p>two
--b--
--a--`, "body text/plain  one\nbody text/html  <p>one\nattachment application/pdf x.pdf pdf\nbody text/html  <p>two", "one", "<div><p>one</div>\n<div><p>two</div>\n"},
		{"picture shown by its id", `Content-Type: multipart/related; boundary=a

--a
Content-Type: text/html

<img src="cid:p%40x">
--a
Content-Type: image/png; name=p.png
Content-Disposition: attachment
Content-ID: <p@x>

png
--a--`, "body text/html  <img src=\"cid:p%40x\"\ninline image/png p.png png", "", "<img src=\"cid:p%40x\">"},
		{"named text", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/plain; name=notes.txt\n\ntwo\n--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nthree\n--b--",
			"body text/plain  one\nattachment text/plain notes.txt two\nattachment text/plain attachment-2.txt three", "one", ""},
		{"only a file", "Content-Type: application/pdf; name=x.pdf\nContent-Disposition: attachment\n\npdf", "attachment application/pdf x.pdf pdf", "", ""},
		{"only a text file", "Content-Type: text/plain; name=x.csv\nContent-Disposition: attachment\n\na;b", "body text/plain x.csv a;b\nattachment text/plain x.csv a;b", "a;b", ""},
		{"only a text, called attachment", "Content-Disposition: attachment\n\na;b", "body text/plain  a;b", "a;b", ""},
		{"calendar", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--",
			"body text/plain  one\nattachment text/calendar invite.ics BEGIN:VCALENDAR", "one", ""},
		{"empty text beside HTML", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<p>one\n--b--",
			"body text/plain\nbody text/html  <p>one", "", "<p>one"},
		{"enriched", "Content-Type: text/enriched\n\n<bold>one</bold> <<two> <color><param>red</param>three</color>", "body text/enriched  <bold>one</bold> <<t", "one <two> three", ""},
		{"declared base64 and is not", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nDear Anna, this is no base64 at all, is it?\n",
			"body text/plain  Dear Anna, this is n", "Dear Anna, this is no base64 at all, is it?\n", ""},
		{"charset only in the document", "Content-Type: text/html\n\n<meta charset=koi8-r><p>\xf0\xd2\xc9\xd7\xc5\xd4", "body text/html  <meta charset=koi8-r", "", "<meta charset=koi8-r><p>Привет"},
	} {
		l := read("From: a@example.com\n" + c.body)
		if got := outline(t, l); got != c.want {
			t.Errorf("%s: parts\n%s\nwant\n%s", c.name, got, c.want)
		}
		if l.Text != c.text || l.HTML != c.html {
			t.Errorf("%s: text %q, HTML %q", c.name, l.Text, l.HTML)
		}
	}
}

func TestLongTextIsAFileToo(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	limits.TextBytes = 10
	l := Read(crlf("From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\näääääääääää\n--b\n\nmore\n--b--"), limits)
	if l.Text != "äääää" || !slices.Contains(l.Notes, NoteTextCut) {
		t.Errorf("%q, %v", l.Text, l.Notes)
	}
	if files := l.Files(); len(files) != 2 || content(t, files[0]) != "äääääääääää" || content(t, files[1]) != "more" {
		t.Errorf("%s", outline(t, l))
	}
}

// tree is a letter drawn at random, with a word of its own in each leaf.
type tree struct {
	mediaType string
	children  []tree
	word      string
	encoding  string
	named     bool
}

func drawTree(t *rapid.T, depth int, count *int) tree {
	*count++
	word := fmt.Sprintf("word%dx", *count)
	kinds := []string{"text/plain", "text/html", "image/png", "application/pdf", "message/rfc822"}
	if depth > 0 {
		kinds = append(kinds, "multipart/mixed", "multipart/related", "multipart/signed")
	}
	n := tree{mediaType: rapid.SampledFrom(kinds).Draw(t, "type"), word: word}
	if strings.HasPrefix(n.mediaType, "multipart/") {
		for range rapid.IntRange(1, 4).Draw(t, "children") {
			n.children = append(n.children, drawTree(t, depth-1, count))
		}
		return n
	}
	n.named = rapid.Bool().Draw(t, "named")
	if n.mediaType != "message/rfc822" {
		n.encoding = rapid.SampledFrom([]string{"", "quoted-printable", "7bit", "8bit"}).Draw(t, "encoding")
	}
	return n
}

func (n tree) leaves() []tree {
	if n.children == nil {
		return []tree{n}
	}
	var all []tree
	for _, child := range n.children {
		all = append(all, child.leaves()...)
	}
	return all
}

// write writes the tree as a letter; closed says whether multiparts end as they
// should.
func (n tree) write(b *strings.Builder, path string, closed func() bool) {
	fmt.Fprintf(b, "Content-Type: %s; x=y", n.mediaType)
	if n.children == nil {
		if n.named {
			fmt.Fprintf(b, "; name=%s.bin", n.word)
		}
		fmt.Fprintf(b, "\nContent-Transfer-Encoding: %s\n\n", n.encoding)
		if n.mediaType == "message/rfc822" {
			b.WriteString("Subject: inner\n\n")
		}
		b.WriteString(n.word + "\n")
		return
	}
	boundary := "b" + path
	fmt.Fprintf(b, "; boundary=\"%s\"\n\npreamble\n", boundary)
	for i, child := range n.children {
		fmt.Fprintf(b, "--%s\n", boundary)
		child.write(b, fmt.Sprintf("%s.%d", path, i), closed)
	}
	if closed() {
		fmt.Fprintf(b, "--%s--\nepilogue\n", boundary)
	}
}

// TestNothingIsLost: each leaf's word is found where its kind says, once; also when
// multiparts are not closed, and whatever the line ends.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := 0
		n := drawTree(t, 5, &count)
		careless := rapid.Bool().Draw(t, "careless")
		var b strings.Builder
		b.WriteString("From: a@example.com\n")
		n.write(&b, "", func() bool { return !careless || rapid.Bool().Draw(t, "closed") })
		raw := b.String()
		if rapid.Bool().Draw(t, "crlf") {
			raw = strings.ReplaceAll(raw, "\n", "\r\n")
		}
		l := Read([]byte(raw), DefaultLimits())
		leaves := n.leaves()
		if len(l.Parts) != len(leaves) {
			t.Fatalf("%d parts of %d\n%s", len(l.Parts), len(leaves), raw)
		}
		for i, leaf := range leaves {
			p := l.Parts[i]
			body, _ := io.ReadAll(p.Open())
			if p.Type != leaf.mediaType || !strings.Contains(string(body), leaf.word) {
				t.Fatalf("part %d is %s %q, want %s %s\n%s", i, p.Type, body, leaf.mediaType, leaf.word, raw)
			}
			if shown := strings.Count(l.Text+l.HTML, leaf.word); p.Kind == Body && shown != 1 || p.Kind != Body && shown != 0 {
				t.Fatalf("part %d, %s, %s, is shown %d times\n%s\n%s\n%s", i, p.Type, p.Kind, shown, l.Text, l.HTML, raw)
			}
		}
	})
}

// TestAgreesWithGoMessage: on well-formed letters both find the same leaves.
func TestAgreesWithGoMessage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := 0
		n := drawTree(t, 5, &count)
		var b strings.Builder
		b.WriteString("From: a@example.com\n")
		n.write(&b, "", func() bool { return true })
		raw := strings.ReplaceAll(b.String(), "\n", "\r\n")
		raw = strings.ReplaceAll(raw, "Content-Transfer-Encoding: \r\n", "")
		e, err := message.Read(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		var theirs []string
		err = e.Walk(func(_ []int, e *message.Entity, err error) error {
			if err != nil {
				return err
			}
			mediaType, _, err := e.Header.ContentType()
			if err != nil || strings.HasPrefix(mediaType, "multipart/") {
				return err
			}
			body, err := io.ReadAll(e.Body)
			theirs = append(theirs, mediaType+" "+string(body))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var ours []string
		for _, p := range Read([]byte(raw), DefaultLimits()).Parts {
			body, _ := io.ReadAll(p.Open())
			ours = append(ours, p.Type+" "+string(body))
		}
		if !slices.Equal(ours, theirs) {
			t.Fatalf("ours %q\ntheirs %q\n%s", ours, theirs, raw)
		}
	})
}
