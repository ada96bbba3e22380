package mailgw

import (
	"encoding/base64"
	"runtime"
	"strings"
	"testing"
	"time"

	"postern/mailgw/letter"
)

// TestReadingHasItsCost: whatever fills the text that is read of a letter, the memory that it takes is bounded. Strangers may write to postmaster.
func TestReadingHasItsCost(t *testing.T) {
	r := NewReader(letter.DefaultLimits())
	fill := func(s string) string { return strings.Repeat(s, letter.DefaultLimits().TextBytes/len(s)) }
	for name, c := range map[string]struct{ kind, text string }{
		"line feeds": {"plain", fill("\n")}, "lines": {"plain", fill("a\n")}, "quotes": {"plain", fill(">\n")}, "headers": {"plain", fill("From: a\nTo: b\n")},
		"breaks": {"html", fill("x<br>")}, "paragraphs": {"html", fill("<p>x")}, "blocks": {"html", fill("<blockquote>x")}, "preformatted": {"html", "<pre>" + fill("x\n")},
	} {
		raw := "From: a@b.example\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/" + c.kind + "\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte("Hello, Sam. "+c.text))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		in := r.Read([]byte(raw), letter.Envelope{})
		runtime.ReadMemStats(&after)
		if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 256 {
			t.Errorf("%s: %d MiB for %d of text", name, mib, len(c.text)>>20)
		}
		if !strings.Contains(in.Text+in.Folded, "Hello, Sam.") {
			t.Errorf("%s: shows %.100q", name, in.Text)
		}
	}
}

// TestLettersAreReadInTurn: no more at once than there are processors; who waits too long comes again.
func TestLettersAreReadInTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.serve(func(o *ServerOptions) { o.TakeTime = 2 * time.Second })
	to := w.reply(w.anna, w.conversation)
	for range cap(s.turns) {
		s.turns <- struct{}{}
	}
	same(t, "nobody's turn", s.talk(t).post("anna@client.example", plainLetter("x", "Yes."), to)[:9], "451 4.3.0")
	<-s.turns
	same(t, "a turn", s.talk(t).post("anna@client.example", plainLetter("x", "Yes."), to)[:3], "250")
	same(t, "turns given back", len(s.turns), cap(s.turns)-1)
}
