package hub

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"postern/hub/wire"
)

// spoken is a connection whose peer has said something, which comes in pieces of at most so many bytes.
type spoken struct {
	sink
	said  []byte
	piece int
}

func (s *spoken) Read(b []byte) (int, error) {
	if len(s.said) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), s.piece)], s.said)
	s.said = s.said[n:]
	return n, nil
}

// hearing is what a connection answers, and how it ends, when the peer says this in such pieces; some of it came before, with the handshake.
func hearing(said []byte, piece, early int) (answer []byte, err error) {
	c, _ := sinkConn(newBook(2))
	s := &spoken{said: slices.Clone(said[early:]), piece: piece}
	c.out.conn = s
	c.in.have = slices.Clone(said[:early])
	for err == nil {
		var h frameHead
		if h, err = c.nextData(); err == nil {
			err = c.take(h)
		}
	}
	if drained := c.out.drained(); drained != nil {
		<-drained
	}
	return s.written, err
}

// FuzzPieces: whatever a peer sends, it is taken alike in whatever pieces it comes, and never more of it than a message may have.
func FuzzPieces(f *testing.F) {
	for _, family := range [][]exchange{framing()[:5], pings(), reserved(), fragments(), closings()} {
		for _, e := range family {
			if all := bytes.Join(e.send, nil); len(all) < 2000 {
				f.Add(all, byte(3))
			}
		}
	}
	f.Fuzz(func(t *testing.T, said []byte, piece byte) {
		if bytes.Contains(said, []byte("typing")) { // has times in it
			return
		}
		answer, err := hearing(said, 1<<20, 0)
		for _, way := range [][2]int{{1, 0}, {1 + int(piece), 0}, {1 + int(piece), len(said) / 2}, {1, len(said)}} {
			again, other := hearing(said, way[0], way[1])
			if !bytes.Equal(answer, again) || fmt.Sprint(err) != fmt.Sprint(other) {
				t.Errorf("in pieces of %d, %d of it early: %q, %v; otherwise %q, %v", way[0], way[1], again, other, answer, err)
			}
		}
	})
}

// TestALengthIsNotBelieved: a peer that announces much and sends little gets no memory for it.
func TestALengthIsNotBelieved(t *testing.T) {
	t.Parallel()
	frame := frameOf(fin|opText, strings.Repeat("x", wire.MaxFrame))[:2000]
	var in incoming
	s := &spoken{said: frame, piece: 1000}
	h, err := in.head(s)
	if err != nil || h.length != wire.MaxFrame {
		t.Fatalf("%+v, %v", h, err)
	}
	got, err := in.payload(s, nil, h)
	if err != io.EOF || len(got) != 2000-14 || cap(got) > 16<<10 {
		t.Errorf("%d bytes in %d, %v", len(got), cap(got), err)
	}
}

// TestAMessageThatDoesNotEnd: a peer cannot have memory kept for as long as it likes, by a byte or a fragment now and then.
func TestAMessageThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	for name, drop := range map[string][]byte{"within a frame": {0}, "in fragments": frameOf(opContinue, " "), "in empty fragments, with pongs": bytes.Join([][]byte{frameOf(opContinue, ""), frameOf(fin|opPonging, "")}, nil)} {
		synctest.Test(t, func(t *testing.T) {
			n := startInMemory(t, newBook(2), alone())
			conn := n.rawUpgrade(t, "")
			go io.Copy(io.Discard, conn)
			start := frameOf(opText, "{ ")
			if len(drop) == 1 {
				start = frameOf(fin|opText, padded("k", 1000))[:500]
			}
			if _, err := conn.Write(start); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			for err := error(nil); err == nil; time.Sleep(9 * time.Second) {
				_, err = conn.Write(drop)
				if time.Since(began) > time.Hour {
					t.Fatalf("%s: it is still there", name)
				}
			}
			if lasted := time.Since(began); lasted < wholeBy {
				t.Errorf("%s: gone after %v", name, lasted)
			}
		})
	}
}

// TestAFloodOfPings: pings are answered, all and in order, no faster than commands.
func TestAFloodOfPings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		p := n.meet(t)
		var flood []byte
		want := ""
		for i := range 100 {
			flood, want = append(flood, frameOf(fin|opPinging, fmt.Sprint(i))...), want+fmt.Sprint(i, ",")
		}
		began := time.Now()
		go p.conn.Write(append(flood, frameOf(fin|opPinging, "still there")...))
		if _, pongs, code := p.hear(t); code != 0 || pongs != want+"still there," {
			t.Errorf("pongs %q, closed with %d", pongs, code)
		}
		if took := time.Since(began).Round(time.Second); took != 2*time.Second { // 60 at once, then 20 a second
			t.Errorf("it took %v", took)
		}
		p.conn.Close()
	})
}

// TestUnmask: as section 5.3 has it, for every length and place in a word.
func TestUnmask(t *testing.T) {
	t.Parallel()
	mask := [4]byte{1, 20, 255, 0x80}
	for n := range 40 {
		b, want := make([]byte, n), make([]byte, n)
		for i := range b {
			b[i] = byte(7 * i)
			want[i] = b[i] ^ mask[i%4]
		}
		if unmask(b, mask); !bytes.Equal(b, want) {
			t.Errorf("%d bytes: %x, want %x", n, b, want)
		}
	}
}

// TestAQuietConnectionsAnswersCostNothing: a pong is all that a quiet peer says, every 25 s, and there are thousands of them.
func TestAQuietConnectionsAnswersCostNothing(t *testing.T) {
	c, _ := sinkConn(newBook(2))
	c.out.conn = &spoken{piece: 1 << 20}
	pong := frameOf(fin|opPonging, "")
	if n := testing.AllocsPerRun(100, func() {
		c.in.have = pong
		if _, err := c.nextData(); err != io.EOF {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
