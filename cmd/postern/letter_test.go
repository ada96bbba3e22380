package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"postern/mailgw/letter"
)

// inspect runs `postern letter inspect --json` on standard input, and gives what it says under each key.
func inspect(t *testing.T, in string, flags ...string) map[string]any {
	t.Helper()
	var out, errOut bytes.Buffer
	args := append([]string{"letter", "inspect", "--json"}, append(flags, "-")...)
	if code := run(t.Context(), args, nil, strings.NewReader(in), &out, &errOut); code != 0 {
		t.Fatalf("exit code %d: %s", code, errOut.String())
	}
	var seen map[string]any
	if err := json.Unmarshal(out.Bytes(), &seen); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	return seen
}

const inspectedLetter = `From: Anna <anna@client.example>
Subject: =?utf-8?q?Re:_R=C3=BCckfrage?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

Here it is.

On Sat, 21 Nov 2026, Sam wrote:
> Where is it?
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename=it.pdf

%PDF-1.4
--b--
`

func TestInspect(t *testing.T) {
	t.Parallel()
	want := map[string]any{
		"class": "human", "from": "anna@client.example", "subject": "Re: Rückfrage", "reply": "Here it is.",
		"folded": "On Sat, 21 Nov 2026, Sam wrote:\n> Where is it?", "fate": "accept_with_attachments", "reason": "a letter with attachments",
		"attachments": []any{map[string]any{"name": "it.pdf", "type": "application/pdf", "size": 8.0, "inline": false}},
	}
	for _, ends := range []string{"\n", "\r\n"} {
		seen := inspect(t, strings.ReplaceAll(inspectedLetter, "\n", ends))
		if fmt.Sprint(seen) != fmt.Sprint(want) {
			t.Errorf("\n got %v\nwant %v", seen, want)
		}
	}
	for participant, fate := range map[string]string{"Anna@Client.Example": "accept_with_attachments", "bert@client.example": "quarantine"} {
		if seen := inspect(t, inspectedLetter, "--participant", participant); seen["fate"] != fate {
			t.Errorf("of %s: %v", participant, seen)
		}
	}
	path := filepath.Join(t.TempDir(), "letter.eml")
	if err := os.WriteFile(path, []byte(inspectedLetter), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"letter", "inspect", path}, nil, nil, &out, &out); code != 0 || !strings.Contains(out.String(), "--- reply\nHere it is.\n--- folded\nOn Sat") {
		t.Errorf("exit code %d: %s", code, out.String())
	}
	if code := run(t.Context(), []string{"letter", "inspect", path + ".none"}, nil, nil, &out, &out); code == 0 {
		t.Error("a file that is not there was read")
	}
}

// TestInspectKinds: a body without a letter around it, in whatever bytes.
func TestInspectKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, in, reply, folded string }{
		{"text", "Yes.\r\n\r\n> Really?\r\n", "Yes.", "> Really?"},
		{"text", "Caf\xe9\x00", "Caf\uFFFD", ""},
		{"text", "", "", ""},
		{"html", `<p>Yes.</p><blockquote type="cite">Really?</blockquote>`, "Yes.", "Really?"},
	} {
		seen := inspect(t, c.in, "--kind", c.kind)
		if seen["reply"] != c.reply || seen["folded"] != c.folded || seen["class"] != "human" || seen["fate"] != "accept_reply" {
			t.Errorf("%s %q: %v", c.kind, c.in, seen)
		}
	}
	for name, c := range map[string][2]string{
		"dropped":  {"From: a@b.example\nAuto-Submitted: auto-replied\n\nAway.\n", "drop_auto autoreply"},
		"refused":  {"From: a@b.example\nFrom: c@d.example\n\nHi.\n", "reject_5xx human"},
		"bomb":     {"From: a@b.example\n" + strings.Repeat("Received: x\n", 60) + "\nHi.\n", "reject_5xx "},
		"nothing":  {"", "reject_5xx human"},
		"no words": {"From: a@b.example\n\n", "quarantine human"},
	} {
		seen := inspect(t, c[0])
		if got := fmt.Sprint(seen["fate"], " ", seen["class"]); got != c[1] {
			t.Errorf("%s: %v", name, seen)
		}
	}
}

