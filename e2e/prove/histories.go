package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
)

// treeVariable names the tree whose tests prove something; unset: this one. A mutant is a tree of its own.
const treeVariable = "POSTERN_TREE"

// copyBlind has chat live random histories twice, with and without copies and everything else that a contact may not know of: whatever the contact
// received must be equal byte for byte (chat's TestNonInterference, which also fails if too little was left out or compared).
func copyBlind(ctx context.Context, _ *stage) (string, error) {
	return histories(ctx, "TestNonInterference")
}

// noteHidden does it with and without internal notes: their files, mentions and signs, and what was taken back of them.
func noteHidden(ctx context.Context, _ *stage) (string, error) {
	return histories(ctx, "TestNotesAreHidden")
}

// histories runs a test of chat that lives some twice.
func histories(ctx context.Context, name string) (string, error) {
	test := exec.CommandContext(ctx, "go", "test", "-count=1", "-v", "-timeout=5m", "-run=^"+name+"$", "./chat")
	test.Dir = os.Getenv(treeVariable)
	out, err := test.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("the histories: %w\n%.4000s", err, out)
	}
	measured := regexp.MustCompile(`histories=\d+ differ=0`).Find(out)
	if measured == nil {
		return "", errors.New("no histories were lived")
	}
	return string(measured), nil
}
