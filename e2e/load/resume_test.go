package main

import (
	"testing"
	"time"
)

// A short run of the whole: two nodes, one of which is killed; everybody comes back and misses nothing. How soon is not for a test to judge.
func TestResume(t *testing.T) {
	t.Parallel()
	c := resumeCmd{N: 20, Each: 3, Rate: 40, Watch: 5 * time.Second}
	r, err := c.measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.verdict(); err != nil || r.Messages != c.messages() {
		t.Errorf("%d of %d messages: %v", r.Messages, c.messages(), err)
	}
	if r.N != 20 || r.Readers != 8 || r.Share < 0 || r.Share > 1 || r.Recovered <= 0 || r.Recovered > 5 || r.Before <= 0 || r.Queries <= 0 {
		t.Errorf("figures that cannot be: %+v", r)
	}
}

func TestResumeRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]resumeCmd{
		"no socket":                   {Each: 1, Rate: 1, Watch: time.Second},
		"more than a person may have": {N: 100, Each: 20, Rate: 1, Watch: time.Second},
		"no message":                  {N: 10, Each: 1, Watch: time.Second},
		"no time":                     {N: 10, Each: 1, Rate: 1},
		"too many messages":           {N: 10, Each: 1, Rate: 1e5, Watch: time.Minute},
	} {
		if c.check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestStatementsASecond(t *testing.T) {
	t.Parallel()
	began := time.Now()
	if got := (executed{100, began}).rate(executed{400, began.Add(2 * time.Second)}); got != 150 {
		t.Errorf("300 in 2 s: %v", got)
	}
	if got := (executed{100, began}).rate(executed{400, began}); got != 0 {
		t.Errorf("in no time: %v", got)
	}
}
