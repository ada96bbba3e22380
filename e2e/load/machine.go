package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine is where a round ran, and on what.
type machine struct {
	model    string // of the processors
	cores    int
	memory   int64 // bytes
	revision string
	postgres string
}

// load is what the machine had to do.
type load struct {
	average       float64 // of the last minute
	total, stolen float64 // CPU time since it was started, and what of it its host took; in the same unit
}

func lookAtMachine(ctx context.Context) (m machine, err error) {
	m.cores = runtime.NumCPU()
	if m.model, err = find("/proc/cpuinfo", `model name\s*: (.*)`); err != nil {
		m.model = runtime.GOARCH // not every architecture names it
	}
	kilobytes, err := find("/proc/meminfo", `MemTotal:\s*(\d+) kB`)
	if err != nil {
		return m, err
	}
	kB, err := strconv.ParseInt(kilobytes, 10, 64)
	if err != nil {
		return m, fmt.Errorf("read memory of the machine: %w", err)
	}
	m.memory = kB << 10
	m.revision = revision(ctx)
	m.postgres = output(ctx, "sh", "-c", "ls /usr/lib/postgresql | sort -n | tail -1")
	return m, nil
}

func find(path, pattern string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("%s does not say %s", path, pattern)
	}
	return string(found[1]), nil
}

// revision is that of the tree, and whether it was changed since.
func revision(ctx context.Context) string {
	r := output(ctx, "git", "rev-parse", "--short", "HEAD")
	if r == "" {
		return "unknown"
	}
	if output(ctx, "git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs") != "" {
		r += " with changes"
	}
	return r
}

// output is what a program says; nothing where it fails.
func output(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(out))
}

func lookAtLoad() (l load, err error) {
	average, noAverage := find("/proc/loadavg", `^(\S+)`)
	times, noTimes := find("/proc/stat", `(?m)^cpu +(.*)$`)
	if err := errors.Join(noAverage, noTimes); err != nil {
		return l, err
	}
	if l.average, err = strconv.ParseFloat(average, 64); err != nil {
		return l, err
	}
	for i, text := range strings.Fields(times) {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return l, err
		}
		if i < 8 { // guests are in user time already: proc(5)
			l.total += n
		}
		if i == 7 {
			l.stolen = n
		}
	}
	return l, nil
}

// stolen is the share of the machine's time that its host took between two looks, in per cent.
func stolen(before, after load) float64 {
	if after.total <= before.total {
		return 0
	}
	return 100 * (after.stolen - before.stolen) / (after.total - before.total)
}

// String is the machine, and what it stands on.
func (m machine) String() string {
	return fmt.Sprintf("%d cores (%s), %.0f GB, PostgreSQL %s, %s, all on loopback.", m.cores, m.model, float64(m.memory)/1e9, m.postgres, runtime.Version())
}

// when says of a run between two looks on what it ran, when, and what else the machine had to do.
func (m machine) when(now time.Time, before, after load) string {
	return fmt.Sprintf("%s, %s, %.1f, %.1f %%", m.revision, now.UTC().Format("2006-01-02 15:04"), before.average, stolen(before, after))
}
