package rules

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestServerCallsNoMethodByName: with one such call in the program the linker keeps every method there is (docs/decisions/0020), also this one, which nobody calls.
func TestServerCallsNoMethodByName(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "postern")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, module+"/cmd/postern")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	symbols, err := exec.CommandContext(t.Context(), "go", "tool", "nm", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	const redis = "github.com/redis/go-redis/v9."
	if !bytes.Contains(symbols, []byte(redis+"NewClient\n")) {
		t.Error("the list of symbols has nothing of go-redis: what it has not says nothing")
	}
	if bytes.Contains(symbols, []byte(redis+"cmdable.GeoAdd\n")) {
		t.Error("something in cmd/postern calls methods by their names, as kong and html/template do: see docs/decisions/0020")
	}
}
