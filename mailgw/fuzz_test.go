package mailgw

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"postern/chat"
)

// panicWatch notices what the server recovered from.
type panicWatch struct{ seen atomic.Pointer[string] }

func (p *panicWatch) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("panic")) {
		said := string(b)
		p.seen.Store(&said)
	}
	return len(b), nil
}

// FuzzData hands anything over as a letter, byte for byte. Nothing panics; a letter is taken exactly when 250 was said; what is taken has no
// bare CR or LF. Bytes that end the letter and go on as commands are a client's right: then there are several answers.
func FuzzData(f *testing.F) {
	for _, seed := range []string{
		wholeLetter, plainLetter("f", "Yes."), strings.ReplaceAll(report("5.1.1", "failed", "no"), "\n", "\r\n"), "", "\r\n", "From: a@b.example\r\n\r\n",
		"From: a@b.example\r\n\r\n\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<z@mail.example.org>\r\nDATA\r\n", "a\nb", "a\rb", "\x00", "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
		"From: a@b.example\r\nX-Postern-Office: \r\nAuto-Submitted: auto-generated\r\n\r\nx\r\n",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	watch := &panicWatch{}
	desk := newDesk()
	s := desk.serve(f, func(o *ServerOptions) {
		o.Pause, o.Log, o.MaxPerAddress, o.MaxLetter = time.Nanosecond, zerolog.New(watch), 1000, 1<<20
	})
	f.Fuzz(func(t *testing.T, raw []byte, null bool) {
		desk.mu.Lock()
		desk.taken, desk.ledger = nil, nil
		desk.mu.Unlock()
		sender := "anna@client.example"
		if null {
			sender = ""
		}
		d := s.talk(t)
		d.run("MAIL FROM:<"+sender+">", "250", "RCPT TO:<x@"+domain+">", "250", "DATA", "354")
		_, _ = d.Conn.Write(append(raw, "\r\n.\r\nQUIT\r\n"...)) // it may have been cut off
		_ = closeWrite(d)                                        // a letter that ends in a bare CR has no end
		said := 0
		for _, reply := range d.rest() {
			if reply == "250 2.0.0 OK: stored" {
				said++
			}
		}
		if p := watch.seen.Load(); p != nil {
			t.Fatal(*p)
		}
		letters := desk.letters()
		if (said > 0) != (len(letters) > 0) || len(letters) < said {
			t.Errorf("250 was said %d times, %d letters were taken", said, len(letters))
		}
		for _, l := range letters {
			if strings.ContainsAny(strings.ReplaceAll(l, "\r\n", ""), "\r\n") {
				t.Errorf("taken with bare line ends: %q", l)
			}
		}
	})
}

// TestCorpusAtTheDoor: every letter of the shared corpus is answered, and taken exactly when that was said.
func TestCorpusAtTheDoor(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("POSTERN_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpus")
	}
	paths, err := filepath.Glob(filepath.Join(dir, "mime", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		fmt.Println("corpus: absent, 0 letters handed over")
		t.Skip("no corpus")
	}
	w := newWorld(t)
	s := w.serve()
	to := w.reply(w.anna, w.conversation)
	taken, refused := 0, 0
	var answers []string
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		letter := strings.ReplaceAll(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n", "\r\n")
		d := s.talk(t)
		said := d.post("anna@client.example", letter, to)
		_ = d.Close()
		answers = append(answers, said[:3])
		switch said[:3] {
		case "250":
			taken++
		case "550", "552", "554":
			refused++
		default:
			t.Errorf("%s: %s", filepath.Base(path), said)
		}
	}
	for i, row := range w.ledger(chat.MailIn) {
		same(t, filepath.Base(paths[i])+" in the ledger", row[:3], answers[i])
	}
	if log := w.logged(); strings.Contains(log, `"level":"error"`) {
		t.Errorf("log: %.2000s", log)
	}
	fmt.Printf("corpus: handed over=%d taken=%d refused=%d\n", len(paths), taken, refused)
}
