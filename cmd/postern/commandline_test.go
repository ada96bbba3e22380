package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sample has a flag of each kind.
type sample struct {
	Config string `help:"Of all commands." placeholder:"FILE"`

	Make  sampleMake  `cmd:"" help:"Make something."`
	Group sampleGroup `cmd:"" help:"A group."`
}

type sampleGroup struct {
	Show sampleShow `cmd:"" help:"Show something."`
}

type sampleBase struct {
	WaitFor time.Duration `help:"How long (default: ${default})." default:"30s"`
}

type sampleMake struct {
	sampleBase
	Text   string   `help:"A text." enum:"red,green" default:"red"`
	Maybe  *string  `help:"A text that may be missing."`
	Deep   bool     `help:"A switch."`
	Count  int      `help:"A number." required:""`
	Bytes  int64    `name:"size" help:"A number." default:"7"`
	Nets   []string `help:"A list." placeholder:"CIDR"`
	Folder string   `help:"A path." type:"path" hidden:""`
	First  string   `arg:"" help:"One."`
	Rest   []string `arg:"" help:"More."`
}

type sampleShow struct {
	File string `arg:"" type:"existingfile" help:"A file."`
}

func (*sampleMake) Run(context.Context, streams) error { return nil }

func (*sampleShow) Run(context.Context, streams) error { return nil }

// readLine gives what a line makes of the sample, or how it is wrong.
func readLine(t *testing.T, words, env []string) (*sample, error) {
	t.Helper()
	s := &sample{}
	settings, err := newSettings(words, env)
	if err != nil {
		return s, err
	}
	at, help, err := newCommand("sample", "", s).parse(words)
	if err == nil && !help {
		err = at.settle(settings)
	}
	return s, err
}

func TestCommandLineIsRead(t *testing.T) {
	t.Parallel()
	s, err := readLine(t, strings.Fields("make --count 3 a --deep --nets=10.0.0.0/8,::1 --maybe= --nets 127.0.0.1 --wait-for=1m -- - --b"), nil)
	if err != nil {
		t.Fatal(err)
	}
	m := s.Make
	if m.Maybe == nil || *m.Maybe != "" {
		t.Errorf("--maybe= is %v", m.Maybe)
	}
	m.Maybe = nil
	got := fmt.Sprintf("%+v", m)
	want := `{sampleBase:{WaitFor:1m0s} Text:red Maybe:<nil> Deep:true Count:3 Bytes:7 Nets:[10.0.0.0/8 ::1 127.0.0.1] Folder: First:a Rest:[- --b]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSettingsStandInForFlags(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	config := write("config", "text = green\nsize = 1\ncount = 1\nwait-for = 1s\n")
	env := []string{"POSTERN_CONFIG=" + config, "POSTERN_SIZE_FILE=" + write("size", "2\n"), "POSTERN_COUNT=2", "POSTERN_NETS=a,b"}
	s, err := readLine(t, []string{"make", "--count=3", "x", "y"}, env)
	if err != nil {
		t.Fatal(err)
	}
	if m := s.Make; m.Text != "green" || m.Bytes != 2 || m.Count != 3 || m.WaitFor != time.Second || fmt.Sprint(m.Nets) != "[a b]" {
		t.Errorf("%+v", m)
	}
}

func TestWrongLinesAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"", `expected one of "make", "group"`},
		{"nothing", `there is no command "nothing"`},
		{"group", `expected one of "show"`},
		{"make --count=1", `expected "<first>"`},
		{"make --count=1 a", `expected "<rest> ..."`},
		{"make a b", "missing flags: --count="},
		{"make --count", "--count: say a value"},
		{"make --count --deep a b", "--count: say a value"},
		{"make --count=x a b", `--count: "x" is no number`},
		{"make --count=1 --wait-for=5 a b", `--wait-for: "5" is no time`},
		{"make --count=1 --deep=perhaps a b", `--deep: "perhaps" is no true or false`},
		{"make --count=1 --text=blue a b", `--text must be one of "red","green" but is "blue"`},
		{"make --count=1 --other a b", "unknown flag --other"},
		{"make --count=1 -d a b", "unknown flag -d"},
		{"--count=1 make a b", "unknown flag --count"},
		{"group show /nowhere/at/all", "no such file"},
		{"group show /", "is a folder"},
		{"group show", `expected "<file>"`},
		{"group show a.go b.go", "no such file"},
		{"group show commandline_test.go another", `unexpected argument "another"`},
	} {
		if _, err := readLine(t, strings.Fields(c.line), nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.line, err, c.want)
		}
	}
}

func TestPathsAreAbsolute(t *testing.T) {
	t.Parallel()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	s, err := readLine(t, []string{"make", "--count=1", "--folder=data", "a", "b"}, nil)
	if want := filepath.Join(here, "data"); err != nil || s.Make.Folder != want {
		t.Errorf("--folder=data is %q (%v), want %q", s.Make.Folder, err, want)
	}
	if s, err = readLine(t, []string{"make", "--count=1", "--folder=-", "a", "b"}, nil); err != nil || s.Make.Folder != "-" {
		t.Errorf("--folder=- is %q (%v)", s.Make.Folder, err)
	}
}

func TestHelpSaysWhatThereIs(t *testing.T) {
	t.Parallel()
	at, help, err := newCommand("sample", "", &sample{}).parse([]string{"make", "--help", "--nonsense"})
	if err != nil || !help {
		t.Fatalf("help %v, %v", help, err)
	}
	var b bytes.Buffer
	at.writeHelp(&b)
	for _, line := range []string{
		"Usage: sample make --count=N <first> <rest> ... [flags]\n",
		"  <rest> ...  More.\n", "--config=FILE", "--wait-for=30s", "How long (default: 30s).", "--text=red", "--nets=CIDR,...", "--deep ",
	} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("no %q in\n%s", line, b.String())
		}
	}
	if strings.Contains(b.String(), "folder") {
		t.Errorf("what is hidden is shown:\n%s", b.String())
	}
	for line := range strings.Lines(b.String()) {
		if len(line) > helpWidth+1 {
			t.Errorf("a long line: %q", line)
		}
	}
}
