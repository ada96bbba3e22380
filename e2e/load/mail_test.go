package main

import (
	"bytes"
	"net/mail"
	"testing"
)

func TestLetterHasItsSizeAndItsNumber(t *testing.T) {
	t.Parallel()
	for _, size := range []int{minLetter, 6000, 50_000} {
		raw := letter(12, "ann@firm.example", "xyz@postern.test", size)
		if len(raw) < size*9/10 || len(raw) > size*11/10 {
			t.Errorf("%d bytes instead of %d", len(raw), size)
		}
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil || m.Header.Get("To") != "<xyz@postern.test>" || bytes.Count(raw, []byte("load-12 ")) != 2 {
			t.Errorf("%v: %s", err, raw[:200])
		}
		if bytes.Contains(bytes.ReplaceAll(raw, []byte("\r\n"), nil), []byte("\n")) {
			t.Error("a line feed alone")
		}
	}
}

// A short run of the whole: real mails, real letters, and each on the screens once.
func TestMailOnSQLite(t *testing.T) {
	t.Parallel()
	c := mailCmd{Store: "sqlite", Sessions: 3, Letters: 60, Warmup: 5, Size: 6000, Groups: 4}
	r, err := c.measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.verdict() != nil || r.N != 60 || r.Rate <= 0 || r.CPU <= 0 || r.DB != 0 || r.P99 < r.P50 {
		t.Errorf("figures that cannot be: %+v", r)
	}
}

func TestMailRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]mailCmd{
		"no session":                       {Letters: 1, Size: 6000, Groups: 1},
		"fewer conversations than writers": {Sessions: 10, Letters: 1, Size: 6000, Groups: 9},
		"no letter":                        {Sessions: 1, Size: 6000, Groups: 1},
		"a letter without room":            {Sessions: 1, Letters: 1, Size: 100, Groups: 1},
	} {
		if c.fill() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
