package letter

import "testing"

// TestNoSuchAddress: what is said of the address for good, and nothing else.
func TestNoSuchAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status, said string
		want         bool
	}{
		{"5.1.1", "550 5.1.1 User unknown", true},
		{"5.1.2", "bad destination system", true},
		{"5.1.10", "null MX", true},
		{"5.2.1", "mailbox disabled", true},
		{"", "550 5.1.1 <x@y.example>: Recipient address rejected", true},
		{"", "550 no such user here", true},
		{"5.0.0", "550 User unknown", true},
		{"", "550 Unrouteable address", true},
		{"5.2.2", "552 5.2.2 Mailbox full, no such user either", false},
		{"5.7.1", "550 5.7.1 user unknown to our policy", false},
		{"5.1.8", "the sender's system", false},
		{"5.2.3", "too large", false},
		{"5.4.4", "no route", false},
		{"4.1.1", "450 4.1.1 user unknown, for now", false},
		{"", "450 user unknown in a local table, try again", false},
		{"", "550 blocked", false},
		{"", "", false},
	} {
		if got := NoSuchAddress(c.status, c.said); got != c.want {
			t.Errorf("%q %q: %v", c.status, c.said, got)
		}
	}
}
