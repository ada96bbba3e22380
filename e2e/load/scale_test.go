package main

import (
	"strings"
	"testing"
)

// A quick run of the whole: what is filled in is what the API gives back.
func TestScaleOnSQLite(t *testing.T) {
	t.Parallel()
	c := scaleCmd{Store: "sqlite", Contacts: 100, Requests: 20}
	large, err := c.office(t.Context(), c.Contacts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { large.close() })
	badge, err := large.staff[0].Badge(t.Context())
	if err != nil || badge != 1 {
		t.Errorf("badge %d (%v) of the conversations 0, 97 and 194, the first of which is theirs", badge, err)
	}
	small, err := c.office(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { small.close() })
	r, err := c.result(t.Context(), large, small)
	if err != nil {
		t.Fatal(err)
	}
	if r.verdict() != nil || r.N != 2000 || r.Inbox <= 0 || r.BadgeSmall <= 0 || r.P95 < r.Open || r.Growth <= 0 {
		t.Errorf("figures that cannot be: %+v", r)
	}
}

func TestScaleRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]scaleCmd{
		"too few for a hundredth": {Contacts: 999, Requests: 20},
		"small of too few":        {Contacts: 40_000, Small: true, Requests: 20},
		"hardly a request":        {Contacts: 1000, Requests: 1},
	} {
		if c.fill() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestScaleIDsAreThoseOfTheDatabases(t *testing.T) {
	t.Parallel()
	if got := scaleID(conversationKind, 255); got != "00000004-0000-0000-0000-0000000000ff" {
		t.Error(got)
	}
	for name, d := range map[string]dialect{"postgres": postgresDialect, "sqlite": sqliteDialect} {
		if id := d.id(conversationKind, "i"); !strings.Contains(id, "00000004") {
			t.Errorf("%s: %s", name, id)
		}
	}
}