// corpusZone stands in for the name servers of the corpus's rows that need them.
const corpusZone = `
cacophony.za.org               TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.cacophony.za.org        TXT "v=DMARC1; p=none; sp=reject"
_dmarc.reject.cacophony.za.org TXT "v=DMARC1; p=reject"
outlook.com                    TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.outlook.com             TXT "v=DMARC1; p=none"
_dmarc.freebsd.org             TXT "v=DMARC1; p=quarantine"
`

// corpusRow is a row of mime.json; the corpus's README tells how it becomes a letter.
type corpusRow struct {
	File        string
	Expect      string
	AlsoOK      []string `json:"also_ok"`
	HarnessFrom string   `json:"harness_from"`
	StripMbox   bool     `json:"strip_mbox_from"`
	NeedsDNS    bool     `json:"needs_dns"`
}

func (c corpusRow) letter(t *testing.T, root string) string {
	t.Helper()
	eml, err := os.ReadFile(filepath.Join(root, "mime", c.File))
	if err != nil {
		t.Fatal(err)
	}
	if c.StripMbox {
		_, eml, _ = bytes.Cut(eml, []byte("\n"))
	}
	switch c.HarnessFrom {
	case "replace":
		header, body, _ := strings.Cut(string(eml), "\n\n")
		lines := slices.DeleteFunc(strings.Split(header, "\n"), func(line string) bool { return strings.HasPrefix(strings.ToLower(line), "from:") })
		return "From: client@example.com\n" + strings.Join(lines, "\n") + "\n\n" + body
	case "prepend":
		return "From: client@example.com\n" + string(eml)
	}
	return string(eml)
}

// flags of rows that need name servers: what passes is sent by the one server that may, what fails by another.
func (c corpusRow) flags(zone string) []string {
	if !c.NeedsDNS {
		return nil
	}
	from := "192.0.2.66"
	if strings.Contains(c.File, "pass") || strings.Contains(c.File, "arcallow") {
		from = "192.0.2.1"
	}
	return []string{"--dns", zone, "--ip", from, "--helo", "mx.example.org"}
}

func accepts(fate string) bool {
	return fate == string(letter.AcceptReply) || fate == string(letter.AcceptWithAttachments)
}

// right: which of the two accepting words a row has is counted by mailgw/letter's own test.
func (c corpusRow) right(fate string) bool {
	allowed := append(c.AlsoOK, c.Expect)
	return slices.Contains(allowed, fate) || accepts(fate) && slices.ContainsFunc(allowed, accepts)
}

// mislabelled rows say of a letter what does not hold of it: a From that is well-formed, and one From field where two are counted.
var mislabelled = []string{"mikelmail__error_emails_cant_parse_from.eml", "mikelmail__mime_emails_two_from_in_message.eml"}

// corpusScore is a line of the table. The errors are of two kinds: a person's letter that is not posted, and something posted that is none, or not theirs.
type corpusScore struct{ rows, right, unposted, posted int }

func (s *corpusScore) add(c corpusRow, fate string) {
	s.rows++
	switch {
	case c.right(fate):
		s.right++
	case accepts(c.Expect):
		s.unposted++
	case accepts(fate):
		s.posted++
	}
}

func (s corpusScore) line(name string) string {
	return fmt.Sprintf("corpus: %-24s rows=%-3d right=%-3d not_posted=%d wrongly_posted=%d other=%d", name, s.rows, s.right, s.unposted, s.posted, s.rows-s.right-s.unposted-s.posted)
}

