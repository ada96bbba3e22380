package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"postern/chat"
)

// Scene is what a process that is going to be killed writes to: conversations of three, and who sends to them. It goes to the process as JSON.
type Scene struct {
	Office        chat.Office
	Authors       []chat.User
	Conversations []chat.ID // by author
	Others        [][2]chat.User
}

// NewScene prepares a store for processes to be killed.
func NewScene(t testing.TB, store chat.Store) Scene {
	t.Helper()
	p := newPractice(t, store)
	s := Scene{Office: p.office}
	for i := range 20 {
		author, others := p.newUser(chat.Client, numbered("author", i)), [2]chat.User{p.owner, p.newUser(chat.Client, numbered("other", i))}
		s.Authors, s.Others = append(s.Authors, author), append(s.Others, others)
		s.Conversations = append(s.Conversations, p.start(numbered("c", i), author, others[0], others[1]))
	}
	return s
}

// Ack is a line of what a process wrote about a message that was acknowledged to it.
type Ack struct {
	Author   int // of the scene
	Position chat.Position
	Key      string // and its text
}

// ReadAcks reads what [Scene.Write] wrote until it ends. A last line that was cut off was never acknowledged.
func ReadAcks(from io.Reader, each func()) ([]Ack, error) {
	var acks []Ack
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return acks, nil
		}
		var a Ack
		if err == nil {
			_, err = fmt.Sscanf(line, "%d %d %s", &a.Author, &a.Position, &a.Key)
		}
		if err != nil {
			return acks, fmt.Errorf("read acknowledgements: %w", err)
		}
		acks = append(acks, a)
		each()
	}
}

// Write sends from all authors at once until the context ends or something fails, and writes a line for each message acknowledged. run
// tells the keys of one process from those of another.
func (s Scene) Write(ctx context.Context, store chat.Store, run string, to io.Writer) error {
	var all sync.WaitGroup
	var line sync.Mutex
	failed := make(chan error, len(s.Authors))
	for i, author := range s.Authors {
		all.Go(func() {
			p := &practice{from: time.Now().UTC().Truncate(time.Microsecond)}
			for n := 0; ctx.Err() == nil; n++ {
				ack := Ack{Author: i, Key: fmt.Sprintf("%s-%d-%d", run, i, n)}
				var sent chat.Message
				m := post{author: author, conversation: s.Conversations[i], key: ack.Key, text: ack.Key, dueAt: p.from}
				if _, err := store.Decide(ctx, m.decision(p, &sent)); err != nil {
					failed <- err
					return
				}
				line.Lock()
				_, err := fmt.Fprintf(to, "%d %d %s\n", i, sent.Position, ack.Key)
				line.Unlock()
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failed)
	return <-failed
}

// WriteTogether sends a message from each author, all in one group; round tells the keys of one call from those of another.
func (s Scene) WriteTogether(t testing.TB, store chat.Store, round string) {
	t.Helper()
	p := &practice{TB: t, store: store, office: s.Office, from: time.Now().UTC().Truncate(time.Microsecond)}
	var decisions []chat.Decision
	for i, author := range s.Authors {
		key := fmt.Sprintf("%s-%d", round, i)
		m := post{author: author, conversation: s.Conversations[i], key: key, text: key, dueAt: p.from}
		decisions = append(decisions, m.decision(p, new(chat.Message)))
	}
	p.succeeded(p.together(decisions...))
}

// Check compares what was acknowledged with what is stored: nothing lost, doubled or half written. It gives the number of messages stored.
func (s Scene) Check(t testing.TB, store chat.Store, acknowledged []Ack) (total int) {
	t.Helper()
	p := &practice{TB: t, store: store, office: s.Office}
	for i, conv := range s.Conversations {
		stored := s.everything(p, conv)
		keys := map[string]chat.Position{}
		for n, m := range stored {
			if m.Position != position(n+1) || m.Text != m.Key {
				t.Errorf("conversation %d: message %d is %q at %d, with the text %q", i, n+1, m.Key, m.Position, m.Text)
			}
			if _, doubled := keys[m.Key]; doubled {
				t.Errorf("conversation %d: %q is doubled", i, m.Key)
			}
			keys[m.Key] = m.Position
		}
		for _, a := range acknowledged {
			if a.Author == i && keys[a.Key] != a.Position {
				t.Errorf("conversation %d: %q was acknowledged at %d, and is at %d", i, a.Key, a.Position, keys[a.Key])
			}
		}
		s.checkRest(p, i, len(stored))
		total += len(stored)
	}
	owner := s.Others[0][0]
	p.same("the owner's events", p.stream(owner).Number, int64(len(s.Conversations)+total))
	p.checkStreams(owner)
	return total
}

func (s Scene) everything(p *practice, conversation chat.ID) []chat.Message {
	return p.messages(chat.MessageQuery{
		Conversation: conversation, Access: chat.Access{View: chat.StaffView, Spans: []chat.Span{{Open: true}}}, Limit: 1 << 20,
	})
}

// checkRest says that all that belongs to n messages is there: cursors, events, notices.
func (s Scene) checkRest(p *practice, i, n int) {
	sum := p.summary(s.Conversations[i])
	p.same("last", sum.Conversation.Last, position(n))
	p.same("author's cursor", sum.Members[0].Newest, position(n))
	p.same("other's cursor", sum.Members[2].NewestOther, position(n))
	p.same("other's events", p.stream(s.Others[i][1]).Number, int64(n+1))
	p.same("other's notices", len(p.waiting(s.Others[i][1], s.Conversations[i])), n)
	p.checkStreams(s.Authors[i], s.Others[i][1])
}
