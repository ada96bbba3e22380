package letter

import (
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds are the fixtures of this package and the small bombs.
func seeds(f *testing.F) {
	f.Helper()
	for _, list := range [][]strange{strangeStructures, strangeBodies, strangeHeaders, strangeFiles} {
		for _, one := range list {
			if len(one.letter) < 4<<10 {
				f.Add(crlf(one.letter))
			}
		}
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*.eml"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, raw := range []string{nested(9, false), manyParts(3), sameBoundary(4), report("Action: x\r\n\r\nFinal-Recipient: ;a@b"), bounceOf("<a@b>:\r\n550 5.1.1 no")} {
		f.Add([]byte(raw))
	}
}

// FuzzRead: every leaf of the tree is a part, nothing is bigger than it may be,
// what is shown can be stored, and the same bytes are the same letter.
func FuzzRead(f *testing.F) {
	seeds(f)
	limits := DefaultLimits()
	limits.Depth, limits.Parts, limits.TextBytes, limits.HeaderBytes = 20, 100, 1000, 10000
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := Read(raw, limits)
		for _, s := range []string{l.Text, l.HTML} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r") {
				t.Fatalf("shown: %q", s)
			}
		}
		if len(l.Text) > 2*limits.TextBytes || len(l.HTML) > 8*limits.TextBytes+1000 {
			t.Fatalf("%d bytes of text, %d of HTML", len(l.Text), len(l.HTML))
		}
		for _, p := range l.Parts {
			checkPart(t, p, len(raw))
		}
		if got, want := countNodes(l), countLeaves(raw, limits); len(l.Exceeded) == 0 && got != want {
			t.Fatalf("%d parts of %d leaves", got, want)
		}
		if again := Read(raw, limits); again.Text != l.Text || again.HTML != l.HTML || !reflect.DeepEqual(again.Notes, l.Notes) {
			t.Fatal("read twice, two letters")
		}
		for _, e := range []Envelope{{}, {NullSender: true}} {
			if v := Judge(l, e); v.Fate == "" || v.Reason == "" || (v.Fate == Reject) != (v.Code >= 500 && v.Status != "") {
				t.Fatalf("%+v", v)
			}
		}
	})
}

func checkPart(t *testing.T, p *Part, size int) {
	n, err := io.Copy(io.Discard, p.Open())
	if err != nil || n > int64(size)*3 { // text with a charset of its own may have been decoded before
		t.Fatalf("%d bytes of %d, %v", n, size, err)
	}
	if p.Kind == Body {
		return
	}
	if p.Size != n || p.Sniffed == "" || p.Name == "" || p.Name != cleanName(p.Name) || len(p.Name) > longestName {
		t.Fatalf("%s %q, %d and %d bytes", p.Kind, p.Name, p.Size, n)
	}
	if kind, subtype, ok := strings.Cut(p.Type, "/"); !ok || !isToken([]byte(kind)) || !isToken([]byte(subtype)) {
		t.Fatalf("type %q", p.Type)
	}
}

// countNodes counts the nodes that parts stand for: a text cut short is two parts.
func countNodes(l *Letter) int {
	nodes := map[*node]bool{}
	for _, p := range l.Parts {
		if p.node != nil {
			nodes[p.node] = true
		}
	}
	return len(nodes)
}

// countLeaves walks the tree apart from what makes parts of it.
func countLeaves(raw []byte, limits Limits) int {
	var n notes
	header := headerReader{raw: raw, root: true, maxBytes: limits.HeaderBytes, maxFields: limits.HeaderFields, notes: &n}
	header.read()
	root := newNode(header.fields, nil, &n)
	w := walker{raw: raw, limits: limits, notes: &n}
	w.walk(root, header.pos)
	return leavesOf(root, limits)
}

func leavesOf(n *node, limits Limits) int {
	if !n.isMultipart() || len(n.children) == 0 && n.encoding == "" {
		return 1
	}
	if len(n.children) == 0 {
		decoded := *n
		decoded.encoding = ""
		raw, _, _ := decodeAll(n.encoding, n.body, len(n.body))
		w := walker{raw: raw, limits: limits, notes: new(notes)}
		w.walk(&decoded, 0)
		return leavesOf(&decoded, limits)
	}
	count := 0
	for _, child := range n.children {
		count += leavesOf(child, limits)
	}
	return count
}

// FuzzDSN: what a report says can be stored and acted on, whatever it says.
func FuzzDSN(f *testing.F) {
	for _, seed := range []string{
		"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.1.1\r\n",
		"Action: DELAYED\r\nOriginal-Recipient: rfc822;<a@b>\r\nDiagnostic-Code: smtp; 450\r\n 4.2.0 later\r\n",
		"\r\n\r\nnonsense\r\n\r\n: x\r\n", "Hi. This is the qmail-send program.\r\n\r\n<a@b>:\r\n550 no such user\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <x@y>\r\n",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, body []byte, structured bool) {
		raw := bounceOf(string(body))
		if structured {
			raw = report(string(body))
		}
		c := Classify(Read([]byte(raw), DefaultLimits()), Envelope{NullSender: true})
		if c.Class != ClassDSN && !structured {
			return
		}
		if c.DSN == nil || len(c.DSN.Deliveries) > maxDeliveries {
			t.Fatalf("%s: %+v", c.Class, c.DSN)
		}
		all := []string{c.DSN.EnvelopeID, c.DSN.OriginalMessageID}
		for _, d := range c.DSN.Deliveries {
			switch d.Action {
			case "failed", "delayed", "delivered", "relayed", "expanded":
			default:
				t.Fatalf("action %q", d.Action)
			}
			if d.Status != "" && !isStatus(d.Status) {
				t.Fatalf("status %q", d.Status)
			}
			all = append(all, d.Recipient, d.OriginalRecipient, d.Diagnostic, d.RemoteMTA)
		}
		for _, s := range all {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\r\n\x00") || len(s) > 1000 {
				t.Fatalf("%q", s)
			}
		}
	})
}
