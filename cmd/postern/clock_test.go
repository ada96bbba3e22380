package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestClockIsOffByWhatTheFileSays(t *testing.T) {
	t.Parallel()
	c := &clock{file: filepath.Join(t.TempDir(), "clock")}
	if err := c.read(); err == nil {
		t.Error("a file that is not there was read")
	}
	for text, want := range map[string]time.Duration{"-2h\n": -2 * time.Hour, "0": 0, "90s": 90 * time.Second} {
		if err := os.WriteFile(c.file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.read(); err != nil {
			t.Fatal(err)
		}
		if off := time.Until(c.now()); (off - want).Abs() > time.Minute/2 {
			t.Errorf("%q: off by %v", text, off)
		}
		id := c.newID()
		made := time.UnixMilli(int64(id[0])<<40 | int64(id[1])<<32 | int64(id[2])<<24 | int64(id[3])<<16 | int64(id[4])<<8 | int64(id[5]))
		if off := time.Until(made); (off-want).Abs() > time.Minute/2 || id[6]>>4 != 7 {
			t.Errorf("%q: an id of version %d made at %v off", text, id[6]>>4, off)
		}
	}
	if err := os.WriteFile(c.file, []byte("soon"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c.read() == nil {
		t.Error("an offset of \"soon\" was taken")
	}
}
