package chat

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

var allKinds = []Kind{NotFound, Forbidden, Unsigned, Invalid, Conflict, TooLarge, TooMany, Unavailable, Expired}

func TestKindsOfErrors(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, k := range allKinds {
		names[k.String()] = true
		refusal := Refuse(k, "No.").About("field").Because(io.ErrUnexpectedEOF)
		err := fmt.Errorf("try: %w", refusal)
		if KindOf(err) != k || !errors.Is(err, Refuse(k, "")) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s is lost in %v", k, err)
		}
		if errors.Is(err, Refuse(k, "Another sentence.")) {
			t.Errorf("%s: a sentence matches another", k)
		}
		for _, other := range allKinds {
			if other != k && errors.Is(err, Refuse(other, "")) {
				t.Errorf("%s is taken for %s", k, other)
			}
		}
		if again := k == TooMany || k == Unavailable; k.Retry() != again {
			t.Errorf("%s: retry %t", k, k.Retry())
		}
	}
	if len(names) != len(allKinds) || names[""] {
		t.Errorf("names: %v", names)
	}
	if KindOf(nil) != 0 || KindOf(io.EOF) != 0 {
		t.Error("what is no refusal has a kind")
	}
}

// TestRefusalsAreNotChanged guards those that are shared by all requests.
func TestRefusalsAreNotChanged(t *testing.T) {
	t.Parallel()
	shared := Refuse(Invalid, "No.")
	if with := shared.About("title").Because(io.EOF); with.Field != "title" || with.Error() != "No: EOF" {
		t.Errorf("%+v", with)
	}
	if shared.Field != "" || shared.Error() != "No." || shared.Unwrap() != nil {
		t.Errorf("a shared refusal was changed: %+v", shared)
	}
}
