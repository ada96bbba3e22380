package hub

import (
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/chat"
	"postern/hub/wire"
)

func sendOf(key, text string) wire.Command {
	return wire.Command{Type: "send", Key: key, Conversation: conversation.String(), HTML: text}
}

// TestSend: a send is acknowledged under its key, and its event comes to the author with the key too.
func TestSend(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		author, reader := n.connect(1), n.connect(0)
		author.command(sendOf("k1", "hello"))
		var ack wire.Ack
		var shown wire.Message
		for range 2 {
			f, err := author.next()
			if err != nil {
				t.Fatal(err)
			}
			switch f.Type {
			case wire.TypeAck:
				author.read(f, &ack)
				if f.Key != "k1" {
					t.Errorf("acknowledged is %q", f.Key)
				}
			case wire.TypeMessageCreated:
				author.read(f, &shown)
			}
		}
		if ack.ID != shown.ID || ack.Conversation != conversation.String() || shown.Key != "k1" {
			t.Errorf("acknowledged %+v, shown %+v", ack, shown)
		}
		reader.until(1)
	})
}

// TestRead: a read is not answered, but every own device hears of the cursor.
func TestRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		c, other := n.connect(1), n.connect(1)
		c.command(wire.Command{Type: "read", Conversation: conversation.String(), Position: chat.Position(1 << 20).String(), Opened: true})
		for _, device := range []*client{c, other} {
			var cursor wire.Cursor
			device.read(device.mustNext(wire.TypeCursorMoved), &cursor)
			if cursor.Standing.LastRead != chat.Position(1<<20).String() || cursor.Standing.MarkedUnread {
				t.Errorf("the cursor is %+v", cursor)
			}
		}
	})
}

// TestRefusals: what cannot be done is answered with the frame's key, and says whether trying again helps.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		frame  string
		behind error
		want   wire.Problem
	}{
		"no conversation": {
			frame: `{"type":"send","key":"k","html":"x"}`,
			want:  wire.Problem{Code: "invalid", Field: "conversation"},
		},
		"not a file": {
			frame: `{"type":"send","key":"k","conversation":"` + conversation.String() + `","attachments":["x"]}`,
			want:  wire.Problem{Code: "invalid", Field: "attachments"},
		},
		"many files": {
			frame: `{"type":"send","key":"k","conversation":"` + conversation.String() + `","attachments":["` + strings.Repeat(`","`, 60) + `"]}`,
			want:  wire.Problem{Code: "too_large", Field: "attachments"},
		},
		"no position": {
			frame: `{"type":"read","key":"k","conversation":"` + conversation.String() + `"}`,
			want:  wire.Problem{Code: "invalid", Field: "position"},
		},
		"refused by chat": {
			frame:  `{"type":"send","key":"k","conversation":"` + conversation.String() + `"}`,
			behind: chat.Refuse(chat.Forbidden, "Only staff write internal notes."),
			want:   wire.Problem{Code: "forbidden"},
		},
		"away": {
			frame:  `{"type":"send","key":"k","conversation":"` + conversation.String() + `"}`,
			behind: errAway,
			want:   wire.Problem{Code: "unavailable", Retry: true},
		},
		"out of time": {
			frame:  `{"type":"read","key":"k","conversation":"` + conversation.String() + `","position":"0000000000100000"}`,
			behind: errDeadline,
			want:   wire.Problem{Code: "unavailable", Retry: true},
		},
		"internal": {
			frame:  `{"type":"send","key":"k","conversation":"` + conversation.String() + `"}`,
			behind: errors.New("secret detail"),
			want:   wire.Problem{Code: "internal"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBook(2)
				b.fail = func(call string) error {
					if call == "send" || call == "read" {
						return c.behind
					}
					return nil
				}
				peer := startInMemory(t, b, alone()).connect(1)
				peer.write(c.frame)
				f := peer.mustNext(wire.TypeError)
				var got wire.Problem
				peer.read(f, &got)
				if f.Key != "k" || got.Detail == "" || got.Status != 0 || strings.Contains(string(f.Data), "secret") {
					t.Errorf("the answer is %s", f.Data)
				}
				got.Type, got.Title, got.Detail = "", "", ""
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// TestIgnored: unknown fields, types and signs about what one may not see are ignored.
func TestIgnored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone())
		c := n.connect(1)
		for _, frame := range []string{
			`{}`, `null`, `{"type":"dance","key":"x"}`, `{"type":"typing","conversation":"x","on":true}`,
			`{"type":"typing","conversation":"` + id(2, 5).String() + `","on":true}`,
		} {
			c.write(frame)
		}
		c.write(`{"type":"send","key":"k","conversation":"` + conversation.String() + `","html":"x","later":{"a":[1]}}`)
		c.until(1)
		for _, f := range c.frames[1:] {
			if f.Type == wire.TypeError {
				t.Errorf("answered %s", f.Data)
			}
		}
	})
}

