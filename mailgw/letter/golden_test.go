package letter

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files; read the diff")

// TestFixtures compares what is read of each letter in testdata with the file
// beside it.
func TestFixtures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*.eml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := account(t, Read(crlf(string(raw)), DefaultLimits()))
		golden := strings.TrimSuffix(file, ".eml") + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", file, diff)
		}
	}
}

// account writes down what was made of a letter.
func account(t *testing.T, l *Letter) string {
	var b strings.Builder
	v := Judge(l, Envelope{})
	fmt.Fprintf(&b, "fate %s, class %s: %s\n", v.Fate, v.Class, v.Reason)
	fmt.Fprintf(&b, "from %q <%s> %v\nsubject %q\nid %s\nin reply to %v of %v\nnotes %v\n", l.From.Name, l.From.Address, l.FromErr, l.Subject, l.MessageID, l.InReplyTo, l.References, l.Notes)
	for _, p := range l.Parts {
		fmt.Fprintf(&b, "%s %s %q", p.Kind, p.Type, p.Name)
		if p.Kind != Body {
			fmt.Fprintf(&b, " is %s, %d bytes, damaged %v, id %q", p.Sniffed, p.Size, p.Damaged, p.ContentID)
		}
		b.WriteByte('\n')
	}
	if v.DSN != nil {
		fmt.Fprintf(&b, "report %+v\n", *v.DSN)
	}
	if v.Complaint != nil {
		fmt.Fprintf(&b, "complaint %+v\n", *v.Complaint)
	}
	fmt.Fprintf(&b, "text:\n%s\nhtml:\n%s\n", l.Text, l.HTML)
	return b.String()
}
