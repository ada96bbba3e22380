package mailgw

import (
	"fmt"
	"testing"

	"postern/chat"
	"postern/mailgw/letter"
)

// BenchmarkLetter is a letter of a few words from MAIL to 250, one after the other over one connection, durable on SQLite.
func BenchmarkLetter(b *testing.B) {
	w := newWorld(b)
	d := w.serve().talk(b)
	to := w.reply(w.anna, w.conversation)
	n := 0
	for b.Loop() {
		n++
		same(b, "reply", d.post("anna@client.example", plainLetter(fmt.Sprint(n), fmt.Sprint("Letter ", n)), to)[:3], "250")
	}
}

// BenchmarkRead is what is made of a letter with a quote and two files, without the database.
func BenchmarkRead(b *testing.B) {
	s := NewServer(ServerOptions{})
	raw := []byte(wholeLetter)
	b.ReportAllocs()
	for b.Loop() {
		if r := s.reader.Read(raw, letter.Envelope{}); len(r.Files) != 2 {
			b.Fatal("files are missing")
		}
	}
}

// BenchmarkCompose is a mail in convenience mode.
func BenchmarkCompose(b *testing.B) {
	c, f := testComposer(b), facts(chat.Convenience)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Notice(f); err != nil {
			b.Fatal(err)
		}
	}
}
