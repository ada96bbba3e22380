package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// said runs a command and gives its exit code and all it said.
func said(ctx context.Context, args ...string) (int, string) {
	var out bytes.Buffer
	code := run(ctx, args, nil, strings.NewReader(""), &out, &out)
	return code, out.String()
}

// seatedDemo runs a demo until it is stopped, or the test ends. Its people and conversations are there.
func seatedDemo(ctx context.Context, t *testing.T, data string) (stop func()) {
	t.Helper()
	out, log := newOutput(), newOutput()
	running, cancel := context.WithCancel(ctx)
	ended := make(chan int, 1)
	go func() {
		ended <- run(running, []string{
			"demo", "--data", data, "--listen=127.0.0.1:0", "--smtp-listen=127.0.0.1:0", "--log-format=json", "--log-level=debug",
		}, nil, strings.NewReader(""), out, log)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("the demo ended with %d:\n%s", code, log.b.String())
		}
	})
	t.Cleanup(stop)
	out.await(ctx, t, `Jonas Bergman .*/link#(\S+)`)
	return stop
}

// TestBackupBesideANode as an operator does it, and what is said to one who restores under it.
func TestBackupBesideANode(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	data, away := t.TempDir(), t.TempDir()
	stop := seatedDemo(ctx, t, data)
	backup := filepath.Join(away, "b.tar")

	if code, text := said(ctx, "backup", "--data", data, "--to", backup); code != 0 || !strings.Contains(text, "8 messages in 3 conversations") {
		t.Fatalf("%d: %s", code, text)
	}
	for name, step := range map[string]struct {
		args []string
		code int
		says string
	}{
		"the same file again":   {[]string{"backup", "--data", data, "--to", backup}, exitFailed, "exists"},
		"no tar":                {[]string{"backup", "--data", data, "--to", backup + ".zip"}, exitUsage, "--to"},
		"no database":           {[]string{"backup", "--data", t.TempDir(), "--to", away}, exitFailed, "open database"},
		"under the node":        {[]string{"restore", "--data", data, "--replace", backup}, exitFailed, "stop the node"},
		"what is not there":     {[]string{"restore", "--data", t.TempDir(), backup + "x"}, exitFailed, "no such file"},
		"what is no backup":     {[]string{"restore", "--data", t.TempDir(), filepath.Join(data, "postern.db")}, exitFailed, "no backup"},
		"into a folder of none": {[]string{"restore", "--data", filepath.Join(t.TempDir(), "new"), backup}, 0, "8 messages in 3 conversations, all verified"},
	} {
		if code, text := said(ctx, step.args...); code != step.code || !strings.Contains(text, step.says) {
			t.Errorf("%s: %d: %s", name, code, text)
		}
	}

	stop()
	if code, text := said(ctx, "restore", "--data", data, "--replace", "--keep-sessions", backup); code != 0 || strings.Contains(text, "sessions ended") {
		t.Errorf("where the node was: %d: %s", code, text)
	}
	seatedDemo(ctx, t, data)

	next := filepath.Join(t.TempDir(), "next")
	if code, text := said(ctx, "restore", "--data", next, backup); code != 0 {
		t.Fatalf("%d: %s", code, text)
	}
	if code, text := said(ctx, "doctor", "--deep", "--data", next); code != 0 || !strings.Contains(text, "3 conversations and 0 files") {
		t.Errorf("%d: %s", code, text)
	}
	if code, text := said(ctx, "backup", "--data", next, "--to", away); code != 0 {
		t.Errorf("%d: %s", code, text)
	}
	if left, err := filepath.Glob(filepath.Join(away, "postern-*Z.tar")); err != nil || len(left) != 1 {
		t.Errorf("in the folder: %q, %v", left, err)
	}
	if entries, err := os.ReadDir(away); err != nil || len(entries) != 2 {
		t.Errorf("besides: %v, %v", entries, err)
	}
}
