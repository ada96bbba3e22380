package rules

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"testing"
)

// forbidden is what no committed file may hold, where files is a pattern of base names.
var forbidden = []struct {
	files string
	text  *regexp.Regexp
	why   string
}{
	// Written apart, or this file would be the first offender.
	{"*", regexp.MustCompile(`(^|[^\w./-])/wo` + `rk/[\w.]`), "a path of one machine"},
	{"*", regexp.MustCompile(`(^|[^\w.-])/home/\w+/(src|go|projects)\b`), "a path of one machine"},
	{"package-lock.json", regexp.MustCompile(`"resolved":\s*"https?:`), "the host of a registry (.npmrc: omit-lockfile-registry-resolved=true)"},
	{".npmrc", regexp.MustCompile(`(?m)^\s*(@[^:]+:)?registry\s*=|_authToken`), "the host of a registry"},
	{"go.sum", regexp.MustCompile(`https?:`), "the host of a registry"},
	{"go.mod", regexp.MustCompile(`(?m)^\s*replace\b.*=>`), "a replacement that only one machine may have"},
}

func TestNothingCommittedNamesMachinesOrRegistries(t *testing.T) {
	t.Parallel()
	files := committed(t)
	if len(files) < 10 {
		t.Fatalf("git named %d files", len(files))
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) { // deleted, the commit is still to come
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, offence := range offences(path.Base(name), text) {
			t.Errorf("%s holds %s", name, offence)
		}
	}
}

func TestOffencesAreSeen(t *testing.T) {
	t.Parallel()
	machine := "/wo" + "rk/"
	for _, c := range []struct {
		file, text string
		want       int
	}{
		{"a.go", "open " + machine + "main/x", 1},
		{"a.go", `"` + machine + `shared"`, 1},
		{"a.md", "team" + machine + "life", 0},
		{"a.md", "https://example.org" + machine + "life", 0},
		{"package-lock.json", `"resolved": "https://registry.example/x.tgz"`, 1},
		{"package-lock.json", `"resolved": "file:../x"`, 0},
		{".npmrc", "registry=https://registry.example/", 1},
		{".npmrc", "omit-lockfile-registry-resolved=true", 0},
		{"go.mod", "replace a.example/x => ../x", 1},
	} {
		if got := offences(c.file, []byte(c.text)); len(got) != c.want {
			t.Errorf("%s %q: %v, want %d", c.file, c.text, got, c.want)
		}
	}
}

func offences(base string, text []byte) []string {
	var found []string
	for _, f := range forbidden {
		matches, err := path.Match(f.files, base)
		if err != nil {
			found = append(found, err.Error())
		} else if hit := f.text.Find(text); matches && hit != nil {
			found = append(found, f.why+": "+string(bytes.TrimSpace(hit)))
		}
	}
	return found
}

// committed names the files that git tracks, as paths from here.
func committed(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--", ":/")
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	return strings.Split(strings.TrimSuffix(string(output), "\x00"), "\x00")
}
