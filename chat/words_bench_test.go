package chat

import (
	"strings"
	"testing"
)

// BenchmarkTextWords is what every message costs before it is sent: 400 bytes of text.
func BenchmarkTextWords(b *testing.B) {
	text := strings.Repeat("Could you please send me the till reports of August and the invoice for the new oven by Friday? ", 5)[:400]
	b.ReportAllocs()
	for b.Loop() {
		textWords(text)
	}
}
