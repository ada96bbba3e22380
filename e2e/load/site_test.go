package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/e2e/rig"
)

// A run against a node that runs already, with the people that 'load people' and 'user import' made.
func TestSendToServersOfOthers(t *testing.T) {
	t.Parallel()
	d, err := rig.StartSingle(t.Context(), rig.Settings{Env: []string{"POSTERN_LIMITS=off"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	imported := d.Nodes[0].Command(t.Context(), "user", "import", "--sign-in", "-")
	imported.Stdin = strings.NewReader(people(6, "others"))
	printed, err := imported.Output()
	if err != nil {
		t.Fatal(err)
	}
	users := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(users, printed, 0o600); err != nil {
		t.Fatal(err)
	}
	c := sendCmd{
		aim:   aim{Addr: []string{d.Nodes[0].URL()}, PID: []int{d.Nodes[0].PID()}, Users: users},
		Nodes: 1, Groups: 2, InFlight: 2, Messages: 50, Size: 400,
	}
	r, err := c.measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.verdict() != nil || r.N != 50 || r.CPU <= 0 {
		t.Errorf("%+v", r)
	}
	if _, err := (&sendCmd{aim: c.aim, Nodes: 1, Groups: 3, InFlight: 1, Messages: 5, Size: 400}).measure(t.Context()); err == nil ||
		!strings.Contains(err.Error(), "load people 9") {
		t.Errorf("too few people: %v", err)
	}
}

func TestLinksAreReadFromWhatImportPrints(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0,
		"ann@a.example\thttp://o.example/link#t\nbob@a.example\thttp://o.example/link#u\n": 2,
		"ann@a.example,http://o.example/link#t\n":                                          -1,
		"ann@a.example\thttp://o.example/\n":                                               -1,
	} {
		file := filepath.Join(t.TempDir(), "users")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		links, err := readLinks(file)
		if want < 0 && err == nil || want >= 0 && (err != nil || len(links) != want) {
			t.Errorf("%q: %q, %v", text, links, err)
		}
	}
}
