package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/e2e/rig"
)

func TestTableReplacesWhatWasRunAgain(t *testing.T) {
	t.Parallel()
	tab := &table{machine: machine{model: "Model", cores: 4, memory: 24e9, revision: "abc", postgres: "15"}, rows: map[string]string{}}
	when := tab.machine.when(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), load{1.25, 100, 10}, load{2, 300, 30})
	tab.add("start", "T9: soon", startResult{Start: 12, Binary: 30}, nil, when)
	tab.add("mail --store sqlite", "", mailResult{N: 3, faults: faults{Lost: 1}}, errors.New("lost"), when)
	tab.add("resume --n 10000", "", nil, errors.New("no | servers\nand more"), when)
	file := filepath.Join(t.TempDir(), "benchmarks.md")
	old := "# Head\n" + tableBegin + "\n| `start` | stale | | |\n| `fanout --n 5000` | kept | | |\n| `gone` | stale | | |\n" + tableEnd + "\ntail\n"
	if err := os.WriteFile(file, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := tab.write(file); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# Head\n" + tableBegin + "\n| ", "| `fanout --n 5000` | kept | | |\n", "| `start` | answers after 12 ms",
		"| T9: soon | abc, 2026-11-22 12:00, 1.2, 10.0 % |\n", "| **failed**: 3 letters", "lost 1", "| `resume --n 10000` | **failed**: no / servers |",
		"4 cores (Model), 24 GB", tableEnd + "\ntail\n",
	} {
		if !strings.Contains(string(written), want) {
			t.Errorf("no %q in\n%s", want, written)
		}
	}
	if strings.Contains(string(written), "stale") {
		t.Errorf("what was run again, or is run no more, is still there:\n%s", written)
	}
	if _, err := between([]byte("# Head\n"), "text"); err == nil {
		t.Error("a file without markers was accepted")
	}
}

func TestStolenIsAShareOfTheTimeBetween(t *testing.T) {
	t.Parallel()
	if got := stolen(load{total: 100, stolen: 10}, load{total: 300, stolen: 30}); got != 10 {
		t.Errorf("20 of 200: %v %%", got)
	}
	if got := stolen(load{total: 100, stolen: 10}, load{total: 100, stolen: 10}); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
	if l, err := lookAtLoad(); err != nil || l.total <= l.stolen || l.average < 0 {
		t.Errorf("%+v, %v", l, err)
	}
}

// Every command of the round is one that the program takes, quick or not.
func TestBenchesAreCommandsThatExist(t *testing.T) {
	t.Parallel()
	for _, b := range benches {
		for _, quick := range []bool{false, true} {
			args := b.args(quick)
			if _, err := parse(args); err != nil {
				t.Errorf("%s: %v", commandLine(args), err)
			}
		}
	}
	if _, err := parse([]string{"send", "--speed", "5"}); err == nil {
		t.Error("a flag that does not exist was taken")
	}
	if _, err := (&kinds{}).measure(t.Context(), "people"); err == nil {
		t.Error("a kind that does not exist was measured")
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	binary, err := rig.Binary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r, err := (&startCmd{Starts: 1, Binary: binary}).measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.N != 2 || r.Start <= 0 || r.Again <= 0 || r.Slowest < r.Start || r.Binary < 1 {
		t.Errorf("figures that cannot be: %+v", r)
	}
	if took, err := startOnce(t.Context(), filepath.Join(t.TempDir(), "nothing"), t.TempDir()); err == nil {
		t.Errorf("a program that is not there answered after %v", took)
	}
}
