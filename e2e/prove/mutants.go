package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// A mutant is a small patch e2e/mutants/PROOF.WHAT.patch that breaks the rule behind a proof. It is applied to a copy of the tree, a binary (and, where
// it touches static/, a client) is built there, and the proof is run with it: it must fail, and fail as unproved rather than for want of a build.

// runMutants tries every mutant whose proof is chosen.
func runMutants(ctx context.Context, choice *regexp.Regexp) error {
	patches, err := filepath.Glob(filepath.Join("e2e", "mutants", "*.patch"))
	if err != nil {
		return err
	}
	covered := map[string]bool{}
	var bad error
	for _, patch := range patches {
		name, _, _ := strings.Cut(filepath.Base(patch), ".")
		covered[name] = true
		if !choice.MatchString(name) {
			continue
		}
		if err := runMutant(ctx, name, patch); err != nil {
			fmt.Printf("SURVIVED: %s: %v\n", filepath.Base(patch), err)
			bad = errors.Join(bad, err)
			continue
		}
		fmt.Printf("killed: %s\n", strings.TrimSuffix(filepath.Base(patch), ".patch"))
	}
	for _, p := range proofs() {
		if !covered[strings.TrimSuffix(p.name, "-sqlite")] {
			bad = errors.Join(bad, fmt.Errorf("no mutant for %s", p.name))
		}
	}
	return bad
}

func runMutant(ctx context.Context, name, patch string) error {
	p, err := proofNamed(name)
	if err != nil && name != soak {
		return err
	}
	dir, err := os.MkdirTemp("", "postern-mutant-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary, err := buildMutant(ctx, dir, patch)
	if err != nil {
		return fmt.Errorf("build the mutant: %w", err)
	}
	if err := os.Setenv("POSTERN_BIN", binary); err != nil {
		return err
	}
	defer os.Unsetenv("POSTERN_BIN")
	if err := os.Setenv(treeVariable, dir); err != nil {
		return err
	}
	defer os.Unsetenv(treeVariable)
	if name == soak {
		err = shortSoak(ctx)
	} else {
		err = prove(ctx, p)
	}
	if err == nil {
		return errors.New("the proof passes although its rule is broken")
	}
	return ctx.Err()
}

// soak is e2e/soak, a command of its own that is run beside the proofs, and has mutants too.
const soak = "soak"

// shortSoak runs it. A run that comes to no figures is no verdict.
func shortSoak(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "go", "run", "./e2e/soak", "--minutes", "0.1").CombinedOutput()
	if err != nil && !strings.Contains(string(out), "at the door") {
		fmt.Printf("the soak broke off: %s\n", out)
		return nil
	}
	if err != nil {
		fmt.Printf("%s", out)
	}
	return err
}

func proofNamed(name string) (proof, error) {
	for _, p := range proofs() {
		if p.name == name {
			return p, nil
		}
	}
	return proof{}, fmt.Errorf("there is no proof %q", name)
}

// buildMutant copies what git knows of, applies the patch and builds.
func buildMutant(ctx context.Context, dir, patch string) (string, error) {
	full, err := filepath.Abs(patch)
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(patch)
	if err != nil {
		return "", err
	}
	client := strings.Contains(string(content), "+++ b/static/")
	steps := []string{
		`git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$1"`,
		`cd "$1" && git apply --whitespace=nowarn "$2"`,
	}
	if client {
		steps = append(steps, `ln -s "$PWD/static/node_modules" "$1/static/node_modules" && cd "$1/static" && npm run build`)
	} else {
		steps = append(steps, `cp -r static/dist/. "$1/static/dist/"`)
	}
	binary := filepath.Join(dir, "bin", "postern")
	steps = append(steps, `cd "$1" && go build -o "$3" ./cmd/postern`)
	for _, step := range steps {
		out, err := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", step, "mutant", dir, full, binary).CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("%s: %w\n%s", step, err, out)
		}
	}
	return binary, nil
}
