package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/chat"
	"postern/store/postgres"
	"postern/store/postgres/postgrestest"
)

// Whatever is cut, in whatever direction and wherever: what was acknowledged is there, and nothing twice (D1).
func TestConnectionsCutAtEveryPlace(t *testing.T) {
	t.Parallel()
	cuts, step := 300, 131
	if testing.Short() {
		cuts, step = 60, 653
	}
	harm, url := newProxy(t, postgrestest.Database(t))
	store := openWith(t, url, postgres.Options{Workers: 1})
	p := newPractice(t, store, 1, 1)
	for i := range cuts {
		harm.light(i * step % 12_000)
		p.sendUntilDone(t, 0, i, fmt.Sprintf("cut-%d", i))
	}
	harm.light(-1)
	if harm.cuts() < cuts/2 {
		t.Errorf("of %d sends only %d were cut", cuts, harm.cuts())
	}
	p.checkWhole(t, store, cuts)
}

// Backends that an operator ends while fifty write.
func TestBackendsTerminatedUnderLoad(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openAt(t, url)
	p := newPractice(t, store, 3, 3)
	killer, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = killer.Close(context.Background()) }()
	var sent atomic.Int64
	var all sync.WaitGroup
	const writers, each = 50, 12
	for w := range writers {
		all.Go(func() {
			for i := range each {
				p.sendUntilDone(t, w%3, i, fmt.Sprintf("w%d-%d", w, i))
				sent.Add(1)
			}
		})
	}
	killed := 0
	for sent.Load() < writers*each && !t.Failed() {
		var n int
		err := killer.QueryRow(t.Context(), `
			SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&n)
		if err != nil {
			t.Error(err)
			break
		}
		killed += n
		for next := sent.Load() + 20; sent.Load() < min(next, writers*each) && !t.Failed(); {
			runtime.Gosched()
		}
	}
	all.Wait()
	if killed < 10 {
		t.Errorf("only %d backends were ended", killed)
	}
	p.checkWhole(t, store, writers*each)
}

// Who only reads does not hear of it that all connections that were idle have died.
func TestDeadConnectionsAreLeftBehind(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openAt(t, url)
	newPractice(t, store, 1, 1)
	const open = 8
	offices := func(r chat.Reader) error { _, err := r.Offices(t.Context()); return err }
	for what, read := range map[string]func(context.Context, func(chat.Reader) error) error{"view": store.View, "ask": store.Ask} {
		var asking, all sync.WaitGroup
		asking.Add(open)
		for range open {
			all.Go(func() {
				err := read(t.Context(), func(r chat.Reader) error {
					asking.Done()
					asking.Wait()
					return offices(r)
				})
				if err != nil {
					t.Errorf("%s, with others: %v", what, err)
				}
			})
		}
		all.Wait()
		exec(t, url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		if err := read(t.Context(), offices); err != nil {
			t.Errorf("%s, with connections that are dead: %v", what, err)
		}
	}
}

// One in five inserts of a message fails as if transactions had met (D1).
func TestSerializationFailures(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openAt(t, url)
	p := newPractice(t, store, 3, 3)
	exec(t, url, `
		CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF random() < 0.2 THEN RAISE EXCEPTION 'met another' USING ERRCODE = 'serialization_failure'; END IF;
			RETURN NEW;
		END $$;
		CREATE TRIGGER meet BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION meet()`)
	var all sync.WaitGroup
	for w := range 20 {
		all.Go(func() {
			for i := range 10 {
				p.sendUntilDone(t, w%3, i, fmt.Sprintf("w%d-%d", w, i))
			}
		})
	}
	all.Wait()
	p.checkWhole(t, store, 200)
}

// When the answer to COMMIT is lost, the key settles a send.
func TestALostCommitIsSettledByTheKey(t *testing.T) {
	t.Parallel()
	harm, url := newProxy(t, postgrestest.Database(t))
	store := openWith(t, url, postgres.Options{Workers: 1})
	p := newPractice(t, store, 1, 1)
	lost := loseOneCommit(harm)
	sent, err := p.send(t.Context(), 0, 0, "key", "<p>hello</p>")
	if err != nil {
		t.Fatalf("send: %v", err)
	}
	if !lost.Load() {
		t.Fatal("no answer was lost")
	}
	again, err := p.send(t.Context(), 0, 0, "key", "<p>hello</p>")
	if err != nil || again.Message.ID != sent.Message.ID {
		t.Errorf("the same key again: %v, %v", again.Message.ID, err)
	}
	p.checkWhole(t, store, 1)
}

// Without a key nobody can tell: the caller hears Unavailable, and the decision is not run again.
func TestALostCommitWithoutAKeyIsUnavailable(t *testing.T) {
	t.Parallel()
	harm, url := newProxy(t, postgrestest.Database(t))
	store := openWith(t, url, postgres.Options{Workers: 1})
	p := newPractice(t, store, 1, 1)
	before := p.stream(t, store, p.staff[0].ID)
	lost := loseOneCommit(harm)
	_, err := p.service.MarkUnread(t.Context(), p.actor(p.staff[0]), p.conversations[0])
	if chat.KindOf(err) != chat.Unavailable || !lost.Load() {
		t.Fatalf("got %v, lost %v", err, lost.Load())
	}
	if after := p.stream(t, store, p.staff[0].ID); after.Number != before.Number+1 {
		t.Errorf("%d events, want the one that was committed", after.Number-before.Number)
	}
}

// loseOneCommit swallows the server's next answer to a COMMIT.
func loseOneCommit(harm *proxy) *atomic.Bool {
	var lost atomic.Bool
	harm.censor(func(out []byte) bool {
		return !bytes.Contains(out, []byte("COMMIT\x00")) || !lost.CompareAndSwap(false, true)
	})
	return &lost
}

// A database that is away is Unavailable at once, and used again as soon as it is back.
func TestADatabaseThatGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	harm, url := newProxy(t, postgrestest.Database(t))
	store := openWith(t, url, postgres.Options{Workers: 1})
	p := newPractice(t, store, 1, 1)
	harm.goAway(true)
	for what, do := range map[string]func() error{
		"decide": func() error { _, err := p.send(t.Context(), 0, 0, "away", "<p>hello</p>"); return err },
		"view":   func() error { return store.View(t.Context(), func(chat.Reader) error { return nil }) },
		"ask": func() error {
			return store.Ask(t.Context(), func(r chat.Reader) error { _, err := r.Offices(t.Context()); return err })
		},
		"update": func() error {
			_, err := store.Update(t.Context(), func(chat.Tx) error { return nil })
			return err
		},
		"heads": func() error { _, err := store.Heads(t.Context(), nil); return err },
		"ping":  func() error { return store.Ping(t.Context()) },
	} {
		if err := do(); chat.KindOf(err) != chat.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
	harm.goAway(false)
	back := time.Now()
	p.sendUntilDone(t, 0, 0, "back")
	if took := time.Since(back); took > 5*time.Second {
		t.Errorf("back after %v", took)
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
	p.checkWhole(t, store, 1)
}

// Somebody else's lock holds up who needs it, not for ever, and nobody else.
func TestALockedConversationIsUnavailableAndOthersGoOn(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openWith(t, url, postgres.Options{Workers: 1})
	p := newPractice(t, store, 2, 2)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), "BEGIN"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "SELECT FROM conversations WHERE id = $1 FOR UPDATE", p.conversations[0].String()); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := p.send(t.Context(), 0, 0, "held up", "<p>hello</p>"); chat.KindOf(err) != chat.Unavailable {
			t.Errorf("the locked one: %v", err)
		}
	})
	all.Go(func() {
		if _, err := p.send(t.Context(), 1, 0, "free", "<p>hello</p>"); err != nil {
			t.Errorf("the other one: %v", err)
		}
	})
	all.Wait()
	if _, err := conn.Exec(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.send(t.Context(), 0, 0, "held up", "<p>hello</p>"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	p.checkWhole(t, store, 2)
}

// All connections of the pool are out: whoever comes next waits, and then hears Unavailable.
func TestAnExhaustedPoolIsUnavailable(t *testing.T) {
	t.Parallel()
	store := openAt(t, postgrestest.Database(t)+"&pool_max_conns=1")
	err := store.View(t.Context(), func(chat.Reader) error {
		if err := store.View(t.Context(), func(chat.Reader) error { return nil }); chat.KindOf(err) != chat.Unavailable {
			t.Errorf("a second view: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Closing answers everybody, and what was acknowledged is there.
func TestCloseUnderLoad(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	store := openAt(t, url)
	p := newPractice(t, store, 3, 3)
	var done atomic.Int64
	var all sync.WaitGroup
	for w := range 50 {
		all.Go(func() {
			for i := 0; ; i++ {
				_, err := p.send(t.Context(), w%3, i, fmt.Sprintf("w%d-%d", w, i), "<p>hello</p>")
				switch {
				case err == nil:
					done.Add(1)
				case chat.KindOf(err) == chat.Unavailable:
					return
				default:
					t.Errorf("send: %v", err)
					return
				}
			}
		})
	}
	for done.Load() < 200 && !t.Failed() {
		runtime.Gosched()
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	p.checkWhole(t, openAt(t, url), int(done.Load()))
}

// A caller who hangs up before their turn has done nothing; one whose turn it is gets the answer.
func TestACallerWhoHangsUp(t *testing.T) {
	t.Parallel()
	store := openWith(t, postgrestest.Database(t), postgres.Options{Workers: 1})
	p := newPractice(t, store, 1, 1)
	deciding, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	ctx, hangUp := context.WithCancel(t.Context())
	need := chat.Need{Office: p.office.ID, Conversation: p.conversations[0]}
	all.Go(func() {
		_, err := store.Decide(ctx, chat.Decision{Need: need, Decide: func(*chat.State) (chat.Effects, error) {
			close(deciding)
			<-release
			return chat.Effects{}, nil
		}})
		if err != nil {
			t.Errorf("whose turn it was: %v", err)
		}
	})
	<-deciding
	all.Go(func() {
		_, err := store.Decide(ctx, chat.Decision{Need: need, Decide: func(*chat.State) (chat.Effects, error) {
			t.Error("decided for somebody who had hung up")
			return chat.Effects{}, nil
		}})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("who waited: %v", err)
		}
		close(release)
	})
	for store.Queued() == 0 {
		runtime.Gosched()
	}
	hangUp()
	all.Wait()
	if _, err := p.send(t.Context(), 0, 0, "after", "<p>hello</p>"); err != nil {
		t.Error(err)
	}
}

// sendUntilDone sends with one key until it is acknowledged, as a client does.
func (p *practice) sendUntilDone(t *testing.T, conversation, turn int, key string) {
	t.Helper()
	for {
		_, err := p.send(t.Context(), conversation, turn, key, "<p>"+key+"</p>")
		if chat.KindOf(err) == chat.Unavailable {
			runtime.Gosched()
			continue
		}
		if err != nil {
			t.Errorf("send %s: %v", key, err)
		}
		return
	}
}

// checkWhole says that so many messages were sent, each once and in order, that every stream is without gaps, and every badge true.
func (p *practice) checkWhole(t *testing.T, store chat.Store, want int) {
	t.Helper()
	total := 0
	err := store.View(t.Context(), func(r chat.Reader) error {
		for i, conversation := range p.conversations {
			messages, err := r.Messages(t.Context(), chat.MessageQuery{
				Office: p.office.ID, Conversation: conversation, Forward: true, Limit: 10_000,
				Access: chat.Access{View: chat.StaffView, Spans: []chat.Span{{Open: true}}},
			})
			if err != nil {
				return err
			}
			if at, ok := chat.VerifyRecord(messages); !ok {
				t.Errorf("conversation %d: the record is broken at %s", i, at)
			}
			keys := map[chat.ClientKey]bool{}
			for n, m := range messages {
				if m.Position != chat.Position(n+1)<<20 || keys[chat.ClientKey{Author: m.Author.ID, Key: m.Key}] {
					t.Errorf("conversation %d: message %d has position %s and key %q", i, n, m.Position, m.Key)
				}
				keys[chat.ClientKey{Author: m.Author.ID, Key: m.Key}] = true
			}
			total += len(messages) - 1 // the one it began with
		}
		return p.checkStreams(t, r)
	})
	if err != nil {
		t.Fatal(err)
	}
	if total != want {
		t.Errorf("%d messages are stored, %d were sent", total, want)
	}
}

func (p *practice) checkStreams(t *testing.T, r chat.Reader) error {
	t.Helper()
	for _, u := range append(p.staff, p.contacts...) {
		s, err := r.Stream(t.Context(), u.ID)
		if err != nil {
			return err
		}
		events, _, err := r.Events(t.Context(), u.ID, 0, 100_000)
		if err != nil {
			return err
		}
		for n, e := range events {
			if e.Number != int64(n+1) {
				t.Errorf("%s: event %d has number %d", u.Name, n, e.Number)
			}
		}
		if s.Number != int64(len(events)) || len(events) > 0 && events[len(events)-1].Badge != s.Badge {
			t.Errorf("%s: head %d, badge %d; %d events", u.Name, s.Number, s.Badge, len(events))
		}
	}
	return nil
}

func (p *practice) stream(t *testing.T, store chat.Store, user chat.ID) (s chat.Stream) {
	t.Helper()
	err := store.View(t.Context(), func(r chat.Reader) (err error) {
		s, err = r.Stream(t.Context(), user)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func exec(t testing.TB, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
		t.Fatal(err)
	}
}