// TestInspectCorpus: the command says the corpus's words, those that the corpus expects.
func TestInspectCorpus(t *testing.T) {
	t.Parallel()
	root := os.Getenv("POSTERN_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	raw, err := os.ReadFile(filepath.Join(root, "mime", "mime.json"))
	if err != nil {
		fmt.Println("corpus: absent, 0 letters inspected")
		t.Skip("no corpus")
	}
	var index struct {
		Legend map[string]string
		Cases  []corpusRow
	}
	if err := json.Unmarshal(raw, &index); err != nil {
		t.Fatal(err)
	}
	zone := filepath.Join(t.TempDir(), "zone")
	if err := os.WriteFile(zone, []byte(corpusZone), 0o600); err != nil {
		t.Fatal(err)
	}
	var all corpusScore
	table := map[string]*corpusScore{}
	for _, c := range index.Cases {
		flags := c.flags(zone)
		if c.Expect == string(letter.Bounce) {
			flags = append(flags, "--mail-from", "")
		}
		seen := inspect(t, c.letter(t, root), flags...)
		fate := fmt.Sprint(seen["fate"])
		if index.Legend[fate] == "" {
			t.Errorf("%s: %q is none of the corpus's words", c.File, fate)
		}
		if slices.Contains(mislabelled, c.File) {
			continue
		}
		name := c.Expect
		if c.NeedsDNS {
			name = "who wrote it (DNS)"
		}
		if table[name] == nil {
			table[name] = &corpusScore{}
		}
		table[name].add(c, fate)
		all.add(c, fate)
		if !c.right(fate) {
			t.Errorf("%s: %s (%v), want %s %v", c.File, fate, seen["reason"], c.Expect, c.AlsoOK)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		fmt.Println(table[name].line(name))
	}
	fmt.Println(all.line("mime, all"))
}

// TestInspectAuth: who wrote it, by records from a file.
func TestInspectAuth(t *testing.T) {
	t.Parallel()
	zone := filepath.Join(t.TempDir(), "zone")
	records := `client.example TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.client.example TXT "v=DMARC1; p=reject"
soft.example TXT "v=spf1 -all"
away.example SERVFAIL`
	if err := os.WriteFile(zone, []byte(records), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from  string
		flags []string
		want  string
	}{
		"its own server":      {"anna@client.example", []string{"--ip", "192.0.2.1"}, "accept_reply proven"},
		"another server":      {"anna@client.example", []string{"--ip", "192.0.2.2"}, "reject_5xx forged"},
		"another sender":      {"anna@client.example", []string{"--ip", "192.0.2.1", "--mail-from", "x@evil.example"}, "reject_5xx forged"},
		"no server is known":  {"anna@client.example", nil, "reject_5xx forged"},
		"nothing published":   {"bert@other.example", []string{"--ip", "192.0.2.2"}, "accept_reply unproven"},
		"spf fails":           {"x@soft.example", []string{"--ip", "192.0.2.2"}, "quarantine doubtful"},
		"servers are away":    {"x@away.example", []string{"--ip", "192.0.2.2"}, "defer_4xx later"},
		"another participant": {"anna@client.example", []string{"--ip", "192.0.2.1", "--participant", "bert@client.example"}, "quarantine proven"},
	} {
		seen := inspect(t, "From: "+c.from+"\nSubject: x\n\nHello.\n", append([]string{"--dns", zone}, c.flags...)...)
		found, ok := seen["auth"].(map[string]any)
		if got := fmt.Sprint(seen["fate"], " ", found["verdict"]); !ok || got != c.want {
			t.Errorf("%s: %s (%v), want %s", name, got, seen, c.want)
		}
	}
	if seen := inspect(t, "From: a@client.example\n\nHello.\n", "--mail-from", "<>"); seen["fate"] != "drop_auto" || seen["auth"] != nil {
		t.Errorf("from the null sender: %v", seen)
	}
}

// TestInspectRecipient: a return path takes no letters from people, and an office knows its own mail.
func TestInspectRecipient(t *testing.T) {
	t.Parallel()
	const path = "b-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@mail.example.org"
	if seen := inspect(t, "From: a@client.example\n\nHello.\n", "--rcpt", path); seen["fate"] != "reject_5xx" {
		t.Errorf("%v", seen)
	}
	own := "From: x@mail.example.org\nX-Postern-Office: mail.example.org\nAuto-Submitted: auto-generated\n\nA message waits.\n"
	if seen := inspect(t, own, "--rcpt", path); seen["class"] != "own" {
		t.Errorf("%v", seen)
	}
}
