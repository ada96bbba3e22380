package chat

import (
	"errors"
	"math"
	"testing"
)

func TestPlacesAsText(t *testing.T) {
	t.Parallel()
	for _, p := range []Place{{}, {Epoch: 1, Number: 42}, {Epoch: math.MaxInt64, Number: math.MaxInt64}} {
		if back, err := ParsePlace(p.String()); err != nil || back != p {
			t.Errorf("%s: %v, %v", p, back, err)
		}
	}
	for _, s := range []string{
		"", ".", "1", "1.", ".1", "-1.2", "1.-2", "+1.2", "1.+2", "01.2", "1.02", "1.2.3", " 1.2", "1.2 ", "1,2", "a.b", "1e3.2",
		"9223372036854775808.1", "1.9223372036854775808",
	} {
		if p, err := ParsePlace(s); !errors.Is(err, Refuse(Invalid, "")) {
			t.Errorf("%q: %v, %v", s, p, err)
		}
	}
}
