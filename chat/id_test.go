package chat

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestIDsAsText(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(2, 2))
	usual := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	for range 200 {
		var id, back ID
		for i := range id {
			id[i] = byte(rnd.Uint32())
		}
		if !usual.MatchString(id.String()) {
			t.Fatalf("%s", id)
		}
		text, err := json.Marshal(id)
		if err == nil {
			err = json.Unmarshal(text, &back)
		}
		if err != nil || back != id {
			t.Fatalf("%s became %s and %s: %v", id, text, back, err)
		}
		if upper, err := ParseID(strings.ToUpper(id.String())); err != nil || upper != id {
			t.Fatalf("%s in upper case: %s, %v", id, upper, err)
		}
	}
	if !(ID{}).IsZero() || (ID{15: 1}).IsZero() {
		t.Error("zero is not told from other ids")
	}
}

func TestNoIDs(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "-", "0192d3a4-0000-7000-8000-00000000000", "0192d3a4-0000-7000-8000-0000000000000", "0192d3a400007000800000000000000000000",
		"0192d3a4-0000-7000-8000-00000000000g", "{192d3a4-0000-7000-8000-00000000000}", "0192d3a4_0000-7000-8000-000000000000",
		"0192d3a4-0000-7000-8000-0000000000é", "0192d3a4-0000-7000-8000-00000000\x00000",
	} {
		if id, err := ParseID(s); !errors.Is(err, Refuse(Invalid, "")) || !id.IsZero() {
			t.Errorf("%q: %s, %v", s, id, err)
		}
	}
	if err := new(ID).UnmarshalText([]byte("no id")); !errors.Is(err, Refuse(Invalid, "")) {
		t.Errorf("unmarshalled: %v", err)
	}
}
