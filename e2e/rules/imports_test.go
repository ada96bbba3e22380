package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "postern"

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImportsFollowTheArchitecture(t *testing.T) {
	t.Parallel()
	packages := listPackages(t)
	if len(packages) < 2 {
		t.Fatalf("go list named %d packages", len(packages))
	}
	for _, p := range packages {
		for _, breach := range breaches(p) {
			t.Error(breach)
		}
	}
}

func TestForbiddenArrowsAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		test     bool
		want     string
	}{
		{from: "hub", to: "postern/store", want: "hub imports store: hub may import only its own, chat, hub/wire, hub/bus"},
		{from: "mailgw", to: "postern/hub", want: "mailgw imports hub: mailgw may import only its own, chat, richtext, mailgw/letter, mailgw/reply, mailgw/address, mailgw/auth"},
		{from: "hub/bus", to: "postern/chat", want: "hub/bus imports chat: hub/bus may import only its own"},
		{from: "hub/bus/bustest", to: "postern/hub/bus"},
		{from: "chat", to: "github.com/google/uuid", want: "chat imports github.com/google/uuid: chat may import the standard library only"},
		{from: "chat", to: "github.com/google/go-cmp/cmp", test: true},
		{from: "chat", to: "postern/richtext", want: "chat imports richtext: chat may import only its own"},
		{from: "chat", to: "encoding/json"},
		{from: "api", to: "postern/store", want: "api imports store: api may import only its own, chat, hub, hub/wire, api/session"},
		{from: "api", to: "postern/store", test: true},
		{from: "api", to: "postern/e2e/rig", test: true, want: "a test of api imports e2e/rig: tests of api may import only its own, chat, hub, hub/wire, api/session, " + strings.Join(behind, ", ") + ", hub/bus, static"},
		{from: "e2e/rig", to: "postern/hub/wire"},
		{from: "e2e/load", to: "postern/e2e/rig"},
		{from: "e2e/load", to: "postern/chat", want: "e2e/load imports chat: e2e may import only its own, hub/wire"},
		{from: "cmd/postern", to: "postern/hub/bus/bustest", want: "cmd/postern imports hub/bus/bustest: a conformance suite is for tests only"},
		{from: "store/sqlite", to: "postern/store/storetest", test: true},
		{from: "store", to: "postern/store/blob", want: "store imports store/blob: store may import only its own, chat, store/postgres, store/sqlite, store/archive, store/migrate"},
		{from: "utils", to: "fmt", want: "utils stands in no room of ARCHITECTURE.md"},
	} {
		p := listed{ImportPath: module + "/" + c.from, Imports: []string{c.to}}
		if c.test {
			p.Imports, p.XTestImports = nil, []string{c.to}
		}
		if got := strings.Join(breaches(p), "\n"); got != c.want {
			t.Errorf("%s -> %s: %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

// breaches says, a sentence each, which imports of the package are forbidden.
func breaches(p listed) []string {
	from := strings.TrimPrefix(p.ImportPath, module+"/")
	r, ok := roomOf(from)
	if !ok {
		return []string{from + " stands in no room of ARCHITECTURE.md"}
	}
	var found []string
	for _, to := range p.Imports {
		if wrong := r.breach(from, to); wrong != "" {
			found = append(found, wrong)
		}
	}
	for _, to := range slices.Concat(p.TestImports, p.XTestImports) {
		if wrong := r.testBreach(from, to); wrong != "" {
			found = append(found, wrong)
		}
	}
	return found
}

func (r room) breach(from, to string) string {
	ours, isOurs := strings.CutPrefix(to, module+"/")
	switch {
	case !isOurs && r.standard && strings.Contains(strings.Split(to, "/")[0], "."):
		return fmt.Sprintf("%s imports %s: %s may import the standard library only", from, to, r.dir)
	case !isOurs:
		return ""
	case isSuite(ours) && !isSuite(from):
		return fmt.Sprintf("%s imports %s: a conformance suite is for tests only", from, ours)
	case !r.allows(ours, r.imports):
		return fmt.Sprintf("%s imports %s: %s may import only %s", from, ours, r.dir, names(r.imports))
	}
	return ""
}

func (r room) testBreach(from, to string) string {
	allowed := slices.Concat(r.imports, r.tests)
	ours, isOurs := strings.CutPrefix(to, module+"/")
	if !isOurs || r.allows(ours, allowed) {
		return ""
	}
	return fmt.Sprintf("a test of %s imports %s: tests of %s may import only %s", from, ours, r.dir, names(allowed))
}

func (r room) allows(to string, allowed []string) bool {
	target, ok := roomOf(to)
	return ok && (target.dir == r.dir || slices.Contains(allowed, target.dir))
}

// isSuite is true of packages that hold tests for others to run: storetest, bustest, ...
func isSuite(dir string) bool { return strings.HasSuffix(dir, "test") }

func names(imports []string) string {
	return strings.Join(append([]string{"its own"}, imports...), ", ")
}

// roomOf is the innermost room that the package stands in.
func roomOf(dir string) (room, bool) {
	var best room
	for _, r := range rooms {
		if (dir == r.dir || strings.HasPrefix(dir, r.dir+"/")) && len(r.dir) > len(best.dir) {
			best = r
		}
	}
	return best, best.dir != ""
}

// listPackages also lists packages that do not compile: what they import counts already.
func listPackages(t *testing.T) []listed {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
