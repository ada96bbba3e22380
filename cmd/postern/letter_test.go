package main

import (
	"bytes"
	"encoding/json"
	"fmt"
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
		Cases  []struct {
			File        string
			Expect      string
			AlsoOK      []string `json:"also_ok"`
			HarnessFrom string   `json:"harness_from"`
			StripMbox   bool     `json:"strip_mbox_from"`
			NeedsDNS    bool     `json:"needs_dns"`
		}
	}
	if err := json.Unmarshal(raw, &index); err != nil {
		t.Fatal(err)
	}
	inspected, scored, right := 0, 0, 0
	for _, c := range index.Cases {
		eml, err := os.ReadFile(filepath.Join(root, "mime", c.File))
		if err != nil {
			t.Fatal(err)
		}
		if c.StripMbox {
			_, eml, _ = bytes.Cut(eml, []byte("\n"))
		}
		in := string(eml)
		if c.HarnessFrom != "" {
			in = "From: client@example.com\n" + in
		}
		seen := inspect(t, in)
		inspected++
		fate := fmt.Sprint(seen["fate"])
		if index.Legend[fate] == "" {
			t.Errorf("%s: %q is none of the corpus's words", c.File, fate)
		}
		if c.NeedsDNS || c.HarnessFrom == "replace" { // mailgw/letter's own test replaces it
			continue
		}
		scored++
		accepts := func(f string) bool {
			return f == string(letter.AcceptReply) || f == string(letter.AcceptWithAttachments)
		}
		allowed := append(c.AlsoOK, c.Expect)
		if slices.Contains(allowed, fate) || accepts(fate) && slices.ContainsFunc(allowed, accepts) {
			right++
		} else {
			t.Logf("%s: %s (%v), want %v", c.File, fate, seen["reason"], allowed)
		}
	}
	fmt.Printf("corpus: inspected=%d scored=%d right=%d\n", inspected, scored, right)
	if right < scored*95/100 {
		t.Errorf("%d of %d as the corpus expects", right, scored)
	}
}
