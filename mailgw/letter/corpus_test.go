package letter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// corpusRow is a row of mime.json; its README tells how a row becomes a letter.
type corpusRow struct {
	File          string   `json:"file"`
	Expect        Fate     `json:"expect"`
	AlsoOK        []Fate   `json:"also_ok"`
	Why           string   `json:"why"`
	HarnessFrom   string   `json:"harness_from"`
	StripMboxFrom bool     `json:"strip_mbox_from"`
	NeedsDNS      bool     `json:"needs_dns"`
	Attachments   []string `json:"ref_attachments"`
}

// corpusDir finds the shared corpus, beside the repository unless told otherwise.
func corpusDir() string {
	if dir := os.Getenv("POSTERN_CORPUS"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "..", "shared", "corpus")
}

// loadCorpus says so in a line of its own when the corpus is not there.
func loadCorpus(tb testing.TB) (rows []corpusRow, dir string) {
	tb.Helper()
	dir = filepath.Join(corpusDir(), "mime")
	raw, err := os.ReadFile(filepath.Join(dir, "mime.json"))
	if os.IsNotExist(err) {
		fmt.Println("corpus: absent, 0 rows scored")
		tb.Skip("no corpus")
	}
	if err != nil {
		tb.Fatal(err)
	}
	var file struct{ Cases []corpusRow }
	if err := json.Unmarshal(raw, &file); err != nil {
		tb.Fatal(err)
	}
	return file.Cases, dir
}

// letter makes of a row what SMTP would have handed us.
func (row corpusRow) letter(tb testing.TB, dir string) []byte {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, row.File))
	if err != nil {
		tb.Fatal(err)
	}
	raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	if row.StripMboxFrom {
		_, raw, _ = bytes.Cut(raw, []byte("\r\n"))
	}
	switch row.HarnessFrom {
	case "prepend":
		raw = append([]byte("From: client@example.com\r\n"), raw...)
	case "replace":
		header, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		var kept []byte
		for line := range bytes.Lines(append(header, "\r\n"...)) {
			if !bytes.HasPrefix(bytes.ToLower(line), []byte("from:")) {
				kept = append(kept, line...)
			}
		}
		raw = slices.Concat([]byte("From: client@example.com\r\n"), kept, []byte("\r\n"), body)
	}
	return raw
}

// mislabelled rows say of a letter what does not hold of it. They are read and timed
// like the others and count neither as right nor as wrong.
var mislabelled = map[string]string{
	"mikelmail__error_emails_cant_parse_from.eml":    "its From is well-formed: Apple <News@InsideApple.Apple.com>",
	"mikelmail__mime_emails_two_from_in_message.eml": "it has one From field; the second is a word of the text",
}

// right: which of the two accepting words a row has follows its category more than
// its files (alternatives without a file are "with attachments", a zip is not), so
// either will do; the files are checked by themselves.
func (row corpusRow) right(got Fate) bool {
	accepting := func(f Fate) bool { return f == AcceptReply || f == AcceptWithAttachments }
	allowed := append([]Fate{row.Expect}, row.AlsoOK...)
	return slices.Contains(allowed, got) || accepting(got) && slices.ContainsFunc(allowed, accepting)
}

// missingFiles lists the files another parser found in a letter that should have
// some and we did not; that parser goes into letters within the letter.
func (row corpusRow) missingFiles(l *Letter) int {
	if row.Expect != AcceptWithAttachments || l.part("message/rfc822") != nil {
		return 0
	}
	return max(0, len(row.Attachments)-len(l.Files()))
}

func TestCorpus(t *testing.T) {
	rows, dir := loadCorpus(t)
	scored, right, exact := 0, 0, 0
	for _, row := range rows {
		if row.NeedsDNS {
			continue
		}
		l, v := row.read(t, dir)
		if why, ok := mislabelled[row.File]; ok {
			t.Logf("%s: not counted: %s", row.File, why)
			continue
		}
		scored++
		if missing := row.missingFiles(l); missing > 0 {
			t.Errorf("%s: %d files missing of %q", row.File, missing, row.Attachments)
		}
		if (v.Fate == AcceptWithAttachments) != (len(l.Files()) > 0) && (v.Fate == AcceptReply || v.Fate == AcceptWithAttachments) {
			t.Errorf("%s: %s with %d files", row.File, v.Fate, len(l.Files()))
		}
		if v.Fate == row.Expect {
			exact++
		}
		if row.right(v.Fate) {
			right++
		} else {
			t.Errorf("%s: %s (%s: %s), want %s %v: %s", row.File, v.Fate, v.Class, v.Reason, row.Expect, row.AlsoOK, row.Why)
		}
	}
	fmt.Printf("corpus: mime rows=%d scored=%d right=%d very_word=%d mislabelled=%d need_dns=%d\n",
		len(rows), scored, right, exact, len(mislabelled), len(rows)-scored-len(mislabelled))
}

// read reads and judges a row within a second of CPU time and 64 MiB.
func (row corpusRow) read(t *testing.T, dir string) (*Letter, Verdict) {
	t.Helper()
	raw := row.letter(t, dir)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := busy(t)
	l := Read(raw, DefaultLimits())
	v := Judge(l, Envelope{NullSender: row.Expect == Bounce})
	took := busy(t) - begin
	runtime.ReadMemStats(&after)
	if took > slowest {
		t.Errorf("%s: took %s", row.File, took)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 64<<20 {
		t.Errorf("%s: allocated %d MiB", row.File, allocated>>20)
	}
	return l, v
}
