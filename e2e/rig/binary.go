package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Binary is the path of the program under test: POSTERN_BIN, else one built from the module that
// the working directory is in, once in this process.
func Binary(ctx context.Context) (string, error) {
	if path := os.Getenv("POSTERN_BIN"); path != "" {
		return filepath.Abs(path)
	}
	built.once.Do(func() { built.path, built.err = build(ctx) })
	return built.path, built.err
}

var built struct {
	once sync.Once
	path string
	err  error
}

// build leaves the binary in the module's bin/rig. Several processes may build at once: each
// renames a whole file into place, and a node that runs keeps the one it was started from.
func build(ctx context.Context) (string, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, "bin", "rig")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make directory for the binary: %w", err)
	}
	part := filepath.Join(dir, fmt.Sprintf("postern.%d", os.Getpid()))
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", part, "./cmd/postern")
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build postern: %w:\n%s", err, output)
	}
	path := filepath.Join(dir, "postern")
	if err := os.Rename(part, path); err != nil {
		return "", fmt.Errorf("put the binary in place: %w", err)
	}
	return path, nil
}

func moduleRoot(ctx context.Context) (string, error) {
	output, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	file := string(bytes.TrimSpace(output))
	if file == "" || file == os.DevNull {
		return "", errors.New("find the module: the working directory is in none; set POSTERN_BIN")
	}
	return filepath.Dir(file), nil
}
