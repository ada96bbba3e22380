package chat

import (
	"strings"
	"testing"
)

// TestLetterTitle: whatever a subject is, the conversation has a title that others take.
func TestLetterTitle(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]string{
		"VAT return":             "VAT return",
		"  Re:\tVAT\r\n return ": "Re: VAT return",
		"":                       "No subject",
		"\u202e \u200b":          "No subject",
		"\xff":                   "No subject",
		strings.Repeat("é", 300): strings.Repeat("é", MaxTitle-1) + "…",
		strings.Repeat("é", 200): strings.Repeat("é", 200),
	} {
		if got := letterTitle(subject); got != want {
			t.Errorf("%q: %q, want %q", subject, got, want)
		}
	}
}