// TestTooManyCommands: past the rate a command is refused with its key, and the connection lives on.
func TestTooManyCommands(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := startInMemory(t, newBook(2), alone(), func(o *Options) { o.CommandsPerSecond = 10 })
		c := n.connect(1)
		go func() {
			for i := range 40 {
				c.command(sendOf(string(rune('A'+i)), "x"))
			}
		}()
		acks, refused := 0, 0
		for acks+refused < 40 {
			f, err := c.next()
			if err != nil {
				t.Fatal(err)
			}
			switch f.Type {
			case wire.TypeAck:
				acks++
			case wire.TypeError:
				refused++
				var p wire.Problem
				c.read(f, &p)
				if p.Code != "too_many" || !p.Retry || p.After != 1 || f.Key == "" {
					t.Errorf("refused %q with %+v", f.Key, p)
				}
			}
		}
		if acks < 30 || refused == 0 {
			t.Errorf("%d acknowledged, %d refused", acks, refused)
		}
		time.Sleep(5 * time.Second)
		c.command(sendOf("later", "x"))
		c.until(int64(acks) + 1)
	})
}

// signs reads what signs come until a message does.
func (c *client) signs() (list []wire.Sign) {
	c.t.Helper()
	for {
		f, err := c.next()
		if err != nil {
			c.t.Fatal(err)
		}
		if f.Type == wire.TypeMessageCreated {
			return list
		}
		var s wire.Sign
		if err := json.Unmarshal(f.Data, &s); err != nil || f.Type != wire.TypeTyping && f.Type != wire.TypeViewing {
			c.t.Fatalf("frame %s: %v", f.Type, err)
		}
		list = append(list, s)
	}
}

// TestTyping: a sign reaches the others, on every node, not oneself; of a note, staff alone.
func TestTyping(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, join := newBook(4), memoryBuses(t)
		one, two := startInMemory(t, b, join()), startInMemory(t, b, join())
		typist, own := one.connect(0), two.connect(0)
		here, there, staff := one.connect(1), two.connect(3), two.connect(2)
		synctest.Wait() // all have joined
		typist.command(wire.Command{Type: wire.TypeTyping, Conversation: conversation.String(), On: true})
		synctest.Wait()
		time.Sleep(signEvery)
		typist.command(wire.Command{Type: wire.TypeTyping, Conversation: conversation.String(), On: true, Note: true})
		synctest.Wait()
		one.say("done")
		want := wire.Sign{Conversation: conversation.String(), Person: wire.PersonOf(person(0)), On: true}
		note := want
		note.Note = true
		for _, c := range []struct {
			*client
			want []wire.Sign
		}{{typist, nil}, {own, nil}, {here, []wire.Sign{want}}, {there, []wire.Sign{want}}, {staff, []wire.Sign{want, note}}} {
			if diff := cmp.Diff(c.want, c.signs()); diff != "" {
				t.Errorf("person %d: %s", c.actor, diff)
			}
		}
	})
}

// TestTypingIsThrottled: of many signs in a short time one passes each two seconds, and the end of one that began.
func TestTypingIsThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBook(2)
		var asked atomic.Int32
		b.before = func(call string) {
			if call == "sign" {
				asked.Add(1)
			}
		}
		n := startInMemory(t, b, alone())
		typist, other := n.connect(0), n.connect(1)
		synctest.Wait() // both have joined
		give := func(typ string, on bool) {
			typist.command(wire.Command{Type: typ, Conversation: conversation.String(), On: on})
		}
		for range 30 { // three seconds of typing
			give(wire.TypeTyping, true)
			time.Sleep(100 * time.Millisecond)
		}
		give(wire.TypeViewing, true) // another sign
		give(wire.TypeTyping, false) // the end
		give(wire.TypeTyping, true)  // too soon
		synctest.Wait()
		n.say("done")
		var got []bool
		for _, s := range other.signs() {
			got = append(got, s.On)
		}
		if diff := cmp.Diff([]bool{true, true, true, false}, got); diff != "" {
			t.Error(diff)
		}
		if asked.Load() != 4 {
			t.Errorf("the database was asked %d times", asked.Load())
		}
	})
}

// TestSignsAreBounded: signs about ever other conversations do not make a connection grow.
func TestSignsAreBounded(t *testing.T) {
	t.Parallel()
	c := &conn{}
	now := time.Now()
	for i := range 1000 {
		c.passes(signKey{id(2, i), wire.TypeTyping}, true, now)
	}
	if len(c.signs) != maxSigns {
		t.Errorf("%d kept", len(c.signs))
	}
	if !c.passes(signKey{id(2, 5000), wire.TypeTyping}, true, now.Add(signEvery)) || len(c.signs) != 1 {
		t.Errorf("%d kept after a while", len(c.signs))
	}
}

// TestManyUsers: a sign to more people than the caller writes to itself reaches every socket of each.
func TestManyUsers(t *testing.T) {
	t.Parallel()
	b := newBook(inline + 8)
	n := startNode(t, b, alone())
	var all []*client
	for i := range inline + 8 {
		all = append(all, n.connect(i), n.connect(i))
	}
	n.allJoined()
	all[0].command(wire.Command{Type: wire.TypeTyping, Conversation: conversation.String(), On: true})
	for _, c := range all[2:] {
		c.mustNext(wire.TypeTyping)
	}
	for range 20 {
		n.say("to all")
	}
	for _, c := range all {
		c.until(20)
	}
}
