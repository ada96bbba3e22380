package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"postern/chat"
	"postern/store/sqlite"
	"postern/store/storetest"
)

// TestFull fills the disk, as far as SQLite can tell, under many senders, and gives them room again.
func TestFull(t *testing.T) {
	t.Parallel()
	store := open(t, database(t))
	scene := storetest.NewScene(t, store)
	pages, err := store.PageCount(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pragma(t, store, "max_page_count = "+strconv.FormatInt(pages+40, 10))
	before := unavailable(t, store, scene, "full")
	if len(before) == 0 {
		t.Error("nothing was written before the disk was full")
	}
	pragma(t, store, "max_page_count = 1000000")
	exactly(t, store, scene, append(before, writes(t, store, scene, "room")...))
}

// TestReadOnly takes the writer its right to write.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	store := open(t, database(t))
	scene := storetest.NewScene(t, store)
	pragma(t, store, "query_only = 1")
	if acks := unavailable(t, store, scene, "read-only"); len(acks) > 0 {
		t.Errorf("%d messages were acknowledged", len(acks))
	}
	if err := store.Ping(t.Context()); chat.KindOf(err) != chat.Unavailable {
		t.Errorf("ping: %v", err)
	}
	pragma(t, store, "query_only = 0")
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
	exactly(t, store, scene, writes(t, store, scene, "writable"))
}

// TestLocked lets another process write for longer than anybody waits, and then for less.
func TestLocked(t *testing.T) {
	t.Parallel()
	path := database(t)
	store := open(t, path)
	scene := storetest.NewScene(t, store)
	pragma(t, store, "busy_timeout = 20")
	release := lock(t, path)
	if acks := unavailable(t, store, scene, "locked"); len(acks) > 0 {
		t.Errorf("%d messages were acknowledged", len(acks))
	}
	release()
	pragma(t, store, "busy_timeout = 60000")
	release = lock(t, path)
	done := make(chan []storetest.Ack)
	go func() { done <- writes(t, store, scene, "waiting") }()
	select {
	case <-done:
		t.Error("wrote while another process did")
	case <-time.After(50 * time.Millisecond):
	}
	release()
	exactly(t, store, scene, <-done)
}

// TestQueueFull holds the writer up until no more may wait.
func TestQueueFull(t *testing.T) {
	t.Parallel()
	store := open(t, database(t))
	office := storetest.NewScene(t, store).Office
	begun, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		_, err := store.Update(t.Context(), func(chat.Tx) error {
			close(begun)
			<-release
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-begun
	nothing := chat.Decision{
		Need:   chat.Need{Office: office.ID},
		Decide: func(*chat.State) (chat.Effects, error) { return chat.Effects{}, nil },
	}
	refused := make(chan error, sqlite.MaxQueue)
	for range sqlite.MaxQueue {
		all.Go(func() {
			if _, err := store.Decide(t.Context(), nothing); err != nil {
				refused <- err
			}
		})
	}
	for store.Queued() < sqlite.MaxQueue {
		runtime.Gosched()
	}
	if _, err := store.Decide(t.Context(), nothing); chat.KindOf(err) != chat.Unavailable {
		t.Errorf("one too many: %v", err)
	}
	close(release)
	all.Wait()
	if len(refused) > 0 {
		t.Errorf("%d of those who waited were refused: %v", len(refused), <-refused)
	}
}

func pragma(t *testing.T, store *sqlite.Store, text string) {
	t.Helper()
	if err := store.Pragma(t.Context(), text); err != nil {
		t.Fatalf("pragma %s: %v", text, err)
	}
}

// unavailable lets the scene write until it fails, which must be because the store is unavailable.
func unavailable(t *testing.T, store *sqlite.Store, scene storetest.Scene, run string) []storetest.Ack {
	t.Helper()
	acks, err := written(t.Context(), store, scene, run, -1)
	if chat.KindOf(err) != chat.Unavailable {
		t.Errorf("%s: got %v, want unavailable", run, err)
	}
	return acks
}

// writes lets the scene write a hundred messages or so.
func writes(t *testing.T, store *sqlite.Store, scene storetest.Scene, run string) []storetest.Ack {
	t.Helper()
	acks, err := written(t.Context(), store, scene, run, 100)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("%s: %v", run, err)
	}
	return acks
}

// written gives what was acknowledged to the scene until it failed, or was stopped after n.
func written(ctx context.Context, store *sqlite.Store, scene storetest.Scene, run string, n int) ([]storetest.Ack, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	from, to := io.Pipe()
	failed := make(chan error, 1)
	go func() {
		failed <- scene.Write(ctx, store, run, to)
		_ = to.Close() // never fails
	}()
	acks, err := storetest.ReadAcks(from, func() {
		if n--; n == 0 {
			stop()
		}
	})
	return acks, errors.Join(<-failed, err)
}

// exactly says that what was acknowledged is stored, and nothing else.
func exactly(t *testing.T, store *sqlite.Store, scene storetest.Scene, acks []storetest.Ack) {
	t.Helper()
	if stored := scene.Check(t, store, acks); stored != len(acks) {
		t.Errorf("%d messages are stored, %d were acknowledged", stored, len(acks))
	}
}

// lock writes as another process, until it is released.
func lock(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		_, err := db.ExecContext(t.Context(), "ROLLBACK")
		if err = errors.Join(err, db.Close()); err != nil {
			t.Error(err)
		}
	}
}
