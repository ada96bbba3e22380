package rules

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// A mutant is a patch (decision 0005): one that no longer applies proves nothing, and would be noticed only when the mutants are run.
func TestMutantsApply(t *testing.T) {
	t.Parallel()
	patches, err := filepath.Glob("../mutants/*.patch")
	if err != nil || len(patches) < 10 {
		t.Fatalf("%d patches: %v", len(patches), err)
	}
	for _, patch := range patches {
		cmd := exec.Command("git", "apply", "--check", "e2e/mutants/"+filepath.Base(patch))
		cmd.Dir = "../.."
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s does not apply: %s", filepath.Base(patch), said)
		}
	}
}
